/**
 * Leaves in a module only the code that a first result needs: what is never reached while `profile.mjs` runs becomes
 * a trap.
 *
 * So the small engine answers as the whole one does, or stops; it cannot answer otherwise. Whoever runs it loads the
 * whole one when it stops. Which code is reached is counted in a copy of the module with a call at each place where
 * the flow of control can begin anew: at the start of a function, of an arm or a loop, and behind everything that can
 * be left early.
 *
 * Works on the text that binaryen prints, read as the nested lists that it is.
 */

const COUNTER = "$reached";
/** An arm of so few words stays: leaving it out saves next to nothing, and it is reached one day. */
const LITTLE = 6;
/**
 * Functions that are kept as a whole once they are reached: memory, maps, order, digests, reading of documents. They
 * work on whatever comes, and which of their arms a profile takes says nothing about the next Dockerfile.
 */
const WHOLE =
  /^\$(__r|__wbindgen|"<?layerwise(_wasm)?\[\w+\]::(map|memory|digest)::|"core\[\w+\]::(slice::sort|ptr)|"<\[|"<?sha2|.*Deserialize>::deserialize|.*::cmp::(PartialOrd|Ord|PartialEq))/;
/** Forms that hold a sequence of expressions. */
const SEQUENCES = new Set(["func", "block", "loop", "then", "else"]);
const BRANCHING = new Set(["block", "loop", "if", "br_if", "br_on_null", "br_on_non_null"]);
const DECLARATIONS = new Set(["export", "local", "param", "result", "type"]);

/** A module in which places are numbered. */
export class Counted {
  #forms;
  #count = 0;

  /** @param {string} text the module, as `wasm-dis` prints it */
  constructor(text) {
    this.#forms = read(text);
    for (const form of this.#forms) if (form[0] === "func") this.#number(form, true);
  }

  /** The module that calls the import `profile` `reached` with the number of each place that it comes to. */
  counting() {
    const forms = [...this.#forms];
    const first = forms.findIndex((form) => form[0] === "import");
    forms.splice(first, 0, ["import", '"profile"', '"reached"', ["func", COUNTER, ["param", "i32"]]]);
    return print(forms);
  }

  /**
   * The module without what was not reached.
   *
   * @param {Set<number>} reached what the counting one called `reached` with
   */
  without(reached) {
    const wanted = this.#completed(reached);
    return print(this.#forms.map((form) => (form[0] === "func" ? kept(form, wanted) : form)));
  }

  /** The places that were reached, and all of the functions that are kept whole, and of such that those call. */
  #completed(reached) {
    const complete = new Set(reached);
    const whole = new Map();
    for (const form of this.#forms) if (form[0] === "func" && WHOLE.test(form[1])) whole.set(form[1], form);
    const open = [...whole.values()].filter((form) => places(form).some((place) => reached.has(place)));
    const seen = new Set(open);
    for (const form of open) {
      for (const place of places(form)) complete.add(place);
      for (const other of called(form).map((name) => whole.get(name))) {
        if (other === undefined || seen.has(other)) continue;
        seen.add(other);
        open.push(other);
      }
    }
    return complete;
  }

  /** Puts a number where a sequence begins, unless what comes before leads here, and behind what branches. */
  #number(form, isNew) {
    let isDue = isNew;
    for (let at = 1; at < form.length; at++) {
      const part = form[at];
      if (!Array.isArray(part) || DECLARATIONS.has(part[0])) continue;
      if (isDue) {
        form.splice(at++, 0, ["call", COUNTER, ["i32.const", String(this.#count++)]]);
        isDue = false;
      }
      this.#inside(part);
      isDue = branches(part);
    }
  }

  #inside(form) {
    if (SEQUENCES.has(form[0])) return this.#number(form, form[0] !== "block");
    for (const part of form) if (Array.isArray(part)) this.#inside(part);
  }
}

function branches(form) {
  return BRANCHING.has(form[0]) || form.some((part) => Array.isArray(part) && branches(part));
}

const isCounter = (form) => form[0] === "call" && form[1] === COUNTER;

/** The numbers in a form. */
function places(form) {
  if (isCounter(form)) return [Number(form[2][1])];
  return form.flatMap((part) => (Array.isArray(part) ? places(part) : []));
}

/** The functions that a form calls. */
function called(form) {
  const own = form[0] === "call" ? [form[1]] : [];
  return [...own, ...form.flatMap((part) => (Array.isArray(part) ? called(part) : []))];
}

/** A form without its numbers; from the first that was not reached on there is a trap, unless little follows it. */
function kept(form, reached) {
  const copy = [];
  for (const [at, part] of form.entries()) {
    if (!Array.isArray(part)) copy.push(part);
    else if (!isCounter(part)) copy.push(kept(part, reached));
    else if (!reached.has(Number(part[2][1])) && size(form.slice(at)) > LITTLE)
      return [...copy, ["unreachable"]];
  }
  return copy;
}

/** About how many bytes a form takes: one for each word in it. */
function size(form) {
  let sum = 0;
  for (const part of form) sum += Array.isArray(part) ? (isCounter(part) ? 0 : size(part)) : 1;
  return sum;
}

/** Parentheses, texts, words and comments. */
const PIECE = /[()]|"(?:[^"\\]|\\.)*"|(?:[^\s()";]|;(?!;)|"(?:[^"\\]|\\.)*")+|;;.*/g;

/** The forms of a module. */
function read(text) {
  const open = [[]];
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece === "(") {
      const form = [];
      open.at(-1).push(form);
      open.push(form);
    } else if (piece === ")") {
      open.pop();
    } else if (!piece.startsWith(";;")) open.at(-1).push(piece);
  }
  const [[, ...forms]] = open[0];
  return forms;
}

function print(forms) {
  return `(module\n${forms.map(printForm).join("\n")}\n)\n`;
}

function printForm(form) {
  return Array.isArray(form) ? `(${form.map(printForm).join(" ")})` : form;
}
