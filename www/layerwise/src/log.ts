/**
 * What steps took, out of a builder's log: `--progress=plain` of docker and buildctl, `--progress=rawjson`, or what
 * stood on the terminal.
 */

/** `[web 2/5] RUN npm ci`, also with the platform or the service in front: the instruction as printed. */
const STEP = /^\[(?:[^\]]* )?\d+\/\d+\] (.*)$/;
/** `#8 [2/5] RUN npm ci` opens a step; compose and older versions put a time or a name before what follows. */
const LINE = /^#(\d+) (.*)$/;
const DONE = /^DONE (\d+(?:\.\d+)?)s$/;
/** ` => [2/5] RUN npm ci      12.3s`: the last state of a step on a terminal. */
const DRAWN = /^\s*=> (\[.*\S)\s+(\d+(?:\.\d+)?)s\s*$/;
/**
 * Seconds by the text of each instruction that was executed; a step taken from the cache says nothing. Of several
 * steps of one text, and of one step's several builds, the longest counts. A text that the terminal cut off is the one
 * of `known` that begins so, if that is certain.
 */
export function stepSeconds(log: string, known: readonly string[] = []): Record<string, number> {
  const found = new Map<string, number>();
  const note = (name: string, seconds: number, isDrawn = false): void => {
    const printed = STEP.exec(name)?.[1]?.trim();
    const instruction = isDrawn && printed !== undefined ? whole(printed, known) : printed;
    // The base image's step takes what a download takes.
    if (instruction === undefined || /^FROM /i.test(instruction)) return;
    found.set(instruction, Math.max(seconds, found.get(instruction) ?? 0));
  };
  if (/^\s*\{/.test(log)) fromJson(log, note);
  else fromText(log, note);
  return Object.fromEntries(found);
}

/** Some terminals mark a cut text with dots. */
function whole(drawn: string, known: readonly string[]): string {
  if (known.includes(drawn)) return drawn;
  const plain = (text: string): string => text.replace(/\s+/g, " ");
  const start = plain(drawn.replace(/\.\.\.$/, "")).trimEnd();
  const all = [...new Set(known.filter((each) => plain(each).startsWith(start)))];
  return all.length === 1 && all[0] !== undefined ? all[0] : drawn;
}

type Note = (name: string, seconds: number, isDrawn?: boolean) => void;

function fromText(log: string, note: Note): void {
  const names = new Map<string, string>();
  for (const line of log.split(/\r?\n/)) {
    const [, drawn, time] = DRAWN.exec(line) ?? [];
    if (drawn !== undefined) note(drawn, Number(time), true);
    const [, number, text] = LINE.exec(line) ?? [];
    if (number === undefined || text === undefined) continue;
    if (STEP.test(text)) names.set(number, text);
    const [, seconds] = DONE.exec(text) ?? [];
    const name = names.get(number);
    if (seconds === undefined || name === undefined) continue;
    note(name, Number(seconds));
    // A log of several builds gives the number to other steps.
    names.delete(number);
  }
}

interface Vertex {
  digest?: string;
  name?: string;
  started?: string;
  completed?: string;
  cached?: boolean;
}

function fromJson(log: string, note: Note): void {
  const vertices = new Map<string, Vertex>();
  for (const line of log.split("\n")) {
    if (!line.trimStart().startsWith("{")) continue;
    let status: { vertexes?: Vertex[] | null };
    try {
      status = JSON.parse(line);
    } catch {
      continue; // What a program wrote between the builder's lines.
    }
    for (const vertex of status.vertexes ?? []) {
      if (vertex.digest === undefined) continue;
      vertices.set(vertex.digest, { ...vertices.get(vertex.digest), ...vertex });
    }
  }
  for (const { name, started, completed, cached } of vertices.values()) {
    if (name === undefined || started === undefined || completed === undefined || cached === true) continue;
    const seconds = (Date.parse(completed) - Date.parse(started)) / 1000;
    if (seconds >= 0) note(name, seconds);
  }
}
