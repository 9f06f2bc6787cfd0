/** A timeline for a terminal. Colour is the caller's choice and only repeats what the words say. */
import type { BuildResult, Step } from "../types.ts";
import {
  clip,
  cost,
  mount,
  plain,
  reason,
  STATUS,
  short,
  statusWord,
  summary,
  unaffected,
} from "../wording.ts";

/** A build with its number, counted from 1. */
export interface NumberedBuild {
  result: BuildResult;
  /** Counted from 1; or words that say which build it is. */
  number: number | string;
}

/** Decorates a piece of the output: `status` by what it says, `muted` for what matters less. */
export interface Paint {
  status(step: Step, text: string): string;
  muted(text: string): string;
  strong(text: string): string;
}

const NO_PAINT: Paint = { status: (_, text) => text, muted: (text) => text, strong: (text) => text };

/** How much to say, and how wide a line may be. */
export interface TextOptions {
  paint?: Paint;
  width?: number;
  /** Signs and arrows in ASCII, for terminals without UTF-8. */
  ascii?: boolean;
}

/** The builds, each with its steps below a line of summary. */
export function renderText(builds: NumberedBuild[], options: TextOptions = {}): string {
  return builds.map((build) => buildText(build, options)).join("\n");
}

const ASCII_SIGN = { cached: "+", executed: "*", depends: "?", failed: "x", skipped: "-" } as const;

function buildText({ result, number }: NumberedBuild, options: TextOptions): string {
  const { paint = NO_PAINT, width = 100, ascii = false } = options;
  const several = result.steps.some((step) => step.stageIndex !== result.steps[0]?.stageIndex);
  const lines = [...wrap(plain(summary(result, number)), width, "").map(paint.strong)];
  result.steps.forEach((step, index) => {
    const sign = ascii ? ASCII_SIGN[step.status] : STATUS[step.status].sign;
    const status = paint.status(step, `${sign} ${statusWord(step)}`.padEnd(12));
    const stage = several && step.stage !== "" ? `${step.stage} ` : "";
    const time = step.cost.now > 0 ? `  ${cost(step.cost)}` : "";
    const room = Math.max(20, width - 12 - time.length - stage.length - 6);
    const name = clip(step.instruction, room);
    lines.push(`${status}${stage}${String(step.index).padStart(2)} ${name}${paint.muted(time)}`);
    const notes = [reason(result, index), ...(step.mounts ?? []).map((each) => mount(each, step))];
    for (const note of notes) {
      if (note !== undefined) lines.push(...wrap(plain(note), width, INDENT));
    }
    const { before, checksum } = step;
    if (checksum !== undefined && before?.checksum !== undefined && before.checksum !== checksum) {
      const arrow = ascii ? "->" : "→";
      lines.push(paint.muted(`${INDENT}checksum ${short(before.checksum)} ${arrow} ${short(checksum)}`));
    }
  });
  for (const change of result.unaffected) lines.push(...wrap(plain(unaffected(change)), width, ""));
  for (const warning of result.warnings) lines.push(...wrap(`warning: ${warning}`, width, ""));
  return `${lines.join("\n")}\n`;
}

const INDENT = "               ";

/** Breaks at blanks. A word that is too long stays whole: paths and commands are copied from here. */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((each) => each !== "")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  if (line !== "") lines.push(indent + line);
  return lines;
}
