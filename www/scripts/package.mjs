/** Builds the npm package: modules and types from TypeScript, and the engine beside them. */
import { main, run, started, bin, www } from "./paths.mjs";

export function buildPackage() {
  run(bin("tsc"), ["-p", "layerwise"], { cwd: www });
}

if (started(import.meta.url)) main(buildPackage);
