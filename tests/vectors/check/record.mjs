// @ts-check
// Asks a real BuildKit what its build checks say about each case of cases.jsonl.
//
//   BUILDKIT_ADDR=unix://… node record.mjs           compares, and says what differs
//   BUILDKIT_ADDR=unix://… node record.mjs --write   writes what BuildKit says into the cases
//   BUILDKIT_ADDR=unix://… node record.mjs FILE      the same for the cases of another file
//
// BUILDCTL is the program (by default the one in PATH). No network is needed: base images are made here, of a
// configuration alone, and `# syntax=` is not followed.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const other = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
const cases = other ?? new URL("cases.jsonl", import.meta.url);
const buildctl = process.env.BUILDCTL ?? "buildctl";
const address = process.env.BUILDKIT_ADDR;
if (address === undefined) {
  console.error("BUILDKIT_ADDR is not set");
  process.exit(2);
}
const work = mkdtempSync(join(tmpdir(), "checks-"));

/** @param {string} layout @param {string | Buffer} data */
function blob(layout, data) {
  const digest = createHash("sha256").update(data).digest("hex");
  writeFileSync(join(layout, "blobs/sha256", digest), data);
  return { digest: `sha256:${digest}`, size: Buffer.byteLength(data) };
}

/**
 * An image of one empty layer, in OCI layout.
 * @param {string} layout @param {any} image
 */
function makeImage(layout, image) {
  const layer = blob(layout, Buffer.alloc(1024));
  const config = {
    Env: image.env,
    WorkingDir: image.workingDir,
    User: image.user,
    Shell: image.shell,
    OnBuild: image.onBuild,
  };
  const type = "application/vnd.oci.image";
  const description = {
    architecture: image.architecture ?? "amd64",
    os: "linux",
    config,
    rootfs: { type: "layers", diff_ids: [layer.digest] },
    history: [{ created_by: "base" }],
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: `${type}.manifest.v1+json`,
    config: { mediaType: `${type}.config.v1+json`, ...blob(layout, JSON.stringify(description)) },
    layers: [{ mediaType: `${type}.layer.v1.tar`, ...layer }],
  };
  return blob(layout, JSON.stringify(manifest)).digest;
}

/** @param {string} folder @param {string} path @param {string} text */
function write(folder, path, text) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** @param {any} one */
function ask(one) {
  const folder = mkdtempSync(join(work, "case-"));
  const [context, layout] = [join(folder, "context"), join(folder, "images")];
  mkdirSync(context);
  mkdirSync(join(layout, "blobs/sha256"), { recursive: true });
  write(layout, "oci-layout", '{"imageLayoutVersion":"1.0.0"}');
  write(layout, "index.json", '{"schemaVersion":2,"manifests":[]}');
  write(folder, "dockerfile/Dockerfile", one.dockerfile);
  for (const [path, file] of Object.entries(one.context ?? {})) write(context, path, file.text);
  const options = ["cmdline=dockerfile.v0", "requestid=frontend.lint"];
  for (const [name, image] of Object.entries(one.baseImages ?? {})) {
    options.push(`context:${name}=oci-layout://images@${makeImage(layout, image)}`);
  }
  for (const [name, value] of Object.entries(one.buildArgs ?? {})) options.push(`build-arg:${name}=${value}`);
  if (one.target !== undefined) options.push(`target=${one.target}`);
  if (one.platform !== undefined) options.push(`platform=${one.platform}`);
  const args = ["--addr", String(address), "build", "--frontend", "dockerfile.v0", "--progress", "plain"];
  args.push("--local", `context=${context}`, "--local", `dockerfile=${join(folder, "dockerfile")}`);
  args.push("--oci-layout", `images=${layout}`, ...options.flatMap((option) => ["--opt", option]));
  try {
    return read(execFileSync(buildctl, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }));
  } catch (error) {
    const said = /** @type {any} */ (error).stderr.match(/error: (?:failed to solve: )?(.*)/);
    return { warnings: [], error: said?.[1] ?? "?" };
  }
}

/**
 * Reads the report: for each finding its rule, its words, and the lines that it marks. What fails the build
 * stands last, without a rule.
 * @param {string} text
 */
function read(text) {
  const warnings = [];
  /** @type {string | undefined} */
  let error;
  for (const part of text.split(/^-{20}\n(?=\n|$|[^ ])/m)) {
    const [head = ""] = part.split(/^Dockerfile:\d+\n-{20}\n/m);
    const marked = [...part.matchAll(/^ +(\d+) \| >>> /gm)].map((found) => Number(found[1]));
    const said = head.trim().match(/^WARNING: (\w+)(?: - \S+)?\n([^]*)$/);
    const lines = marked.length === 0 ? {} : { line: marked[0], endLine: marked.at(-1) };
    if (said !== null) warnings.push({ rule: said[1], ...lines, message: said[2] });
    else if (head.trim() !== "") error = head.trim();
  }
  const key = (/** @type {any} */ one) => `${String(one.line).padStart(6)} ${one.rule} ${one.message}`;
  warnings.sort((one, other) => (key(one) < key(other) ? -1 : 1));
  return error === undefined ? { warnings } : { warnings, error };
}

const list = readFileSync(cases, "utf8").trim().split("\n").map((line) => JSON.parse(line));
let different = 0;
for (const one of list) {
  const said = ask(one);
  if (JSON.stringify(said) !== JSON.stringify(one.recorded)) {
    different++;
    console.log(`${one.name}: ${JSON.stringify(said)}`);
  }
  one.recorded = said;
}
if (process.argv.includes("--write")) {
  writeFileSync(cases, list.map((one) => `${JSON.stringify(one)}\n`).join(""));
}
rmSync(work, { recursive: true });
console.log(`${list.length} cases, ${different} differ from what is written`);
process.exitCode = different > 0 && !process.argv.includes("--write") ? 1 : 0;
