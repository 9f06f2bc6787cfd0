/** A timeline for an issue or a README: a sentence and a table for each build. */
import { clip, duration, type Phrase, reason, STATUS, statusWord, summary, unaffected } from "../wording.ts";
import type { NumberedBuild } from "./text.ts";

/** The builds as Markdown. */
export function renderMarkdown(builds: NumberedBuild[]): string {
  return builds.map(buildMarkdown).join("\n");
}

function buildMarkdown({ result, number }: NumberedBuild): string {
  const lines = [sentence(summary(result, number)), ""];
  if (result.steps.length > 0) {
    lines.push("| | Step | Line | Instruction | Time | Why |", "|---|---|---|---|---|---|");
  }
  result.steps.forEach((step, index) => {
    const why = reason(result, index);
    const cells = [
      `${STATUS[step.status].sign} ${statusWord(step)}`,
      `${step.stage === "" ? "" : `${escapeMarkdown(step.stage)} `}${step.index}`,
      String(step.line),
      codeSpan(clip(step.instruction, 80)),
      step.cost.now > 0 ? duration(step.cost.now) : "",
      why === undefined ? "" : sentence(why),
    ];
    lines.push(`| ${cells.join(" | ")} |`);
  });
  if (result.unaffected.length > 0) lines.push("");
  for (const change of result.unaffected) lines.push(`- ${sentence(unaffected(change))}`);
  return `${lines.join("\n")}\n`;
}

/** A sentence in one line that is safe in a table's cell: what comes from the Dockerfile cannot become markup. */
function sentence(phrase: Phrase): string {
  return phrase
    .map((piece) => {
      if (typeof piece === "string") return escapeMarkdown(piece);
      return piece.kind === "code" || piece.kind === "path"
        ? codeSpan(piece.text)
        : escapeMarkdown(piece.text);
    })
    .join("");
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~&!]/g, "\\$&").replace(/\s*\n\s*/g, " ");
}

/** Code with as many backticks around it as it needs. */
function codeSpan(text: string): string {
  const line = text.replace(/\s+/g, " ").replace(/\|/g, "\\|");
  if (line.trim() === "") return "(empty)";
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = longest > 0 ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}
