/**
 * The documents that go in and out of layerwise: the scenario, and what is answered about it.
 *
 * They are plain data: JSON can carry them. Lines count from 1. Offsets count UTF-16 code units, as JavaScript
 * strings and editors do. Durations are milliseconds. `crate/tests/wire.rs` checks that the engine writes
 * exactly these shapes.
 */

/** The builder that is simulated: BuildKit, or the classic builder (`DOCKER_BUILDKIT=0`). */
export type Builder = "buildkit" | "legacy";

/** A file, folder or link of a build context. */
export type FileEntry = (
  | { text: string }
  | { base64: string }
  | { symlink: string }
  | { hardlink: string }
  | { dir: true }
  /** A file known by the SHA-256 of its bytes only: hits and misses are right, shown checksums are stand-ins. */
  | { digest: string; size: number }
) & {
  /** Permission bits, octal: `"0644"` (folders and executables `"0755"`). */
  mode?: string;
  /** Modification time in seconds. Builders do not hash it. */
  mtime?: number;
};

/** Path (relative, `/` between parts) to file. */
export type Files = Record<string, FileEntry>;

/** What is known of a base image's configuration. What is left out is unknown, not empty. */
export interface BaseImage {
  env?: string[];
  /** Names of variables that it sets besides, to values that are not known. */
  unknownEnv?: string[];
  workingDir?: string;
  user?: string;
  shell?: string[];
  onBuild?: string[];
  cmd?: string[];
  entrypoint?: string[];
  labels?: Record<string, string>;
  exposedPorts?: string[];
  volumes?: string[];
  stopSignal?: string;
  /** What the reference resolves to: `sha256:…`. */
  digest?: string;
  /** The image ID of the classic builder: `sha256:…`. */
  configDigest?: string;
  /** `rootfs.diff_ids`. */
  diffIds?: string[];
  /** `debian`, `ubuntu`, `alpine`, `fedora`, …: which package manager's cache advice fits. */
  distribution?: string;
}

/** A change before a build. Applied in this order: rename, delete, write, chmod, touch; then the rest. */
export interface Edit {
  write?: Files;
  delete?: string[];
  /** Old path to new path. */
  rename?: Record<string, string>;
  /** Path to octal mode. */
  chmod?: Record<string, string>;
  touch?: string[];
  dockerfile?: string;
  buildArgs?: Record<string, string>;
  target?: string | null;
  baseImages?: Record<string, BaseImage>;
  buildContexts?: Record<string, Files>;
}

/** A Dockerfile, its files, and a list of builds: the one document type of layerwise. */
export interface Scenario {
  /** Version of the format; 1 if left out. */
  version?: 1;
  name?: string;
  about?: string;
  dockerfile: string;
  /** Its place in the context: `"Dockerfile"` if left out, `null` if it lies outside. */
  dockerfilePath?: string | null;
  context?: Files;
  baseImages?: Record<string, BaseImage>;
  buildContexts?: Record<string, Files>;
  buildArgs?: Record<string, string>;
  secrets?: Record<string, unknown>;
  ssh?: boolean;
  target?: string | null;
  platform?: string;
  builder?: Builder;
  /** Versions of the classic builder's daemon and client: `"28.2"` if left out. */
  legacy?: { daemon?: string; client?: string };
  /** Each edit is applied to the state before it, then a build runs. One build without edit if left out. */
  builds?: { edit: Edit }[];
  /** Changes after the last build that no build has seen yet. */
  pending?: Edit;
  /** Seconds per step, by the step's instruction text. */
  costs?: Record<string, number>;
  /** How often a path changes, relative to the others. */
  weights?: Record<string, number>;
  /** What is known about a RUN's output when it runs again, by the step's instruction text. */
  outputs?: Record<string, "same" | "different">;
}

/**
 * What the builder does with a step: takes it from the cache, executes it, fails; `depends` if bytes decide that
 * only a real run produces; `skipped` if it is not needed or not reached.
 */
export type Status = "cached" | "executed" | "depends" | "failed" | "skipped";

