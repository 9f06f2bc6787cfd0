// @ts-check
// The packed tarball, installed into a copy of a consumer's folder: never the workspace itself.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve as host } from "../../www/scripts/serve.mjs";

export { launch } from "../browser.mjs";

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

/** Serves a folder as a static host does. @param {string} folder */
export async function serve(folder) {
  const { url, close } = await host(folder);
  return { address: url.replace(/\/$/, ""), close };
}
