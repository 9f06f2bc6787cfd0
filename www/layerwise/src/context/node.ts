/// <reference types="node" />
/** A folder on disk, for the command line: with permission bits and symbolic links. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { LayerwiseError } from "../error.ts";
import type { FolderContents, Item, WalkOptions } from "./walk.ts";
import { readContext } from "./walk.ts";

/**
 * Reads a folder as Docker's client would send it.
 *
 * @throws LayerwiseError `file` if something in it cannot be read.
 */
export async function readFolder(folder: string, options?: WalkOptions): Promise<FolderContents> {
  return readContext(await listFolder(folder), options);
}

async function listFolder(folder: string): Promise<Item[]> {
  const names = await readable(folder, () => readdir(folder));
  const items = await Promise.all(names.sort().map((name) => itemAt(join(folder, name), name)));
  return items.filter((item) => item !== undefined);
}

async function itemAt(path: string, name: string): Promise<Item | undefined> {
  const stat = await readable(path, () => lstat(path));
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, "0");
  if (stat.isSymbolicLink())
    return { kind: "link", name, target: await readable(path, () => readlink(path)) };
  if (stat.isDirectory()) return { kind: "folder", name, mode, list: () => listFolder(path) };
  // Sockets and pipes are not sent to the builder.
  if (!stat.isFile()) return undefined;
  return {
    kind: "file",
    name,
    mode,
    size: stat.size,
    bytes: () => readable(path, () => readFile(path)),
    digest: () => readable(path, () => hashFile(path)),
  };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest("hex")}`;
}

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new LayerwiseError("file", `${path} cannot be read: ${REASON[code ?? ""] ?? message}`, {
      cause: error,
    });
  }
}

const REASON: Record<string, string> = {
  ENOENT: "it does not exist",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  ENOTDIR: "it is not a folder",
};
