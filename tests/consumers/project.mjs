// @ts-check
// The packed tarball, installed into a copy of a consumer's folder: never the workspace itself.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "../../www/node_modules/playwright-core/index.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const www = fileURLToPath(new URL("../../www/", import.meta.url));
const folders = mkdtempSync(join(tmpdir(), "layerwise-consumers-"));
let tarball = "";

/** A program of the workspace, which consumers use without installing it once more. @param {string} name */
export function program(name) {
  return join(www, "node_modules", ".bin", name);
}

/** Runs a program and gives what it prints. @param {string} file @param {string[]} args @param {string} cwd */
export function run(file, args, cwd) {
  return execFileSync(file, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** The folder of a consumer, with the package installed. @param {string} name */
export function project(name) {
  if (tarball === "") {
    const [pack] = JSON.parse(
      run("npm", ["pack", "--json", "--pack-destination", folders], join(www, "layerwise")),
    );
    tarball = join(folders, pack.filename);
  }
  const folder = join(folders, name);
  cpSync(join(here, name), folder, { recursive: true });
  if (!existsSync(join(folder, "package.json"))) writeFileSync(join(folder, "package.json"), "{}\n");
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--no-save", tarball], folder);
  return folder;
}

/** Removes what was made. */
export function cleanUp() {
  rmSync(folders, { recursive: true, force: true });
}

const TYPES = /** @type {Record<string, string>} */ ({
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
});

/** Serves a folder as a plain static host does. @param {string} folder */
export async function serve(folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/"));
    try {
      const content = await readFile(join(folder, path));
      response.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream");
      response.end(content);
    } catch {
      response.statusCode = 404;
      response.end("not found");
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { address: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** A browser that talks to nobody but the page's own host. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
