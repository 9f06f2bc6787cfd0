/** `layerwise why [PATH…]`: which steps run again if files change, and why. */
import { existsSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { LayerwiseError, Workspace } from "../index.ts";
import { renderText } from "../render/text.ts";
import type { BuildResult, FileEntry, Files } from "../types.ts";
import { count, duration } from "../wording.ts";
import { type Input, readInput } from "./input.ts";
import type { Arguments } from "./options.ts";
import { print, printJson, textOptions } from "./output.ts";
import { FINDINGS, NOTHING_FOUND, type Status } from "./status.ts";

export async function why({ rest, options }: Arguments): Promise<Status> {
  const input = await readInput(undefined, options);
  const workspace = new Workspace(input.scenario);
  try {
    return rest.length === 0 ? table(workspace, input, options) : forPaths(workspace, input, rest, options);
  } finally {
    workspace.free();
  }
}

type Options = Arguments["options"];

function forPaths(workspace: Workspace, input: Input, paths: string[], options: Options): Status {
  const names = paths.map((path) => contextPath(path, input));
  for (const name of names) {
    for (const [path, entry] of filesBelow(name, input)) workspace.write(path, changed(entry));
  }
  const result = workspace.next();
  if (options.json) printJson(result);
  else print(renderText([{ result, number: `If ${list(names)} changes` }], textOptions(options)));
  return runsAgain(result) > 0 || result.error !== undefined ? FINDINGS : NOTHING_FOUND;
}

function list(names: string[]): string {
  return names.length === 1 ? `${names[0]}` : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function runsAgain(result: BuildResult): number {
  return result.steps.filter((step) => step.status === "executed" || step.status === "failed").length;
}

/** What an edit costs for each file and folder at the top of the context, the dearest first. */
function table(workspace: Workspace, input: Input, options: Options): Status {
  const copied = new Set(workspace.facts().flatMap((fact) => (fact.copiedBy.length > 0 ? [fact.path] : [])));
  const tops = new Map<string, string>();
  for (const [path, entry] of Object.entries(input.scenario.context ?? {})) {
    if ("dir" in entry) continue;
    const top = path.includes("/") ? `${path.slice(0, path.indexOf("/"))}/` : path;
    // Of a folder the first file that is copied stands for all.
    if (!tops.has(top) || (copied.has(path) && !copied.has(tops.get(top) ?? ""))) tops.set(top, path);
  }
  const rows = Array.from(tops, ([name, path]) => {
    const before = input.scenario.context?.[path];
    workspace.write(path, changed(before ?? { text: "" }));
    const result = workspace.next();
    workspace.undo();
    return { path: name, steps: runsAgain(result), cost: result.cost };
  }).sort((a, b) => b.cost - a.cost || b.steps - a.steps || (a.path < b.path ? -1 : 1));
  if (options.json) {
    printJson(rows);
    return NOTHING_FOUND;
  }
  const shown = rows.slice(0, MOST_ROWS);
  const widest = Math.max(0, ...shown.map((row) => row.path.length));
  const lines = shown.map((row) => {
    const what =
      row.steps === 0 ? "nothing runs again" : `${count(row.steps, "step")}, about ${duration(row.cost)}`;
    return `${row.path.padEnd(widest)}  ${what}`;
  });
  if (rows.length > shown.length) lines.push(`and ${rows.length - shown.length} more`);
  print(lines.join("\n"));
  return NOTHING_FOUND;
}

const MOST_ROWS = 40;

/** A path as the shell completes it, or one of the context. */
function contextPath(path: string, input: Input): string {
  const plain = path.replace(/^\.\//, "").replace(/\/+$/, "");
  if (input.folder === undefined) return plain;
  const inside = relative(input.folder, resolve(path)).split(sep).join("/");
  return inside.startsWith("../") || inside === ".." ? plain : inside || ".";
}

function filesBelow(name: string, input: Input): [string, FileEntry][] {
  const context: Files = input.scenario.context ?? {};
  const below = Object.entries(context).filter(
    ([path, entry]) => !("dir" in entry) && (name === "." || path === name || path.startsWith(`${name}/`)),
  );
  if (below.length > 0) return below;
  // An ignored file was not read; the answer says which rule keeps it out.
  const onDisk = input.folder === undefined ? undefined : join(input.folder, name);
  if (onDisk !== undefined && existsSync(onDisk)) {
    return [[statSync(onDisk).isDirectory() ? `${name}/file` : name, { text: "" }]];
  }
  throw new LayerwiseError("file", `${name} is not in the build context`);
}

/** The same file with other content. */
function changed(entry: FileEntry): FileEntry {
  if ("text" in entry) return { ...entry, text: `${entry.text}\n` };
  if ("digest" in entry) {
    const digit = entry.digest.startsWith("sha256:0") ? "1" : "0";
    return { ...entry, digest: `sha256:${digit}${entry.digest.slice(8)}` };
  }
  if ("symlink" in entry) return { ...entry, symlink: `${entry.symlink}-changed` };
  return { text: "changed\n", ...(entry.mode === undefined ? {} : { mode: entry.mode }) };
}
