/** A Dockerfile and its files that are being edited and built again and again: the state behind a page. */
import {
  type AdviceOptions,
  type EngineWorkspace,
  engine,
  guarded,
  instanceNumber,
  isWhole,
} from "./engine.ts";
import { LayerwiseError } from "./error.ts";
import { readScenario } from "./scenario.ts";
import type {
  Advice,
  BaseImage,
  Builder,
  BuildResult,
  Diagnostic,
  FileEntry,
  PathFact,
  Scenario,
  Timeline,
  Token,
} from "./types.ts";

/** The methods of the engine's handle. */
type Method = {
  [Name in keyof EngineWorkspace]: EngineWorkspace[Name] extends (...args: never[]) => unknown ? Name : never;
}[keyof EngineWorkspace];

/**
 * Edits are collected until {@link Workspace.build}, which remembers its keys as the builder's cache does, so that a
 * later build hits them. All state lives in the engine: an edit sends one file or one text.
 *
 * ```js
 * const workspace = new Workspace({ dockerfile, context });
 * workspace.build();
 * workspace.write("src/server.ts", { text: "…" });
 * for (const step of workspace.next().steps) console.log(step.status, step.name);
 * ```
 */
export class Workspace {
  #handle: EngineWorkspace;
  #instance: number;
  /** As long as another engine may take over: how it comes to the same state. */
  #history: { start: Scenario | undefined; edits: ((handle: EngineWorkspace) => unknown)[] } | undefined;

  /** Starts from a scenario: its builds are run. Without one, from an empty Dockerfile. */
  constructor(scenario?: Scenario) {
    const start = scenario === undefined ? undefined : readScenario(scenario);
    this.#handle = guarded(() => new (engine().Workspace)(start), "scenario");
    this.#instance = instanceNumber();
    if (!isWhole()) this.#history = { start: structuredClone(start), edits: [] };
  }

  setDockerfile(text: string): void {
    this.#edit("setDockerfile", text);
  }

  /** Adds or replaces a file. The path is relative to the context; one that leaves it is refused. */
  write(path: string, entry: FileEntry): void {
    this.#edit("write", path, entry);
  }

  /** Adds or replaces a file by its bytes. */
  writeBytes(path: string, bytes: Uint8Array, mode = 0o644): void {
    this.#edit("writeBytes", path, bytes, mode);
  }

  /** Removes a file or folder; false if there was none. */
  remove(path: string): boolean {
    return this.#edit("remove", path);
  }

  rename(from: string, to: string): void {
    this.#edit("rename", from, to);
  }

  /** Sets permission bits: `0o755`, or `"0755"` as in a scenario. */
  chmod(path: string, mode: number | string): void {
    const bits = typeof mode === "string" ? Number.parseInt(mode, 8) : mode;
    if (!Number.isInteger(bits) || bits < 0 || bits > 0o7777) {
      throw new LayerwiseError("call", `${mode} is not a file mode`);
    }
    this.#edit("chmod", path, bits);
  }

  /** Changes nothing but the file's time. */
  touch(path: string): void {
    this.#edit("touch", path);
  }

  setBuilder(builder: Builder): void {
    this.#edit("setBuilder", builder);
  }

  /** The stage to build; the last one if left out. */
  setTarget(target?: string): void {
    this.#edit("setTarget", target);
  }

  setBuildArgs(args: Record<string, string>): void {
    this.#edit("setBuildArgs", args);
  }

  setBaseImage(reference: string, image: BaseImage): void {
    this.#edit("setBaseImage", reference, image);
  }

  /** What is known about a RUN's output when it runs again; nothing if left out. */
  setOutput(instruction: string, output?: "same" | "different"): void {
    this.#edit("setOutput", instruction, output);
  }

  /** Seconds that a step takes; estimated again if left out. */
  setCost(instruction: string, seconds?: number): void {
    this.#edit("setCost", instruction, seconds);
  }

  /** Builds, and remembers the result as the builder's cache does. */
  build(): BuildResult {
    return this.#edit("build");
  }

  /** What the next build would do. Nothing is remembered. */
  next(): BuildResult {
    return this.#ask((handle) => handle.next());
  }

  timeline(): Timeline {
    return this.#ask((handle) => handle.timeline());
  }

  /** What is wrong or doubtful in the Dockerfile as it is now. */
  diagnostics(): Diagnostic[] {
    return this.#ask((handle) => handle.diagnostics());
  }

  tokens(): Token[] {
    return this.#ask((handle) => handle.tokens());
  }

  /** For each file: what ignores it, and which lines copy it. */
  facts(): PathFact[] {
    return this.#ask((handle) => handle.facts());
  }

  advice(options?: AdviceOptions): Advice {
    return this.#ask((handle) => handle.advice(options));
  }

  /** Applies moves to the Dockerfile: all safe ones if left out. */
  applyAdvice(moves?: string[]): void {
    this.#edit("applyAdvice", moves);
  }

  /** The whole history as a document: first state, and the edit before each build. */
  scenario(): Scenario {
    return this.#ask((handle) => handle.scenario());
  }

  /** Takes back the last edit or build; false if there is none. */
  undo(): boolean {
    return this.#edit("undo");
  }

  redo(): boolean {
    return this.#edit("redo");
  }

  get canUndo(): boolean {
    return this.#ask((handle) => handle.canUndo);
  }

  get canRedo(): boolean {
    return this.#ask((handle) => handle.canRedo);
  }

  /** Gives the engine's memory back now; otherwise that happens when the object is collected. */
  free(): void {
    this.#history = undefined;
    // What another engine gave out went with it.
    if (this.#instance === instanceNumber()) guarded(() => this.#handle.free());
    this.#instance = -1;
  }

  #ask<T>(question: (handle: EngineWorkspace) => T): T {
    return guarded(() => question(this.#live()));
  }

  #edit<Name extends Method>(
    name: Name,
    ...args: Parameters<EngineWorkspace[Name]>
  ): ReturnType<EngineWorkspace[Name]> {
    return guarded(() => {
      const call = (handle: EngineWorkspace, own: typeof args) =>
        (handle[name] as (...all: typeof args) => ReturnType<EngineWorkspace[Name]>)(...own);
      const handle = this.#live();
      const kept = this.#history === undefined ? undefined : structuredClone(args);
      const answer = call(handle, args);
      if (kept !== undefined) this.#history?.edits.push((other) => call(other, kept));
      return answer;
    });
  }

  /** The handle; of another engine than before if that has been started anew, brought to the same state. */
  #live(): EngineWorkspace {
    if (this.#instance !== instanceNumber()) {
      if (this.#history === undefined) throw new LayerwiseError("call", "this workspace was freed");
      const handle = new (engine().Workspace)(this.#history.start);
      for (const edit of this.#history.edits) edit(handle);
      this.#handle = handle;
      this.#instance = instanceNumber();
    }
    if (isWhole()) this.#history = undefined;
    return this.#handle;
  }
}

// `using workspace = new Workspace()`, where the runtime has the symbol (newer than TypeScript's library here).
const { dispose } = Symbol as { dispose?: symbol };
if (dispose !== undefined) {
  Object.defineProperty(Workspace.prototype, dispose, {
    value: Workspace.prototype.free,
    configurable: true,
    writable: true,
  });
}
