/** `layerwise replay FILE|-`: a scenario's timeline. */
import { simulate } from "../index.ts";
import { readDocument } from "./input.ts";
import { type Arguments, UsageError } from "./options.ts";
import { print, printJson } from "./output.ts";
import { FINDINGS, NOTHING_FOUND, type Status } from "./status.ts";
import { timelineText } from "./timeline.ts";

export async function replay({ rest, options }: Arguments): Promise<Status> {
  const place = rest[0] ?? options.scenario;
  if (place === undefined || rest.length > 1) throw new UsageError("replay needs one scenario: a file, or -");
  const { scenario } = await readDocument(place, options);
  const timeline = simulate(scenario);
  if (options.json) printJson(timeline);
  else print(timelineText(timeline, options));
  return timeline.builds.some((build) => build.error !== undefined) ? FINDINGS : NOTHING_FOUND;
}
