/**
 * What the browser keeps between visits. Everything here may fail: storage is refused in sandboxed frames, is full,
 * or holds what an older page wrote.
 */
import type { Scenario } from "../layerwise/src/types.ts";
import { validate } from "../layerwise/src/validate.ts";

const WORK = "layerwise/work/1";
/** The work that a shared link took the place of. */
const PREVIOUS = "layerwise/previous/1";
const THEME = "layerwise/theme";
/** Above this browsers become slow or refuse. */
const MOST = 500_000;

/** The addresses that this tab has had last: its work goes on where they are loaded again. */
const ADDRESSES = "layerwise/addresses";

type Place = "localStorage" | "sessionStorage";

function read(key: string, place: Place = "localStorage"): string | undefined {
  try {
    return globalThis[place].getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: string, place: Place = "localStorage"): boolean {
  try {
    globalThis[place].setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

function readScenario(key: string, place?: Place): Scenario | undefined {
  const text = read(key, place);
  if (text === undefined) return undefined;
  try {
    return validate(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function savedWork(): Scenario | undefined {
  return readScenario(WORK);
}

export function previousWork(): Scenario | undefined {
  return readScenario(PREVIOUS);
}

/** Puts the kept work aside before something else is opened in its place. */
export function setAside(): void {
  const text = read(WORK);
  if (text !== undefined) write(PREVIOUS, text);
}

/**
 * The work of this tab, if the page is loaded again at one of its addresses. The address lags behind the work, and is
 * not changed any more while the page is left, so it alone would bring back an older state.
 */
export function tabWork(address: string): Scenario | undefined {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (entry?.type !== "reload" || !read(ADDRESSES, "sessionStorage")?.split(" ").includes(address)) {
    return undefined;
  }
  return readScenario(WORK, "sessionStorage");
}

/** Notes the fragments under which this tab's work may be loaded again. */
export function rememberAddresses(...addresses: string[]): void {
  write(ADDRESSES, addresses.join(" "), "sessionStorage");
}

/** Keeps the work; says why not, if it cannot. */
export function saveWork(scenario: Scenario): "saved" | "tooLarge" | "refused" {
  const text = JSON.stringify(scenario);
  if (text.length > MOST) return "tooLarge";
  write(WORK, text, "sessionStorage");
  return write(WORK, text) ? "saved" : "refused";
}

export function savedTheme(): string | undefined {
  return read(THEME);
}

export function saveTheme(theme: string): void {
  write(THEME, theme);
}
