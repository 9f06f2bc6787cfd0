/**
 * Tells which constants only the second module reads, so that they can travel with it (see `split.mjs`).
 *
 * The linker is asked to keep each constant apart. One that no number in the first module's code can point at, nor a
 * pointer in a constant that can be reached so, is the second's. Numbers that look like addresses by chance only keep
 * more in the first module.
 */

/** Constants without a name of their own: texts and lists in the code. Tables that the compiler made may be entered sideways. */
const MOVABLE = /^\$\.rodata\.\.Lanon\./;
/** Neighbours with no more than this many bytes between them become one segment. */
const GAP = 8;

/**
 * @param {string[]} forms the module's `data` forms
 * @param {string[]} code the forms of the first module's functions
 * @returns {{first: string[], second: string[]}} `data` forms
 */
export function splitData(forms, code) {
  const constants = forms.map(read).sort((a, b) => a.start - b.start);
  const live = new Set();
  const reach = (address) => {
    for (const constant of at(constants, address)) {
      if (live.has(constant)) continue;
      live.add(constant);
      follow(constant);
    }
  };
  const follow = ({ start, bytes }) => {
    for (let offset = (4 - (start % 4)) % 4; offset + 4 <= bytes.length; offset += 4)
      reach(bytes.readUInt32LE(offset));
  };
  for (const constant of constants) {
    if (MOVABLE.test(constant.name) || live.has(constant)) continue;
    live.add(constant);
    follow(constant);
  }
  for (const form of code)
    for (const match of form.matchAll(/(?:i32\.const |offset=)(\d+)/g)) reach(Number(match[1]));
  const write = (wanted) => joined(constants, (constant) => live.has(constant) === wanted);
  return { first: write(true), second: write(false) };
}

/** The constants that an address lies in or just behind. */
function at(constants, address) {
  let low = 0;
  let high = constants.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (constants[middle].start <= address) low = middle + 1;
    else high = middle;
  }
  // Two may be meant: the address is the end of one and the start of the next.
  return constants
    .slice(Math.max(0, low - 2), low)
    .filter(({ start, bytes }) => address <= start + bytes.length);
}

function read(form) {
  const match = form.match(/^\(data (\$\S+) (?:\(memory \S+\) )?\(i32\.const (\d+)\) "(.*)"\)$/s);
  if (match === null) throw new Error(`a constant is not written as expected: ${form.slice(0, 80)}`);
  const [, name, start, text] = match;
  return { name, start: Number(start), bytes: bytesOf(text) };
}

const ESCAPES = { t: 9, n: 10, r: 13, '"': 34, "'": 39, "\\": 92 };

function bytesOf(text) {
  const parts = text.match(/\\[0-9a-f]{2}|\\.|[^\\]+/gs) ?? [];
  return Buffer.concat(
    parts.map((part) => {
      if (part[0] !== "\\") return Buffer.from(part);
      return Buffer.from([part.length === 3 ? Number.parseInt(part.slice(1), 16) : ESCAPES[part[1]]]);
    }),
  );
}

/** Between two of one segment there is nothing: a constant of the other module there would be overwritten by zeros. */
function joined(constants, wanted) {
  const groups = [];
  let isApart = true;
  for (const constant of constants) {
    if (!wanted(constant)) {
      isApart = true;
      continue;
    }
    const { start, bytes } = constant;
    const last = groups.at(-1);
    const end = last && last.start + last.bytes.length;
    if (!isApart && start - end <= GAP)
      last.bytes = Buffer.concat([last.bytes, Buffer.alloc(start - end), bytes]);
    else groups.push({ start, bytes });
    isApart = false;
  }
  return groups.map(({ start, bytes }) => {
    const text = [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
    return `(data (i32.const ${start}) "${text}")`;
  });
}
