/** The layer stack: every step in order, with status, cause, checksums, time, and details on demand. */
import { h, type MarkupNode } from "../layerwise/src/element/node.ts";
import { byStage, pieces } from "../layerwise/src/element/view.ts";
import type { BuildResult, Step } from "../layerwise/src/types.ts";
import {
  cost,
  count,
  mount,
  type Phrase,
  reason,
  STATUS,
  short,
  statusWord,
  unaffected,
} from "../layerwise/src/wording.ts";
import { basesOf, baseView } from "./bases.ts";
import { details } from "./details.ts";
import { factOfCause } from "./facts.ts";
import { type Marked, type Model, marked, shownBuild } from "./model.ts";
import { outputLink, outputSwitch } from "./outputs.ts";
import { quietChanges } from "./textchanges.ts";
import { timingView } from "./timing.ts";

const LONG_LISTS = 12;

export function stackView(model: Model): MarkupNode[] {
  const build = shownBuild(model);
  if (build === undefined) return [];
  const { result } = build;
  if (result.steps.length === 0) return [empty(model)];
  const marks = marked(model);
  const stages = byStage(result.steps);
  const several = stages.length > 1;
  const bases = basesOf(build.state, (reference) => model.session.listed(reference));
  const longest = Math.max(1000, ...result.steps.map((step) => step.cost.now));
  return [
    ...(result.error?.refused
      ? [h("p", { class: "remark" }, "The builder begins no step. Without the mistake it would do this:")]
      : []),
    ...stages.map(({ title, steps }) =>
      h(
        "section",
        { class: "stage" },
        several ? h("h3", { class: "stage-name" }, title) : undefined,
        ...baseView(model, bases.get(steps[0]?.step.stageIndex ?? 0)),
        h(
          "ol",
          { class: "stack", "aria-label": several ? title : "Steps" },
          ...steps.map(({ step, index }) => stepView(model, result, step, index, longest, marks)),
        ),
      ),
    ),
    ...warnings(result),
    ...withoutEffect(model, result),
    ...timingView(model, result),
    legend(),
  ];
}

function empty(model: Model): MarkupNode {
  const text =
    model.session.current.dockerfile.trim() === ""
      ? "Paste a Dockerfile anywhere on this page, drop a folder, or pick a scenario above."
      : "The builder finds no step to do. What is wrong is said under the text.";
  return h("p", { class: "empty" }, text);
}

/** `[2/4]` or `Step 2/4`, and the instruction. */
function printedName(step: Step): [string, string] {
  const match = /^(\[[^\]]*\]|Step \d+\/\d+ :)\s*([\s\S]*)$/.exec(step.name);
  if (match?.[1] === undefined) return [`${step.index}`, step.name];
  return [match[1].replace(/ :$/, ""), match[2] ?? ""];
}

function stepView(
  model: Model,
  result: BuildResult,
  step: Step,
  index: number,
  longest: number,
  marks: Marked,
): MarkupNode {
  const key = stepKey(step);
  const open = model.openSteps.has(key);
  const [number, text] = printedName(step);
  const why = reason(result, index);
  const isFirst = result.steps.findIndex((each) => each.cause?.kind === step.cause?.kind) === index;
  const fact = isFirst ? factOfCause(model.session.document.builder, step) : undefined;
  const root = step.cause?.kind === "parent" || step.cause?.kind === "output" ? step.cause.root : undefined;
  return h(
    "li",
    {
      class: "step",
      id: `step-${index}`,
      tabindex: -1,
      "data-status": step.status,
      "data-index": index,
      "data-role": step.cause === undefined ? undefined : root === undefined ? "root" : "follows",
      "data-marked": marks.steps.has(index) ? "" : undefined,
    },
    h("span", { class: "sign", "aria-hidden": "true" }, STATUS[step.status].sign),
    h(
      "div",
      { class: "plate" },
      h(
        "div",
        { class: "plate-head" },
        h("span", { class: "status" }, statusWord(step)),
        h("code", { class: "name" }, h("span", { class: "number" }, number), " ", text.replace(/\s+/g, " ")),
        timeView(step, longest),
      ),
      why === undefined ? undefined : h("p", { class: "cause" }, ...pieces(why, { interactive: true })),
      fact === undefined ? undefined : h("p", { class: "fact" }, fact),
      ...(step.mounts ?? []).map((each) => mountView(step, each)),
      h(
        "div",
        { class: "plate-foot" },
        checksumView(step),
        h(
          "button",
          { type: "button", class: "link", "data-line": step.line },
          step.line === step.endLine ? `line ${step.line}` : `lines ${step.line} to ${step.endLine}`,
        ),
        outputLink(result, index),
        h(
          "button",
          {
            type: "button",
            class: "link",
            "data-action": "details",
            "data-key": key,
            "aria-expanded": String(open),
          },
          open ? "less" : "details",
          h("span", { class: "hidden" }, ` of step ${step.index}`),
        ),
      ),
      outputSwitch(model, result, index),
      open ? details(model, step, index) : undefined,
    ),
  );
}

