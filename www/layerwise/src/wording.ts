/**
 * Every sentence that layerwise says about a result, in one place for page, element, command line and `render`.
 *
 * The engine gives causes and statuses as data; here they become English. A sentence is a list of pieces, so that
 * a page can make a path or a step clickable; {@link plain} joins them. Nothing is escaped: this is text, and whoever
 * shows it decides how.
 */
import type {
  BuildResult,
  CacheMount,
  Cause,
  Cost,
  FileChange,
  Saving,
  Status,
  Step,
  Unaffected,
} from "./types.ts";

/** A piece of a sentence: words, or something in the Dockerfile or the context that can be pointed at. */
export type Piece =
  | string
  | { kind: "path"; text: string }
  | { kind: "code"; text: string }
  /** `line` counts from 1. */
  | { kind: "line"; text: string; line: number }
  /** `step` is the index in the build's list. */
  | { kind: "step"; text: string; step: number };

/** A sentence in pieces. */
export type Phrase = Piece[];

/** The sentence as text, with code and paths between backticks. */
export function plain(phrase: Phrase): string {
  return phrase
    .map((piece) => {
      if (typeof piece === "string") return piece;
      return piece.kind === "path" || piece.kind === "code" ? `\`${piece.text}\`` : piece.text;
    })
    .join("");
}

/** Word, sign and meaning of each status. The sign never stands alone. */
export const STATUS: Record<Status, { word: string; sign: string; meaning: string }> = {
  cached: { word: "CACHED", sign: "✓", meaning: "taken from the cache" },
  executed: { word: "RUN AGAIN", sign: "↻", meaning: "executed" },
  depends: { word: "DEPENDS", sign: "?", meaning: "decided by bytes that only a real run produces" },
  failed: { word: "FAILED", sign: "✕", meaning: "stopped the build" },
  skipped: { word: "SKIPPED", sign: "–", meaning: "not needed, or not reached" },
};

/** The word for a step's status: a step that was never there before does not run *again*. */
export function statusWord(step: Step): string {
  if (step.status !== "executed") return STATUS[step.status].word;
  const kind = step.cause?.kind;
  const isNew = step.cacheKey !== undefined && step.before === undefined;
  return kind === "firstBuild" || kind === "newStep" || isNew ? "RUN" : STATUS.executed.word;
}

/** A time in words: `0.4 s`, `12 s`, `1 min 14 s`, `2 h 5 min`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), "min", whole % 60, "s");
  const minutes = Math.round(whole / 60);
  return pair(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

/** The first eight digits of a checksum, its prefix dropped: `sha256:9f3c…` is `9f3c0a1e`. */
export function short(checksum: string): string {
  return checksum.slice(checksum.lastIndexOf(":") + 1).slice(0, 8);
}

