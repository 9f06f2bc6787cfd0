/**
 * Drops the constants that no code of a module reads.
 *
 * The linker is asked to keep each constant apart. One stays if a number in the code can point at it, or a pointer in
 * a constant that stays. Numbers that look like addresses by chance only keep more.
 */

/** Constants that never change, but for tables that the compiler made: those may be entered from afar. */
const DROPPABLE = /^\$\.rodata\.(?!\.Lswitch)/;
/** A table is entered from before its start where no index is small: `table - 32 + index`. */
const BEFORE = 64;
/** Neighbours with no more than this many bytes between them become one segment. */
const GAP = 8;
/** Texts and lists without a name of their own. */
const TEXT = /^\$\.rodata\.\.Lanon\./;

/**
 * To be used before constants are packed, which takes zeros off them: an address must lie in what it means.
 *
 * @param {string} text a module, one form a line at the outermost level
 * @returns {string} the module with the constants that it needs
 */
export function withoutUnread(text) {
  const lines = text.split("\n");
  const isData = (line) => line.trimStart().startsWith("(data ");
  const first = lines.findIndex(isData);
  if (first < 0) return text;
  const code = lines.filter((line) => !isData(line));
  code.splice(first, 0, ...joined(needed(lines.filter(isData).map(read), code)));
  return code.join("\n");
}

function needed(constants, code) {
  constants.sort((a, b) => a.start - b.start);
  const live = new Set();
  const keep = (constant) => {
    if (live.has(constant)) return;
    live.add(constant);
    const { start, bytes } = constant;
    for (let offset = (4 - (start % 4)) % 4; offset + 4 <= bytes.length; offset += 4)
      reach(bytes.readUInt32LE(offset));
  };
  const reach = (address) => {
    for (const constant of at(constants, address)) keep(constant);
  };
  const enter = (address) => {
    reach(address);
    for (const constant of at(constants, address + BEFORE)) if (!TEXT.test(constant.name)) keep(constant);
  };
  for (const constant of constants) if (!DROPPABLE.test(constant.name)) keep(constant);
  for (const line of code)
    for (const match of line.matchAll(/(?:i32\.const |offset=)(\d+)/g)) enter(Number(match[1]));
  return constants.filter((constant) => live.has(constant));
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

function read(line) {
  const match = line.match(/^ ?\(data (\$\S+) (?:\(memory \S+\) )?\(i32\.const (\d+)\) "(.*)"\)$/s);
  if (match === null) throw new Error(`a constant is not written as expected: ${line.slice(0, 80)}`);
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

function joined(constants) {
  const groups = [];
  for (const { start, bytes } of constants) {
    const last = groups.at(-1);
    const end = last && last.start + last.bytes.length;
    if (last && start - end <= GAP)
      last.bytes = Buffer.concat([last.bytes, Buffer.alloc(start - end), bytes]);
    else groups.push({ start, bytes });
  }
  return groups.map(({ start, bytes }) => {
    const text = [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
    return ` (data (i32.const ${start}) "${text}")`;
  });
}
