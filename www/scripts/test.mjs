/**
 * Every check, in order, each with a heading and its time; stops at the first that fails. A part of the headings
 * as an argument runs only those: `npm --prefix www test -- browser`.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ask, bin, main, root, run, step, www } from "./paths.mjs";
import { browser, setUp } from "./setup.mjs";

const cargo = (...args) => run("cargo", args);
const node = (...args) => run(process.execPath, args, { cwd: www });
const script = (name) => node(join(www, "scripts", name));

/** Properties start from one seed here, so that a change is judged by what it changed; the nightly run tries new ones. */
function rust() {
  const { PROPTEST_RNG_SEED = "1" } = process.env;
  run("cargo", ["test", "--workspace", "--locked"], { env: { PROPTEST_RNG_SEED } });
}

function nodeTests(folder, env = {}) {
  const path = join(root, "tests", folder);
  const files = readdirSync(path)
    .filter((name) => name.endsWith(".test.mjs"))
    .sort();
  if (files.length === 0) throw new Error(`no test in tests/${folder}`);
  // One file at a time: each starts a browser or a build of its own.
  run(process.execPath, ["--test", "--test-concurrency=1", ...files.map((name) => join(path, name))], {
    cwd: www,
    env,
  });
}

/** In CI the way that depends on Debian's packages is the one that breaks unnoticed: it is forced where it can be. */
function engine() {
  const isDebian =
    ask("sh", ["-c", "test -f /etc/debian_version && test $(id -u) = 0 && echo yes"]) === "yes";
  const env = process.env.CI && isDebian && !process.env.LAYERWISE_WASM ? { LAYERWISE_WASM: "debian" } : {};
  run(process.execPath, [join(www, "scripts", "wasm.mjs")], { env });
}

function unchanged() {
  const changed = ask("git", ["status", "--porcelain"]);
  if (changed === undefined)
    return console.log("not a git clone: cannot tell whether a generated file differs");
  if (changed !== "" && process.env.CI)
    throw new Error(`the checks changed files that are committed:\n${changed}`);
}

/** Real builders, where they can be had: all that is recorded, then scenarios that are new to everybody. */
function live() {
  const tool = join(root, "tests", "conformance", "live.mjs");
  node(tool, "check", "--get", "--all");
  node(tool, "generate", "--count", "200", "--daemons", "2", "--seconds", "120");
}

/** Rewrites that the advice makes, built with a real BuildKit where it can be had, and compared with the originals. */
function exam() {
  node(join(root, "tests", "reorder", "exam.mjs"), "check", "--get", "--seconds", "100");
}

const CHECKS = [
  ["set up", setUp],
  ["format (rust)", () => cargo("fmt", "--all", "--check")],
  ["lint (rust)", () => cargo("clippy", "--workspace", "--locked", "--quiet", "--", "-D", "warnings")],
  ["test (rust)", rust],
  [
    "documentation (rust)",
    () =>
      run("cargo", ["doc", "-p", "layerwise", "--no-deps", "--locked", "--quiet"], {
        env: { RUSTDOCFLAGS: "-D warnings" },
      }),
  ],
  ["engine", engine],
  ["package", () => script("package.mjs")],
  ["site", () => script("site.mjs")],
  ["types", () => run(bin("tsc"), ["--noEmit", "-p", "tsconfig.json"], { cwd: www })],
  ["lint (web)", () => run(bin("biome"), ["check", "layerwise/src", "site", "scripts"], { cwd: www })],
  ["sizes", () => script("size.mjs")],
  ["test (package)", () => nodeTests("api")],
  ["test (command line)", () => nodeTests("cli")],
  ["test (consumers)", () => nodeTests("consumers", { CHROMIUM: browser() })],
  ["test (browser)", () => nodeTests("e2e", { CHROMIUM: browser() })],
  ["live comparison", live],
  ["live rewrites", exam],
  ["speed", () => script("bench.mjs")],
  ["nothing generated differs", unchanged],
];

main(async () => {
  const wanted = process.argv[2];
  const chosen = CHECKS.filter(([title]) => !wanted || title.includes(wanted));
  if (chosen.length === 0)
    throw new Error(`no check is called ${wanted}: ${CHECKS.map(([title]) => title).join(", ")}`);
  for (const [title, work] of chosen) await step(title, work);
  console.log(`\nall ${chosen.length} checks passed`);
});
