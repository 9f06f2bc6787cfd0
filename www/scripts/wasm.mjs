/** Compiles the engine to wasm, writes its JavaScript glue, and shrinks it: `build/engine`. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bin, engine, main, root, run, started } from "./paths.mjs";
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
  const digest = createHash("sha256").update(readFileSync(compiled)).digest("hex");
  const stamp = join(engine, "compiled.sha256");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;

  run("cargo", ["run", "--locked", "--quiet", "-p", "layerwise-bindgen", "--", compiled, engine]);
  const module = join(engine, "engine_bg.wasm");
  const small = join(engine, "engine_small.wasm");
  run(bin("wasm-opt"), ["-Oz", ...FEATURES, module, "-o", small]);
  renameSync(small, module);
  writeFileSync(stamp, digest);
  console.log(`${module.slice(root.length)}: ${readFileSync(module).length} bytes`);
}

if (started(import.meta.url)) main(buildWasm);
