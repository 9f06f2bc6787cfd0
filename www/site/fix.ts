/** Applies the edits that mend a finding. They are about the text in which it was found, in any order. */
import type { TextEdit } from "../layerwise/src/types.ts";

export function mended(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((one, other) => other.from - one.from)
    .reduce((done, edit) => done.slice(0, edit.from) + edit.text + done.slice(edit.to), text);
}
