/** `layerwise history`: what the last commits cost to build, and what they would have cost reordered. */
import { relative, sep } from "node:path";
import { optimize, simulate } from "../index.ts";
import type { BuildResult, Scenario } from "../types.ts";
import { clip, count, duration } from "../wording.ts";
import { readHistory } from "./git.ts";
import { readInput } from "./input.ts";
import { type Arguments, UsageError } from "./options.ts";
import { print, printJson, textOptions } from "./output.ts";
import { isBetter } from "./overview.ts";
import { NOTHING_FOUND, type Status } from "./status.ts";

export async function history({ rest, options }: Arguments): Promise<Status> {
  if (rest.length > 1) throw new UsageError("history takes one folder");
  const input = await readInput(rest[0], options);
  const { dockerfile, folder, scenario } = input;
  if (dockerfile === undefined || folder === undefined) {
    throw new UsageError("history needs a folder that is in a git repository", "");
  }
  const path = relative(folder, dockerfile).split(sep).join("/");
  if (path.startsWith("../")) throw new UsageError("history needs the Dockerfile inside the context", "");
  const { start, commits } = readHistory(folder, options.last ?? 20);
  const replayed = replayOf(scenario, start, commits, path);
  const results = simulate(replayed).builds.slice(1);
  const rows = commits.map((commit, index) => row(commit.id, commit.subject, results[index]));
  const paths = commits.map(({ edit }) => [...Object.keys(edit.write ?? {}), ...(edit.delete ?? [])]);
  const advice = optimize(scenario, { commits: paths });
  // The same edits of files, with one Dockerfile throughout: today's, and today's reordered.
  const total = (text: string): number =>
    sum(simulate(replayOf({ ...scenario, dockerfile: text }, start, commits)).builds);
  const totals = isBetter(advice)
    ? { today: total(scenario.dockerfile), reordered: total(advice.dockerfile) }
    : undefined;
  if (options.json) {
    printJson({ commits: rows, ...(totals === undefined ? {} : { totals }) });
    return NOTHING_FOUND;
  }
  const { paint, width } = textOptions(options);
  const lines = rows.map((each) => {
    const what = each.failed ? "fails" : each.steps === 0 ? "all cached" : count(each.steps, "step");
    const start = `${each.commit.slice(0, 8)}  ${what.padEnd(10)}  ${each.cost > 0 ? duration(each.cost).padStart(12) : " ".repeat(12)}  `;
    return start + paint.muted(clip(each.subject, Math.max(20, width - start.length)));
  });
  if (rows.length === 0) lines.push("There is only one commit: nothing was built again yet.");
  else if (totals !== undefined) {
    const each = (milliseconds: number): string => duration(Math.round(milliseconds / rows.length));
    lines.push(
      "",
      paint.strong(
        `With today's Dockerfile a commit costs ${each(totals.today)} on average, ${each(totals.reordered)} reordered.`,
      ),
    );
  }
  print(lines.join("\n"));
  return NOTHING_FOUND;
}

interface Row {
  commit: string;
  subject: string;
  steps: number;
  cost: number;
  failed: boolean;
}

function row(commit: string, subject: string, result: BuildResult | undefined): Row {
  const steps =
    result?.steps.filter((step) => step.status === "executed" || step.status === "failed").length ?? 0;
  return { commit, subject, steps, cost: result?.cost ?? 0, failed: result?.error !== undefined };
}

function sum(builds: BuildResult[]): number {
  return builds.slice(1).reduce((cost, build) => cost + build.cost, 0);
}

/** The history as a scenario. With `dockerfilePath` the Dockerfile is that of each commit, otherwise it stays. */
function replayOf(
  scenario: Scenario,
  start: Scenario["context"],
  commits: ReturnType<typeof readHistory>["commits"],
  dockerfilePath?: string,
): Scenario {
  const textOf = (files: Scenario["context"]): string | undefined => {
    const entry = dockerfilePath === undefined ? undefined : files?.[dockerfilePath];
    return entry !== undefined && "text" in entry ? entry.text : undefined;
  };
  const builds = commits.map(({ edit }) => {
    const dockerfile = textOf(edit.write);
    return { edit: dockerfile === undefined ? edit : { ...edit, dockerfile } };
  });
  return {
    ...scenario,
    dockerfile: textOf(start) ?? scenario.dockerfile,
    context: start ?? {},
    builds: [{ edit: {} }, ...builds],
  };
}
