/**
 * The scenario as a document: read with clear errors, written again with everything that was in it, and carried in
 * the fragment of a link.
 */
import { LayerwiseError } from "./error.ts";
import type { Scenario } from "./types.ts";
import { validate } from "./validate.ts";

/**
 * Checks that a value, or JSON text, is a scenario and returns it. Members that layerwise does not know are kept.
 *
 * @throws LayerwiseError `scenario`; its `at` names the member that is wrong.
 */
export function readScenario(document: unknown): Scenario {
  const value = typeof document === "string" ? parseJson(document) : document;
  return validate(value);
}

/** The document as JSON text, indented, in the order of its members. */
export function writeScenario(scenario: Scenario): string {
  return `${JSON.stringify(scenario, null, 2)}\n`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LayerwiseError("scenario", `the scenario is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

export { fromFragment, LONG_FRAGMENT, toFragment } from "./link/fragment.ts";
