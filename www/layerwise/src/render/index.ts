/** A timeline as text for places without a page: terminals, issues, READMEs, blogs without scripts. */
import { LayerwiseError } from "../error.ts";
import type { Timeline } from "../types.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderSvg } from "./svg.ts";
import { renderText } from "./text.ts";

/** How a timeline is to be written. */
export interface RenderOptions {
  /** `text` if left out. `svg` is one picture for light and dark pages. */
  format?: "text" | "markdown" | "svg" | "html";
  /** Only this build, counted from 1; all of them if left out (`svg`: the last). */
  build?: number;
}

/**
 * Writes a timeline.
 *
 * @throws LayerwiseError `call` if the timeline has no such build, or the format is not one of those.
 */
export function render(timeline: Timeline, options: RenderOptions = {}): string {
  const { format = "text", build } = options;
  const number = timeline.builds.length;
  if (build !== undefined && (!Number.isInteger(build) || build < 1 || build > number)) {
    throw new LayerwiseError("call", `there is no build ${build}: the timeline has ${number}`);
  }
  const chosen = timeline.builds
    .map((result, index) => ({ result, number: index + 1 }))
    .filter((each) => build === undefined || each.number === build);
  switch (format) {
    case "text":
      return renderText(chosen);
    case "markdown":
      return renderMarkdown(chosen);
    case "svg":
      return renderSvg(chosen.slice(-1));
    case "html":
      return renderHtml(chosen);
    default:
      throw new LayerwiseError("call", `${String(format)} is not a format: text, markdown, svg or html`);
  }
}
