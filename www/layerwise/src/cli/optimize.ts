/** `layerwise optimize`: the better Dockerfile as a diff, or in place of the old one. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { optimize } from "../index.ts";
import { wrap } from "../render/text.ts";
import type { Advice, Scenario } from "../types.ts";
import { duration, LEVEL } from "../wording.ts";
import { unifiedDiff } from "./diff.ts";
import { type Input, readInput } from "./input.ts";
import { type Arguments, UsageError } from "./options.ts";
import { paintDiff, print, printJson, remark, textOptions } from "./output.ts";
import { isBetter } from "./overview.ts";
import { FINDINGS, NOTHING_FOUND, type Status } from "./status.ts";

export async function optimizeCommand({ rest, options }: Arguments): Promise<Status> {
  if (rest.length > 1) throw new UsageError("optimize takes one Dockerfile");
  if (options.write && options.check) throw new UsageError("--write and --check exclude each other");
  const input = await readInput(rest[0], options);
  const advice = optimize(input.scenario);
  const better = isBetter(advice);
  if (options.write) await write(input, advice);
  if (options.json) {
    printJson(advice);
  } else if (options.check) {
    print(`${input.name}: ${better ? gain(advice) : "nothing to improve"}`);
  } else if (!options.write) {
    show(input, advice, textOptions(options).width, (diff) => paintDiff(diff, options));
  }
  return options.check && better ? FINDINGS : NOTHING_FOUND;
}

function show(input: Input, advice: Advice, width: number, paint: (diff: string) => string): void {
  const ignore = ignoreFile(input.scenario);
  const diff =
    unifiedDiff(input.scenario.dockerfile, advice.dockerfile, input.name) +
    (advice.dockerignore === undefined ? "" : unifiedDiff(ignore.text, advice.dockerignore, ignore.path));
  if (diff !== "") print(paint(diff));
  remark(isBetter(advice) ? gain(advice) : `${input.name}: nothing to improve`);
  for (const move of advice.moves) {
    remark(wrap(`${LEVEL[move.level].word}: ${move.title}`, width, "").join("\n"));
    for (const why of move.why) remark(wrap(why, width, "  ").join("\n"));
  }
  for (const kept of advice.kept) remark(wrap(`Line ${kept.line} stays: ${kept.why}`, width, "").join("\n"));
}

function gain(advice: Advice): string {
  return `an edit costs ${duration(advice.costBefore)} on average, ${duration(advice.costAfter)} reordered`;
}

async function write(input: Input, advice: Advice): Promise<void> {
  const { dockerfile, folder, scenario } = input;
  if (dockerfile === undefined || folder === undefined) {
    throw new UsageError("--write needs a Dockerfile on disk", "Without --write the result is printed.");
  }
  const changed = advice.dockerfile !== scenario.dockerfile;
  if (changed) await writeFile(dockerfile, advice.dockerfile);
  if (advice.dockerignore !== undefined) {
    await writeFile(join(folder, ignoreFile(scenario).path), advice.dockerignore);
  }
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
