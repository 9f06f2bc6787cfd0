/** Links that hold a scenario, as the page meets them: at the start, and pasted into the address of an open page. */
import { fromFragment } from "../layerwise/src/link/fragment.ts";
import type { Scenario } from "../layerwise/src/types.ts";
import type { Notice } from "./model.ts";

/** A notice before it is shown. */
export type Message = Omit<Notice, "id">;

/** What a fragment holds, or why it cannot be had. Undefined if there is none. */
export function readLink(fragment: string): { scenario: Scenario } | { problem: string } | undefined {
  if (fragment.length < 2) return undefined;
  try {
    return { scenario: fromFragment(fragment) };
  } catch (error) {
    const { message, hint } = error as Error & { hint?: string };
    return { problem: `The link cannot be opened: ${message}.${hint === undefined ? "" : ` ${hint}`}` };
  }
}

/** Said when something that came from outside has taken the place of a person's own work. */
export function workIsKept(what: string): Message {
  return {
    kind: "information",
    text: `This is ${what}. Your own work is kept.`,
    action: { name: "own-work", word: "Back to my work" },
  };
}
