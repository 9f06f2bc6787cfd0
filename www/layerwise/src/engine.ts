/**
 * The engine as the rest of the package sees it, and the one place that knows whether it is there.
 *
 * It comes as two WebAssembly modules with the same face. `whole.wasm` can do everything. `engine.wasm` is the part of
 * it that a first result needs, a fourth as large; where something else is asked of it, it stops, and the whole one has
 * to be loaded. How they arrive is the business of `load/`; an entry (`index.ts`, `url.ts`, `slim.ts`) picks a way and
 * announces it here. Entries loaded together share one engine.
 */
import { LayerwiseError } from "./error.ts";
import type {
  Advice,
  BaseImage,
  Builder,
  BuildResult,
  Diagnostic,
  Dockerfile,
  FileEntry,
  PathFact,
  Scenario,
  Timeline,
  Token,
} from "./types.ts";

/** Choices for advice. */
export interface AdviceOptions {
  /** Only these moves are applied to the answer's Dockerfile; all safe ones if left out. */
  moves?: string[];
  /**
   * Offers bind mounts in the place of manifests that a later COPY brings anyway; also if `moves` names one. They save
   * a COPY with its layer, hardly ever more, so they are offered only to those who ask. False if left out.
   */
  bindMounts?: boolean;
  /**
   * Offers to compile the dependencies of cargo with empty sources before the real ones come; also if `moves` names
   * one. What is left in the target folder is another than before, so it is offered only to those who ask. False if
   * left out.
   */
  dummySources?: boolean;
}

/** The handle that the engine gives out. {@link "workspace".Workspace} wraps it. */
export interface EngineWorkspace {
  setDockerfile(text: string): void;
  write(path: string, entry: FileEntry): void;
  writeBytes(path: string, bytes: Uint8Array, mode: number): void;
  remove(path: string): boolean;
  rename(from: string, to: string): void;
  chmod(path: string, mode: number): void;
  touch(path: string): void;
  setBuilder(builder: Builder): void;
  setTarget(target?: string): void;
  setBuildArgs(args: Record<string, string>): void;
  setBaseImage(reference: string, image: BaseImage): void;
  setOutput(instruction: string, output?: string): void;
  setCost(instruction: string, seconds?: number): void;
  build(): BuildResult;
  next(): BuildResult;
  timeline(): Timeline;
  diagnostics(): Diagnostic[];
  tokens(): Token[];
  facts(): PathFact[];
  advice(options?: AdviceOptions): Advice;
  applyAdvice(moves?: string[]): void;
  scenario(): Scenario;
  undo(): boolean;
  redo(): boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  free(): void;
}

/** What the WebAssembly module exports. */
export interface Engine {
  parse(text: string): Dockerfile;
  tokens(text: string): Token[];
  simulate(scenario: Scenario): Timeline;
  optimize(scenario: Scenario, options?: AdviceOptions): Advice;
  check(scenario: Scenario): Diagnostic[];
  Workspace: new (scenario?: Scenario) => EngineWorkspace;
  /** Starts the module anew: after a trap nothing in it can be relied on. Handles given out before are dead. */
  __wbg_reset_state(): void;
}

let present: Engine | undefined;
let whole = false;
let instance = 0;
let synchronous: (() => Engine) | undefined;

/** Says how to get the whole engine without waiting, should it be asked for before it is there. */
export function provideLoader(load: () => Engine): void {
  synchronous ??= load;
}

/** Hands over a started engine: the whole one, or the part for a first result. */
export function provideEngine(engine: Engine, isAll: boolean): void {
  present = engine;
  whole = isAll;
  instance += 1;
}

/** Whether a call would be answered without loading anything. */
export function isReady(): boolean {
  return present !== undefined;
}

/** Whether every call would be. */
export function isWhole(): boolean {
  return whole;
}

/** Counts the engines that have been started one after the other: what one gave out is dead for the next. */
export function instanceNumber(): number {
  return instance;
}

/** The engine, started on first use if the entry allows that. */
export function engine(): Engine {
  if (present === undefined) {
    if (synchronous === undefined) {
      throw new LayerwiseError("notReady", "layerwise is not initialised yet", {
        hint: 'await init() first; or import from "layerwise", which needs no init()',
      });
    }
    provideEngine(synchronous(), true);
  }
  return present as Engine;
}

/**
 * Calls into the engine; whatever it throws comes out as a {@link LayerwiseError}. `code` is that of an error for
 * which the caller is to blame.
 */
export function guarded<T>(call: () => T, code: "call" | "scenario" = "call"): T {
  try {
    return call();
  } catch (error) {
    throw asLayerwiseError(error, code);
  }
}

/** What the engine throws. */
interface Refusal {
  code: string;
  message: string;
  path?: string;
}

function asLayerwiseError(error: unknown, code: "call" | "scenario"): LayerwiseError {
  if (error instanceof LayerwiseError) return error;
  // A stack that is full is a RangeError.
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) return stopped(error);
  if (isRefusal(error)) {
    const at = error.path === undefined ? {} : { at: error.path };
    return new LayerwiseError(code, error.message, { ...at, reason: error.code });
  }
  const message = error instanceof Error ? error.message : String(error);
  if (/null pointer passed to rust|stale object|attempt to use a moved value/i.test(message)) {
    return new LayerwiseError("call", "this workspace was freed", { cause: error });
  }
  return new LayerwiseError(code, message, { cause: error });
}

/** Nothing in a module that stopped can be relied on: it is started anew. */
function stopped(error: Error): LayerwiseError {
  present?.__wbg_reset_state();
  instance += 1;
  if (!whole) {
    return new LayerwiseError("notReady", "this takes the whole engine, which is not loaded yet", {
      cause: error,
      hint: "await initWhole(), then call again",
    });
  }
  return new LayerwiseError("internal", `the engine stopped: ${error.message}`, {
    cause: error,
    hint: "This is a mistake in layerwise. Please report it with the scenario.",
  });
}

function isRefusal(error: unknown): error is Refusal {
  return (
    typeof error === "object" &&
    error !== null &&
    "message" in error &&
    "code" in error &&
    !(error instanceof Error)
  );
}
