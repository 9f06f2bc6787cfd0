/** Where the times come from: estimates, what a person set, or the log of a build that is pasted here. */
import { h, type MarkupNode } from "../layerwise/src/element/node.ts";
import { stepSeconds } from "../layerwise/src/log.ts";
import type { BuildResult, Step } from "../layerwise/src/types.ts";
import { count } from "../layerwise/src/wording.ts";
import { type Model, shownBuild } from "./model.ts";
import type { Page } from "./page.ts";

/** The line under the steps, with the form that takes a log. */
export function timingView(model: Model, { steps }: BuildResult): MarkupNode[] {
  const timed = steps.filter((step) => step.cost.cold > 0);
  if (timed.length === 0) return [];
  const own = timed.filter((step) => step.cost.source === "set").length;
  const state =
    own === 0
      ? "Times are estimates. "
      : own === timed.length
        ? "All times are your own. "
        : `The times of ${count(own, "step")} are your own, the others estimates. `;
  const button = (action: string, word: string): MarkupNode =>
    h("button", { type: "button", class: "link scripted", "data-action": action }, word);
  const line = h(
    "p",
    { class: "timing" },
    state,
    button("timing", own === 0 ? "paste the log of a build" : "paste a log"),
    ...(own === 0 ? [] : [" ", button("timing-forget", "use estimates")]),
  );
  return model.timing === undefined ? [line] : [line, form(model.timing)];
}

function form({ problem }: NonNullable<Model["timing"]>): MarkupNode {
  return h(
    "form",
    { class: "timing inspect", "data-form": "timing" },
    h(
      "label",
      { for: "timing" },
      "What the builder printed, on the terminal or with ",
      h("code", {}, "--progress=plain"),
    ),
    h("textarea", {
      id: "timing",
      rows: 5,
      spellcheck: "false",
      autocomplete: "off",
      "aria-invalid": problem === undefined ? undefined : "true",
      "aria-describedby": problem === undefined ? undefined : "timing-problem",
    }),
    problem === undefined
      ? undefined
      : h("p", { id: "timing-problem", class: "problem", role: "alert" }, problem),
    h(
      "div",
      { class: "inspect-row" },
      h("button", { type: "submit", class: "primary" }, "Take its times"),
      h("button", { type: "button", "data-action": "timing-cancel" }, "Cancel"),
    ),
  );
}

/** Whether a text is the log of a build rather than a Dockerfile. */
export function isLog(text: string): boolean {
  return /^#\d+ \[/m.test(text) || /^\s*=> (CACHED )?\[/m.test(text) || /^\s*\{"vertexes":/.test(text);
}

/**
 * The seconds that a log has for these steps, by their text.
 *
 * @throws a sentence if it has none.
 */
export function timesOf(log: string, steps: readonly Step[]): Record<string, number> {
  if (log.trim() === "") throw new Error("Paste what docker build printed.");
  const known = steps.map(({ instruction }) => instruction);
  const all = Object.entries(stepSeconds(log, known));
  if (all.length === 0) {
    throw new Error(
      isLog(log)
        ? "No step of this log was executed: all came from the cache. Take one with --no-cache."
        : "This is no log of BuildKit: no line names a step with its time, such as #8 [2/5] RUN npm ci. The classic builder prints no times.",
    );
  }
  const found = all.filter(([instruction]) => known.includes(instruction));
  if (found.length === 0)
    throw new Error("The log is of another Dockerfile: none of its steps is one of the steps above.");
  return Object.fromEntries(found);
}

/** Closes the form. */
export function endTiming(page: Page): void {
  page.model.timing = undefined;
  page.draw();
  requestAnimationFrame(() =>
    requestAnimationFrame(() => document.querySelector<HTMLElement>("#steps [data-action=timing]")?.focus()),
  );
}

/** The log of a build was given: its times are those of the steps from now on. */
export function takeTimes(page: Page, log: string): void {
  const { session } = page.model;
  try {
    const times = timesOf(log, shownBuild(page.model)?.result.steps ?? []);
    session.setCosts("times of a log", { ...session.document.costs, ...times });
    if (page.model.timing !== undefined) endTiming(page);
    page.say(
      `The log's times of ${count(Object.keys(times).length, "step")} are taken. Undo takes them back.`,
    );
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    if (page.model.timing === undefined) {
      page.notify({ kind: "error", text: problem });
    } else {
      page.model.timing = { problem };
      page.draw();
    }
  }
}
