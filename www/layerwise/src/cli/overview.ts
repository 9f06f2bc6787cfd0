/** `layerwise` without a command: the steps of a folder's Dockerfile, what likely edits cost, the best reorder. */
import { existsSync } from "node:fs";
import { withKnownImages } from "../images/index.ts";
import { check, optimize, simulate } from "../index.ts";
import { wrap } from "../render/text.ts";
import type { Advice, BuildResult, Diagnostic } from "../types.ts";
import { clip, cost, count, duration, LEVEL } from "../wording.ts";
import { diagnosticText } from "./check.ts";
import { commitsOf, readInput } from "./input.ts";
import { type Arguments, UsageError } from "./options.ts";
import { print, printJson, textOptions } from "./output.ts";
import { FINDINGS, NOTHING_FOUND, type Status } from "./status.ts";

export async function overview({ rest, options }: Arguments): Promise<Status> {
  const [place, extra] = rest;
  if (extra !== undefined) throw new UsageError(`${place} is not a command, and a folder stands alone`);
  if (place !== undefined && place !== "-" && !existsSync(place)) {
    throw new UsageError(`${place} is neither a command nor a file or folder`);
  }
  const input = await readInput(place, options);
  const timeline = simulate(input.scenario);
  const advice = optimize(input.scenario, { commits: commitsOf(input, options) });
  const diagnostics = check(withKnownImages(input.scenario)).filter(
    (each) => each.severity !== "information",
  );
  const build = timeline.builds.at(-1);
  const found =
    diagnostics.length > 0 ||
    build?.error !== undefined ||
    isBetter(advice) ||
    advice.dockerignore !== undefined;
  if (options.json) {
    printJson({ timeline, advice, diagnostics });
  } else {
    const { paint, width } = textOptions(options);
    const lines = [
      ...heading(input.name, build, paint.strong),
      ...stepLines(build, width, paint.muted),
      ...problems(build, diagnostics, input.name),
      ...savingLines(advice, paint.strong),
      ...moveLines(advice, width, paint.strong),
      ...ignoreLines(advice, width, paint.strong),
    ];
    print(lines.join("\n"));
  }
  return found ? FINDINGS : NOTHING_FOUND;
}

/** Whether the advice changes the Dockerfile. */
export function isBetter(advice: Advice): boolean {
  return advice.edits.length > 0;
}

function heading(name: string, build: BuildResult | undefined, strong: (text: string) => string): string[] {
  const steps = build?.steps.length ?? 0;
  const time =
    build !== undefined && build.cost > 0 ? `, about ${duration(build.cost)} with an empty cache` : "";
  return [strong(`${name}: ${count(steps, "step")}${time}`)];
}

function stepLines(build: BuildResult | undefined, width: number, muted: (text: string) => string): string[] {
  const steps = build?.steps ?? [];
  const several = steps.some((step) => step.stageIndex !== steps[0]?.stageIndex);
  return steps.map((step) => {
    const number = `${several && step.stage !== "" ? `${step.stage} ` : ""}${step.index}`.padStart(
      several ? 12 : 3,
    );
    const time = step.cost.cold > 0 ? `  ${cost({ ...step.cost, now: step.cost.cold })}` : "";
    return `${number}  ${clip(step.instruction, Math.max(20, width - number.length - time.length - 2))}${muted(time)}`;
  });
}

function problems(build: BuildResult | undefined, diagnostics: Diagnostic[], name: string): string[] {
  const lines = diagnostics.map((each) => diagnosticText(each, name));
  const error = build?.error;
  if (error !== undefined && !diagnostics.some((each) => each.message === error.message)) {
    lines.push(`${name}${error.line > 0 ? `:${error.line}` : ""}: the build fails: ${error.message}`);
  }
  return lines.length > 0 ? ["", ...lines] : [];
}

function savingLines(advice: Advice, strong: (text: string) => string): string[] {
  if (advice.saves.length === 0) return [];
  const widest = Math.max(...advice.saves.map((each) => each.edit.length));
  const lines = advice.saves.map((each) => {
    const after = each.after < each.before ? ` → ${duration(each.after)} reordered` : "";
    return `  ${each.edit.padEnd(widest)}  ${duration(each.before).padStart(9)}${after}`;
  });
  return ["", strong("What an edit costs"), ...lines];
}

function moveLines(advice: Advice, width: number, strong: (text: string) => string): string[] {
  if (advice.moves.length === 0) return ["", "The order is as good as layerwise can make it."];
  const lines = advice.moves.flatMap((move) => [
    ...wrap(`${LEVEL[move.level].word}: ${move.title}`, width, "  "),
    ...move.why.flatMap((why) => wrap(why, width, "    ")),
  ]);
  const next = isBetter(advice)
    ? ["", "layerwise optimize shows the change, layerwise optimize --write makes it."]
    : [];
  return ["", strong("What would rebuild less"), ...lines, ...next];
}

function ignoreLines(advice: Advice, width: number, strong: (text: string) => string): string[] {
  if (advice.ignoreLines.length === 0) return [];
  const lines = advice.ignoreLines.flatMap(({ line, why }) => [`  ${line}`, ...wrap(why, width, "    ")]);
  return ["", strong("What the ignore file lacks"), ...lines];
}
