/** The one error that the package throws. A mistake in a Dockerfile is a value (a diagnostic), never an error. */

/** What went wrong: `code` of a {@link LayerwiseError}. */
export type ErrorCode =
  /** A document is not a scenario; `at` names the member. */
  | "scenario"
  /** A link cannot be decoded. */
  | "link"
  /** The engine's WebAssembly module could not be had or is not one. */
  | "wasm"
  /** `init()` has not been called or has not finished (`layerwise/url`, `layerwise/slim`). */
  | "notReady"
  /** A call cannot be carried out: a path that leaves the context, a workspace that was freed. */
  | "call"
  /** A file or folder cannot be read. */
  | "file"
  /** The engine broke. Please report it together with the scenario. */
  | "internal";

/** Whether something was refused only because the whole engine, or any, is not there yet. */
export function isEarly(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === "notReady";
}

/** Thrown by every function of the package. `code` tells the kinds apart, the message is for people. */
export class LayerwiseError extends Error {
  override readonly name = "LayerwiseError";
  readonly code: ErrorCode;
  /** The member of the document that is wrong, such as `context["src/a.ts"].mode`. */
  readonly at: string | undefined;
  /** What exactly the engine refused, such as `badPath` or `notFound`. */
  readonly reason: string | undefined;
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: { at?: string; reason?: string; hint?: string; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.at = more.at;
    this.reason = more.reason;
    this.hint = more.hint;
  }
}
