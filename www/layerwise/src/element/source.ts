/**
 * What an element is to show, read from the page around it: the content is the source of truth, so that a page
 * without scripts still has the Dockerfile.
 */
import { parse } from "../api.ts";
import { assumeContext } from "../context/assume.ts";
import { LayerwiseError } from "../error.ts";
import { readScenario } from "../scenario.ts";
import type { FileEntry, Files, Scenario } from "../types.ts";

/** The Dockerfile's text as it stands in the page: in the element, in `for`, or in the block before it. */
export function dockerfileText(host: Element): string | undefined {
  const block = codeBlock(host);
  return block === null ? undefined : (block.textContent ?? "").replace(/^\n/, "");
}

function codeBlock(host: Element): Element | null {
  const selector = host.getAttribute("for");
  const own = host.querySelector("pre code, pre, code");
  if (own !== null) return own;
  if (selector !== null) {
    // An id, with or without #. Anything else is a selector.
    const target = host.ownerDocument.getElementById(selector.replace(/^#/, ""));
    return target ?? safeQuery(host.ownerDocument, selector);
  }
  const before = host.previousElementSibling;
  if (before === null || host.querySelector("script") !== null || host.hasAttribute("src")) return null;
  return before.matches("pre") ? (before.querySelector("code") ?? before) : before.querySelector("pre code");
}

function safeQuery(document: Document, selector: string): Element | null {
  try {
    return document.querySelector(selector);
  } catch {
    return null;
  }
}

/**
 * The scenario of an element. Needs the engine: a Dockerfile without files is given files to edit.
 *
 * @throws LayerwiseError if there is nothing to show, or it is not a scenario.
 */
export async function readSource(host: Element): Promise<Scenario> {
  const scenario = await document(host);
  const adjusted: Scenario = { ...scenario };
  const builder = host.getAttribute("builder");
  if (builder === "legacy" || builder === "buildkit") adjusted.builder = builder;
  const target = host.getAttribute("target");
  if (target !== null && target !== "") adjusted.target = target;
  const args = buildArgs(host.getAttribute("build-arg"));
  if (Object.keys(args).length > 0) adjusted.buildArgs = { ...scenario.buildArgs, ...args };
  return adjusted;
}

async function document(host: Element): Promise<Scenario> {
  const inline = host.querySelector('script[type="application/json"]');
  if (inline !== null) return readScenario(inline.textContent ?? "");
  const address = host.getAttribute("src");
  if (address !== null && address !== "") return fetchScenario(new URL(address, host.baseURI));
  const dockerfile = dockerfileText(host);
  if (dockerfile === undefined || dockerfile.trim() === "") {
    throw new LayerwiseError("scenario", "there is no Dockerfile to show", {
      hint: "Put it into the element: <pre><code>FROM …</code></pre>",
    });
  }
  return withBuilds(host, dockerfile);
}

async function fetchScenario(address: URL): Promise<Scenario> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch (error) {
    throw new LayerwiseError("file", `${address} cannot be fetched`, { cause: error });
  }
  if (!response.ok) throw new LayerwiseError("file", `${address} answered ${response.status}`);
  return readScenario(await response.text());
}

/** A Dockerfile with the files of the page, or plausible ones; built once, and once more after a likely edit. */
function withBuilds(host: Element, dockerfile: string): Scenario {
  const assumed = assumeContext(parse(dockerfile));
  const own = ownFiles(host);
  const context = Object.keys(own).length > 0 ? own : assumed.files;
  const named = (host.getAttribute("change") ?? "").split(/\s+/).filter((path) => path !== "");
  const likely =
    assumed.source !== undefined && Object.hasOwn(context, assumed.source) ? [assumed.source] : [];
  const changed = named.length > 0 ? named : likely;
  const write: Files = Object.fromEntries(changed.map((path) => [path, edited(context[path])]));
  const builds: Scenario["builds"] = [{ edit: {} }];
  if (changed.length > 0) builds.push({ edit: { write } });
  // A block in a page shows a Dockerfile; whether it lies in the context is not said.
  return readScenario({ dockerfile, dockerfilePath: null, context, builds });
}

/** A file with other content. */
export function edited(entry: FileEntry | undefined): FileEntry {
  if (entry === undefined) return { text: "new\n" };
  const mode = entry.mode === undefined ? {} : { mode: entry.mode };
  return { text: "text" in entry ? `${entry.text}// edited\n` : "edited\n", ...mode };
}

/** `<script type="text/plain" data-path="src/a.ts">`, with `data-mode` if it is not 0644. */
function ownFiles(host: Element): Files {
  const entries = Array.from(host.querySelectorAll("[data-path]"), (element): [string, FileEntry] => {
    const text = (element.textContent ?? "").replace(/^\n/, "");
    const mode = element.getAttribute("data-mode");
    return [element.getAttribute("data-path") ?? "", mode === null ? { text } : { text, mode }];
  });
  return Object.fromEntries(entries);
}

function buildArgs(text: string | null): Record<string, string> {
  const pairs = (text ?? "").split(/\s+/).filter((pair) => pair.includes("="));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
}
