/** Folders that a person picks or drops on a page. They are read here and sent nowhere. */
import type { FolderContents, Item, WalkOptions } from "./walk.ts";
import { readContext } from "./walk.ts";

/** The folder of an `<input type="file" webkitdirectory>`. */
export function readPickedFolder(files: Iterable<File>, options?: WalkOptions): Promise<FolderContents> {
  const root = new Map<string, Branch>();
  for (const file of files) {
    // The first part is the name of the picked folder itself.
    const parts = file.webkitRelativePath === "" ? [file.name] : file.webkitRelativePath.split("/").slice(1);
    insert(root, parts, file);
  }
  return readContext(branchItems(root), options);
}

/**
 * What was dropped: one folder is the context itself, several files or folders lie in it. Call it in the event's own
 * turn: the browser empties the list afterwards.
 */
export async function readDrop(transfer: DataTransfer, options?: WalkOptions): Promise<FolderContents> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter(
    (entry) => entry !== null,
  );
  const [only] = entries;
  const items =
    entries.length === 1 && only !== undefined && only.isDirectory
      ? await listDirectory(only as FileSystemDirectoryEntry)
      : await Promise.all(entries.map(entryItem));
  return readContext(items, options);
}

type Branch = File | Map<string, Branch>;

function insert(folder: Map<string, Branch>, parts: string[], file: File): void {
  const [name, ...rest] = parts;
  if (name === undefined) return;
  if (rest.length === 0) {
    folder.set(name, file);
    return;
  }
  const present = folder.get(name);
  const inner = present instanceof Map ? present : new Map<string, Branch>();
  folder.set(name, inner);
  insert(inner, rest, file);
}

function branchItems(folder: Map<string, Branch>): Item[] {
  return Array.from(folder, ([name, branch]) =>
    branch instanceof Map
      ? { kind: "folder", name, list: async () => branchItems(branch) }
      : fileItem(name, branch),
  );
}

async function entryItem(entry: FileSystemEntry): Promise<Item> {
  if (entry.isDirectory) {
    const directory = entry as FileSystemDirectoryEntry;
    return { kind: "folder", name: entry.name, list: () => listDirectory(directory) };
  }
  const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
  return fileItem(entry.name, file);
}

async function listDirectory(directory: FileSystemDirectoryEntry): Promise<Item[]> {
  const reader = directory.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    // Chromium hands out a hundred at a time; an empty list is the end.
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) break;
    entries.push(...some);
  }
  return Promise.all(entries.map(entryItem));
}

/** Browsers tell no permission bits: the usual ones are assumed. */
function fileItem(name: string, file: File): Item {
  return {
    kind: "file",
    name,
    size: file.size,
    bytes: async () => new Uint8Array(await file.arrayBuffer()),
    digest: async () => {
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
      return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    },
  };
}

export type { FolderContents, WalkOptions } from "./walk.ts";
