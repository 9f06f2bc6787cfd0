/**
 * Makes objects of what the engine wrote: words and one text. `crate/wasm/src/encode.rs` says what the words mean.
 *
 * The engine's glue calls it for each answer; nothing else does.
 */

/** Names of members and variants by number, for as long as the module runs: the engine sends each once. */
const names: string[] = [];

const float = new Float64Array(1);
const halves = new Uint32Array(float.buffer);

let words: Uint32Array;
let at: number;
let text: string;
let from: number;

/** The value that is written in `list`, all its texts in `texts`. */
export function decode(list: Uint32Array, texts: string): unknown {
  words = list;
  at = 0;
  text = texts;
  from = 0;
  return value();
}

function value(): unknown {
  const word = words[at++] as number;
  const count = word >>> 3;
  switch (word & 7) {
    case 0:
      return count === 0 ? null : count === 1;
    case 1:
      return count;
    case 2:
      halves[0] = words[at++] as number;
      halves[1] = words[at++] as number;
      return float[0];
    case 3:
      return piece(count);
    case 4:
      return name(count);
    case 5: {
      const list: unknown[] = [];
      for (let n = 0; n < count; n++) list.push(value());
      return list;
    }
    case 6: {
      const object: Record<string, unknown> = {};
      for (let n = 0; n < count; n++) object[name(words[at++] as number)] = value();
      return object;
    }
    default: {
      const object: Record<string, unknown> = {};
      for (let n = 0; n < count; n++) {
        const key = value() as string;
        // Assigned, it would be the object's prototype.
        if (key === "__proto__") {
          Object.defineProperty(object, key, {
            value: value(),
            configurable: true,
            enumerable: true,
            writable: true,
          });
        } else {
          object[key] = value();
        }
      }
      return object;
    }
  }
}

/** A name by its number, or a new one out of the text. */
function name(word: number): string {
  const number = word >>> 1;
  if (word & 1) names[number] = piece(words[at++] as number);
  return names[number] as string;
}

/** The next text. */
function piece(length: number): string {
  const start = from;
  from += length;
  return text.slice(start, from);
}
