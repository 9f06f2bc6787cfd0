/** A Dockerfile and its files that are being edited and built again and again: the state behind a page. */
import { type AdviceOptions, type EngineWorkspace, engineFor, guarded, wholeEngine } from "./engine.ts";
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
  readonly #handle: EngineWorkspace;

  /** Starts from a scenario: its builds are run. Without one, from an empty Dockerfile. */
  constructor(scenario?: Scenario) {
    const start = scenario === undefined ? undefined : readScenario(scenario);
    this.#handle = guarded(() => new (engineFor(start?.builder).Workspace)(start), "scenario");
  }

  setDockerfile(text: string): void {
    guarded(() => this.#handle.setDockerfile(text));
  }

  /** Adds or replaces a file. The path is relative to the context; one that leaves it is refused. */
  write(path: string, entry: FileEntry): void {
    guarded(() => this.#handle.write(path, entry));
  }

  /** Adds or replaces a file by its bytes. */
  writeBytes(path: string, bytes: Uint8Array, mode = 0o644): void {
    guarded(() => this.#handle.writeBytes(path, bytes, mode));
  }

  /** Removes a file or folder; false if there was none. */
  remove(path: string): boolean {
    return guarded(() => this.#handle.remove(path));
  }

  rename(from: string, to: string): void {
    guarded(() => this.#handle.rename(from, to));
  }

  /** Sets permission bits: `0o755`, or `"0755"` as in a scenario. */
  chmod(path: string, mode: number | string): void {
    const bits = typeof mode === "string" ? Number.parseInt(mode, 8) : mode;
    if (!Number.isInteger(bits) || bits < 0 || bits > 0o7777) {
      throw new LayerwiseError("call", `${mode} is not a file mode`);
    }
    guarded(() => this.#handle.chmod(path, bits));
  }

  /** Changes nothing but the file's time. */
  touch(path: string): void {
    guarded(() => this.#handle.touch(path));
  }

  setBuilder(builder: Builder): void {
    guarded(() => {
      engineFor(builder);
      this.#handle.setBuilder(builder);
    });
  }

  /** The stage to build; the last one if left out. */
  setTarget(target?: string): void {
    guarded(() => this.#handle.setTarget(target));
  }

  setBuildArgs(args: Record<string, string>): void {
    guarded(() => this.#handle.setBuildArgs(args));
  }

  setBaseImage(reference: string, image: BaseImage): void {
    guarded(() => this.#handle.setBaseImage(reference, image));
  }

  /** What is known about a RUN's output when it runs again; nothing if left out. */
  setOutput(instruction: string, output?: "same" | "different"): void {
    guarded(() => this.#handle.setOutput(instruction, output));
  }

  /** Seconds that a step takes; estimated again if left out. */
  setCost(instruction: string, seconds?: number): void {
    guarded(() => this.#handle.setCost(instruction, seconds));
  }

  /** Builds, and remembers the result as the builder's cache does. */
  build(): BuildResult {
    return guarded(() => this.#handle.build());
  }

  /** What the next build would do. Nothing is remembered. */
  next(): BuildResult {
    return guarded(() => this.#handle.next());
  }

  timeline(): Timeline {
    return guarded(() => this.#handle.timeline());
  }

  /** What is wrong or doubtful in the Dockerfile as it is now. */
  diagnostics(): Diagnostic[] {
    return guarded(() => {
      wholeEngine();
      return this.#handle.diagnostics();
    });
  }

  tokens(): Token[] {
    return guarded(() => this.#handle.tokens());
  }

  /** For each file: what ignores it, and which lines copy it. */
  facts(): PathFact[] {
    return guarded(() => this.#handle.facts());
  }

  advice(options?: AdviceOptions): Advice {
    return guarded(() => {
      wholeEngine();
      return this.#handle.advice(options);
    });
  }

  /** Applies moves to the Dockerfile: all safe ones if left out. */
  applyAdvice(moves?: string[]): void {
    guarded(() => {
      wholeEngine();
      this.#handle.applyAdvice(moves);
    });
  }

  /** The whole history as a document: first state, and the edit before each build. */
  scenario(): Scenario {
    return guarded(() => this.#handle.scenario());
  }

  /** Takes back the last edit or build; false if there is none. */
  undo(): boolean {
    return guarded(() => this.#handle.undo());
  }

  redo(): boolean {
    return guarded(() => this.#handle.redo());
  }

  get canUndo(): boolean {
    return guarded(() => this.#handle.canUndo);
  }

  get canRedo(): boolean {
    return guarded(() => this.#handle.canRedo);
  }

  /** Gives the engine's memory back now; otherwise that happens when the object is collected. */
  free(): void {
    guarded(() => this.#handle.free());
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
