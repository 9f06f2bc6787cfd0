/**
 * Compiles the engine to wasm, writes its JavaScript glue, and makes two modules of it: `build/engine`.
 *
 * | file | what |
 * |---|---|
 * | `engine.wasm` | what a first result needs, made small: see `prune.mjs` |
 * | `whole.wasm` | all of it, made fast |
 * | `engine.js` | the glue of either |
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withoutUnread } from "./data.mjs";
import { ordered } from "./order.mjs";
import { bin, engine, main, root, run, started, www } from "./paths.mjs";
import { reachedPlaces } from "./profile.mjs";
import { Counted } from "./prune.mjs";
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

/** Two rounds over code without nesting find more; repeated expressions compress better than locals for them. */
const SMALL = ["--flatten", "--rereloop", "-Oz", "-Oz", "--low-memory-unused", "--skip-pass=local-cse"];
const FAST = ["-O3", "-O3", "--low-memory-unused"];

export async function buildWasm() {
  mkdirSync(engine, { recursive: true });
  const toolchain = wasmToolchain();
  console.log(`compiling with the toolchain "${toolchain.name}"`);
  const small = compile(toolchain, "wasm");
  const fast = compile(toolchain, "wasm-fast");

  // Glue and shrinking take longer than compiling a small change: they are left out if nothing changed.
  const id = digest([small, fast, ...sources()]).slice(0, 12);
  const stamp = join(engine, "compiled");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === id) return;

  const glue = bind(small, engine);
  if (bind(fast, join(engine, "fast")) !== glue) {
    throw new Error(
      "the two engines want different glue: their profiles in Cargo.toml differ in more than speed",
    );
  }
  const counted = new Counted(disassembled(join(engine, "engine_bg.wasm")));
  const counting = join(engine, "counting.wasm");
  assemble(counted.counting(), counting);
  const reached = await reachedPlaces(engine, readFileSync(counting));
  make("engine", counted.without(reached), SMALL, id);
  make("whole", disassembled(join(engine, "fast", "engine_bg.wasm")), FAST, id);
  extendGlue(glue, id);
  writeFileSync(stamp, id);
}

function compile(toolchain, profile) {
  const target = "wasm32-unknown-unknown";
  run(
    toolchain.cargo,
    [
      "build",
      "--locked",
      "--profile",
      profile,
      "-p",
      "layerwise-wasm",
      "--target",
      target,
      ...toolchain.args,
    ],
    { env: toolchain.env },
  );
  return join(toolchain.env.CARGO_TARGET_DIR, target, profile, "layerwise_wasm.wasm");
}

/** What the modules are made of beside the compiled engine. */
function sources() {
  const scripts = ["wasm", "prune", "profile", "data", "order"].map((name) =>
    join(www, "scripts", `${name}.mjs`),
  );
  const folders = [join(www, "profile"), join(www, "site", "scenarios")];
  return [...scripts, ...folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))];
}

function digest(paths) {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(readFileSync(path));
  return hash.digest("hex");
}

/** Writes the glue of a module beside it, and returns it. */
function bind(module, folder) {
  run("cargo", ["run", "--locked", "--quiet", "-p", "layerwise-bindgen", "--", module, folder]);
  return readFileSync(join(folder, "engine.js"), "utf8");
}

function disassembled(module) {
  const path = module.replace(/wasm$/, "wat");
  run(bin("wasm-dis"), [...FEATURES, module, "-o", path]);
  const text = readFileSync(path, "utf8");
  rmSync(path);
  return text;
}

function assemble(text, module) {
  const path = module.replace(/wasm$/, "wat");
  writeFileSync(path, text);
  run(bin("wasm-as"), [...FEATURES, path, "-o", module]);
  rmSync(path);
}

/** Optimizes a module, and marks it: the package tells by that what it is, and whether it is this version's. */
function make(name, text, passes, id) {
  const path = join(engine, `${name}.wasm`);
  assemble(withoutUnread(text), path);
  run(bin("wasm-opt"), [...passes, ...FEATURES, path, "-o", path]);
  assemble(ordered(disassembled(path)), path);
  writeFileSync(path, Buffer.concat([readFileSync(path), customSection("layerwise", `${name} ${id}`)]));
  console.log(`${path.slice(root.length)}: ${readFileSync(path).length} bytes`);
}

/** Adds the way from one module to the other, and what tells the modules that fit. */
function extendGlue(glue, id) {
  if (!glue.includes("wasmInstance = new WebAssembly.Instance(wasmModule, __wbg_get_imports());"))
    throw new Error("the glue starts a module anew in another way than expected");
  const code = `
/** The build whose modules this glue fits: they say so in their section "layerwise". */
export const build = "${id}";

/** Starts a module in the place of the one that runs, if any. Handles given out before are dead. */
export function startWith(module) {
    const before = wasmModule;
    wasmModule = module;
    try {
        __wbg_reset_state();
    } catch (error) {
        wasmModule = before;
        throw error;
    }
}
`;
  writeFileSync(join(engine, "engine.js"), glue + code);
  const types = readFileSync(join(engine, "engine.d.ts"), "utf8");
  const own = "export const build: string;\nexport function startWith(module: WebAssembly.Module): void;\n";
  writeFileSync(join(engine, "engine.d.ts"), `${types}\n${own}`);
}

/** Name and content are short: their lengths take one byte. */
function customSection(name, content) {
  const body = Buffer.from(`${String.fromCharCode(name.length)}${name}${content}`);
  return Buffer.concat([Buffer.from([0, body.length]), body]);
}

if (started(import.meta.url)) main(buildWasm);
