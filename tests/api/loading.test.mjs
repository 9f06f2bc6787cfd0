// @ts-check
// The ways to the engine, and what is said when it cannot be had. Each test has modules of its own: the engine is
// started once per copy of the package.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const dist = fileURLToPath(new URL("../../www/layerwise/dist/", import.meta.url));
const wasm = readFileSync(join(dist, "engine.wasm"));
const copies = mkdtempSync(join(tmpdir(), "layerwise-loading-"));
let address = "";

const server = createServer((request, response) => {
  const path = request.url ?? "";
  if (path === "/html.wasm") {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>Not found</title>");
  } else if (path === "/typed.wasm") {
    response.setHeader("content-type", "application/wasm");
    response.end(wasm);
  } else if (path === "/untyped.wasm") {
    response.setHeader("content-type", "application/octet-stream");
    response.end(wasm);
  } else if (path === "/other.wasm") {
    response.setHeader("content-type", "application/wasm");
    response.end(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  } else if (path === "/cut.wasm") {
    response.setHeader("content-type", "application/wasm");
    response.end(wasm.subarray(0, 1000));
  } else {
    response.statusCode = 404;
    response.end();
  }
});

before(async () => {
  await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  address = `http://127.0.0.1:${port}`;
});

after(() => {
  server.close();
  rmSync(copies, { recursive: true });
});

let number = 0;

/** An entry of a package in which nothing was started. @param {string} entry */
async function fresh(entry) {
  const folder = join(copies, String(++number));
  cpSync(dist, folder, { recursive: true });
  cpSync(join(dist, "..", "package.json"), join(folder, "package.json"));
  return import(pathToFileURL(join(folder, entry)).href);
}

test("the main entry needs no init", async () => {
  const { parse } = await fresh("index.js");
  assert.equal(parse("FROM scratch\n").instructions.length, 1);
});

for (const entry of ["url.js", "slim.js"]) {
  test(`${entry}: a call before init() says what is missing`, async () => {
    const { parse, isReady } = await fresh(entry);
    assert.equal(isReady(), false);
    assert.throws(() => parse("FROM a"), {
      name: "LayerwiseError",
      code: "notReady",
      hint: /await init\(\)/,
    });
  });

  for (const [path, message] of /** @type {[string, RegExp][]} */ ([
    ["/html.wasm", /html\.wasm is an HTML page, not the engine/],
    ["/missing.wasm", /missing\.wasm answered 404/],
    ["/cut.wasm", /cut\.wasm cannot be compiled/],
    ["/other.wasm", /not the engine of this version/],
  ])) {
    test(`${entry}: ${path} is refused with one clear error, and a second try may work`, async () => {
      const { init, parse } = await fresh(entry);
      await assert.rejects(init(address + path), { name: "LayerwiseError", code: "wasm", message });
      await init(`${address}/typed.wasm`);
      assert.equal(parse("FROM scratch\n").instructions.length, 1);
    });
  }
}

test("whatever holds the module will do", async () => {
  const sources = [
    `${address}/typed.wasm`,
    `${address}/untyped.wasm`,
    new URL("/typed.wasm", address),
    fetch(`${address}/typed.wasm`),
    await fetch(`${address}/untyped.wasm`),
    wasm,
    wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength),
    new WebAssembly.Module(wasm),
  ];
  for (const source of sources) {
    const { init, isReady, parse } = await fresh("slim.js");
    await init(source);
    assert.equal(isReady(), true);
    assert.equal(parse("FROM scratch\n").instructions.length, 1);
  }
});

test("init() starts once, however often it is called", async () => {
  const { init } = await fresh("url.js");
  const first = init(`${address}/typed.wasm`);
  assert.equal(init(`${address}/never-fetched.wasm`), first);
  await first;
  await init(`${address}/never-fetched.wasm`);
});

test("bytes that are no module are refused", async () => {
  const { init } = await fresh("slim.js");
  await assert.rejects(init(new Uint8Array(8)), {
    code: "wasm",
    message: /bytes handed to init\(\) is not a WebAssembly/,
  });
});

test("in Node the address of a file is refused with a hint", async () => {
  const { init } = await fresh("url.js");
  await assert.rejects(init(), { code: "wasm", hint: /Import from "layerwise"/ });
});

test("after a trap the engine starts anew", async () => {
  const folder = join(copies, "trap");
  cpSync(dist, folder, { recursive: true });
  const { parse, Workspace } = await import(pathToFileURL(join(folder, "index.js")).href);
  const glue = await import(pathToFileURL(join(folder, "glue.js")).href);
  const workspace = new Workspace({ dockerfile: "FROM scratch\n" });
  glue.__wbg_reset_state();
  assert.throws(() => workspace.build(), { name: "LayerwiseError", code: "call", message: /freed/ });
  assert.equal(parse("FROM scratch\n").instructions.length, 1);
});

test("no module waits at its top level, and none needs another package", () => {
  const modules = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".js"),
  );
  assert.ok(modules.length > 20);
  for (const name of modules) {
    const text = readFileSync(join(dist, name), "utf8");
    assert.doesNotMatch(text, /^(const [^=]+= )?await /m, name);
    for (const [, specifier = ""] of text.matchAll(/^(?:import|export)[^"'\n]*from ["']([^"']+)["']/gm)) {
      assert.match(
        specifier,
        name.startsWith("cli") || name === "context/node.js" ? /^(\.|node:)/ : /^\./,
        name,
      );
    }
  }
});

test("a package that lies behind a link works as well", async () => {
  const link = join(copies, "link");
  symlinkSync(dist, link);
  const { parse } = await import(pathToFileURL(join(link, "index.js")).href);
  assert.equal(parse("").instructions.length, 0);
});