/** A difference between two states of a file. */
export interface FileChange {
  path: string;
  what: "content" | "mode" | "type" | "target" | "added" | "deleted" | "ignored" | "unignored";
  /** Mode before and after, octal, if `what` is `mode`; link targets if it is `target`. */
  before?: string;
  after?: string;
}

/** Why a step is executed: the first difference in its key. Told apart by `kind`. */
export type Cause =
  /** Nothing like it was built before. */
  | { kind: "firstBuild" }
  /** The step is new: no earlier build had it on this parent. */
  | { kind: "newStep" }
  /** Files that it takes in differ. `total` may exceed the changes listed. */
  | { kind: "files"; from?: string; changes: FileChange[]; total: number }
  /** The instruction's own text differs. */
  | { kind: "instruction"; before: string; after: string }
  /** A variable in its environment differs; `line` is where it is set now (or was, if it is gone). */
  | {
      kind: "environment";
      name: string;
      before?: string;
      after?: string;
      source: "baseImage" | "env" | "arg" | "buildArg" | "builder";
      line?: number;
    }
  /** The same variables in another order. */
  | { kind: "environmentOrder"; before: string[]; after: string[] }
  /** Working directory, user, shell, platform or an option differs. */
  | {
      kind: "setting";
      what: "workdir" | "user" | "shell" | "platform" | "option";
      before?: string;
      after?: string;
    }
  | { kind: "baseImage"; reference: string; before?: string; after?: string }
  /** The step before it ran again: `step` is its index in the list, `root` that of the step where it began. */
  | { kind: "parent"; step: number; root: number }
  /** Files of a stage that ran again decide: index of the step whose output is not known. */
  | { kind: "output"; step: number; root: number }
  /** A rule of the classic builder keeps the step from ever being taken from the cache. */
  | {
      kind: "never";
      rule: "emptyEntrypoint" | "emptyUser" | "partialHealthcheck" | "uncleanWorkdir";
    };

/** Seconds that a step takes, estimated. */
export interface Cost {
  /** Milliseconds if it is executed in the state it is in: warm if a cache mount holds its downloads. 0 if cached. */
  now: number;
  /** Milliseconds if it is executed with empty cache mounts. */
  cold: number;
  /** Milliseconds if it is executed and its cache mounts hold its downloads; equal to `cold` without such mounts. */
  warm: number;
  source: "default" | "set" | "measured";
}

/** A cache mount of a RUN. */
export interface CacheMount {
  target: string;
  id: string;
  sharing: string;
  /** Whether a step executed before has filled it. */
  warm: boolean;
  /** Why it holds nothing although it is mounted: Debian's docker-clean empties apt's cache. */
  emptied?: "dockerClean";
}

/** A step of a build. */
export interface Step {
  /** As the builder prints it: `[build 2/5] COPY . .`, `Step 3/7 : COPY . .`. */
  name: string;
  /** The stage's name as printed; empty if none is printed. */
  stage: string;
  stageIndex: number;
  /** The number in the printed name. */
  index: number;
  instruction: string;
  line: number;
  endLine: number;
  status: Status;
  /** `COPY --link` only: whether putting the copy on top was a hit. */
  merge?: Status;
  /** Present if `status` is `executed`, `depends` or `failed`. */
  cause?: Cause;
  cacheKey?: string;
  /** Checksum of the files that it takes in: `sha256:…`, or the classic builder's `file:…`, `dir:…`, `multi:…`. */
  checksum?: string;
  /** Cache key and checksum of the same step in the build before. */
  before?: { cacheKey?: string; checksum?: string };
  /** Whether key and checksum are the builder's own, not stand-ins for an unknown image or file. */
  exact: boolean;
  /** Index of the step whose result it stands on. */
  parent?: number;
  /** Indexes of the steps of other stages whose files it takes in. */
  inputs?: number[];
  mounts?: CacheMount[];
  cost: Cost;
}

/** A record of BuildKit's cache export. */
export interface CacheRecord {
  digest: string;
  inputs?: { selector?: string; link: number }[][];
  result: boolean;
}

