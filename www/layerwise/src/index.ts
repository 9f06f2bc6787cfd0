/**
 * layerwise: which steps of a Docker build run again after an edit, and why.
 *
 * This entry carries the engine inside and starts it on first use: no `init()`, no file to serve, the same in Node,
 * in bundlers and in a page. Pages that would rather fetch the module as a file import `layerwise/url`.
 */
import { provideLoader } from "./engine.ts";
import { loadInlined } from "./load/inlined.ts";

provideLoader(loadInlined);

export * from "./api.ts";
