/**
 * Builds the npm package: modules and types from TypeScript, the engine as a file and as text, and one file for
 * script tags.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { deflateSync } from "fflate";
import { bin, engine, main, root, run, started, www } from "./paths.mjs";

const layerwise = join(www, "layerwise");
const dist = join(layerwise, "dist");

export async function buildPackage() {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  run(bin("tsc"), ["-p", layerwise]);
  nameModulesInTypes();
  await vendor();
  inlineEngine();
  await bundle(join(dist, "element", "define.js"), join(dist, "cdn.js"));
  copyFileSync(join(root, "LICENSE"), join(layerwise, "LICENSE"));
}

/** The compiler rewrites `./x.ts` to `./x.js` in modules, but not in declarations, where older compilers stumble. */
function nameModulesInTypes() {
  for (const name of readdirSync(dist, { recursive: true }).filter((each) => each.endsWith(".d.ts"))) {
    const path = join(dist, name);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(/(["'])(\.\.?\/[^"']+)\.ts\1/g, "$1$2.js$1"));
  }
}

/**
 * Two modules only pass on what lies outside the package: the engine's glue, which takes in `decode.ts`, and fflate.
 * The code itself takes their place, so that the package depends on nothing and a browser can load it module by module.
 */
async function vendor() {
  await bundle(join(engine, "engine.js"), join(dist, "glue.js"));
  const licence = readFileSync(join(www, "node_modules", "fflate", "LICENSE"), "utf8");
  writeFileSync(
    join(dist, "third-party.txt"),
    `deflate.js and cdn.js contain parts of fflate:\n\n${licence}`,
  );
  await bundle(
    join(layerwise, "src", "deflate.ts"),
    join(dist, "deflate.js"),
    "/*! fflate, MIT: see third-party.txt */",
  );
  copyFileSync(join(engine, "engine.d.ts"), join(dist, "glue.d.ts"));
}

/** Both modules as files, and the whole engine as text: deflated, since base64 makes it a third longer. */
function inlineEngine() {
  for (const name of ["engine", "whole"])
    copyFileSync(join(engine, `${name}.wasm`), join(dist, `${name}.wasm`));
  const module = readFileSync(join(engine, "whole.wasm"));
  const base64 = Buffer.from(deflateSync(module, { level: 9 })).toString("base64");
  writeFileSync(
    join(dist, "bytes.js"),
    `/** The engine, written by scripts/package.mjs. */\nexport const size = ${module.length};\nexport const base64 = "${base64}";\n`,
  );
}

async function bundle(from, to, banner = "") {
  await build({
    entryPoints: [from],
    outfile: to,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "inline",
    banner: { js: banner },
    logLevel: "warning",
  });
}

if (started(import.meta.url)) main(buildPackage);
