/** `layerwise optimize`: the better Dockerfile as a diff, or in place of the old one. */
import { writeFile } from "node:fs/promises";
import { optimize } from "../index.ts";
import { wrap } from "../render/text.ts";
import type { Advice, Scenario } from "../types.ts";
import { duration, LEVEL } from "../wording.ts";
import { unifiedDiff } from "./diff.ts";
import { commitsOf, type Input, readInput } from "./input.ts";
import { type Arguments, type Options, UsageError } from "./options.ts";
import { paintDiff, print, printJson, remark, textOptions, workflowCommand } from "./output.ts";
import { isBetter } from "./overview.ts";
import { FINDINGS, NOTHING_FOUND, type Status } from "./status.ts";

export async function optimizeCommand({ rest, options }: Arguments): Promise<Status> {
  if (rest.length > 1) throw new UsageError("optimize takes one Dockerfile");
  if (options.write && options.check) throw new UsageError("--write and --check exclude each other");
  const format = options.format ?? "text";
  if (!["text", "github"].includes(format)) throw new UsageError(`--format is text or github; not ${format}`);
  if (options.share !== undefined && !options.check) throw new UsageError("--share belongs to --check");
  const input = await readInput(rest[0], options);
  const advice = chosen(input, options);
  const better = options.share === undefined ? isBetter(advice) : share(advice) > options.share;
  if (options.write) await write(input, advice);
  if (options.json) {
    printJson(advice);
  } else if (format === "github") {
    const lines = annotations(input, advice);
    if (lines.length > 0) print(lines.join("\n"));
    else remark(`${input.name}: nothing to improve`);
  } else if (options.check) {
    print(`${input.name}: ${better ? gain(advice) : "nothing to improve"}`);
  } else if (!options.write) {
    show(input, advice, textOptions(options).width, (diff) => paintDiff(diff, options));
  }
  return options.check && better ? FINDINGS : NOTHING_FOUND;
}

/** The advice with the moves that are to be made. */
function chosen(input: Input, options: Options): Advice {
  const { bindMounts, dummySources, take, leave } = options;
  const asked = { commits: commitsOf(input, options), bindMounts, dummySources };
  if (take.length === 0 && leave.length === 0) return optimize(input.scenario, asked);
  // To name a move is to ask for its kind.
  const { moves } = optimize(input.scenario, { ...asked, moves: take });
  const unknown = [...take, ...leave].find((id) => !moves.some((move) => move.id === id));
  if (unknown !== undefined) {
    const ids = moves.map((move) => move.id).join(", ");
    throw new UsageError(
      `there is no move ${unknown}`,
      ids === "" ? "There is none at all." : `There are ${ids}.`,
    );
  }
  const made = moves.filter(
    ({ id, level }) => take.includes(id) || (level === "safe" && !leave.includes(id)),
  );
  return optimize(input.scenario, { ...asked, moves: made.map((move) => move.id) });
}

function show(input: Input, advice: Advice, width: number, paint: (diff: string) => string): void {
  const ignore = ignoreFile(input.scenario);
  const diff =
    unifiedDiff(input.scenario.dockerfile, advice.dockerfile, input.name) +
    (advice.dockerignore === undefined ? "" : unifiedDiff(ignore.text, advice.dockerignore, ignore.path));
  if (diff !== "") print(paint(diff));
  remark(isBetter(advice) ? gain(advice) : `${input.name}: nothing to improve`);
  for (const move of advice.moves) {
    remark(wrap(`${LEVEL[move.level].word} ${move.id}: ${move.title}`, width, "").join("\n"));
    for (const why of move.why) remark(wrap(why, width, "  ").join("\n"));
  }
  for (const { line, why } of advice.ignoreLines) {
    remark(wrap(`${ignore.path} lacks ${line}`, width, "").join("\n"));
    remark(wrap(why, width, "  ").join("\n"));
  }
  for (const kept of advice.kept) remark(wrap(`Line ${kept.line} stays: ${kept.why}`, width, "").join("\n"));
}

function gain(advice: Advice): string {
  return `an edit costs ${duration(advice.costBefore)} on average, ${duration(advice.costAfter)} reordered`;
}

/** By how much an edit gets cheaper on average, in hundredths. */
function share({ costBefore, costAfter }: Advice): number {
  return costBefore === 0 ? 0 : (100 * (costBefore - costAfter)) / costBefore;
}

/** For GitHub's pages: each move at the lines that it changes. */
function annotations({ name, scenario }: Input, advice: Advice): string[] {
  const line = (offset: number): number => scenario.dockerfile.slice(0, offset).split("\n").length;
  return advice.moves.map(({ level, title, why, edits, saves }) => {
    const [first, last] = [edits[0]?.from ?? 0, Math.max(0, ...edits.map((edit) => edit.to - 1))];
    const saved = saves.map(
      ({ edit, before, after }) => `${edit}: ${duration(before)}, then ${duration(after)}`,
    );
    const place = { file: name, line: line(first), endLine: line(Math.max(first, last)) };
    const kind = level === "safe" ? "warning" : "notice";
    return workflowCommand(
      kind,
      { ...place, title: `${LEVEL[level].word}: ${title}` },
      [...why, ...saved].join("\n"),
    );
  });
}

/** The Dockerfile alone: lines of the ignore file change the image, so they are for a person to take. */
async function write(input: Input, advice: Advice): Promise<void> {
  const { dockerfile, scenario } = input;
  if (dockerfile === undefined) {
    throw new UsageError("--write needs a Dockerfile on disk", "Without --write the result is printed.");
  }
  if (advice.dockerfile !== scenario.dockerfile) await writeFile(dockerfile, advice.dockerfile);
  remark(isBetter(advice) ? `${input.name}: written; ${gain(advice)}` : `${input.name}: nothing to improve`);
}

/** The ignore file in effect: a Dockerfile's own goes first. */
function ignoreFile(scenario: Scenario): { path: string; text: string } {
  const own = `${scenario.dockerfilePath ?? "Dockerfile"}.dockerignore`;
  const context = scenario.context ?? {};
  const path = Object.hasOwn(context, own) ? own : ".dockerignore";
  const entry = Object.hasOwn(context, path) ? context[path] : undefined;
  return { path, text: entry !== undefined && "text" in entry ? entry.text : "" };
}
