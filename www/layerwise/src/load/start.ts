/** From compiled modules to a started engine. */
import type { Engine } from "../engine.ts";
import { LayerwiseError } from "../error.ts";
import * as glue from "../glue.ts";

/** Starts the engine, or says that the module is not this version's. */
export function start(module: WebAssembly.Module): Engine {
  // Looked at first: the glue keeps whatever it has started once.
  const names = WebAssembly.Module.exports(module).map((each) => each.name);
  if (!["memory", "parse", "simulate", "workspace_next"].every((name) => names.includes(name))) {
    throw foreign("engine");
  }
  try {
    glue.initSync({ module });
  } catch (error) {
    throw foreign("engine", error);
  }
  return glue as unknown as Engine;
}

/** Starts the second module beside the engine, or says that they do not belong together. */
export function startAdvice(module: WebAssembly.Module): void {
  // It imports from the engine under a name that only modules of one build share.
  if (!WebAssembly.Module.imports(module).some((each) => each.module.startsWith("engine "))) {
    throw foreign("advice");
  }
  try {
    glue.initAdvice(module);
  } catch (error) {
    throw foreign("advice", error);
  }
}

function foreign(name: "engine" | "advice", cause?: unknown): LayerwiseError {
  const what = name === "engine" ? "the engine" : "the second module";
  return new LayerwiseError("wasm", `the module is not ${what} of this version of layerwise`, {
    cause,
    hint: `Take ${name}.wasm from the same version of the package as the JavaScript.`,
  });
}
