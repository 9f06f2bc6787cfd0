/** The functions of the package, the same for every way of loading the engine. */
import { type AdviceOptions, engine, guarded } from "./engine.ts";
import { readScenario } from "./scenario.ts";
import type { Advice, Diagnostic, Dockerfile, Scenario, Timeline, Token } from "./types.ts";

/** Reads a Dockerfile. Never fails: what is wrong is in `diagnostics`, what is right is there all the same. */
export function parse(text: string): Dockerfile {
  return guarded(() => engine().parse(text));
}

/** The coloured pieces of a Dockerfile, in order and without overlap. */
export function tokens(text: string): Token[] {
  return guarded(() => engine().tokens(text));
}

/**
 * Runs a scenario's builds one after the other against one cache.
 *
 * ```js
 * const { builds } = simulate({
 *   dockerfile: "FROM node:22\nCOPY . .\nRUN npm ci\n",
 *   context: { "index.js": { text: "1" } },
 *   builds: [{ edit: {} }, { edit: { write: { "index.js": { text: "2" } } } }],
 * });
 * builds[1].steps[1].cause; // { kind: "parent", step: 0, root: 0 }
 * ```
 *
 * @throws LayerwiseError `scenario` if the document is not one.
 */
export function simulate(scenario: Scenario): Timeline {
  const read = readScenario(scenario);
  return guarded(() => engine().simulate(read), "scenario");
}

/** Choices for {@link optimize}. */
export interface OptimizeOptions extends AdviceOptions {
  /**
   * For each commit of the project's history the paths of the context that it changed: how often what changes. The
   * scenario's `weights` go first.
   */
  commits?: string[][];
}

/**
 * How to change the Dockerfile so that likely edits rebuild less. Only moves that keep the image the same are `safe`.
 *
 * @throws LayerwiseError `scenario` if the document is not one.
 */
export function optimize(scenario: Scenario, options?: OptimizeOptions): Advice {
  const read = readScenario(scenario);
  return guarded(() => engine().optimize(read, options), "scenario");
}

/**
 * What is wrong or doubtful in the Dockerfile.
 *
 * @throws LayerwiseError `scenario` if the document is not one.
 */
export function check(scenario: Scenario): Diagnostic[] {
  const read = readScenario(scenario);
  return guarded(() => engine().check(read), "scenario");
}

export type { AdviceOptions } from "./engine.ts";
export { type ErrorCode, LayerwiseError } from "./error.ts";
export { type RenderOptions, render } from "./render/index.ts";
export {
  fromFragment,
  LONG_FRAGMENT,
  readScenario,
  toFragment,
  writeScenario,
} from "./scenario.ts";
export type * from "./types.ts";
export { Workspace } from "./workspace.ts";
