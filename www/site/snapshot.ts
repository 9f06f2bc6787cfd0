/**
 * The state that a build reads, as the page holds it: the Dockerfile, the files, and the settings of the command line.
 *
 * A snapshot is never changed: an edit makes a new one that shares what stayed. The difference of two snapshots is an
 * edit as scenarios have it, so that history, links and the engine all speak of the same thing.
 */
import type { BaseImage, Edit, FileEntry, Files, Scenario } from "../layerwise/src/types.ts";

export interface Snapshot {
  readonly dockerfile: string;
  /** Without the Dockerfile itself; a folder is listed only if it is empty or has a mode of its own. */
  readonly files: ReadonlyMap<string, FileEntry>;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly target: string | null;
  readonly baseImages: Readonly<Record<string, BaseImage>>;
  readonly buildContexts: Readonly<Record<string, Files>>;
}

/** The first state of a scenario. */
export function firstSnapshot(scenario: Scenario): Snapshot {
  const files = new Map(Object.entries(scenario.context ?? {}).map(([path, entry]) => [tidy(path), entry]));
  files.delete(scenario.dockerfilePath ?? "Dockerfile");
  return {
    dockerfile: scenario.dockerfile,
    files,
    buildArgs: scenario.buildArgs ?? {},
    target: scenario.target ?? null,
    baseImages: scenario.baseImages ?? {},
    buildContexts: scenario.buildContexts ?? {},
  };
}

// A path as the engine keeps it: `./a//b/` is `a/b`.
function tidy(path: string): string {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

/** The state after an edit. */
export function afterEdit(snapshot: Snapshot, edit: Edit): Snapshot {
  const files = new Map(snapshot.files);
  for (const [from, to] of Object.entries(edit.rename ?? {})) move(files, tidy(from), tidy(to));
  for (const path of edit.delete ?? []) remove(files, tidy(path));
  for (const [path, entry] of Object.entries(edit.write ?? {})) files.set(tidy(path), entry);
  for (const [path, mode] of Object.entries(edit.chmod ?? {})) {
    files.set(tidy(path), { ...(files.get(tidy(path)) ?? { dir: true }), mode });
  }
  for (const path of edit.touch ?? []) {
    const entry = files.get(tidy(path));
    if (entry !== undefined) files.set(tidy(path), { ...entry });
  }
  return {
    dockerfile: edit.dockerfile ?? snapshot.dockerfile,
    files,
    buildArgs: edit.buildArgs ?? snapshot.buildArgs,
    target: edit.target === undefined ? snapshot.target : edit.target,
    baseImages: { ...snapshot.baseImages, ...edit.baseImages },
    buildContexts: { ...snapshot.buildContexts, ...edit.buildContexts },
  };
}

function move(files: Map<string, FileEntry>, from: string, to: string): void {
  for (const [path, entry] of [...files]) {
    if (path !== from && !path.startsWith(`${from}/`)) continue;
    files.delete(path);
    files.set(to + path.slice(from.length), entry);
  }
}

/** Removes a path and what is below it. */
export function remove(files: Map<string, FileEntry>, path: string): void {
  for (const each of [...files.keys()]) {
    if (each === path || each.startsWith(`${path}/`)) files.delete(each);
  }
}

/**
 * What changed from one state to the other. Two entries that are different objects of equal content and mode are a
 * file whose time alone is new.
 */
export function difference(before: Snapshot, after: Snapshot): Edit {
  const edit: Edit = {};
  if (before.files !== after.files) filesDifference(before.files, after.files, edit);
  if (before.dockerfile !== after.dockerfile) edit.dockerfile = after.dockerfile;
  if (!equal(before.buildArgs, after.buildArgs)) edit.buildArgs = { ...after.buildArgs };
  if (before.target !== after.target) edit.target = after.target;
  // What is not known any more is known to be nothing: an edit has no other word for it.
  const gone = Object.keys(before.baseImages).filter((name) => after.baseImages[name] === undefined);
  const forgotten = Object.fromEntries(gone.map((name) => [name, {}]));
  const baseImages = changedMembers(before.baseImages, { ...forgotten, ...after.baseImages });
  if (baseImages !== undefined) edit.baseImages = baseImages;
  const buildContexts = changedMembers(before.buildContexts, after.buildContexts);
  if (buildContexts !== undefined) edit.buildContexts = buildContexts;
  return edit;
}

function filesDifference(
  before: ReadonlyMap<string, FileEntry>,
  after: ReadonlyMap<string, FileEntry>,
  edit: Edit,
): void {
  const write: Files = {};
  const chmod: Record<string, string> = {};
  const touch: string[] = [];
  for (const [path, entry] of after) {
    const old = before.get(path);
    if (old === entry) continue;
    if (old === undefined || !equal(withoutMode(old), withoutMode(entry))) write[path] = entry;
    else if (modeOf(old) !== modeOf(entry)) chmod[path] = modeOf(entry);
    else touch.push(path);
  }
  const gone = [...before.keys()].filter((path) => !after.has(path));
  if (gone.length > 0) edit.delete = topmost(gone, after);
  if (Object.keys(write).length > 0) edit.write = write;
  if (Object.keys(chmod).length > 0) edit.chmod = chmod;
  if (touch.length > 0) edit.touch = touch;
}

/** Folders that are gone as a whole are deleted as a whole: a builder sees an empty folder that stays behind. */
function topmost(gone: string[], after: ReadonlyMap<string, FileEntry>): string[] {
  const present = new Set<string>();
  for (const path of after.keys()) {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1))
      present.add(path.slice(0, end));
  }
  const deleted = gone.map((path) => {
    let top = path;
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const folder = path.slice(0, end);
      if (present.has(folder)) break;
      top = folder;
    }
    return top;
  });
  return [...new Set(deleted)];
}

function withoutMode(entry: FileEntry): unknown {
  const { mode: _mode, mtime: _mtime, ...rest } = entry;
  return rest;
}

/** The mode of an entry, octal, with what is assumed if none is given. */
export function modeOf(entry: FileEntry): string {
  return entry.mode ?? ("dir" in entry ? "0755" : "symlink" in entry ? "0777" : "0644");
}

function changedMembers<T>(
  before: Record<string, T>,
  after: Record<string, T>,
): Record<string, T> | undefined {
  if (before === after) return undefined;
  const changed = Object.entries(after).filter(([name, value]) => !equal(before[name], value));
  return changed.length > 0 ? Object.fromEntries(changed) : undefined;
}

/** Whether two documents are the same. */
export function equal(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
