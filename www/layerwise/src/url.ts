/** The entry for pages: the engine is fetched as a file, compiled while it arrives, and cached by the browser. */
import { initOnce, type ModuleSource } from "./load/fetched.ts";

/**
 * Starts the engine. Call it as often as you like: it starts once and gives the same promise.
 *
 * @param source where the module is; the `engine.wasm` beside this file if left out.
 * @throws LayerwiseError `wasm` if it cannot be had, or is not this version's engine.
 */
export function init(source?: ModuleSource): Promise<void> {
  return initOnce(source ?? new URL("./engine.wasm", import.meta.url));
}

export * from "./api.ts";
export { isReady } from "./engine.ts";
export type { ModuleSource } from "./load/fetched.ts";
