/** Handing the work on: a link that holds all of it, Markdown for an issue, an embed, a file. */
import { escapeMarkup, h, type MarkupNode } from "../layerwise/src/element/node.ts";
import { LONG_FRAGMENT, toFragment } from "../layerwise/src/link/fragment.ts";
import { renderMarkdown } from "../layerwise/src/render/markdown.ts";
import { writeScenario } from "../layerwise/src/scenario.ts";
import { count } from "../layerwise/src/wording.ts";
import type { Model } from "./model.ts";
import type { Session } from "./session.ts";

/** The address of this page with the whole state in its fragment. */
export function linkTo(session: Session): string {
  const address = new URL(location.href);
  address.search = "";
  address.hash = "";
  return address.href.replace(/#$/, "") + toFragment(session.scenario());
}

/** What the next build would do, as text for an issue or a review. */
export function markdown(session: Session): string {
  const answers = session.answers;
  const fence = "`".repeat(
    Math.max(3, ...(session.current.dockerfile.match(/`+/g) ?? []).map((run) => run.length + 1)),
  );
  const table =
    answers === undefined
      ? ""
      : renderMarkdown([{ result: answers.next, number: answers.builds.length + 1 }]);
  return `${fence}dockerfile\n${session.current.dockerfile.replace(/\n?$/, "\n")}${fence}\n\n${table}\n[Open in layerwise](${linkTo(session)})\n`;
}

/** Markup for a documentation page: readable text without scripts, steps with them. */
export function embedCode(session: Session): string {
  const script = new URL("layerwise/cdn.js", document.baseURI).href;
  const json = writeScenario(session.scenario()).replace(/</g, "\\u003c");
  const text = escapeMarkup(session.current.dockerfile);
  return `<script type="module" src="${script}"></script>
<layerwise-playground>
<pre><code class="language-dockerfile">${text}</code></pre>
<script type="application/json">
${json}</script>
</layerwise-playground>
`;
}

export function download(session: Session): void {
  const blob = new Blob([writeScenario(session.scenario())], { type: "application/json" });
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(blob);
  anchor.download = "layerwise.json";
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 1000);
}

export function shareView(model: Model): MarkupNode[] {
  const link = linkTo(model.session);
  const long = link.length > LONG_FRAGMENT;
  const row = (action: string, word: string, about: string): MarkupNode =>
    h("li", {}, h("button", { type: "button", "data-action": action }, word), h("span", {}, about));
  return [
    h("h2", { id: "share-title" }, "Share"),
    h("label", { for: "share-link" }, "The link holds the whole state; nothing is stored on a server."),
    h(
      "div",
      { class: "share-row" },
      h("input", { id: "share-link", type: "text", readonly: true, value: link }),
      h("button", { type: "button", class: "primary", "data-action": "copy-link" }, "Copy link"),
    ),
    long
      ? h(
          "p",
          { class: "problem" },
          `${count(link.length, "character")}: some chat tools cut links of more than ${LONG_FRAGMENT}. A file is safer.`,
        )
      : h("p", { class: "fine" }, count(link.length, "character")),
    h(
      "ul",
      { class: "share-list" },
      row("copy-markdown", "Copy as Markdown", "Dockerfile, steps and causes, for an issue or a review"),
      row("copy-embed", "Copy embed code", "for a documentation page"),
      row("download", "Download .json", "the scenario as a file; drop it here to open it again"),
    ),
  ];
}
