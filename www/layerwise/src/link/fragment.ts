/**
 * A scenario in the fragment of a link: `#1` and the deflated document as base64url.
 *
 * The fragment never leaves the browser, so a link needs no server and tells nobody anything. The `1` is the format's
 * version: it stands for "raw deflate, {@link DICTIONARY_1} as preset dictionary, JSON without members that have
 * their default". What a link of a version means never changes; a better way gets the next number.
 */
import { deflateSync, Inflate } from "../deflate.ts";
import { LayerwiseError } from "../error.ts";
import type { Scenario } from "../types.ts";
import { validate } from "../validate.ts";
import { DICTIONARY_1 } from "./dictionary.ts";

/** Fragments longer than this are cut by some chat tools: offer the document as a file as well. */
export const LONG_FRAGMENT = 8000;

/** A link is untrusted input: what it inflates to is bounded. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_RATIO = 200;

/** The fragment for a link, starting with `#`. */
export function toFragment(scenario: Scenario): string {
  const json = new TextEncoder().encode(JSON.stringify(withoutDefaults(scenario)));
  return `#1${encode(deflateSync(json, { level: 9, mem: 8, dictionary: dictionary() }))}`;
}

/**
 * The scenario of a fragment, with or without the `#`.
 *
 * @throws LayerwiseError `link` if the link is damaged, too large, or of a later version; `scenario` if it holds
 *   something else.
 */
export function fromFragment(fragment: string): Scenario {
  const text = fragment.startsWith("#") ? fragment.slice(1) : fragment;
  if (text === "") throw broken("it is empty");
  if (text[0] !== "1") {
    throw /^[2-9]/.test(text)
      ? new LayerwiseError("link", "the link was made by a newer version of layerwise", {
          hint: "Open it in the current playground, or update the package.",
        })
      : broken("it does not start with a version");
  }
  const json = inflate(decode(text.slice(1)));
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw broken("its document is not JSON", error);
  }
  return validate(value);
}

function broken(problem: string, cause?: unknown): LayerwiseError {
  return new LayerwiseError("link", `the link is damaged: ${problem}`, {
    cause,
    hint: "Some chat tools cut long links. Ask for the scenario as a file.",
  });
}

function dictionary(): Uint8Array {
  return new TextEncoder().encode(DICTIONARY_1);
}

function inflate(bytes: Uint8Array): string {
  const limit = Math.min(MAX_BYTES, Math.max(bytes.length, 64) * MAX_RATIO);
  const chunks: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  try {
    const stream = new Inflate({ dictionary: dictionary() }, (chunk, final) => {
      size += chunk.length;
      ended = final;
      if (size > limit) throw new LayerwiseError("link", "the link holds more than a scenario should");
      chunks.push(chunk);
    });
    // In slices, so that a bomb is noticed before it has grown.
    for (let at = 0; at < bytes.length; at += SLICE) {
      stream.push(bytes.subarray(at, at + SLICE), at + SLICE >= bytes.length);
    }
  } catch (error) {
    throw error instanceof LayerwiseError ? error : broken("it cannot be inflated", error);
  }
  if (!ended) throw broken("its end is missing");
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(whole);
  } catch (error) {
    throw broken("its text is not UTF-8", error);
  }
}

const SLICE = 4096;

/** Leaves out what a reader would assume anyway. Unknown members stay. */
function withoutDefaults(scenario: Scenario): Record<string, unknown> {
  return Object.fromEntries(Object.entries(scenario).filter(([key, value]) => !isDefault(key, value)));
}

function isDefault(key: string, value: unknown): boolean {
  switch (key) {
    case "version":
      return value === 1;
    case "builder":
      return value === "buildkit";
    case "dockerfilePath":
      return value === "Dockerfile";
    case "target":
      return value === null;
    case "context":
    case "baseImages":
    case "buildContexts":
    case "buildArgs":
    case "costs":
    case "weights":
    case "outputs":
      return typeof value === "object" && value !== null && Object.keys(value).length === 0;
    default:
      return value === undefined;
  }
}

function encode(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function decode(text: string): Uint8Array {
  // Mail and chat programs wrap long lines and turn - into %2D.
  const clean = text
    .replace(/\s+/g, "")
    .replace(/%2D/gi, "-")
    .replace(/%5F/gi, "_")
    .replace(/[=.]+$/, "");
  if (!/^[A-Za-z0-9_-]+$/.test(clean)) throw broken("it holds characters that no link has");
  if (clean.length % 4 === 1) throw broken("its end is missing");
  const binary = atob(clean.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
