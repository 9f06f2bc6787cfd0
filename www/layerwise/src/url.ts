/** The entry for pages: the engine is fetched as a file, compiled while it arrives, and cached by the browser. */
import { initOnce, type ModuleSource } from "./load/fetched.ts";

/**
 * Starts the part of the engine that a first result needs: parsing, and builds of the usual kinds by BuildKit. Call it
 * as often as you like: it starts once and gives the same promise.
 *
 * What this part cannot answer throws `notReady` until {@link initWhole} has been waited for.
 *
 * @param source where the module is; the `engine.wasm` beside this file if left out.
 * @throws LayerwiseError `wasm` if it cannot be had, or is not this version's engine.
 */
export function init(source?: ModuleSource): Promise<void> {
  return initOnce(source ?? new URL("./engine.wasm", import.meta.url), "engine");
}

/**
 * Starts the whole engine, with or without an `init()` before: for advice, checks, the classic builder and everything
 * that is rare. It takes over; workspaces that are open keep their state.
 *
 * @param source where the module is; the `whole.wasm` beside this file if left out.
 * @throws LayerwiseError `wasm` if it cannot be had, or is not this version's engine.
 */
export function initWhole(source?: ModuleSource): Promise<void> {
  return initOnce(source ?? new URL("./whole.wasm", import.meta.url), "whole");
}

export * from "./api.ts";
export { isReady, isWhole } from "./engine.ts";
export type { ModuleSource } from "./load/fetched.ts";
