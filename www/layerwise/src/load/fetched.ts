/** The engine's modules from files: fetched and compiled while they arrive, or handed in by the caller. */
import { isReady, isWhole, provideEngine } from "../engine.ts";
import { LayerwiseError } from "../error.ts";
import { type Part, start } from "./start.ts";

/** What `init()` and `initWhole()` take. */
export type ModuleSource = URL | string | Response | Promise<Response> | BufferSource | WebAssembly.Module;

const starting: Partial<Record<Part, Promise<void>>> = {};

/** Starts a module from `source`. Later calls get the same promise; after a failure a new try is made. */
export function initOnce(source: ModuleSource, part: Part): Promise<void> {
  const isThere = part === "whole" ? isWhole : isReady;
  if (isThere()) return Promise.resolve();
  starting[part] ??= compile(source, part)
    .then((module) => {
      // The whole engine may have overtaken its part.
      if (!isThere()) provideEngine(start(module, part), part === "whole");
    })
    .catch((error: unknown) => {
      delete starting[part];
      throw error;
    });
  return starting[part];
}

async function compile(source: ModuleSource, part: Part): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return compileBytes(source, `the bytes handed to ${caller(part)}`, part);
  }
  if (typeof source === "string" || source instanceof URL) {
    return fromResponse(await download(String(source)), String(source), part);
  }
  const response = await source;
  return fromResponse(response, response.url || `the response handed to ${caller(part)}`, part);
}

async function download(address: string): Promise<Response> {
  try {
    return await fetch(address);
  } catch (error) {
    throw new LayerwiseError("wasm", `${address} cannot be fetched: ${(error as Error).message}`, {
      cause: error,
      hint: address.startsWith("file:")
        ? 'Import from "layerwise", which carries the engine inside.'
        : "Check the address, and the page's content security policy (connect-src).",
    });
  }
}

async function fromResponse(response: Response, address: string, part: Part): Promise<WebAssembly.Module> {
  if (!response.ok) {
    throw new LayerwiseError("wasm", `${address} answered ${response.status}`, {
      hint: served(part),
    });
  }
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("application/wasm")) {
    return compileBytes(await response.arrayBuffer(), address, part);
  }
  try {
    return await WebAssembly.compileStreaming(response);
  } catch (error) {
    throw notCompiled(address, error);
  }
}

async function compileBytes(source: BufferSource, address: string, part: Part): Promise<WebAssembly.Module> {
  const bytes =
    source instanceof ArrayBuffer
      ? new Uint8Array(source)
      : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  const [zero, a, s, m] = bytes;
  if (zero !== 0 || a !== 0x61 || s !== 0x73 || m !== 0x6d) {
    const html = bytes[0] === 0x3c;
    throw new LayerwiseError(
      "wasm",
      `${address} is ${html ? "an HTML page" : "not a WebAssembly module"}, not the engine`,
      { hint: served(part) },
    );
  }
  try {
    return await WebAssembly.compile(source);
  } catch (error) {
    throw notCompiled(address, error);
  }
}

const caller = (part: Part) => (part === "engine" ? "init()" : "initWhole()");

const served = (part: Part) =>
  `${part}.wasm has to be served beside the script, or its address given to ${caller(part)}.`;

function notCompiled(address: string, error: unknown): LayerwiseError {
  return new LayerwiseError("wasm", `${address} cannot be compiled: ${(error as Error).message}`, {
    cause: error,
    hint: "A page with a content security policy needs script-src 'wasm-unsafe-eval'.",
  });
}
