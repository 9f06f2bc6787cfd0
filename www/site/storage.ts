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

function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: string): boolean {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

function readScenario(key: string): Scenario | undefined {
  const text = read(key);
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

/** Keeps the work; says why not, if it cannot. */
export function saveWork(scenario: Scenario): "saved" | "tooLarge" | "refused" {
  const text = JSON.stringify(scenario);
  if (text.length > MOST) return "tooLarge";
  return write(WORK, text) ? "saved" : "refused";
}

export function savedTheme(): string | undefined {
  return read(THEME);
}

export function saveTheme(theme: string): void {
  write(THEME, theme);
}
