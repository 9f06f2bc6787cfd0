/** A build as a picture: for READMEs and other places where neither script nor style is allowed. */
import { escapeMarkup } from "../element/node.ts";
import { clip, duration, plain, reason, STATUS, statusWord, summary } from "../wording.ts";
import { type NumberedBuild, wrap } from "./text.ts";

const WIDTH = 760;
/** Characters of 12 pixels that fit beside the margins: a guess on the wide side, since fonts differ. */
const COLUMNS = 100;

/** The build as SVG. Dark on light pages, light on dark ones. */
export function renderSvg(builds: NumberedBuild[]): string {
  const parts: string[] = [];
  let y = 14;
  const line = (x: number, kind: string, text: string): void => {
    parts.push(`<text x="${x}" y="${y}" class="${kind}">${escapeMarkup(text)}</text>`);
  };
  for (const { result, number } of builds) {
    for (const text of wrap(plain(summary(result, number)), COLUMNS, "")) {
      y += 18;
      line(16, "s", text);
    }
    y += 14;
    result.steps.forEach((step, index) => {
      const why = reason(result, index);
      const reasons = why === undefined ? [] : wrap(plain(why), COLUMNS - 4, "");
      const height = 30 + reasons.length * 17 + (reasons.length > 0 ? 4 : 0);
      const { status } = step;
      parts.push(
        `<rect x="16" y="${y}" width="${WIDTH - 32}" height="${height}" rx="5" class="b ${status}"/>`,
        `<rect x="16" y="${y}" width="${status === "cached" ? 3 : 6}" height="${height}" class="f-${status}"/>`,
      );
      y += 20;
      line(32, `w t-${status}`, `${STATUS[status].sign} ${statusWord(step)}`);
      line(140, "m", clip(step.instruction, 66));
      if (step.cost.now > 0) {
        parts.push(
          `<text x="${WIDTH - 28}" y="${y}" class="n e">${escapeMarkup(duration(step.cost.now))}</text>`,
        );
      }
      for (const reason of reasons) {
        y += 17;
        line(32, "n", reason);
      }
      y += height - 20 - reasons.length * 17 + 6;
    });
  }
  const height = y + 8;
  const title = builds.map(({ result, number }) => plain(summary(result, number))).join(" ");
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">` +
    `<title>${escapeMarkup(title)}</title><style>${STYLE}</style>` +
    `<rect width="${WIDTH}" height="${height}" rx="8" class="bg"/>${parts.join("")}</svg>\n`
  );
}

const LIGHT: Record<string, string> = {
  cached: "#0072b2",
  executed: "#a34700",
  depends: "#8a3a6a",
  failed: "#8a1c00",
  skipped: "#565c66",
};
const DARK: Record<string, string> = {
  cached: "#56b4e9",
  executed: "#e69f00",
  depends: "#d992b8",
  failed: "#ff9d6b",
  skipped: "#a3abb6",
};

function colours(
  table: Record<string, string>,
  [back, text, muted, rule]: [string, string, string, string],
): string {
  const statuses = Object.entries(table).map(
    ([status, colour]) => `.t-${status},.f-${status}{fill:${colour}}`,
  );
  return `.bg{fill:${back}}text{fill:${text}}.n{fill:${muted}}.b{fill:none;stroke:${rule}}${statuses.join("")}`;
}

const STYLE: string =
  "text{font:12px system-ui,-apple-system,Segoe UI,Roboto,sans-serif;white-space:pre}" +
  ".m{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}.w{font-weight:600}.s{font-size:13px;font-weight:600}" +
  ".e{text-anchor:end}.depends{stroke-dasharray:4 3}.skipped{stroke-dasharray:1 3}" +
  colours(LIGHT, ["#ffffff", "#1b1d21", "#565c66", "#d5d9df"]) +
  `@media(prefers-color-scheme:dark){${colours(DARK, ["#15171b", "#e8eaed", "#a3abb6", "#363b44"])}}`;
