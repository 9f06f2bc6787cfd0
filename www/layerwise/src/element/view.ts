/**
 * A timeline as markup: a pure function, shared by the element, the site and `render`. Statuses are told by word and
 * sign, colour only repeats them.
 */
import type { BuildResult, Step, Timeline } from "../types.ts";
import {
  builderMessage,
  cost,
  count,
  duration,
  mount,
  type Phrase,
  type Piece,
  plain,
  reason,
  STATUS,
  short,
  statusWord,
  summary,
  unaffected,
} from "../wording.ts";
import { h, type MarkupChild, type MarkupNode } from "./node.ts";

/** How a view is wanted. */
export interface ViewOptions {
  /** Level of the heading of a stage; 3 if left out. */
  headingLevel?: number;
  /** Lines, files and steps in sentences become buttons with `data-line`, `data-path`, `data-step`. */
  interactive?: boolean;
  /** Steps that take part in what is pointed at: they get `data-marked`. */
  marked?: ReadonlySet<number>;
}

/** Neighbours of one stage, each with its index in the build. */
export function byStage(steps: readonly Step[]): { title: string; steps: { step: Step; index: number }[] }[] {
  const stages: { title: string; steps: { step: Step; index: number }[] }[] = [];
  steps.forEach((step, index) => {
    const last = stages.at(-1);
    if (last?.steps[0]?.step.stageIndex === step.stageIndex) last.steps.push({ step, index });
    else stages.push({ title: `Stage ${step.stage || step.stageIndex}`, steps: [{ step, index }] });
  });
  return stages;
}

/** One build: its steps by stage, the error if it fails, and the changes that made nothing run. */
export function buildView(build: BuildResult, options: ViewOptions = {}): MarkupNode[] {
  const stages = byStage(build.steps);
  const longest = Math.max(...build.steps.map((step) => step.cost.now), 1);
  const views = stages.map((stage) =>
    h(
      "section",
      { class: "lw-stage" },
      stages.length > 1 ? h(`h${options.headingLevel ?? 3}`, {}, stage.title) : undefined,
      h(
        "ol",
        { class: "lw-steps", part: "steps" },
        ...stage.steps.map(({ step, index }) => stepView(build, step, index, longest, options)),
      ),
    ),
  );
  const { error } = build;
  if (error !== undefined && (error.refused || build.steps.every((step) => step.status !== "failed"))) {
    views.unshift(
      h(
        "p",
        { class: "lw-error", part: "error", "data-line": error.line },
        error.line > 0 ? h("strong", {}, `Line ${error.line}: `) : undefined,
        builderMessage(error.message),
      ),
    );
  }
  if (build.unaffected.length > 0) {
    const items = build.unaffected.map((change) => h("li", {}, ...pieces(unaffected(change), options)));
    views.push(h("ul", { class: "lw-unaffected", part: "unaffected" }, ...items));
  }
  return views;
}

function stepView(
  build: BuildResult,
  step: Step,
  index: number,
  longest: number,
  options: ViewOptions,
): MarkupNode {
  const why = reason(build, index);
  const { sign } = STATUS[step.status];
  return h(
    "li",
    {
      class: "lw-step",
      part: `step step-${step.status}`,
      "data-status": step.status,
      "data-index": index,
      "data-line": step.line,
      "data-marked": options.marked?.has(index) ? "" : undefined,
    },
    h(
      "div",
      { class: "lw-head" },
      h("span", { class: "lw-status" }, h("span", { "aria-hidden": "true" }, `${sign} `), statusWord(step)),
      h("span", { class: "lw-number" }, `${step.index}`),
      h("code", { class: "lw-name" }, step.instruction),
      costView(step, longest),
    ),
    why && h("p", { class: "lw-cause", part: "cause" }, ...pieces(why, options)),
    ...(step.mounts ?? []).map((each) =>
      h("p", { class: "lw-mount" }, ...pieces(mount(each, step), options)),
    ),
    checksumView(step),
  );
}

function costView(step: Step, longest: number): MarkupNode | undefined {
  if (step.cost.now === 0) return undefined;
  // A class cannot carry a number and a style attribute is refused by strict pages: eleven lengths will do.
  const share = Math.ceil((step.cost.now / longest) * 10);
  return h("span", { class: "lw-cost", "data-share": share }, cost(step.cost));
}

function checksumView(step: Step): MarkupNode | undefined {
  const after = step.checksum;
  if (after === undefined) return undefined;
  const before = step.before?.checksum;
  const kind = step.exact ? "" : " (a stand-in: the base image or a file is not known)";
  if (before === undefined || before === after) {
    return h(
      "p",
      { class: "lw-checksum", part: "checksum", title: after + kind },
      "checksum ",
      h("code", {}, short(after)),
    );
  }
  return h(
    "p",
    { class: "lw-checksum", part: "checksum", title: `${before} → ${after}${kind}` },
    "checksum ",
    h("del", {}, h("code", {}, short(before))),
    h("span", { "aria-hidden": "true" }, " → "),
    h("span", { class: "lw-hidden" }, " is now "),
    h("ins", {}, h("code", {}, short(after))),
  );
}

/** A sentence as markup. */
export function pieces(phrase: Phrase, options: ViewOptions = {}): MarkupChild[] {
  return phrase.map((piece) => pieceView(piece, options.interactive === true));
}

function pieceView(piece: Piece, interactive: boolean): MarkupChild {
  if (typeof piece === "string") return piece;
  if (piece.kind === "code") return h("code", {}, piece.text);
  const target =
    piece.kind === "path"
      ? { "data-path": piece.text }
      : piece.kind === "line"
        ? { "data-line": piece.line }
        : { "data-step": piece.step };
  const inner = piece.kind === "path" ? h("code", {}, piece.text) : piece.text;
  if (!interactive) return inner;
  return h("button", { type: "button", class: "lw-link", ...target }, inner);
}

/** The builds side by side: rows are steps, columns are builds. Selecting one is the page's business. */
export function buildsView(timeline: Timeline, selected: number): MarkupNode {
  return h(
    "ol",
    { class: "lw-builds", part: "builds" },
    ...timeline.builds.map((build, index) => {
      const again = build.steps.filter(
        (step) => step.status === "executed" || step.status === "failed",
      ).length;
      return h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            class: "lw-build",
            "data-build": index,
            "aria-current": index === selected ? "true" : undefined,
          },
          h("span", { class: "lw-build-number" }, `Build ${index + 1}`),
          h(
            "span",
            { class: "lw-marks", "aria-hidden": "true" },
            ...build.steps.map((step) => h("span", { "data-status": step.status }, STATUS[step.status].sign)),
          ),
          h(
            "span",
            { class: "lw-build-cost" },
            build.error
              ? "fails"
              : again === 0
                ? "all cached"
                : `${count(again, "step")}, ${duration(build.cost)}`,
          ),
        ),
      );
    }),
  );
}

/** The line under the stack that says what the signs mean. */
export function legendView(): MarkupNode {
  const entries = (["cached", "executed", "depends"] as const).map((status) =>
    h(
      "li",
      { "data-status": status },
      `${STATUS[status].sign} ${STATUS[status].word}: ${STATUS[status].meaning}`,
    ),
  );
  return h("ul", { class: "lw-legend", part: "legend" }, ...entries);
}

/** The sentence for a `role="status"` region. */
export function announcement(build: BuildResult, number: number): string {
  return plain(summary(build, number));
}
