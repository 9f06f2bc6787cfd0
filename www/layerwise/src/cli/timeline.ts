/** A timeline in the terminal, with the terminal's width and colours. */
import { type NumberedBuild, renderText } from "../render/text.ts";
import type { BuildResult, Timeline } from "../types.ts";
import { type Options, UsageError } from "./options.ts";
import { textOptions } from "./output.ts";

/** All builds, or the one of `--build`. */
export function timelineText(timeline: Timeline, options: Options): string {
  return renderText(chosenBuilds(timeline, options), textOptions(options));
}

/** The builds that are asked for, with their numbers. */
export function chosenBuilds(timeline: Timeline, options: Options): NumberedBuild[] {
  const builds = timeline.builds.map((result, index) => ({ result, number: index + 1 }));
  if (options.build === undefined) return builds;
  const chosen = builds.filter((each) => each.number === options.build);
  if (chosen.length === 0) {
    throw new UsageError(`there is no build ${options.build}: the scenario has ${builds.length}`, "");
  }
  return chosen;
}

/** The build of `--build`, or the last one. */
export function oneBuild(timeline: Timeline, options: Options): BuildResult | undefined {
  return chosenBuilds(timeline, options).at(-1)?.result;
}
