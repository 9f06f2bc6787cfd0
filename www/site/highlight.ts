/** Text in colours without an editor: what is there before the editor is loaded, and without scripts. */
import { h, type MarkupChild, type MarkupNode } from "../layerwise/src/element/node.ts";
import type { Status, Token } from "../layerwise/src/types.ts";
import { STATUS } from "../layerwise/src/wording.ts";

/** What the gutter says about a line: the status of the instruction that begins there. */
export type LineMarks = ReadonlyMap<number, Status>;

/** More lines than these wait for the editor, which draws only what can be seen. */
const MOST_LINES = 2000;

export function codeView(text: string, tokens: readonly Token[], marks: LineMarks): MarkupNode[] {
  const lines: MarkupNode[] = [];
  let from = 0;
  let next = 0;
  const texts = text.split("\n").slice(0, MOST_LINES);
  texts.forEach((line, index) => {
    const to = from + line.length;
    const children: MarkupChild[] = [];
    let at = from;
    while (next < tokens.length) {
      const token = tokens[next] as Token;
      if (token.from >= to) break;
      const start = Math.max(token.from, at);
      const end = Math.min(token.to, to);
      if (start > at) children.push(text.slice(at, start));
      if (end > start)
        children.push(
          token.kind === "text"
            ? text.slice(start, end)
            : h("span", { class: `tok-${token.kind}` }, text.slice(start, end)),
        );
      at = Math.max(at, end);
      if (token.to > to) break;
      next++;
    }
    if (at < to) children.push(text.slice(at, to));
    const status = marks.get(index + 1);
    lines.push(
      h(
        "div",
        { class: "code-line" },
        h(
          "span",
          { class: "code-sign", "data-status": status, "aria-hidden": "true" },
          status === undefined ? "" : STATUS[status].sign,
        ),
        h("span", { class: "code-number", "aria-hidden": "true" }, `${index + 1}`),
        h("span", { class: "code-text" }, ...children),
      ),
    );
    from = to + 1;
  });
  return lines;
}
