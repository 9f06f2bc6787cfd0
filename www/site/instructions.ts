/** Instructions as blocks of lines that can be moved: with their continuation lines, and the comment above them. */
import type { Dockerfile } from "../layerwise/src/types.ts";

/** First and last line of a block, counted from 1. */
interface Block {
  first: number;
  last: number;
}

function blocks(lines: readonly string[], { directives, instructions }: Dockerfile): Block[] {
  const directiveLines = new Set(directives.map((each) => each.line));
  let end = 0;
  return instructions.map(({ line, endLine }) => {
    let first = line;
    while (first - 1 > end && !directiveLines.has(first - 1) && /^\s*#/.test(lines[first - 2] ?? "")) {
      first--;
    }
    end = endLine;
    return { first, last: endLine };
  });
}

/**
 * The text with the instruction at `line` before the one above it, or behind the one below; blank lines between them
 * stay where they are. `line` of the answer is where `line` went. Undefined if there is nothing to change places with.
 */
export function moveInstruction(
  text: string,
  parsed: Dockerfile,
  line: number,
  direction: "up" | "down",
): { text: string; line: number } | undefined {
  const lines = text.split("\n");
  const all = blocks(lines, parsed);
  const at = all.findIndex(({ first, last }) => first <= line && line <= last);
  const [upper, lower] = direction === "up" ? [all[at - 1], all[at]] : [all[at], all[at + 1]];
  if (at < 0 || upper === undefined || lower === undefined) return undefined;
  const part = (from: number, to: number): string[] => lines.slice(from - 1, to);
  const moved = [
    ...part(1, upper.first - 1),
    ...part(lower.first, lower.last),
    ...part(upper.last + 1, lower.first - 1),
    ...part(upper.first, upper.last),
    ...lines.slice(lower.last),
  ];
  const distance = direction === "up" ? upper.first - lower.first : lower.last - upper.last;
  return { text: moved.join("\n"), line: line + distance };
}
