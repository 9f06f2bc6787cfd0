/** A timeline as a piece of HTML with its style: for pages that run no script. */
import { h, toHtml } from "../element/node.ts";
import { styleSheet } from "../element/style.ts";
import { buildView, pieces } from "../element/view.ts";
import { summary } from "../wording.ts";
import type { NumberedBuild } from "./text.ts";

/** The builds as one `<div>`. */
export function renderHtml(builds: NumberedBuild[]): string {
  const views = builds.map(({ result, number }) =>
    h(
      "section",
      { class: "lw-result" },
      h("p", {}, ...pieces(summary(result, number))),
      ...buildView(result),
    ),
  );
  // The style is a constant of this package: nothing of the scenario is in it.
  return `<div class="lw-root"><style>${styleSheet(".lw-root")}</style>${views.map(toHtml).join("")}</div>\n`;
}
