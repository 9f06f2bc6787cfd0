// @ts-check
// The package as others use it: Node, TypeScript, bundlers, script tags. No consumer has any configuration for it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { cleanUp, launch, program, project, run, serve } from "./project.mjs";

after(cleanUp);

test("Node, import", () => {
  const { statuses, text, next, advice } = JSON.parse(
    run(process.execPath, ["index.mjs"], project("node-esm")),
  );
  assert.deepEqual(statuses, ["cached", "executed", "executed"]);
  assert.match(text, /^Build 2: 2 of 3 steps run again/);
  assert.equal(next, 0);
  assert.equal(advice, "string");
});

test("Node, the command", () => {
  const folder = project("node-esm");
  const command = join(folder, "node_modules", ".bin", "layerwise");
  assert.match(run(command, ["--version"], folder), /^\d+\.\d+\.\d+\n$/);
});

test("Node, require", () => {
  const { statuses } = JSON.parse(run(process.execPath, ["index.cjs"], project("node-cjs")));
  assert.deepEqual(statuses, ["executed"]);
});

test("TypeScript, strict, each way of finding modules", () => {
  const folder = project("typescript-strict");
  run(program("tsc"), ["-p", "."], folder);
  run(program("tsc"), ["-p", ".", "--module", "ESNext", "--moduleResolution", "bundler"], folder);
});

/**
 * Opens a page and waits for its title.
 *
 * @param {string} address
 * @param {(page: import("playwright-core").Page) => Promise<void>} [check]
 */
async function opened(address, check) {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const problems = watched(page, address);
    await page.goto(address);
    await page.waitForFunction(() => document.title !== "waiting", undefined, { timeout: 20_000 });
    await check?.(page);
    assert.deepEqual(problems, []);
    return await page.title();
  } finally {
    await browser.close();
  }
}

/** Errors of a page, and requests that leave its host. @param {import("playwright-core").Page} page @param {string} address */
function watched(page, address) {
  /** @type {string[]} */
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    // Browsers ask for an icon by themselves.
    if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico"))
      problems.push(message.text());
  });
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "data:" && origin !== new URL(address).origin)
      problems.push(`request to ${request.url()}`);
  });
  return problems;
}

test("esbuild", async () => {
  const folder = project("esbuild");
  run(program("esbuild"), ["index.js", "--bundle", "--format=esm", "--outfile=out.js"], folder);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith(".wasm")),
    [],
  );
  const { address, close } = await serve(folder);
  try {
    assert.equal(await opened(`${address}/index.html`), "executed");
  } finally {
    close();
  }
});

test("Vite: what it builds", async () => {
  const folder = project("vite");
  run(program("vite"), ["build", "--logLevel", "error"], folder);
  const assets = readdirSync(join(folder, "dist", "assets"));
  assert.equal(assets.filter((name) => name.endsWith(".wasm")).length, 2, assets.join(" "));
  const preview = spawn(
    process.execPath,
    [program("vite"), "preview", "--port", "0", "--host", "127.0.0.1"],
    { cwd: folder },
  );
  try {
    const address = await printedAddress(preview);
    const title = await opened(address, async (page) => {
      await page.getByText("Build 2: 2 of 3 steps run again").waitFor();
    });
    assert.equal(title, "executed");
  } finally {
    preview.kill();
  }
});

/** @param {import("node:child_process").ChildProcessWithoutNullStreams} server @returns {Promise<string>} */
function printedAddress(server) {
  return new Promise((found, failed) => {
    let output = "";
    server.stdout.on("data", (chunk) => {
      output += chunk;
      const address = /http:\/\/[\d.]+:\d+\//.exec(stripVTControlCharacters(output))?.[0];
      if (address !== undefined) found(address);
    });
    server.on("exit", () => failed(new Error(`vite ended: ${output}`)));
  });
}

test("a script tag, the main entry module by module", async () => {
  const { address, close } = await serve(project("script-tag"));
  try {
    assert.equal(await opened(`${address}/module.html`), "executed");
  } finally {
    close();
  }
});
