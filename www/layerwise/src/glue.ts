/**
 * What wasm-bindgen wrote beside the engine. `scripts/package.mjs` puts that file itself in the place of this one,
 * so that the published modules need no build folder.
 */
export * from "../../build/engine/engine.js";
