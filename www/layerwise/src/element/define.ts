/** Registers `<layerwise-steps>` and `<layerwise-playground>`. On a server it does nothing. */
import type { LayerwiseEvents } from "./embed.ts";
import { LayerwisePlayground } from "./playground.ts";
import { LayerwiseSteps } from "./steps.ts";

const registry = globalThis.customElements as CustomElementRegistry | undefined;
if (registry !== undefined) {
  if (registry.get("layerwise-steps") === undefined) registry.define("layerwise-steps", LayerwiseSteps);
  if (registry.get("layerwise-playground") === undefined) {
    registry.define("layerwise-playground", LayerwisePlayground);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "layerwise-steps": LayerwiseSteps;
    "layerwise-playground": LayerwisePlayground;
  }
  interface HTMLElementEventMap {
    "lw-ready": CustomEvent<LayerwiseEvents["lw-ready"]>;
    "lw-change": CustomEvent<LayerwiseEvents["lw-change"]>;
    "lw-build": CustomEvent<LayerwiseEvents["lw-build"]>;
    "lw-error": CustomEvent<LayerwiseEvents["lw-error"]>;
  }
}

export { LayerwisePlayground, LayerwiseSteps };
