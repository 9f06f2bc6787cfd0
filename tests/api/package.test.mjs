// @ts-check
// What is published: names, files, and what the manifest of the elements says.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as layerwise from "../../www/layerwise/dist/index.js";

const folder = fileURLToPath(new URL("../../www/layerwise/", import.meta.url));
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

test("the main entry exports these names and no others", () => {
  assert.deepEqual(Object.keys(layerwise).sort(), [
    "LONG_FRAGMENT",
    "LayerwiseError",
    "Workspace",
    "check",
    "fromFragment",
    "optimize",
    "parse",
    "readScenario",
    "render",
    "simulate",
    "toFragment",
    "tokens",
    "writeScenario",
  ]);
});

test("every entry is there, with its types first", () => {
  for (const [entry, target] of Object.entries(manifest.exports)) {
    if (typeof target === "string") {
      assert.ok(existsSync(join(folder, target)), `${entry}: ${target}`);
      continue;
    }
    assert.deepEqual(Object.keys(target), ["types", "default"], entry);
    for (const path of Object.values(target))
      assert.ok(existsSync(join(folder, String(path))), `${entry}: ${path}`);
  }
  for (const path of [...manifest.sideEffects, manifest.bin.layerwise, manifest.customElements]) {
    assert.ok(existsSync(join(folder, path)), path);
  }
});

test("the package depends on nothing", () => {
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.scripts, undefined);
});

test("the tarball holds what is built, and stays small", () => {
  const output = execFileSync("npm", ["pack", "--dry-run", "--json"], { cwd: folder, encoding: "utf8" });
  const [pack] = JSON.parse(output);
  const paths = pack.files.map((/** @type {{path: string}} */ file) => file.path);
  for (const path of paths) {
    assert.match(
      path,
      /^(dist\/|bin\/layerwise\.js$|custom-elements\.json$|README\.md$|LICENSE$|package\.json$)/,
    );
  }
  for (const path of [
    "README.md",
    "LICENSE",
    "dist/index.js",
    "dist/index.d.ts",
    "dist/cdn.js",
    "dist/engine.wasm",
    "dist/whole.wasm",
  ]) {
    assert.ok(paths.includes(path), path);
  }
  assert.equal(paths.filter((/** @type {string} */ path) => path.endsWith(".wasm")).length, 2);
  assert.ok(pack.size < 1_600_000, `tarball of ${pack.size} bytes`);
  assert.ok(pack.unpackedSize < 3_000_000, `unpacked ${pack.unpackedSize} bytes`);
});

test("publint finds nothing", async () => {
  // The workspace's packages lie beside the package, not above this file.
  const path = createRequire(join(folder, "package.json")).resolve("publint");
  const { publint } = await import(pathToFileURL(path).href);
  const { messages } = await publint({ pkgDir: folder, strict: true, pack: false });
  assert.deepEqual(messages, []);
});

test("the version is that of the engine", () => {
  const cargo = readFileSync(new URL("../../Cargo.toml", import.meta.url), "utf8");
  assert.equal(/^version = "(.*)"/m.exec(cargo)?.[1], manifest.version);
});

test("custom-elements.json says what the elements do", async () => {
  const described = JSON.parse(readFileSync(join(folder, manifest.customElements), "utf8"));
  const elements = await import("../../www/layerwise/dist/element/index.js");
  const source = readdirSync(join(folder, "src", "element"))
    .map((name) => readFileSync(join(folder, "src", "element", name), "utf8"))
    .join("\n");
  const classes = described.modules.flatMap((/** @type {any} */ module) => module.declarations);
  assert.deepEqual(
    classes.map((/** @type {any} */ each) => each.name),
    ["LayerwiseSteps", "LayerwisePlayground"],
  );
  for (const each of classes) {
    const known = /** @type {any} */ (elements)[each.name];
    const names = each.attributes.map((/** @type {any} */ attribute) => attribute.name);
    for (const name of known.observedAttributes) assert.ok(names.includes(name), `${each.name}: ${name}`);
    for (const name of names) {
      assert.ok(source.includes(`"${name}"`), `${each.name}: the source does not read ${name}`);
    }
    for (const event of each.events) assert.ok(source.includes(`"${event.name}"`), event.name);
    for (const part of each.cssParts)
      assert.match(source, new RegExp(`part: ["\`][^"\`]*\\b${part.name.split("-")[0]}`), part.name);
    for (const member of each.members) {
      assert.ok(member.name in known.prototype || source.includes(`readonly ${member.name}`), member.name);
    }
  }
  const events = new Set(source.match(/"lw-[a-z]+"(?=: \{|, \{)/g));
  for (const event of events) {
    assert.ok(JSON.stringify(classes).includes(event), `${event} is not described`);
  }
});

test("classes of elements can be imported where there is no page", async () => {
  await import("../../www/layerwise/dist/element/define.js");
});
