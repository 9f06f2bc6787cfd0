/** A unified diff of two texts by lines, as `diff -u` writes it. */

type Line = { sign: " " | "-" | "+"; text: string };

/** The difference, or an empty text if there is none. */
export function unifiedDiff(before: string, after: string, name: string, context = 3): string {
  if (before === after) return "";
  const lines = compare(before.split("\n"), after.split("\n"));
  const hunks: string[] = [];
  let oldLine = 1;
  let newLine = 1;
  let at = 0;
  while (at < lines.length) {
    const next = lines.findIndex((line, index) => index >= at && line.sign !== " ");
    if (next < 0) break;
    const start = Math.max(at, next - context);
    oldLine += start - at;
    newLine += start - at;
    const end = hunkEnd(lines, next, context);
    const hunk = lines.slice(start, end);
    const removed = hunk.filter((line) => line.sign !== "+").length;
    const added = hunk.filter((line) => line.sign !== "-").length;
    hunks.push(
      `@@ -${oldLine},${removed} +${newLine},${added} @@`,
      ...hunk.map((line) => line.sign + line.text),
    );
    oldLine += removed;
    newLine += added;
    at = end;
  }
  return `--- ${name}\n+++ ${name}\n${hunks.join("\n")}\n`;
}

/** A hunk goes on while the next change is near enough to share its context. */
function hunkEnd(lines: Line[], first: number, context: number): number {
  let last = first;
  for (let at = first; at < lines.length && at <= last + 2 * context; at++) {
    if (lines[at]?.sign !== " ") last = at;
  }
  return Math.min(lines.length, last + context + 1);
}

/** The longest common subsequence: quadratic, which a Dockerfile of some hundred lines does not feel. */
function compare(before: string[], after: string[]): Line[] {
  // The text ends with a line break: what comes after it is no line.
  if (before.at(-1) === "" && after.at(-1) === "") {
    before.pop();
    after.pop();
  }
  const common: Uint32Array[] = Array.from(
    { length: before.length + 1 },
    () => new Uint32Array(after.length + 1),
  );
  const length = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const row = common[i];
      if (row === undefined) continue;
      row[j] =
        before[i] === after[j] ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, fresh] = [before[i], after[j]];
    if (old !== undefined && old === fresh) {
      lines.push({ sign: " ", text: old });
      i++;
      j++;
    } else if (old !== undefined && (fresh === undefined || length(i + 1, j) >= length(i, j + 1))) {
      lines.push({ sign: "-", text: old });
      i++;
    } else {
      lines.push({ sign: "+", text: fresh ?? "" });
      j++;
    }
  }
  return lines;
}
