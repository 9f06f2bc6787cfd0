/** The entry for pages: the engine is fetched as a file, compiled while it arrives, and cached by the browser. */
import { initAdviceOnce, initOnce, type ModuleSource } from "./load/fetched.ts";

/**
 * Starts the engine. Call it as often as you like: it starts once and gives the same promise.
 *
 * @param source where the module is; the `engine.wasm` beside this file if left out.
 * @throws LayerwiseError `wasm` if it cannot be had, or is not this version's engine.
 */
export function init(source?: ModuleSource): Promise<void> {
  return initOnce(source ?? new URL("./engine.wasm", import.meta.url));
}

/**
 * Loads what `optimize`, `check`, advice and the classic builder need on top of what `init()` starts: a second file
 * half as large, so that a first result need not wait for it.
 *
 * @param source where the module is; the `advice.wasm` beside this file if left out.
 * @throws LayerwiseError `wasm` if it cannot be had, or does not belong to the engine.
 */
export function initAdvice(source?: ModuleSource): Promise<void> {
  return initAdviceOnce(source ?? new URL("./advice.wasm", import.meta.url));
}

export * from "./api.ts";
export { isReady, isWhole } from "./engine.ts";
export type { ModuleSource } from "./load/fetched.ts";
