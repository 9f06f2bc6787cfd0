/** The entry without an engine: the caller hands it in, from wherever it keeps files. */
import { initOnce, type ModuleSource } from "./load/fetched.ts";

/**
 * Starts the engine. Call it as often as you like: it starts once and gives the same promise.
 *
 * @param source the module (`layerwise/engine.wasm`): its bytes, a compiled module, a response or an address.
 * @throws LayerwiseError `wasm` if it cannot be had, or is not this version's engine.
 */
export function init(source: ModuleSource): Promise<void> {
  return initOnce(source);
}

export * from "./api.ts";
export { isReady } from "./engine.ts";
export type { ModuleSource } from "./load/fetched.ts";
