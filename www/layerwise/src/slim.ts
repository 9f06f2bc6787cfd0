/** The entry without an engine: the caller hands it in, from wherever it keeps files. */
import { initAdviceOnce, initOnce, type ModuleSource } from "./load/fetched.ts";

/**
 * Starts the engine. Call it as often as you like: it starts once and gives the same promise.
 *
 * @param source the module (`layerwise/engine.wasm`): its bytes, a compiled module, a response or an address.
 * @throws LayerwiseError `wasm` if it cannot be had, or is not this version's engine.
 */
export function init(source: ModuleSource): Promise<void> {
  return initOnce(source);
}

/**
 * Loads what `optimize`, `check`, advice and the classic builder need on top of what `init()` starts: a second file
 * half as large, so that a first result need not wait for it.
 *
 * @param source the module (`layerwise/advice.wasm`), in any form that `init` takes.
 * @throws LayerwiseError `wasm` if it cannot be had, or does not belong to the engine.
 */
export function initAdvice(source: ModuleSource): Promise<void> {
  return initAdviceOnce(source);
}

export * from "./api.ts";
export { isReady, isWhole } from "./engine.ts";
export type { ModuleSource } from "./load/fetched.ts";
