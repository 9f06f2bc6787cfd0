/** From bytes or a compiled module to a started engine. */
import type { Engine } from "../engine.ts";
import { LayerwiseError } from "../error.ts";
import * as glue from "../glue.ts";

/** Starts the engine, or says that the module is not this version's. */
export function start(module: WebAssembly.Module): Engine {
  try {
    glue.initSync({ module });
  } catch (error) {
    throw new LayerwiseError("wasm", "the module is not the engine of this version of layerwise", {
      cause: error,
      hint: "Take engine.wasm from the same version of the package as the JavaScript.",
    });
  }
  return glue as unknown as Engine;
}
