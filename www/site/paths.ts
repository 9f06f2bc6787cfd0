/** Paths of the build context: what a person may type, and the rows of the tree that they make. */
import type { FileEntry, PathFact } from "../layerwise/src/types.ts";

/** A row of the tree that can be seen. */
export interface Row {
  path: string;
  name: string;
  level: number;
  /** Place among the entries of its folder, from 1, and how many there are. */
  position: number;
  siblings: number;
  folder: boolean;
  open: boolean;
  entry: FileEntry | undefined;
}

/**
 * The path that a person means, as the context has it.
 *
 * @throws a sentence if it cannot be a path in the context.
 */
export function readPath(typed: string, files: ReadonlyMap<string, FileEntry>, own?: string): string {
  const text = typed.trim();
  if (text === "") throw new Error("A name is needed.");
  if (text.includes("\0")) throw new Error("A name cannot hold a NUL character.");
  if (text.includes("\\")) throw new Error("Folders are parted by / here, not by \\.");
  const parts = text.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes(".."))
    throw new Error(`${text} leads out of the build context: a builder never sees such a file.`);
  const path = parts.join("/");
  if (path === "") throw new Error(`${text} names the context itself.`);
  if (path.length > 1000) throw new Error("A path of more than 1,000 characters is too long.");
  if (path === own) return path;
  if (path === "Dockerfile") throw new Error("The Dockerfile is there already: it has its own tab.");
  if (has(files, path)) throw new Error(`${path} is there already.`);
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    const entry = files.get(path.slice(0, end));
    if (entry !== undefined && !("dir" in entry)) {
      throw new Error(`${path.slice(0, end)} is a file: nothing can lie in it.`);
    }
  }
  return path;
}

/** Whether a file or folder of that path is there, listed or implied. */
export function has(files: ReadonlyMap<string, FileEntry>, path: string): boolean {
  if (files.has(path)) return true;
  for (const each of files.keys()) if (each.startsWith(`${path}/`)) return true;
  return false;
}

/** Removing the last file of a folder leaves the folder, as in a real one. */
export function keepFolder(files: Map<string, FileEntry>, removed: string): void {
  const end = removed.lastIndexOf("/");
  if (end > 0 && !has(files, removed.slice(0, end))) files.set(removed.slice(0, end), { dir: true });
}

interface Folder {
  folders: Map<string, Folder>;
  files: string[];
}

/** The rows that can be seen if these folders are open: folders first, each in the order of their names. */
export function visibleRows(files: ReadonlyMap<string, FileEntry>, open: ReadonlySet<string>): Row[] {
  const root: Folder = { folders: new Map(), files: [] };
  for (const [path, entry] of files) {
    const parts = path.split("/");
    const last = "dir" in entry ? undefined : parts.pop();
    let folder = root;
    for (const part of parts) {
      let inner = folder.folders.get(part);
      if (inner === undefined) {
        inner = { folders: new Map(), files: [] };
        folder.folders.set(part, inner);
      }
      folder = inner;
    }
    if (last !== undefined) folder.files.push(last);
  }
  const rows: Row[] = [];
  list(root, "", 1, files, open, rows);
  return rows;
}

function list(
  folder: Folder,
  prefix: string,
  level: number,
  files: ReadonlyMap<string, FileEntry>,
  open: ReadonlySet<string>,
  rows: Row[],
): void {
  const siblings = folder.folders.size + folder.files.length;
  let position = 1;
  for (const [name, inner] of [...folder.folders].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const path = prefix + name;
    const isOpen = open.has(path);
    rows.push({
      path,
      name,
      level,
      position: position++,
      siblings,
      folder: true,
      open: isOpen,
      entry: files.get(path),
    });
    if (isOpen) list(inner, `${path}/`, level + 1, files, open, rows);
  }
  for (const name of folder.files.sort()) {
    const path = prefix + name;
    rows.push({
      path,
      name,
      level,
      position: position++,
      siblings,
      folder: false,
      open: false,
      entry: files.get(path),
    });
  }
}

/** The facts of a folder are those of what is in it, if they all agree. */
export function factsByPath(facts: readonly PathFact[]): Map<string, PathFact> {
  return new Map(facts.map((fact) => [fact.path, fact]));
}

/** A text with one more line, as a person would change a file: a comment if the kind of file has any. */
export function withChangedLine(path: string, text: string): string {
  const mark =
    /\.(json|lock|html?|svg|md|txt|csv)$/.test(path) && !/requirements[^/]*\.txt$/.test(path)
      ? undefined
      : comment(path);
  const ended = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  if (mark === undefined) return `${ended}\n`;
  const number = (text.match(new RegExp(`^${mark} changed \\d+$`, "gm")) ?? []).length + 1;
  return `${ended}${mark} changed ${number}\n`;
}

function comment(path: string): string {
  return /\.(c|cc|cpp|cs|css|go|h|java|js|jsx|kt|mjs|php|rs|scss|swift|ts|tsx)$/.test(path) ? "//" : "#";
}
