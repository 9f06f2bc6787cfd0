/** Brings a fresh clone to where everything can be built: npm packages, and a browser for the browser tests. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask, main, run, started, www } from "./paths.mjs";

const BROWSERS = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Installs the npm packages of the lock file, unless they are there already. */
export function setUp() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node ${process.versions.node} is too old: install Node 20.19 or later`);
  }
  if (!ask("cargo", ["--version"]))
    throw new Error("cargo is missing: install Rust's stable toolchain with rustup");
  const lock = join(www, "package-lock.json");
  const stamp = join(www, "node_modules", ".installed");
  const wanted = readFileSync(lock, "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: www });
  writeFileSync(stamp, wanted);
}

/** The path of a Chromium; installs Debian's as root, and says what to do elsewhere. */
export function browser() {
  const found = () => BROWSERS.find((path) => path && existsSync(path) && statSync(path).isFile());
  if (!found() && existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    console.log("apt-get install chromium");
    run("apt-get", ["update", "-qq"]);
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], {
      env: { DEBIAN_FRONTEND: "noninteractive" },
    });
  }
  const path = found();
  if (path) return path;
  throw new Error(
    "the browser tests need Chromium: install it (Debian: apt-get install chromium; macOS: brew install --cask " +
      "chromium) or name it in the variable CHROMIUM",
  );
}

if (started(import.meta.url)) main(setUp);
