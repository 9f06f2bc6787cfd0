/**
 * What a reader downloads, in bytes after brotli, against the limits and the sizes noted in size.json. `--write` notes
 * today's sizes there, so that growth shows in the change that caused it. A limit stands above both.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { engine, main, started, www } from "./paths.mjs";

const NOTES = join(www, "size.json");
/** A size may differ this much from the noted one before it must be noted anew: toolchains differ a little. */
const SLACK = 0.03;

function compressed(paths) {
  return paths.reduce((sum, path) => {
    const text = readFileSync(path);
    return sum + brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  }, 0);
}

/** The files of each part. The editor is not among those of the page: it is loaded when a person edits. */
function parts() {
  const dist = join(www, "layerwise", "dist");
  const site = join(www, "site", "dist");
  const manifest = JSON.parse(readFileSync(join(site, "manifest.json"), "utf8"));
  const here = (names) => names.map((name) => join(site, name));
  return {
    engine: [join(engine, "engine.wasm")],
    whole: [join(engine, "whole.wasm")],
    embed: [join(dist, "cdn.js"), join(dist, "engine.wasm")],
    page: here(manifest.page),
    editor: here(manifest.editor),
  };
}

export function checkSizes() {
  const notes = JSON.parse(readFileSync(NOTES, "utf8"));
  const problems = [];
  for (const [name, paths] of Object.entries(parts())) {
    const missing = paths.filter((path) => !existsSync(path));
    if (missing.length > 0) throw new Error(`not built: ${missing.join(", ")}`);
    const size = compressed(paths);
    const note = notes[name] ?? {};
    notes[name] = note;
    console.log(
      `${name.padEnd(8)} ${String(size).padStart(7)} bytes brotli${note.limit ? `, limit ${note.limit}` : ""}`,
    );
    if (note.limit && size > note.limit) problems.push(`${name} is ${size} bytes, more than ${note.limit}`);
    if (note.size && size > note.size * (1 + SLACK) && !process.argv.includes("--write")) {
      problems.push(
        `${name} grew from ${note.size} to ${size} bytes; if that is worth it: node www/scripts/size.mjs --write`,
      );
    }
    note.size = size;
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  if (process.argv.includes("--write")) writeFileSync(NOTES, `${JSON.stringify(notes, null, 2)}\n`);
}

if (started(import.meta.url)) main(checkSizes);
