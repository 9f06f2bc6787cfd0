/**
 * The engine out of the package's own text: deflated and base64, decoded and compiled on first use.
 *
 * Slower to download than the file itself by about a third, but it needs no server, no permission and no bundler
 * that understands WebAssembly.
 */
import { base64, size } from "../bytes.ts";
import { inflateSync } from "../deflate.ts";
import type { Engine } from "../engine.ts";
import { LayerwiseError } from "../error.ts";
import { start } from "./start.ts";

/** Starts the engine. Blocks for some milliseconds, once. */
export function loadInlined(): Engine {
  const bytes = inflateSync(decode(base64), { out: new Uint8Array(size) });
  try {
    return start(new WebAssembly.Module(bytes), "whole");
  } catch (error) {
    if (error instanceof LayerwiseError) throw error;
    throw new LayerwiseError("wasm", `the engine cannot be compiled: ${(error as Error).message}`, {
      cause: error,
      hint: "A page with a content security policy needs script-src 'wasm-unsafe-eval'.",
    });
  }
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  // Newer than TypeScript's library; ten times as fast as the loop below.
  const native = (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (native !== undefined) return native.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
