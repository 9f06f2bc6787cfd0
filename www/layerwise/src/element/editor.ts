/** The parts of the playground that a person changes things with: text field, files, buttons. */
import type { PathFact } from "../types.ts";
import { count } from "../wording.ts";
import { h, type MarkupNode } from "./node.ts";

/** The Dockerfile: as it stands in the page, or in a text field. Tab leaves the field, as everywhere. */
export function sourceView(editable: boolean, text: string): MarkupNode {
  if (!editable) return h("slot", {});
  return h(
    "label",
    {},
    h("span", { class: "lw-label" }, "Dockerfile"),
    h("textarea", {
      class: "lw-code",
      part: "editor",
      rows: Math.min(24, text.split("\n").length + 1),
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      wrap: "off",
    }),
  );
}

/** More files than this are only counted. */
const MOST = 60;

/** The files, each with what can be done to it; an ignored one with the line that ignores it. */
export function filesView(facts: PathFact[]): MarkupNode {
  const rows = facts.slice(0, MOST).map((fact) => {
    const { path, ignoredBy } = fact;
    return h(
      "li",
      { "data-ignored": ignoredBy === undefined ? undefined : "" },
      h("code", {}, path),
      ignoredBy && h("small", {}, `ignored by line ${ignoredBy.line}`),
      h(
        "button",
        { type: "button", class: "lw-button", "data-change": path, "aria-label": `Change ${path}` },
        "Change",
      ),
      h(
        "button",
        { type: "button", class: "lw-button", "data-touch": path, "aria-label": `Touch ${path}` },
        "Touch",
      ),
    );
  });
  const more = facts.length - rows.length;
  if (more > 0) rows.push(h("li", {}, `and ${count(more, "more file")}`));
  return h("ul", { class: "lw-files", part: "files", "aria-label": "Files of the build context" }, ...rows);
}

/** Build, take back, and the way to the whole playground. */
export function toolbarView(state: { dirty: boolean; link: string }): MarkupNode {
  return h(
    "div",
    { class: "lw-toolbar", part: "toolbar" },
    h(
      "button",
      { type: "button", class: "lw-button", "data-action": "build", "data-main": state.dirty },
      "Build",
    ),
    h("button", { type: "button", class: "lw-button", "data-action": "reset" }, "Reset"),
    h(
      "a",
      { class: "lw-open", href: state.link, target: "_blank", rel: "noopener" },
      "Open in the playground",
    ),
  );
}
