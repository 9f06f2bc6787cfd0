/** The custom elements as classes, not registered: `layerwise/element/define` does that. Importable on servers. */
export { LayerwiseElement, type LayerwiseEvents } from "./embed.ts";
export { LayerwisePlayground } from "./playground.ts";
export { LayerwiseSteps } from "./steps.ts";
