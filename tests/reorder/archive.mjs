/** What an image holds, read from the archive that a build exports: its files, layer upon layer, and its settings. */
import { createHash } from "node:crypto";
import { posix } from "node:path";

const BLOCK = 512;

const text = (block, at, length) => {
  const end = block.subarray(at, at + length).indexOf(0);
  return block.toString("utf8", at, at + (end < 0 ? length : end));
};
const octal = (block, at, length) => Number.parseInt(text(block, at, length).trim() || "0", 8);

/** `length key=value\n`, over and over: what a pax header adds to the entry behind it. */
function pax(data) {
  const found = {};
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const end = at + Number(data.toString("latin1", at, space));
    const equals = data.indexOf(0x3d, space);
    found[data.toString("utf8", space + 1, equals)] = data.subarray(equals + 1, end - 1);
    at = end;
  }
  return found;
}

/** The entries of a tar archive: `{ name, kind, mode, owner, target, data, attributes }`. */
export function* entries(archive) {
  let more = {};
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const head = archive.subarray(at, at + BLOCK);
    if (head[0] === 0) break;
    const size = more.size ? Number(more.size) : octal(head, 124, 12);
    const data = archive.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
    const kind = String.fromCharCode(head[156] || 0x30);
    if (kind === "x") {
      more = pax(data);
      continue;
    }
    if (!"0123456".includes(kind)) throw new Error(`an archive holds an entry of kind ${kind}`);
    const prefix = text(head, 257, 5) === "ustar" ? text(head, 345, 155) : "";
    const name = more.path?.toString() ?? (prefix ? `${prefix}/` : "") + text(head, 0, 100);
    const target = more.linkpath?.toString() ?? text(head, 157, 100);
    const attributes = Object.entries(more)
      .filter(([key]) => key.startsWith("SCHILY.xattr."))
      .map(([key, value]) => `${key.slice(13)}=${value.toString("base64")}`)
      .sort();
    const owner = `${more.uid ?? octal(head, 108, 8)}:${more.gid ?? octal(head, 116, 8)}`;
    yield { name, kind, mode: octal(head, 100, 8) & 0o7777, owner, target, data, attributes };
    more = {};
  }
}

const sha256 = (data) => createHash("sha256").update(data).digest("hex");

/** An absolute path without its last slash. */
const absolute = (name) => posix.join("/", name).replace(/(.)\/$/, "$1");

/** All that is compared of an entry, in one text. */
function described({ kind, mode, owner, target, data, attributes }) {
  const more = attributes.length > 0 ? ` ${attributes.join(" ")}` : "";
  if (kind === "2") return `link of ${owner} to ${target}${more}`;
  const what = { 0: "file", 3: "device", 4: "device", 5: "folder", 6: "pipe" }[kind];
  const content = kind === "0" ? ` ${sha256(data).slice(0, 16)}` : "";
  return `${what} of ${owner}, mode ${mode.toString(8)}${content}${more}`;
}

/** One layer as changes, in order: a path with what stands there, or with what it takes away. */
function layer(archive) {
  const changes = [];
  for (const entry of entries(archive)) {
    const path = absolute(entry.name);
    const name = posix.basename(path);
    if (name === ".wh..wh..opq") changes.push({ empties: posix.dirname(path) });
    else if (name.startsWith(".wh."))
      changes.push({ removes: posix.join(posix.dirname(path), name.slice(4)) });
    else if (entry.kind === "1") changes.push({ path, same: absolute(entry.target) });
    else changes.push({ path, folder: entry.kind === "5", what: described(entry) });
  }
  return changes;
}

/** Reads images; a layer that many of them have is read once. */
export class Reader {
  #layers = new Map();

  /** `{ files, config }` of the one image in an archive in OCI layout. `files` goes from path to description. */
  read(archive) {
    const blobs = new Map();
    for (const { name, data } of entries(archive))
      blobs.set(name.replace(/^blobs\/sha256\//, "sha256:"), data);
    const json = (name) => JSON.parse(blobs.get(name).toString());
    let manifest = json(json("index.json").manifests[0].digest);
    while (manifest.manifests) manifest = json(manifest.manifests[0].digest);
    const image = json(manifest.config.digest);
    const files = new Map();
    for (const { digest } of manifest.layers) {
      if (!this.#layers.has(digest)) this.#layers.set(digest, layer(blobs.get(digest)));
      apply(this.#layers.get(digest), files);
    }
    return { files, config: settings(image) };
  }
}

function apply(changes, files) {
  const below = (folder) => {
    const start = folder === "/" ? "/" : `${folder}/`;
    for (const path of [...files.keys()]) if (path.startsWith(start)) files.delete(path);
  };
  for (const { path, folder, what, same, removes, empties } of changes) {
    if (empties) below(empties);
    if (removes) {
      below(removes);
      files.delete(removes);
    }
    if (!path) continue;
    // What is no folder any more has nothing below it.
    if (!folder && files.get(path)?.startsWith("folder")) below(path);
    files.set(path, same ? (files.get(same) ?? `another name of ${same}`) : what);
  }
}

/** The settings that a container of the image has. The order of variables says nothing. */
function settings({ config = {}, os, architecture }) {
  const all = { ...config, Env: [...(config.Env ?? [])].sort(), Platform: `${os}/${architecture}` };
  if (all.WorkingDir === "/") delete all.WorkingDir;
  const empty = (value) => value === null || value === "" || Object.keys(Object(value)).length === 0;
  const kept = Object.entries(all).filter(
    ([, value]) => typeof value === "number" || value === true || !empty(value),
  );
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}
