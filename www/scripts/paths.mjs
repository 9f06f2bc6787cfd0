/** Where things are, and how steps are run: shared by all scripts here. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const www = fileURLToPath(new URL("..", import.meta.url));
export const root = join(www, "..");
/** The engine as a browser loads it: `engine.js` and `engine_bg.wasm`. */
export const engine = join(www, "build", "engine");

/** Runs a program and lets it speak for itself. Throws a sentence if it fails. */
export function run(program, args, { cwd = root, env = {}, quiet = false } = {}) {
  const result = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit",
    encoding: "utf8",
  });
  if (result.error) throw new Error(`cannot run ${program}: ${result.error.message}`);
  if (result.status !== 0) {
    if (quiet) process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
    throw new Error(`${program} ${args.join(" ")} ended with ${result.status ?? result.signal}`);
  }
  return result.stdout ?? "";
}

/** What a program prints, or undefined if it cannot be run or fails. */
export function ask(program, args, options = {}) {
  const result = spawnSync(program, args, { encoding: "utf8", cwd: root, ...options });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** A program of the installed npm packages. */
export function bin(name) {
  return join(www, "node_modules", ".bin", name);
}

/** Prints a heading, runs `work`, prints its time. */
export async function step(title, work) {
  const start = performance.now();
  console.log(`\n== ${title}`);
  await work();
  console.log(`-- ${title}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** Runs the script of `main` and turns what it throws into a sentence and exit status 1. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}

/** Whether this file was started by Node, not imported. */
export function started(url) {
  return (
    process.argv[1] !== undefined && existsSync(process.argv[1]) && fileURLToPath(url) === process.argv[1]
  );
}
