/**
 * Compiles the engine to wasm, writes its JavaScript glue, cuts it in two and shrinks both: `build/engine`.
 *
 * | file | what |
 * |---|---|
 * | `engine.wasm` | parsing, BuildKit, timelines, workspaces: what is loaded first |
 * | `advice.wasm` | advice, checks and the classic builder, on the first one's memory |
 * | `engine.js` | the glue of both |
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ordered } from "./order.mjs";
import { bin, engine, main, root, run, started, www } from "./paths.mjs";
import { split } from "./split.mjs";
import { wasmToolchain } from "./toolchain.mjs";

const FEATURES = [
  "simd",
  "bulk-memory",
  "sign-ext",
  "nontrapping-float-to-int",
  "mutable-globals",
  "reference-types",
  "multivalue",
].map((name) => `--enable-${name}`);

export function buildWasm() {
  mkdirSync(engine, { recursive: true });
  const toolchain = wasmToolchain();
  console.log(`compiling with the toolchain "${toolchain.name}"`);
  const target = "wasm32-unknown-unknown";
  run(
    toolchain.cargo,
    ["build", "--locked", "--profile", "wasm", "-p", "layerwise-wasm", "--target", target, ...toolchain.args],
    { env: toolchain.env },
  );
  const compiled = join(toolchain.env.CARGO_TARGET_DIR, target, "wasm", "layerwise_wasm.wasm");

  // Glue and shrinking take longer than compiling a small change: they are left out if nothing changed.
  const digest = createHash("sha256");
  const made = ["wasm", "split", "split-data", "order"].map((name) => join(www, "scripts", `${name}.mjs`));
  for (const path of [compiled, ...made]) digest.update(readFileSync(path));
  const id = digest.digest("hex");
  const stamp = join(engine, "compiled.sha256");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === id) return;

  run("cargo", ["run", "--locked", "--quiet", "-p", "layerwise-bindgen", "--", compiled, engine]);
  const text = join(engine, "whole.wat");
  run(bin("wasm-dis"), [...FEATURES, join(engine, "engine_bg.wasm"), "-o", text]);
  const parts = split(readFileSync(text, "utf8"), `engine ${id.slice(0, 12)}`);
  shrink("engine", parts.first);
  shrink("advice", parts.second);
  joinGlue(parts);
  for (const name of ["whole.wat", "engine_bg.wasm", "engine_bg.wasm.d.ts"]) rmSync(join(engine, name));
  writeFileSync(join(engine, "rebuilt.json"), JSON.stringify(toolchain.rebuilt));
  writeFileSync(stamp, id);
}

/** Two rounds over code without nesting find more; repeated expressions compress better than locals for them. */
const SHRINK = ["--flatten", "--rereloop", "-Oz", "-Oz", "--low-memory-unused", "--skip-pass=local-cse"];

function shrink(name, text) {
  const from = join(engine, `${name}.wat`);
  const to = join(engine, `${name}.wasm`);
  writeFileSync(from, text);
  run(bin("wasm-opt"), [...SHRINK, ...FEATURES, from, "-o", to]);
  run(bin("wasm-dis"), [...FEATURES, to, "-o", from]);
  writeFileSync(from, ordered(readFileSync(from, "utf8")));
  run(bin("wasm-as"), [...FEATURES, from, "-o", to]);
  rmSync(from);
  console.log(`${to.slice(root.length)}: ${readFileSync(to).length} bytes`);
}

/** Teaches the glue of the whole engine that some of its functions are the second module's. */
function joinGlue({ exports, id }) {
  const path = join(engine, "engine.js");
  const later = new RegExp(`\\bwasm\\.(${exports.join("|")})\\(`, "g");
  const reset = "    wasm.__wbindgen_start();\n}";
  const text = readFileSync(path, "utf8");
  if (text.split(reset).length !== 2)
    throw new Error("the glue starts the engine anew in another way than expected");
  const joined = text
    .replace(later, "advice.$1(")
    .replace(reset, "    wasm.__wbindgen_start();\n    if (adviceModule) initAdvice(adviceModule);\n}");
  const start = `
let advice, adviceModule;

/** Starts the second module on the first one's memory. */
export function initAdvice(module) {
    advice = new WebAssembly.Instance(module, { ...__wbg_get_imports(), ${JSON.stringify(id)}: wasm }).exports;
    adviceModule = module;
}
`;
  writeFileSync(path, joined + start);
  const types = join(engine, "engine.d.ts");
  writeFileSync(
    types,
    `${readFileSync(types, "utf8")}\n/** Starts the second module on the first one's memory. */\nexport function initAdvice(module: WebAssembly.Module): void;\n`,
  );
}

if (started(import.meta.url)) main(buildWasm);
