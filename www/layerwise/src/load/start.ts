/** From bytes or a compiled module to a started engine. */
import type { Engine } from "../engine.ts";
import { LayerwiseError } from "../error.ts";
import * as glue from "../glue.ts";

/** Starts the engine, or says that the module is not this version's. */
export function start(module: WebAssembly.Module): Engine {
  // Looked at first: the glue keeps whatever it has started once.
  const names = WebAssembly.Module.exports(module).map((each) => each.name);
  if (!["memory", "parse", "simulate", "optimize"].every((name) => names.includes(name))) throw foreign();
  try {
    glue.initSync({ module });
  } catch (error) {
    throw foreign(error);
  }
  return glue as unknown as Engine;
}

function foreign(cause?: unknown): LayerwiseError {
  return new LayerwiseError("wasm", "the module is not the engine of this version of layerwise", {
    cause,
    hint: "Take engine.wasm from the same version of the package as the JavaScript.",
  });
}
