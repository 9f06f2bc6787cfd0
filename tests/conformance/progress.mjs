/** What BuildKit prints and writes while it builds, read into the shape of a recording. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const STEP = /^\[(?:(\S+) )? *(\d+)\/(\d+)\] (.*)$/s;
const CACHE_CONFIG = "application/vnd.buildkit.cacheconfig";

/** The vertices that `--progress rawjson` told of, each as it was last, and the warnings. */
function vertices(text) {
  const all = new Map();
  const warnings = new Set();
  for (const line of text.split("\n")) {
    if (!line.startsWith("{")) continue;
    let status;
    try {
      status = JSON.parse(line);
    } catch {
      continue;
    }
    for (const vertex of status.vertexes ?? []) {
      const old = all.get(vertex.digest);
      // The layers of a base image are unpacked when a step needs them, and told as work of that step, without
      // its inputs; it says nothing about the step.
      if (old?.inputs && !vertex.inputs) continue;
      const known = Object.entries(vertex).filter(([, value]) => value !== "" && value?.length !== 0);
      const ends = (old?.ends ?? 0) + (vertex.completed === undefined ? 0 : 1);
      all.set(vertex.digest, { ...old, ...Object.fromEntries(known), cached: vertex.cached ?? false, ends });
    }
    for (const { short = "" } of status.warnings ?? []) warnings.add(Buffer.from(short, "base64").toString());
  }
  return { all, warnings: [...warnings].sort() };
}

/** Names of the stages as the builder prints them, in the order of the file. */
function stageNames(dockerfile) {
  const lines = [...dockerfile.matchAll(/^[ \t\ufeff]*FROM[ \t]+(.*?)\r?$/gim)];
  return lines.map(([, rest], number) => {
    const [, as, name] = rest.split(/\s+/).filter((word) => !word.startsWith("--"));
    return as?.toLowerCase() === "as" && name ? name.toLowerCase() : `stage-${number}`;
  });
}

/** Whether a step was taken from the cache, or null if that cannot be told. */
function outcome({ cached, started, completed, ends, inputs }, buildFailed) {
  if (completed === undefined) return null;
  // When a step starts, the daemon calls everything before it that it did not begin cached, with the step's own
  // time twice; a step that fails before it begins "starts" too, and then says nothing of what is before it.
  if (cached && buildFailed && started === completed) return null;
  // Finding out the key of a step without inputs is told as a start and an end; executing it, as another pair.
  if (!cached && !inputs && ends === 1) return buildFailed ? null : true;
  return cached;
}

/** The numbered steps, by stage and number, and the warnings. */
export function steps(text, dockerfile, buildFailed) {
  const { all, warnings } = vertices(text);
  const found = [];
  const merges = new Map();
  for (const vertex of all.values()) {
    const match = STEP.exec(vertex.name ?? "");
    if (!match || match[4].startsWith("FROM ")) continue;
    const [, stage = "", number, of, instruction] = match;
    const index = Number(number);
    const canceled = vertex.error?.includes("canceled") ?? false;
    const failed = vertex.error !== undefined && !canceled;
    const cached = canceled ? null : failed ? false : outcome(vertex, buildFailed);
    const link = instruction.startsWith("LINK ");
    const plain = link ? instruction.slice("LINK ".length) : instruction;
    const padded = number.padStart(of.length);
    const name = `[${stage && `${stage} `}${padded}/${of}] ${plain}`;
    const step = { name, stage, index, instruction: plain };
    if (link) merges.set(name, { ...step, cached: null, mergeCached: cached });
    else found.push({ ...step, cached, ...(failed && { failed: true }) });
  }
  for (const step of found) {
    const merge = merges.get(step.name);
    if (merge) step.mergeCached = merge.mergeCached;
    merges.delete(step.name);
  }
  // The copy itself goes by the name of an equal one in another stage.
  found.push(...merges.values());
  const names = stageNames(dockerfile);
  const place = ({ stage }) => (names.indexOf(stage.toLowerCase()) + names.length + 1) % (names.length + 1);
  const order = (a, b) => (a < b ? -1 : Number(a > b));
  found.sort(
    (a, b) => place(a) - place(b) || order(a.stage, b.stage) || a.index - b.index || order(a.name, b.name),
  );
  return { steps: found, warnings };
}

/** The records of a cache export in this folder, without what holds times. */
export function records(folder) {
  const blob = (digest) =>
    JSON.parse(readFileSync(join(folder, "blobs", "sha256", digest.slice("sha256:".length)), "utf8"));
  let top;
  try {
    top = blob(JSON.parse(readFileSync(join(folder, "index.json"), "utf8")).manifests[0].digest);
  } catch {
    return []; // Nothing to export: no index is written.
  }
  const parts = top.config ? [top.config] : (top.manifests ?? []);
  return parts
    .filter(({ mediaType }) => mediaType.startsWith(CACHE_CONFIG))
    .flatMap(({ digest }) => blob(digest).records ?? [])
    .map(({ digest, inputs, layers, chains }) => ({
      digest,
      ...(inputs?.length && { inputs }),
      result: Boolean(layers?.length || chains?.length),
    }));
}

/** The builder's error, without what differs from run to run. */
export function message(text) {
  const lines = text.split("\n").filter((line) => !line.startsWith("{") && !line.startsWith("time="));
  const at = lines.findLastIndex((line) => line.startsWith("error: "));
  const words = lines
    .slice(at === -1 ? -3 : at)
    .join("\n")
    .trim();
  return plain(
    words
      .replace(/ref [a-z0-9]{20,}::[a-z0-9]{20,}/g, "ref REF")
      .replace(/buildkit-mount\d+/g, "buildkit-mount")
      .replace(/\b[a-z0-9]{25}\b/g, "ID"),
  );
}

/** An error of either builder, without folders of this machine and addresses. */
export function plain(text) {
  return text
    .replace(/(Get|Head) "?https?:\/\/\S+ .*/g, "NETWORK")
    .replace(/\/\S*\/(?:cachemounts\/buildkit\d+|overlay2\/\w+\/merged|vfs\/dir\/\w+)(?=\/|\b)/g, "ROOT")
    .replace(/\.dockerfile\.[0-9a-f]{20}/g, "Dockerfile")
    .replace(/\.pivot_root\d+/g, ".pivot_root");
}
