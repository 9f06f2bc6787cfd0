/** From a compiled module to a started engine. */
import type { Engine } from "../engine.ts";
import { LayerwiseError } from "../error.ts";
import * as glue from "../glue.ts";

/** The two modules, by the names of their files. */
export type Part = "engine" | "whole";

/** Starts a module in the place of the one that runs, if any; or says that it is not the one that is meant. */
export function start(module: WebAssembly.Module, part: Part): Engine {
  const found = mark(module);
  if (found !== `${part} ${glue.build}`) throw foreign(part, found);
  glue.startWith(module);
  return glue as unknown as Engine;
}

/** What the build wrote into the module: its name and the build's number. */
function mark(module: WebAssembly.Module): string | undefined {
  const [section] = WebAssembly.Module.customSections(module, "layerwise");
  return section === undefined ? undefined : new TextDecoder().decode(section);
}

function foreign(part: Part, found: string | undefined): LayerwiseError {
  const other = found?.split(" ")[0];
  const message =
    found === undefined || other === part
      ? "the module is not the engine of this version of layerwise"
      : `the module is ${other}.wasm, not ${part}.wasm`;
  return new LayerwiseError("wasm", message, {
    hint: `Take ${part}.wasm from the same version of the package as the JavaScript.`,
  });
}
