/** A folder's history out of git: what each commit changed. Only reads, by git's own plumbing commands. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { LayerwiseError } from "../error.ts";
import type { Edit, FileEntry, Files } from "../types.ts";

/** A commit, with what it changed below the folder. */
export interface Commit {
  id: string;
  subject: string;
  edit: Edit;
}

/** The folder before the first commit that is looked at, and the commits since, the oldest first. */
export interface History {
  start: Files;
  commits: Commit[];
}

/** A larger file is known by its digest only. Bytes. */
const LARGEST = 256 * 1024;
const REGULAR = /^100/;
const LINK = "120000";

/**
 * The last commits that touched a folder, along the first parents: merges count as one commit.
 *
 * @throws LayerwiseError `file` if the folder has no history, or git is missing.
 */
export function readHistory(folder: string, last: number): History {
  const log = git(folder, ["log", "--first-parent", `-n${last + 1}`, "--format=%H%x00%s%x00", "--", "."])
    .toString()
    .split("\0")
    .map((field) => field.replace(/^\n/, ""));
  const all: { id: string; subject: string }[] = [];
  for (let at = 0; at + 1 < log.length; at += 2)
    all.unshift({ id: log[at] ?? "", subject: log[at + 1] ?? "" });
  const [base, ...rest] = all;
  if (base === undefined) throw new LayerwiseError("file", "git knows no commit of this folder");
  const prefix = git(folder, ["rev-parse", "--show-prefix"]).toString().trim();
  const tree = records(git(folder, ["ls-tree", "-r", "-z", base.id, "--", "."]));
  const listed = tree.flatMap((record): Change[] => {
    const match = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]*)$/.exec(record);
    return match === null ? [] : [{ mode: match[1] ?? "", blob: match[2] ?? "", path: match[3] ?? "" }];
  });
  const changes = rest.map(({ id }, index) => changesOf(folder, all[index]?.id ?? "", id));
  const contents = readBlobs(folder, [...listed, ...changes.flat()]);
  const entry = (change: Change): FileEntry | undefined => toEntry(change, contents);
  return {
    start: toFiles(listed, "", entry),
    commits: rest.map((commit, index) => ({ ...commit, edit: toEdit(changes[index] ?? [], prefix, entry) })),
  };
}

/**
 * For each of the last commits along the first parents the paths below the folder that it changed. What the first commit
 * brought says nothing about changes. None if the folder has no history, or git is missing.
 */
export function changedPaths(folder: string, last: number): string[][] {
  const args = ["log", "--first-parent", "-m", "--no-renames", "--name-only", "--relative", "-z"];
  let log: string;
  try {
    log = git(folder, [...args, `-n${last}`, "--format=%x01%P", "--", "."]).toString();
  } catch (error) {
    if (error instanceof LayerwiseError) return [];
    throw error;
  }
  // Each commit: a sign that no path has, its parents, its paths; a line break stands before the first.
  const commits = log
    .split("\u0001")
    .map((commit) => commit.split("\0").map((field) => field.replace(/^\n/, "")));
  return commits.flatMap(([parents = "", ...paths]) =>
    parents === "" ? [] : [paths.filter((path) => path !== "")],
  );
}

/** A path with the mode and content that it has afterwards; mode 000000 if it is gone. */
interface Change {
  mode: string;
  blob: string;
  path: string;
}

function changesOf(folder: string, from: string, to: string): Change[] {
  const fields = records(
    git(folder, ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", from, to, "--", "."]),
  );
  const changes: Change[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode = "", , blob = ""] = (fields[at] ?? "").split(" ");
    changes.push({ mode, blob, path: fields[at + 1] ?? "" });
  }
  return changes;
}

function toFiles(changes: Change[], prefix: string, entry: (change: Change) => FileEntry | undefined): Files {
  return Object.fromEntries(
    changes.flatMap((change): [string, FileEntry][] => {
      const found = entry(change);
      return found === undefined ? [] : [[withoutPrefix(change.path, prefix), found]];
    }),
  );
}

function toEdit(changes: Change[], prefix: string, entry: (change: Change) => FileEntry | undefined): Edit {
  const gone = changes.filter((change) => change.mode === "000000");
  const edit: Edit = { write: toFiles(changes, prefix, entry) };
  if (gone.length > 0) edit.delete = gone.map((change) => withoutPrefix(change.path, prefix));
  return edit;
}

/** `diff-tree` names paths from the top of the repository, `ls-tree` from the folder. */
function withoutPrefix(path: string, prefix: string): string {
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

function toEntry({ mode, blob }: Change, contents: Map<string, Buffer>): FileEntry | undefined {
  const bytes = contents.get(blob);
  if (bytes === undefined) return undefined;
  if (mode === LINK) return { symlink: bytes.toString() };
  if (!REGULAR.test(mode)) return undefined;
  // Git knows of permissions only whether a file is executable.
  const permissions = mode === "100755" ? { mode: "0755" } : {};
  if (bytes.length > LARGEST) {
    return {
      digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
      size: bytes.length,
      ...permissions,
    };
  }
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes)
    ? { text, ...permissions }
    : { base64: bytes.toString("base64"), ...permissions };
}

/** The contents of all blobs in one run of git. */
function readBlobs(folder: string, changes: Change[]): Map<string, Buffer> {
  const wanted = [
    ...new Set(changes.filter(({ mode }) => REGULAR.test(mode) || mode === LINK).map(({ blob }) => blob)),
  ];
  const contents = new Map<string, Buffer>();
  if (wanted.length === 0) return contents;
  const output = git(folder, ["cat-file", "--batch"], `${wanted.join("\n")}\n`);
  let at = 0;
  for (const blob of wanted) {
    const end = output.indexOf(0x0a, at);
    const size = Number(output.subarray(at, end).toString().split(" ")[2] ?? Number.NaN);
    // "ID missing": a partial clone.
    if (Number.isNaN(size)) {
      at = end + 1;
      continue;
    }
    contents.set(blob, output.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return contents;
}

function records(output: Buffer): string[] {
  return output
    .toString()
    .split("\0")
    .filter((record) => record !== "");
}

function git(folder: string, args: string[], input = ""): Buffer {
  const result = spawnSync("git", args, { cwd: folder, input, maxBuffer: 1 << 30, stdio: "pipe" });
  if (result.error !== undefined) {
    throw new LayerwiseError("file", `git cannot be run: ${result.error.message}`, { cause: result.error });
  }
  if (result.status !== 0) {
    const message = result.stderr
      .toString()
      .trim()
      .split("\n")[0]
      ?.replace(/^fatal: /, "");
    throw new LayerwiseError("file", `git cannot tell the history: ${message}`);
  }
  return result.stdout;
}