/** What one build does. */
export interface BuildResult {
  steps: Step[];
  /** BuildKit: the records that a cache export of this build holds; of a build that was done, not of `next()`. */
  cacheRecords?: CacheRecord[];
  error?: { message: string; line: number; refused: boolean };
  warnings: string[];
  /** Changes of the edit before this build that made no step run again, each with its reason. */
  unaffected: Unaffected[];
  /** Milliseconds that the executed steps take. */
  cost: number;
}

/** A change that made no step run again. */
export interface Unaffected {
  path: string;
  why: "timestamp" | "ignored" | "notCopied" | "sameContent" | "folderMode";
  /** Line and pattern of the ignore file, if `why` is `ignored`. */
  line?: number;
  pattern?: string;
}

/** The result of a scenario: one entry for each build. */
export interface Timeline {
  builder: Builder;
  builds: BuildResult[];
}

export type Severity = "error" | "warning" | "information";

/** A finding in the Dockerfile. */
export interface Diagnostic {
  /** Rule name: BuildKit's where it has one. */
  code: string;
  severity: Severity;
  line: number;
  column: number;
  endLine: number;
  /** UTF-16 offsets into the Dockerfile. */
  from: number;
  to: number;
  message: string;
  hint?: string;
  /** What mends it, if that takes no thought: all of them together. Left out if a person has to decide. */
  edits?: TextEdit[];
}

/** A change of the text: UTF-16 offsets into the original. */
export interface TextEdit {
  from: number;
  to: number;
  text: string;
}

/** A change to the Dockerfile that rebuilds less. */
export interface Move {
  /** Stable within one answer; `optimize(scenario, {moves})` takes a selection of them. */
  id: string;
  /** `safe`: the image stays the same, provably; `review`: a person should look. */
  level: "safe" | "review";
  title: string;
  /** Why it is safe, in sentences. */
  why: string[];
  /** What was looked at: files, flags, effects. */
  evidence: string[];
  edits: TextEdit[];
  /** What it saves per edit. */
  saves: Saving[];
}

/** What an edit costs before and after. */
export interface Saving {
  /** What is edited: a path, a path and how many more are like it, or a line of the Dockerfile. */
  edit: string;
  /** Milliseconds of the steps that run again. */
  before: number;
  after: number;
}

/** Advice on a Dockerfile. */
export interface Advice {
  /** The Dockerfile with all safe moves applied. */
  dockerfile: string;
  /** A better ignore file, if there is one. A proposal: the image loses the files that its lines keep out. */
  dockerignore?: string;
  /** The lines that `dockerignore` adds, each with what it keeps out and why no step needs that. */
  ignoreLines: { line: string; why: string }[];
  edits: TextEdit[];
  moves: Move[];
  /** What was left alone, and why. */
  kept: { line: number; why: string }[];
  /** Expected milliseconds per rebuild over the likely edits. */
  costBefore: number;
  costAfter: number;
  /** For each likely edit, and for one of the last line of the Dockerfile, before and after all safe moves. */
  saves: Saving[];
}

/** An instruction as parsed. */
export interface Instruction {
  name: string;
  line: number;
  endLine: number;
  from: number;
  to: number;
  /** Continuations joined, comments dropped. */
  original: string;
  flags: { name: string; value?: string }[];
  heredocs: { name: string; body: string }[];
}

/** A coloured piece of the text: what an editor highlights. */
export interface Token {
  from: number;
  to: number;
  kind:
    | "keyword"
    | "flag"
    | "comment"
    | "directive"
    | "string"
    | "variable"
    | "heredoc"
    | "operator"
    | "text";
}

/** A parsed Dockerfile. */
export interface Dockerfile {
  directives: { name: string; value: string; line: number }[];
  escape: string;
  instructions: Instruction[];
  diagnostics: Diagnostic[];
}

/** Where an ignore file or the COPYs leave a path. */
export interface PathFact {
  path: string;
  /** The line of the ignore file that keeps it out. */
  ignoredBy?: { line: number; pattern: string };
  /** Lines of the Dockerfile that copy it. */
  copiedBy: number[];
}
