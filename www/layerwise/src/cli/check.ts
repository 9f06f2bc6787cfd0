/** `layerwise check`: what is wrong or doubtful in the Dockerfile. */
import { withKnownImages } from "../images/index.ts";
import { check } from "../index.ts";
import type { Diagnostic } from "../types.ts";
import { readInput } from "./input.ts";
import { type Arguments, UsageError } from "./options.ts";
import { print, printJson, remark, workflowCommand } from "./output.ts";
import { FINDINGS, NOTHING_FOUND, type Status } from "./status.ts";

export async function checkCommand({ rest, options }: Arguments): Promise<Status> {
  if (rest.length > 1) throw new UsageError("check takes one Dockerfile");
  const format = options.json ? "json" : (options.format ?? "text");
  if (!["text", "json", "github"].includes(format)) {
    throw new UsageError(`--format is text, json or github; not ${format}`);
  }
  const { scenario, name } = await readInput(rest[0], options);
  const diagnostics = check(withKnownImages(scenario));
  if (format === "json") printJson(diagnostics);
  else if (diagnostics.length === 0) remark(`${name}: nothing found`);
  else {
    const write = format === "github" ? annotation : diagnosticText;
    print(diagnostics.map((each) => write(each, name)).join("\n"));
  }
  return diagnostics.some((each) => each.severity !== "information") ? FINDINGS : NOTHING_FOUND;
}

/** `Dockerfile:12:1: warning: message [Rule]`, as compilers write it. */
export function diagnosticText(diagnostic: Diagnostic, name: string): string {
  const { line, column, severity, message, code, hint } = diagnostic;
  const more = hint === undefined ? "" : `\n  ${hint}`;
  return `${name}:${line}:${column}: ${severity}: ${message} [${code}]${more}`;
}

function annotation(diagnostic: Diagnostic, name: string): string {
  const { severity, line, endLine, column, code, message } = diagnostic;
  const kind = severity === "information" ? "notice" : severity;
  return workflowCommand(kind, { file: name, line, endLine, col: column, title: code }, message);
}
