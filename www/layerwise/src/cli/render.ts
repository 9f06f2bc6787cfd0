/** `layerwise render`: a timeline for another place than this terminal. */
import { type RenderOptions, render, simulate } from "../index.ts";
import { readDocument, readInput } from "./input.ts";
import { type Arguments, UsageError } from "./options.ts";
import { print, printJson } from "./output.ts";
import { NOTHING_FOUND, type Status } from "./status.ts";
import { chosenBuilds } from "./timeline.ts";

const FORMATS = ["text", "markdown", "svg", "html"] as const;

export async function renderCommand({ rest, options }: Arguments): Promise<Status> {
  const [place, extra] = rest;
  if (extra !== undefined) throw new UsageError("render takes one scenario");
  const format = FORMATS.find((each) => each === (options.format ?? "text"));
  if (format === undefined) throw new UsageError(`--format is ${FORMATS.join(", ")}; not ${options.format}`);
  const input =
    place === undefined ? await readInput(undefined, options) : await readDocument(place, options);
  const timeline = simulate(input.scenario);
  chosenBuilds(timeline, options);
  const wanted: RenderOptions = { format };
  if (options.build !== undefined) wanted.build = options.build;
  if (options.json) printJson({ format, content: render(timeline, wanted) });
  else print(render(timeline, wanted));
  return NOTHING_FOUND;
}
