/** What comes in from outside: pasted text, dropped and picked files and folders, scenario documents. */
import { type FolderContents, readDrop, readPickedFolder } from "../layerwise/src/context/browser.ts";
import type { FileEntry, Scenario } from "../layerwise/src/types.ts";
import { validate } from "../layerwise/src/validate.ts";
import { LONGEST_DOCKERFILE } from "./session.ts";

/** What was brought, sorted by what it is meant for. */
export interface Intake {
  /** The whole document is to be replaced by this one. */
  scenario?: Scenario;
  dockerfile?: string;
  files: Map<string, FileEntry>;
  /** Whether the files are the whole context, or some more for it. */
  whole: boolean;
  /** What a person should know: what was left out, what could not be read. */
  remarks: string[];
}

/** A page with more files than this is not pleasant any more. */
const MOST_FILES = 20_000;
const OPTIONS = { most: MOST_FILES };

/** Call it in the event's own turn: the browser empties the transfer afterwards. */
export async function fromDrop(transfer: DataTransfer): Promise<Intake> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry());
  // Some sources of a drop give files but no entries.
  if (entries.every((entry) => entry === null))
    return sort(await readPickedFolder([...transfer.files], OPTIONS), false);
  const whole = entries.length === 1 && entries[0]?.isDirectory === true;
  return sort(await readDrop(transfer, OPTIONS), whole);
}

export async function fromFolder(files: FileList): Promise<Intake> {
  return sort(await readPickedFolder(files, OPTIONS), true);
}

function sort(contents: FolderContents, whole: boolean): Intake {
  const files = new Map(Object.entries(contents.files));
  const remarks: string[] = [];
  if (contents.ignored > 0)
    remarks.push(`${contents.ignored} files and folders that .dockerignore keeps out were not read.`);
  const large = [...files.values()].filter((entry) => "digest" in entry).length;
  if (large > 0)
    remarks.push(
      `${large} large files are known by their SHA-256 only: hits and misses are right, checksums are stand-ins.`,
    );
  const intake: Intake = { files, whole, remarks };
  for (const [path, entry] of [...files]) {
    if (!isDockerfileName(path) || (whole && path !== "Dockerfile")) continue;
    if (!("text" in entry)) throw new Error(`${path} is not text: it holds bytes that no Dockerfile has.`);
    intake.dockerfile = entry.text;
    files.delete(path);
  }
  if (!whole && files.size === 1 && intake.dockerfile === undefined) {
    const [[path, entry] = ["", undefined]] = files;
    if (path.endsWith(".json") && entry !== undefined && "text" in entry) {
      const scenario = asScenario(entry.text);
      if (scenario !== undefined) return { ...intake, scenario, files: new Map() };
    }
  }
  if (whole && intake.dockerfile === undefined) {
    remarks.push("The folder has no Dockerfile at its top: the text here stays as it is.");
  }
  return intake;
}

function isDockerfileName(path: string): boolean {
  return (
    /^(Dockerfile|Containerfile)$|^(Dockerfile|Containerfile)\.[^/]+$|^[^/]+\.dockerfile$/i.test(path) &&
    !path.endsWith(".dockerignore")
  );
}

/** A pasted or dropped text may be a scenario document rather than a Dockerfile. */
export function asScenario(text: string): Scenario | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return validate(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** What is odd about a text that is to be a Dockerfile; undefined if nothing is. */
export function oddity(text: string): string | undefined {
  if (text.includes("\0") || (text.match(/\uFFFD/g)?.length ?? 0) > 3) {
    return "This does not look like a Dockerfile: it holds binary data. It is kept as you gave it; Undo takes it back.";
  }
  if (text.length > LONGEST_DOCKERFILE) return undefined;
  if (text.trim() !== "" && !/^\s*(FROM|ARG)\b/im.test(text)) {
    return "This does not look like a Dockerfile: no line begins with FROM. It is kept as you gave it; Undo takes it back.";
  }
  return undefined;
}
