/** The entry without an engine: the caller hands it in, from wherever it keeps files. */
import { initOnce, type ModuleSource } from "./load/fetched.ts";

/**
 * Starts the part of the engine that a first result needs: parsing, and builds of the usual kinds by BuildKit. Call it
 * as often as you like: it starts once and gives the same promise.
 *
 * What this part cannot answer throws `notReady` until {@link initWhole} has been waited for.
 *
 * @param source the module (`layerwise/engine.wasm`): its bytes, a compiled module, a response or an address.
 * @throws LayerwiseError `wasm` if it cannot be had, or is not this version's engine.
 */
export function init(source: ModuleSource): Promise<void> {
  return initOnce(source, "engine");
}

/**
 * Starts the whole engine, with or without an `init()` before: for advice, checks, the classic builder and everything
 * that is rare. It takes over; workspaces that are open keep their state.
 *
 * @param source the module (`layerwise/whole.wasm`), in any form that `init` takes.
 * @throws LayerwiseError `wasm` if it cannot be had, or is not this version's engine.
 */
export function initWhole(source: ModuleSource): Promise<void> {
  return initOnce(source, "whole");
}

export * from "./api.ts";
export { isReady, isWhole } from "./engine.ts";
export type { ModuleSource } from "./load/fetched.ts";
