/** All builds side by side: rows are steps, columns are builds. It shows which step pays for which kind of edit. */
import { h, type MarkupNode } from "../layerwise/src/element/node.ts";
import type { BuildResult, Step } from "../layerwise/src/types.ts";
import { clip, duration, STATUS } from "../layerwise/src/wording.ts";
import type { Model } from "./model.ts";

/** Older builds than these are behind the edge. */
const SHOWN = 12;

export function timelineView(model: Model): MarkupNode[] {
  const answers = model.session.answers;
  if (answers === undefined || answers.builds.length === 0) return [];
  const from = Math.max(0, answers.builds.length - SHOWN);
  const builds = answers.builds.slice(from);
  const columns: { result: BuildResult; index: number | "next" }[] = [
    ...builds.map((result, index) => ({ result, index: from + index })),
    { result: answers.next, index: "next" as const },
  ];
  const rows = allSteps(columns.map((column) => column.result));
  return [
    h(
      "div",
      { class: "timeline-scroll", tabindex: 0, role: "region", "aria-label": "Builds side by side" },
      h(
        "table",
        { class: "timeline" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "Step"),
            ...columns.map(({ result, index }) =>
              h(
                "th",
                { scope: "col", "data-shown": index === model.shown ? "" : undefined },
                h(
                  "button",
                  {
                    type: "button",
                    class: "column",
                    "data-action": "show",
                    "data-build": index,
                    "aria-current": index === model.shown ? "true" : undefined,
                  },
                  index === "next" ? "now" : `#${index + 1}`,
                  h(
                    "span",
                    { class: "column-cost" },
                    result.error ? "fails" : result.cost === 0 ? "–" : duration(result.cost),
                  ),
                ),
              ),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          ...rows.map(({ key, text }) =>
            h(
              "tr",
              {},
              h("th", { scope: "row", title: text }, h("code", {}, clip(text, 46))),
              ...columns.map(({ result, index }) => cell(find(result.steps, key), index === model.shown)),
            ),
          ),
        ),
      ),
    ),
    h(
      "p",
      { class: "timeline-foot" },
      from > 0 ? `Builds 1 to ${from} are not shown. ` : undefined,
      h("button", { type: "button", class: "link", "data-action": "forget" }, "Empty the cache"),
    ),
  ];
}

function cell(step: Step | undefined, shown: boolean): MarkupNode {
  const here = shown ? "" : undefined;
  if (step === undefined) return h("td", { "data-shown": here }, h("span", { class: "hidden" }, "not there"));
  const { sign, word } = STATUS[step.status];
  return h(
    "td",
    { "data-shown": here },
    h(
      "span",
      { class: "cell", "data-status": step.status, title: word },
      h("span", { "aria-hidden": "true" }, sign),
      h("span", { class: "hidden" }, word),
    ),
  );
}

interface Key {
  stage: number;
  instruction: string;
  nth: number;
}

/** The steps of all builds, those of the newest last build in their order, older ones where they stood. */
function allSteps(results: BuildResult[]): { key: Key; text: string }[] {
  const rows: { key: Key; text: string }[] = [];
  for (const result of [...results].reverse()) {
    let at = 0;
    result.steps.forEach((step, index) => {
      const key = keyOf(result.steps, index);
      const present = rows.findIndex((row) => same(row.key, key));
      if (present >= 0) {
        at = present + 1;
        return;
      }
      rows.splice(at++, 0, { key, text: step.instruction });
    });
  }
  return rows;
}

function keyOf(steps: Step[], index: number): Key {
  const step = steps[index] as Step;
  const nth = steps
    .slice(0, index)
    .filter((other) => other.stageIndex === step.stageIndex && other.instruction === step.instruction).length;
  return { stage: step.stageIndex, instruction: step.instruction, nth };
}

function same(left: Key, right: Key): boolean {
  return left.stage === right.stage && left.instruction === right.instruction && left.nth === right.nth;
}

function find(steps: Step[], key: Key): Step | undefined {
  return steps.find((_, index) => same(keyOf(steps, index), key));
}
