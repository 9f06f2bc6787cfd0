/** One command from a fresh clone to the page: sets up, builds, serves. */
import { spawnSync } from "node:child_process";
import { main, step } from "./paths.mjs";
import { setUp } from "./setup.mjs";

main(async () => {
  await step("set up", setUp);
  for (const [title, script] of [
    ["engine", "wasm.mjs"],
    ["package", "package.mjs"],
    ["site", "site.mjs"],
  ]) {
    await step(title, () => node(script));
  }
  node("serve.mjs");
});

// Each script is a process of its own, so that it can use packages that `setUp` has just installed.
function node(script) {
  const path = new URL(script, import.meta.url).pathname;
  const { status } = spawnSync(process.execPath, [path], { stdio: "inherit" });
  if (status !== 0) throw new Error(`${script} failed`);
}
