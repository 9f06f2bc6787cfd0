/** What is shown of the document at the moment: which build, which file, what is open, what is pointed at. */
import type { BuildResult, Scenario, Step } from "../layerwise/src/types.ts";
import type { Session } from "./session.ts";
import type { Snapshot } from "./snapshot.ts";

/** Something that dots the same place in Dockerfile, files and stack. */
export type Pointed =
  | { kind: "line"; line: number }
  | { kind: "path"; path: string }
  | { kind: "step"; step: number };

export interface Model {
  session: Session;
  /** Name of the scenario, and what it teaches. */
  title: string;
  about: string;
  /** The build that is looked at: its index, or `next`. */
  shown: number | "next";
  tab: "dockerfile" | "files" | "result";
  /** The file in the editor; undefined is the Dockerfile. */
  file: string | undefined;
  /** The row of the tree that the keyboard is on. */
  selected: string | undefined;
  openFolders: Set<string>;
  openSteps: Set<string>;
  pointed: Pointed | undefined;
  /** What is being typed about files. */
  naming:
    | { kind: "file" | "folder" | "link" | "rename"; path: string; text: string; problem?: string }
    | undefined;
  /** The base image whose configuration is being pasted. */
  inspecting: { reference: string; text: string; problem?: string } | undefined;
  /** The log of a build is being pasted. */
  timing: { problem?: string } | undefined;
  /** Moves that are not to be taken. */
  declined: Set<string>;
  notices: Notice[];
  /** Why the engine did not start, if it did not. */
  engineProblem: string | undefined;
  /** Why the whole of it, which advice takes, did not come. */
  wholeProblem: string | undefined;
  /** What the page that was rendered beforehand says about reordering: it holds until the advice is there, or an edit. */
  promised: string | undefined;
}

/** What is shown of a scenario at first. */
export function firstModel(session: Session, scenario: Scenario): Model {
  return {
    session,
    title: scenario.name ?? "",
    about: scenario.about ?? "",
    shown: "next",
    tab: "result",
    file: undefined,
    selected: undefined,
    openFolders: new Set(),
    openSteps: new Set(),
    pointed: undefined,
    naming: undefined,
    inspecting: undefined,
    timing: undefined,
    declined: new Set(),
    notices: [],
    engineProblem: undefined,
    wholeProblem: undefined,
    promised: undefined,
  };
}

/** A message that stays until it is closed. */
export interface Notice {
  id: number;
  kind: "information" | "error";
  text: string;
  action?: { name: string; word: string };
}

/** The result that is looked at, and the state that it read. */
export function shownBuild(
  model: Model,
): { result: BuildResult; state: Snapshot; number: number } | undefined {
  const { answers, document } = model.session;
  if (answers === undefined) return undefined;
  const state = model.shown === "next" ? undefined : document.built[model.shown];
  const result = model.shown === "next" ? undefined : answers.builds[model.shown];
  if (model.shown !== "next" && state !== undefined && result !== undefined) {
    return { result, state, number: model.shown + 1 };
  }
  return { result: answers.next, state: document.current, number: document.built.length + 1 };
}

/** Which steps, lines and paths belong to what is pointed at. */
export interface Marked {
  steps: Set<number>;
  lines: Set<number>;
  paths: Set<string>;
}

export function marked(model: Model): Marked {
  const result: Marked = { steps: new Set(), lines: new Set(), paths: new Set() };
  const { pointed } = model;
  const answers = model.session.answers;
  const steps = shownBuild(model)?.result.steps ?? [];
  if (pointed === undefined || answers === undefined) return result;
  if (pointed.kind === "path") {
    result.paths.add(pointed.path);
    const below = `${pointed.path}/`;
    for (const fact of answers.facts) {
      if (fact.path !== pointed.path && !fact.path.startsWith(below)) continue;
      for (const line of fact.copiedBy) result.lines.add(line);
    }
    steps.forEach((step, index) => {
      if (result.lines.has(step.line)) mark(result, step, index);
    });
    return result;
  }
  steps.forEach((step, index) => {
    const hit =
      pointed.kind === "step"
        ? pointed.step === index
        : step.line <= pointed.line && pointed.line <= step.endLine;
    if (!hit) return;
    mark(result, step, index);
    for (const fact of answers.facts) if (fact.copiedBy.includes(step.line)) result.paths.add(fact.path);
  });
  return result;
}

function mark(result: Marked, step: Step, index: number): void {
  result.steps.add(index);
  for (let line = step.line; line <= step.endLine; line++) result.lines.add(line);
}
