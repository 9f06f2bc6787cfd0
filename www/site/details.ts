/** What is told of a step on demand: its keys in full, its time, the files that differ, and what its key is made of. */
import { h, type MarkupNode } from "../layerwise/src/element/node.ts";
import type { Builder, Step } from "../layerwise/src/types.ts";
import { count, duration, STATUS } from "../layerwise/src/wording.ts";
import { factsOf } from "./facts.ts";
import type { Model } from "./model.ts";

const LONG_LISTS = 12;

export function details(model: Model, step: Step, index: number): MarkupNode {
  const set = model.session.document.costs[step.instruction];
  const seconds = set ?? Math.round(step.cost.cold / 100) / 10;
  const isRun = /^RUN\b/i.test(step.instruction);
  return h(
    "div",
    { class: "details" },
    h(
      "dl",
      {},
      ...pair("Status", STATUS[step.status].meaning),
      ...digest("Cache key", step.cacheKey, step.before?.cacheKey),
      ...digest("Content checksum", step.checksum, step.before?.checksum),
      ...(step.exact
        ? []
        : pair(
            "Stand-in",
            "The base image or a file is not known here: hits and misses are right, these digests are not the builder's.",
          )),
      ...(step.merge === undefined ? [] : pair("Put on top (--link)", STATUS[step.merge].meaning)),
      ...(step.cost.cold === 0
        ? []
        : pair(
            "Time if executed",
            step.cost.warm === step.cost.cold
              ? duration(step.cost.cold)
              : `${duration(step.cost.cold)} cold, ${duration(step.cost.warm)} with a warm cache mount`,
          )),
      ...files(step),
    ),
    ...facts(model.session.document.builder, step),
    h(
      "div",
      { class: "fields" },
      ...(model.shown === "next"
        ? (["up", "down"] as const).map((direction) => mover(index, direction))
        : []),
      isRun
        ? h(
            "label",
            {},
            "Seconds (estimate) ",
            h("input", {
              type: "number",
              min: 0,
              step: "any",
              value: seconds,
              "data-change": "cost",
              "data-instruction": step.instruction,
              id: `cost-${index}`,
            }),
          )
        : undefined,
    ),
  );
}

/** The same as Alt and an arrow, for who has no keyboard. */
function mover(index: number, direction: "up" | "down"): MarkupNode {
  return h(
    "button",
    {
      type: "button",
      class: "verb",
      "data-action": "move-step",
      "data-step": index,
      "data-direction": direction,
    },
    `move ${direction}`,
  );
}

function pair(term: string, value: string | undefined): MarkupNode[] {
  return value === undefined ? [] : [h("dt", {}, term), h("dd", {}, value)];
}

function digest(term: string, value: string | undefined, before: string | undefined): MarkupNode[] {
  if (value === undefined) return [];
  const changed = before !== undefined && before !== value;
  return [
    h("dt", {}, term),
    h(
      "dd",
      {},
      changed ? h("del", {}, before) : undefined,
      changed ? " " : undefined,
      h(changed ? "ins" : "span", {}, value),
    ),
  ];
}

function files(step: Step): MarkupNode[] {
  if (step.cause?.kind !== "files") return [];
  const { changes, total } = step.cause;
  const shown = changes.slice(0, LONG_LISTS);
  const items = shown.map((change) => {
    const modes = change.what === "mode" ? `: ${change.before ?? "?"} → ${change.after ?? "?"}` : "";
    return h("li", {}, h("code", {}, change.path), ` ${change.what}${modes}`);
  });
  if (total > shown.length) items.push(h("li", {}, `and ${count(total - shown.length, "more file")}`));
  return [h("dt", {}, "Files that differ"), h("dd", {}, h("ul", {}, ...items))];
}

/** The facts that are so often told wrongly, where they matter. */
function facts(builder: Builder, step: Step): MarkupNode[] {
  const { counts, ignores, notes } = factsOf(builder, step);
  return [
    h("dl", { class: "facts" }, ...pair("Its key holds", counts), ...pair("It does not hold", ignores)),
    ...notes.map((text) => h("p", { class: "fact" }, text)),
  ];
}
