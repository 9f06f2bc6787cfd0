/**
 * What a person knows about the bytes that a RUN writes. Only a real run shows them, so a step that copies them
 * depends on the answer.
 */
import { h, type MarkupNode } from "../layerwise/src/element/node.ts";
import { pieces } from "../layerwise/src/element/view.ts";
import type { BuildResult } from "../layerwise/src/types.ts";
import { stepName } from "../layerwise/src/wording.ts";
import type { Model } from "./model.ts";

const ANSWERS = [
  ["unknown", "not known"],
  ["same", "the same bytes"],
  ["different", "other bytes"],
] as const;

/** The switch at a RUN whose output decides about other steps, or about which something was said. */
export function outputSwitch(model: Model, result: BuildResult, index: number): MarkupNode | undefined {
  const { instruction = "", status } = result.steps[index] ?? {};
  const { outputs } = model.session.document;
  const answer = Object.hasOwn(outputs, instruction) ? outputs[instruction] : undefined;
  const isAsked = result.steps.some(({ cause }) => cause?.kind === "output" && cause.step === index);
  if (!/^RUN\b/i.test(instruction) || status === "cached" || !(isAsked || answer !== undefined))
    return undefined;
  return h(
    "fieldset",
    { class: "switch output", id: `output-${index}` },
    h("legend", {}, "When it runs, it writes"),
    ...ANSWERS.map(([value, word]) =>
      h(
        "label",
        {},
        h("input", {
          type: "radio",
          name: `output-${index}`,
          value,
          checked: value === (answer ?? "unknown"),
          "data-change": "output",
          "data-instruction": instruction,
        }),
        h("span", {}, word),
      ),
    ),
  );
}

/** At a step that depends: the way to the switch. */
export function outputLink(result: BuildResult, index: number): MarkupNode | undefined {
  const step = result.steps[index];
  if (step?.status !== "depends" || step.cause?.kind !== "output") return undefined;
  const source = step.cause.step;
  return h(
    "button",
    { type: "button", class: "link", "data-action": "go-output", "data-step": source },
    "say what ",
    ...pieces([stepName(result.steps, source)]),
    " writes",
  );
}