/** What stays the same for a step while texts around it change. */
export function stepKey(step: Step): string {
  return `${step.stageIndex}/${step.index}`;
}

/** Three states, not two: a step that is executed may find its downloads in a cache mount. */
function mountView(step: Step, each: NonNullable<Step["mounts"]>[number]): MarkupNode {
  const state =
    step.status === "cached" || step.status === "skipped"
      ? "not used"
      : each.emptied !== undefined || !each.warm
        ? "cold"
        : "warm";
  return h(
    "p",
    { class: "mount", "data-mount": state },
    h("span", { class: "mount-state" }, state),
    " ",
    ...pieces(mount(each, step)),
  );
}

function timeView(step: Step, longest: number): MarkupNode | undefined {
  if (step.cost.now === 0) return undefined;
  const share = Math.max(1, Math.ceil((step.cost.now / longest) * 10));
  return h(
    "span",
    { class: "time", "data-share": share },
    cost(step.cost),
    h("span", { class: "hidden" }, step.cost.source === "default" ? " (an estimate)" : ""),
  );
}

function checksumView(step: Step): MarkupNode | undefined {
  const value = step.checksum ?? step.cacheKey;
  if (value === undefined) return undefined;
  const before = step.checksum === undefined ? step.before?.cacheKey : step.before?.checksum;
  const label = step.checksum === undefined ? "key" : "checksum";
  const changed = before !== undefined && before !== value;
  return h(
    "span",
    { class: "checksum" },
    `${label} `,
    changed ? h("del", {}, h("code", {}, short(before))) : undefined,
    changed ? h("span", { "aria-hidden": "true" }, " → ") : undefined,
    changed ? h("span", { class: "hidden" }, " is now ") : undefined,
    h(changed ? "ins" : "span", {}, h("code", {}, short(value))),
    step.exact ? undefined : h("span", { class: "stand-in" }, " stand-in"),
    h(
      "button",
      {
        type: "button",
        class: "copy",
        "data-action": "copy",
        "data-copy": value,
        "aria-label": `Copy ${label} ${value}`,
      },
      "copy",
    ),
  );
}

function warnings(result: BuildResult): MarkupNode[] {
  if (result.warnings.length === 0) return [];
  return [
    h(
      "ul",
      { class: "remarks", "aria-label": "Warnings of the builder" },
      ...result.warnings.map((text) => h("li", {}, text)),
    ),
  ];
}

/** Edits that made nothing run: that they did not is the lesson. */
function withoutEffect(model: Model, result: BuildResult): MarkupNode[] {
  const list = result.unaffected;
  const phrases = [...quietText(model, result), ...list.slice(0, LONG_LISTS).map(unaffected)];
  if (phrases.length === 0) return [];
  const items = phrases.map((phrase) => h("li", {}, ...pieces(phrase, { interactive: true })));
  if (list.length > LONG_LISTS)
    items.push(h("li", {}, `And ${count(list.length - LONG_LISTS, "more file")} without effect.`));
  return [h("h3", { class: "small-title" }, "Without effect"), h("ul", { class: "remarks" }, ...items)];
}

/** What the Dockerfile's own changes since the build before did not do. */
function quietText(model: Model, result: BuildResult): Phrase[] {
  const { session, shown } = model;
  const { built, current, builder } = session.document;
  const before = shown === "next" ? built.at(-1) : built[shown - 1];
  const after = shown === "next" ? current : built[shown];
  if (before === undefined || after === undefined || before.dockerfile === after.dockerfile) return [];
  const [old, now] = [session.parse(before.dockerfile), session.parse(after.dockerfile)];
  if (old === undefined || now === undefined) return [];
  return quietChanges(old, now, builder, result).slice(0, LONG_LISTS);
}

function legend(): MarkupNode {
  const shown = ["cached", "executed", "depends", "failed", "skipped"] as const;
  return h(
    "ul",
    { class: "legend", "aria-label": "What the signs mean" },
    ...shown.map((status) =>
      h(
        "li",
        { "data-status": status },
        h("span", { class: "legend-sign", "aria-hidden": "true" }, STATUS[status].sign),
        ` ${STATUS[status].word.toLowerCase()}`,
      ),
    ),
  );
}
