/**
 * From a folder to a scenario's `context`: walks level by level, never enters a folder that is ignored as a whole,
 * and reads only what is left. Where the folder lies is the business of `browser.ts` and `node.ts`.
 */
import { LayerwiseError } from "../error.ts";
import type { FileEntry, Files } from "../types.ts";
import { type IgnoreFile, ignoredPaths, mayReturn } from "./ignore.ts";

/** Something in a folder. */
export type Item =
  | { kind: "folder"; name: string; mode?: string; list: () => Promise<Item[]> }
  | { kind: "link"; name: string; target: string }
  | {
      kind: "file";
      name: string;
      size: number;
      mode?: string;
      bytes: () => Promise<Uint8Array>;
      /** `sha256:…` of the bytes. */
      digest: () => Promise<string>;
    };

/** How a folder is read. */
export interface WalkOptions {
  /** Path of the Dockerfile in the folder; `Dockerfile` if left out. */
  dockerfilePath?: string;
  /** A larger file is known by its digest only. Bytes; 256 KiB if left out. */
  largest?: number;
  /** More files than this are refused; 100,000 if left out. */
  most?: number;
}

/** What was read. */
export interface FolderContents {
  files: Files;
  /** The text of the Dockerfile, if it is there. */
  dockerfile: string | undefined;
  /** Files and folders that the ignore file left unread. */
  ignored: number;
}

interface Place {
  path: string;
  item: Item;
}

/** Reads a folder. Its `.dockerignore` comes first and decides what else is read. */
export async function readContext(root: Item[], options: WalkOptions = {}): Promise<FolderContents> {
  const { dockerfilePath = "Dockerfile", largest = 256 * 1024, most = 100_000 } = options;
  const ignore = await findIgnoreFile(root, dockerfilePath);
  const kept: [string, FileEntry][] = [];
  let ignored = 0;
  let level: Place[] = root.map((item) => ({ path: item.name, item }));
  while (level.length > 0) {
    const out = ignore === undefined ? new Set<string>() : ignoredOf(ignore, level);
    const next: Place[] = [];
    for (const { path, item } of level) {
      const isOut = out.has(path);
      if (item.kind === "folder") {
        const leadsOn = [dockerfilePath, ignore?.path].some((each) => each?.startsWith(`${path}/`));
        if (isOut && ignore !== undefined && !leadsOn && !mayReturn(ignore, path)) {
          ignored += 1;
          continue;
        }
        const inner = await item.list();
        if (!isOut && (inner.length === 0 || (item.mode !== undefined && item.mode !== "0755"))) {
          kept.push([path, withMode({ dir: true }, item.mode)]);
        }
        next.push(...inner.map((each) => ({ path: `${path}/${each.name}`, item: each })));
      } else if (isOut && path !== dockerfilePath && path !== ignore?.path) {
        ignored += 1;
      } else {
        kept.push([path, await entryOf(item, largest)]);
      }
      if (kept.length > most) {
        throw new LayerwiseError("file", `the folder holds more than ${most} files that are not ignored`, {
          hint: "Name folders such as node_modules in a .dockerignore file.",
        });
      }
    }
    level = next;
  }
  const files: Files = Object.fromEntries(kept);
  const dockerfile = Object.hasOwn(files, dockerfilePath) ? files[dockerfilePath] : undefined;
  const text = dockerfile !== undefined && "text" in dockerfile ? dockerfile.text : undefined;
  return { files, dockerfile: text, ignored };
}

/** A folder is asked for by a file in it: a rule such as `build/**` ignores all of a folder, but not the folder. */
function ignoredOf(ignore: IgnoreFile, level: Place[]): Set<string> {
  const probes = level.map(({ path, item }) => (item.kind === "folder" ? `${path}/${PROBE}` : path));
  const out = ignoredPaths(ignore, probes);
  return new Set(level.map(({ path }) => path).filter((_, index) => out.has(probes[index] ?? "")));
}

const PROBE = ".layerwise-probe";

async function findIgnoreFile(root: Item[], dockerfilePath: string): Promise<IgnoreFile | undefined> {
  for (const path of [`${dockerfilePath}.dockerignore`, ".dockerignore"]) {
    const item = await find(root, path.split("/"));
    if (item?.kind === "file") return { path, text: decodeText(await item.bytes()) ?? "", dockerfilePath };
  }
  return undefined;
}

async function find(items: Item[], parts: string[]): Promise<Item | undefined> {
  const found = items.find((item) => item.name === parts[0]);
  if (parts.length === 1 || found === undefined) return found;
  return found.kind === "folder" ? find(await found.list(), parts.slice(1)) : undefined;
}

async function entryOf(item: Exclude<Item, { kind: "folder" }>, largest: number): Promise<FileEntry> {
  if (item.kind === "link") return { symlink: item.target };
  if (item.size > largest) return withMode({ digest: await item.digest(), size: item.size }, item.mode);
  const bytes = await item.bytes();
  const text = decodeText(bytes);
  return withMode(text === undefined ? { base64: encodeBase64(bytes) } : { text }, item.mode);
}

function withMode(entry: FileEntry, mode: string | undefined): FileEntry {
  const usual = "dir" in entry ? "0755" : "0644";
  return mode === undefined || mode === usual ? entry : { ...entry, mode };
}

/** The text, if the bytes are UTF-8 and can be written back byte for byte. */
function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function encodeBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(binary);
}
