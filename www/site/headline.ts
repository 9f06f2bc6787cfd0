/** The answer in one sentence, what caused it, and the button that builds. */
import { h, type MarkupNode } from "../layerwise/src/element/node.ts";
import { pieces } from "../layerwise/src/element/view.ts";
import type { BuildResult, Step } from "../layerwise/src/types.ts";
import {
  builderMessage,
  cause,
  count,
  duration,
  type Phrase,
  plain,
  statusWord,
} from "../layerwise/src/wording.ts";
import type { Model } from "./model.ts";
import { shownBuild } from "./model.ts";

/** How a build ends, for colour and sign. */
export type Mood = "cached" | "executed" | "depends" | "failed" | "waiting";

export interface Verdict {
  mood: Mood;
  /** "2 of 4 steps run again, about 35 s". */
  text: string;
  reason: Phrase;
}

export function verdict(result: BuildResult): Verdict {
  const { steps, error } = result;
  if (error !== undefined && error.line === 0 && steps.length === 0) {
    return {
      mood: "waiting",
      text: "There is nothing to build yet",
      reason: [`${sentence(error.message)}.`],
    };
  }
  if (error !== undefined) {
    const place = error.line > 0 ? ` on line ${error.line}` : "";
    const text = error.refused ? "The builder refuses this Dockerfile" : `The build fails${place}`;
    return {
      mood: "failed",
      text,
      // What is wrong with the file as a whole is on no line.
      reason:
        error.line > 0
          ? [
              { kind: "line", text: `Line ${error.line}`, line: error.line },
              `: ${builderMessage(error.message)}`,
            ]
          : [`${sentence(builderMessage(error.message))}.`],
    };
  }
  const all = steps.filter((step) => step.status !== "skipped");
  const again = all.filter((step) => step.status === "executed" || step.status === "failed");
  const maybe = all.filter((step) => step.status === "depends");
  const first = steps.findIndex((step) => step.cause !== undefined && step.status !== "skipped");
  const reason = first < 0 ? [] : (cause(steps, first) ?? []);
  if (all.length === 0) return { mood: "waiting", text: "There is nothing to build", reason: [] };
  if (again.length === 0 && maybe.length === 0) {
    return {
      mood: "cached",
      text: `Nothing runs: ${all.length === 1 ? "the step is" : `all ${all.length} steps are`} cached`,
      reason: [],
    };
  }
  const verb = again.some((step) => statusWord(step) === "RUN AGAIN") ? " again" : "";
  const time = result.cost > 0 ? `, about ${duration(result.cost)}` : "";
  const more =
    maybe.length > 0
      ? `, ${again.length === 0 ? "" : "and "}${maybe.length}${again.length === 0 ? ` of ${count(all.length, "step")}` : ""} may`
      : "";
  const ran =
    again.length === 0
      ? ""
      : `${again.length} of ${count(all.length, "step")} ${again.length === 1 ? "runs" : "run"}${verb}`;
  return {
    mood: again.length > 0 ? "executed" : "depends",
    text: `${ran}${again.length === 0 ? `${more.slice(2)} run again` : more}${time}`,
    reason: isFirst(steps)
      ? ["Nothing was built before. Build, then edit a file to see what the next build would do."]
      : reason,
  };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function isFirst(steps: Step[]): boolean {
  return (
    steps.some((step) => step.cause?.kind === "firstBuild") && steps.every((step) => step.status !== "cached")
  );
}

/** What a screen reader hears after a change. */
export function spoken(model: Model): string {
  const build = shownBuild(model);
  if (build === undefined) return model.session.problem ?? "";
  const { text, reason } = verdict(build.result);
  return `${model.shown === "next" ? "If you build now" : `Build ${build.number}`}: ${text}. ${plain(reason)}`;
}

export function headlineView(model: Model): MarkupNode[] {
  const build = shownBuild(model);
  if (build === undefined) return [unanswered(model)];
  const { mood, text, reason } = verdict(build.result);
  const past = model.shown !== "next";
  const saves = past ? undefined : saving(model);
  return [
    h(
      "div",
      { class: "headline", "data-mood": mood },
      h("p", { class: "overline" }, past ? `Build ${build.number}, looking back` : "If you build now"),
      h("h2", { id: "result-title", class: "verdict" }, text),
      reason.length > 0 ? h("p", { class: "reason" }, ...pieces(reason, { interactive: true })) : undefined,
      h(
        "div",
        { class: "actions" },
        past
          ? h("button", { type: "button", class: "primary", "data-action": "show-next" }, "Back to now")
          : h(
              "button",
              {
                type: "button",
                class: "primary",
                "data-action": "build",
                "aria-keyshortcuts": "Control+Enter",
              },
              "Build",
              h("kbd", { "aria-hidden": "true" }, "Ctrl ↵"),
            ),
        past ? h("button", { type: "button", "data-action": "restore" }, "Restore this state") : undefined,
        saves,
      ),
    ),
  ];
}

function saving(model: Model): MarkupNode | undefined {
  const button = (text: string): MarkupNode =>
    h("button", { type: "button", class: "suggest", "data-action": "go-advice" }, text);
  if (model.promised !== undefined) return button(model.promised);
  const advice = model.session.advice;
  if (advice === undefined || !advice.moves.some((move) => move.level === "safe")) return undefined;
  const best = Math.max(0, ...advice.saves.map((each) => each.before - each.after));
  return button(best >= 1000 ? `Reorder: saves up to ${duration(best)} per edit` : "Reorder");
}

function unanswered(model: Model): MarkupNode {
  const { session, wholeProblem } = model;
  const isWaiting = session.isWaiting;
  const problem = model.engineProblem ?? (isWaiting ? wholeProblem : undefined);
  if (problem !== undefined) {
    return h(
      "div",
      { class: "headline", "data-mood": "failed", role: "alert" },
      h("p", { class: "overline" }, "No result"),
      h(
        "h2",
        { id: "result-title", class: "verdict" },
        `${isWaiting ? "The rest of the engine" : "The engine"} could not be loaded`,
      ),
      h("p", { class: "reason" }, `${problem}.`),
      h(
        "p",
        { class: "reason" },
        "Your text and files are kept: go on editing, share a link, or try again. If it stays so, the site is not complete.",
      ),
      h(
        "div",
        { class: "actions" },
        h("button", { type: "button", class: "primary", "data-action": "retry" }, "Try again"),
      ),
    );
  }
  if (session.problem !== undefined) {
    return h(
      "div",
      { class: "headline", "data-mood": "failed", role: "alert" },
      h("p", { class: "overline" }, "No result"),
      h("h2", { id: "result-title", class: "verdict" }, "This cannot be simulated"),
      h("p", { class: "reason" }, session.problem),
      session.undoLabel === undefined
        ? undefined
        : h(
            "div",
            { class: "actions" },
            h("button", { type: "button", "data-action": "undo" }, "Undo the last edit"),
          ),
    );
  }
  return h(
    "div",
    { class: "headline", "data-mood": "waiting" },
    h("p", { class: "overline" }, "One moment"),
    h(
      "h2",
      { id: "result-title", class: "verdict" },
      `Loading ${isWaiting ? "the rest of the engine" : "the engine"}`,
    ),
  );
}

/** The same in one line, for the bar at the bottom of a phone. */
export function barView(model: Model): MarkupNode[] {
  const build = shownBuild(model);
  const { mood, text } = build === undefined ? { mood: "waiting", text: "No result" } : verdict(build.result);
  return [
    h(
      "button",
      { type: "button", class: "bar-text", "data-action": "tab", "data-tab": "result", "data-mood": mood },
      text,
    ),
    h(
      "button",
      { type: "button", class: "primary", "data-action": "build", disabled: build === undefined },
      "Build",
    ),
  ];
}