/** `1 step`, `2 steps`. */
export function count(number: number, noun: string, plural: string = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** How sentences name a step: `step 4`, and `step 4 of build` if there are several stages. */
export function stepName(steps: Step[], index: number): Piece {
  const step = steps[index];
  if (step === undefined) return "an earlier step";
  const several = steps.some((other) => other.stageIndex !== step.stageIndex);
  const stage = several && step.stage !== "" ? ` of ${step.stage}` : "";
  return { kind: "step", text: `step ${step.index}${stage}`, step: index };
}

/**
 * Why a step is executed, in one sentence followed back to what was changed: "Step 5 runs again because the result
 * of step 4 changed, because `src/server.ts` has other content, which `COPY . .` on line 8 takes in." Undefined for
 * a step that needs no reason: of a first build {@link summary} says it once.
 */
export function cause(steps: Step[], index: number): Phrase | undefined {
  const step = steps[index];
  if (step?.cause === undefined || step.cause.kind === "firstBuild") return undefined;
  const [first, ...rest] = [stepName(steps, index), ...verb(step), ...because(steps, step, step.cause), "."];
  return [capital(first as Piece), ...rest];
}

/**
 * What there is to say about a step: why it fails, why it is executed, or why it could stay although a step before
 * it is executed. Undefined if nothing needs to be said.
 */
export function reason(build: BuildResult, index: number): Phrase | undefined {
  const { steps, error } = build;
  const step = steps[index];
  if (step?.status === "failed" && error !== undefined) {
    // The error of a file that is refused is not that of a step: no step is begun.
    if (error.refused) return undefined;
    return [capital(stepName(steps, index)), " fails: ", builderMessage(error.message), "."];
  }
  return cause(steps, index) ?? stayed(steps, index);
}

/** The builder's message. Where it prints a number of its own that no reader can use, the engine says REF. */
export function builderMessage(message: string): string {
  return message.replace(/ of ref REF\b/, "");
}

function mayRun(step: Step | undefined): boolean {
  return step?.status === "executed" || step?.status === "depends" || step?.status === "failed";
}

/** Why a cached step could stay although one before it in the list is executed. */
function stayed(steps: Step[], index: number): Phrase | undefined {
  const step = steps[index];
  if (step?.status !== "cached" || !steps.slice(0, index).some(mayRun)) return undefined;
  const begin: Phrase = [capital(stepName(steps, index)), " stays cached: "];
  const source = step.inputs?.find((input) => mayRun(steps[input]));
  if (source !== undefined) {
    return [
      ...begin,
      "it is found by the bytes that it takes in, and ",
      stepName(steps, source),
      " wrote the same.",
    ];
  }
  if (step.parent !== undefined && mayRun(steps[step.parent])) {
    return /\s--link\b/.test(step.instruction)
      ? [
          ...begin,
          "with --link the copy is a layer of its own, whatever ",
          stepName(steps, step.parent),
          " does.",
        ]
      : [...begin, "the cache knows it on just such a result of ", stepName(steps, step.parent), "."];
  }
  const near = [step.parent, ...(step.inputs ?? [])].filter((each) => each !== undefined);
  const [on] = near.filter((each) => standsOnChange(steps, each));
  if (on !== undefined) return [...begin, "it stands on ", stepName(steps, on), ", which stays."];
  return [...begin, "it stands on nothing that runs again."];
}

/** Whether a step, or one that it stands on, may run. Steps stand on earlier ones only. */
function standsOnChange(steps: Step[], index: number): boolean {
  const step = steps[index];
  if (step === undefined || mayRun(step)) return step !== undefined;
  return [step.parent, ...(step.inputs ?? [])].some(
    (each) => each !== undefined && each < index && standsOnChange(steps, each),
  );
}

function verb(step: Step): Phrase {
  if (step.status === "depends") return [" may run again: "];
  const word = statusWord(step) === "RUN" ? "runs" : "runs again";
  return [step.status === "failed" ? ` ${word}, and fails, because ` : ` ${word} because `];
}

function capital(piece: Piece): Piece {
  const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  return typeof piece === "string" ? upper(piece) : { ...piece, text: upper(piece.text) };
}

/** The part after "because". */
function because(steps: Step[], step: Step, cause: Cause): Phrase {
  switch (cause.kind) {
    case "parent":
      if (step.status === "depends") {
        return ["it stands on ", stepName(steps, cause.step), ", which may run again"];
      }
      return [
        "the result of ",
        stepName(steps, cause.step),
        " changed",
        ...root(steps, cause.root, cause.step),
      ];
    case "output":
      return [
        "the files that ",
        stepName(steps, cause.step),
        step.status === "depends" ? " writes decide, and only a real run shows them" : " writes are others",
        ...root(steps, cause.root, cause.step, step.status === "depends" ? ". It runs" : ""),
      ];
    default:
      return ownCause(cause, step);
  }
}

/** `joint` ends the sentence before, where the reason is not that of what it says. */
function root(steps: Step[], root: number, via: number, joint = ""): Phrase {
  const origin = steps[root];
  if (origin?.cause === undefined || origin.cause.kind === "parent") return [];
  if (origin.cause.kind === "output") return [];
  // The texts stand at the step itself.
  const reason: Phrase =
    origin.cause.kind === "instruction" ? ["its text is another"] : ownCause(origin.cause, origin);
  if (reason.length === 0) return [];
  if (root === via) return [joint === "" ? ", because " : `${joint} because `, ...reason];
  return [joint === "" ? ", which began at " : ". It began at ", stepName(steps, root), ": ", ...reason];
}

/** A cause that lies in the step itself and not in one before it. */
function ownCause(cause: Exclude<Cause, { kind: "parent" | "output" }>, step: Step): Phrase {
  switch (cause.kind) {
    case "firstBuild":
      return ["nothing was built before"];
    case "newStep":
      return ["no earlier build had it in this place"];
    case "files": {
      // Of another image only the image itself tells whether it holds the same.
      const open = step.status === "depends" && cause.total === 0;
      const what = open ? ["its files may be others"] : changes(cause.changes, cause.total);
      return [...what, ...takenIn(step, cause.from)];
    }
    case "instruction":
      return newText(step, cause.before, cause.after);
    case "environment":
      return environment(cause);
    case "environmentOrder":
      return [
        "its variables come in another order: ",
        code(cause.after.join(" ")),
        " after ",
        code(cause.before.join(" ")),
      ];
    case "setting":
      return [`${SETTING[cause.what]} `, ...beforeAfter(cause.before, cause.after)];
    case "baseImage":
      return ["the base image ", code(cause.reference), ...image(cause.before, cause.after)];
    case "never":
      return [NEVER[cause.rule]];
  }
}

/** Texts up to this length are shown whole. */
const SHOWN_WHOLE = 48;
/** Of a longer text, characters around what differs. */
const AROUND = 20;

/** How an instruction's text differs: of long ones the part that does. */
function newText(step: Step, before: string, after: string): Phrase {
  const word = /^\w+/.exec(step.instruction)?.[0].toLowerCase() ?? "";
  if (!after.trimStart().toLowerCase().startsWith(word)) {
    // The text is the same, and what it comes to in the folder and with the variables of the stage is not.
    return word === "copy" || word === "add"
      ? ["source and destination are now ", code(after), " and were ", code(before)]
      : ["what its text comes to is now ", code(after), " and was ", code(before)];
  }
  const squeezed = (text: string): string => text.replace(/\s+/g, " ").trim();
  if (squeezed(before) === squeezed(after) && before !== after) {
    return ["its blanks differ, which count: indentation after a continued line is part of the command"];
  }
  const [was, is] = unlike(before, after);
  return ["its text is now ", is, " and was ", was];
}

/** Two texts as code: of long ones the part that differs. */
function unlike(before: string, after: string): [Piece, Piece] {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const part = (text: string): Piece => {
    if (text.length <= SHOWN_WHOLE) return code(text);
    // At a blank, if there is one near.
    const blank = text.lastIndexOf(" ", head - AROUND);
    const from = head <= AROUND ? 0 : blank > head - 3 * AROUND ? blank + 1 : head - AROUND;
    const end = text.length - tail + AROUND;
    const next = text.indexOf(" ", end);
    const to = end >= text.length ? text.length : next > 0 && next < end + 2 * AROUND ? next : end;
    return code(`${from > 0 ? "… " : ""}${clip(text.slice(from, to), 120)}${to < text.length ? " …" : ""}`);
  };
  return [part(before), part(after)];
}

const SETTING = {
  workdir: "the working directory",
  user: "the user",
  shell: "the shell",
  platform: "the platform",
  option: "an option",
} as const;

const NEVER = {
  emptyEntrypoint: "the classic builder never finds an image again whose ENTRYPOINT is empty",
  emptyUser: "the classic builder never finds an image again whose USER is empty",
  partialHealthcheck:
    "the classic builder never finds an image again after a HEALTHCHECK with defaults left out",
  uncleanWorkdir:
    "the classic builder never finds an image again after a WORKDIR that is not written cleanly",
} as const;

function code(text: string): Piece {
  return { kind: "code", text };
}

function beforeAfter(before: string | undefined, after: string | undefined): Phrase {
  if (before === undefined) return ["is now ", code(after ?? ""), " and was not set"];
  if (after === undefined) return ["is no longer set and was ", code(before)];
  const [was, is] = unlike(before, after);
  return ["is now ", is, " and was ", was];
}

function image(before: string | undefined, after: string | undefined): Phrase {
  if (before === undefined || after === undefined) return [" is another one"];
  return [" is now ", code(short(after)), " and was ", code(short(before))];
}

function environment(cause: Extract<Cause, { kind: "environment" }>): Phrase {
  const where: Phrase =
    cause.line === undefined ? [] : ["on ", { kind: "line", text: `line ${cause.line}`, line: cause.line }];
  const by: Record<typeof cause.source, Phrase> = {
    baseImage: [" (set by the base image)"],
    env: [" (ENV ", ...where, ")"],
    arg: [" (ARG ", ...where, ")"],
    buildArg: [" (build argument", ...(where.length > 0 ? [", declared ", ...where] : []), ")"],
    builder: [" (set by the builder)"],
  };
  return [
    "the variable ",
    code(cause.name),
    " ",
    ...beforeAfter(cause.before, cause.after),
    ...(where.length === 0 && (cause.source === "env" || cause.source === "arg")
      ? [` (${cause.source.toUpperCase()})`]
      : by[cause.source]),
  ];
}

function takenIn(step: Step, from: string | undefined): Phrase {
  return [
    ", which ",
    code(clip(step.instruction, 60)),
    " on ",
    { kind: "line", text: `line ${step.line}`, line: step.line },
    " takes in",
    ...(from === undefined ? [] : [" from ", code(from)]),
  ];
}

/** One line of at most `length` characters. */
export function clip(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).trimEnd()}…`;
}

/** What changed in files, the first two by name. */
function changes(list: FileChange[], total: number): Phrase {
  const [first, second] = list;
  if (first === undefined) return ["its files changed"];
  if (second === undefined) {
    return total > 1 ? [...change(first), ` (and ${total - 1} more changed)`] : change(first);
  }
  const more = total - 2;
  return [
    ...change(first),
    more > 0 ? ", " : " and ",
    ...change(second),
    ...(more > 0 ? [` and ${count(more, "more file")} changed`] : []),
  ];
}

/** How a file differs: "`bin/run` has mode 0755 instead of 0644". */
export function change(change: FileChange): Phrase {
  const path: Piece = { kind: "path", text: change.path };
  switch (change.what) {
    case "content":
      return [path, " has other content"];
    case "mode":
      return [path, ` has mode ${change.after ?? "?"} instead of ${change.before ?? "?"}`];
    case "type":
      return [path, " is another kind of file"];
    case "target":
      return [path, " points to ", code(change.after ?? ""), " instead of ", code(change.before ?? "")];
    case "added":
      return [path, " is new"];
    case "deleted":
      return [path, " is gone"];
    case "ignored":
      return [path, " is ignored now"];
    case "unignored":
      return [path, " is not ignored any more"];
  }
}

/** Why a change made no step run again. */
export function unaffected(change: Unaffected): Phrase {
  const path: Phrase = [{ kind: "path", text: change.path }];
  // Its text has just been read as instructions: that it does nothing is true of the file alone.
  if (change.path === "Dockerfile") path.push(", as a file of the context,");
  switch (change.why) {
    case "timestamp":
      return [...path, " changes nothing: only its time is new, and builders do not look at times."];
    case "ignored":
      return [
        ...path,
        " changes nothing: ",
        code(change.pattern ?? ""),
        ` on line ${change.line ?? "?"} of the ignore file keeps it out.`,
      ];
    case "notCopied":
      return [...path, " changes nothing: no step that is built copies it."];
    case "sameContent":
      return [...path, " changes nothing: its content and mode are what they were."];
    case "folderMode":
      return [...path, " changes nothing: BuildKit keeps a folder's mode as it was first sent."];
  }
}

/** What a cache mount means for this step. */
export function mount(mount: CacheMount, step: Step): Phrase {
  const name: Phrase = ["The cache mount ", { kind: "path", text: mount.target }];
  if (mount.emptied === "dockerClean") {
    return [
      ...name,
      " stays empty: Debian's images delete downloaded packages after each install, until ",
      { kind: "path", text: "/etc/apt/apt.conf.d/docker-clean" },
      " is removed in the same RUN.",
    ];
  }
  if (step.status === "cached") return [...name, " is not used: the step is cached."];
  if (!mount.warm) return [...name, " is empty: everything is downloaded, and kept there for the next time."];
  const { now, cold } = step.cost;
  return [
    ...name,
    " holds the downloads of an earlier run",
    now < cold ? `: ${duration(now)} instead of ${duration(cold)}.` : ".",
  ];
}

/** Time of a step, with how far to trust it. */
export function cost(cost: Cost): string {
  const time = duration(cost.now);
  return cost.source === "default" ? `about ${time}` : time;
}

/** Whether a step takes part in the build: skipped ones do not. */
function counts(step: Step): boolean {
  return step.status !== "skipped";
}

/**
 * One sentence or two on a build: what a screen reader hears. `which` is its number, counted from 1, or the words
 * that it begins with.
 */
export function summary(build: BuildResult, which: number | string): Phrase {
  const all = build.steps.filter(counts).length;
  const again = build.steps.filter((step) => step.status === "executed" || step.status === "failed").length;
  const maybe = build.steps.filter((step) => step.status === "depends").length;
  const start = typeof which === "number" ? `Build ${which}: ` : `${which}: `;
  if (build.error !== undefined) {
    const { line, message } = build.error;
    const where: Phrase = line > 0 ? [" on ", { kind: "line", text: `line ${line}`, line }] : [];
    return [start, "the build fails", ...where, `: ${builderMessage(message)}`];
  }
  if (again === 0 && maybe === 0) {
    return [
      start,
      all === 0
        ? "there is nothing to build."
        : all === 1
          ? "the one step is cached."
          : `all ${all} steps cached.`,
    ];
  }
  const verb = build.steps.some((step) => statusWord(step) === "RUN AGAIN") ? " again" : "";
  const time = build.cost > 0 ? `, about ${duration(build.cost)}` : "";
  const first = build.steps.findIndex((step) => step.cause !== undefined && counts(step));
  const why = cause(build.steps, first);
  const isFirst = build.steps[first]?.cause?.kind === "firstBuild";
  return [
    start,
    `${again} of ${count(all, "step")} ${again === 1 ? "runs" : "run"}${verb}${time}`,
    maybe > 0 ? `, ${maybe} more may` : "",
    isFirst ? ": nothing was built before." : ".",
    ...(why === undefined ? [] : [" ", ...why]),
  ];
}

/** What a move's level promises. */
export const LEVEL = {
  safe: { word: "Safe", meaning: "the image stays the same" },
  review: { word: "Review", meaning: "a person should look before taking it" },
} as const;

/** Whether an edit is one of a line of the Dockerfile, and no path. */
export function isOfDockerfile({ edit }: Saving): boolean {
  return edit.endsWith(" of the Dockerfile");
}

/** What a change of the Dockerfile saves for one kind of edit: "an edit of `src/**` costs 1 min 14 s, then 6 s". */
export function saving(saving: Saving): Phrase {
  return [
    "an edit of ",
    isOfDockerfile(saving) ? saving.edit : { kind: "path", text: saving.edit },
    ` costs ${duration(saving.before)}, then ${duration(saving.after)}`,
  ];
}
