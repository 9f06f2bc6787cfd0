/**
 * Cuts the compiled engine in two: what an embed needs to show its first result, and the rest, which is loaded later.
 *
 * A function belongs to the second module if it can be reached only through what is named below. A call from the first
 * module to the second goes through a slot of the function table that the second one fills when it starts; a call in
 * the other direction is an ordinary import. Both share memory, stack and tables, so that nothing is copied between
 * them. A name too few makes the first module larger; a name too many makes it stop where it misses what is named,
 * which `tests/api/first.test.mjs` would show.
 *
 * Works on the text that binaryen prints: one form a line at the outermost level, one expression a line inside.
 */
import { splitData } from "./split-data.mjs";

/** Exports of the second module. */
const EXPORTS = /^(optimize|check|workspace_(advice|applyAdvice|diagnostics))$/;

/** The way from the first module into the second: the classic builder's, taken once somebody has chosen it. */
const GATES = /^\$"<layerwise\[\w+\]::builder::legacy::(\w+::)*Daemon( as [^>]*)?>::(build|clone)"$/;

/**
 * Functions that are called by pointer, and only by the second module's. Closures are never among them: the compiler
 * makes one function of those that are alike, under the name of any.
 */
const POINTED =
  /^\$"<?layerwise\[\w+\]::(advice|check|builder::legacy|tool::contract::\w+::effects)\b(?!.*\{)/;

const NAME = /\$(?:"(?:[^"\\]|\\.)*"|[^\s()"]+)/;
const name = (form) => form.match(NAME)[0];

/**
 * @param {string} text the module, as `wasm-dis` prints it
 * @param {string} id what the second module calls the first one: no other build's answers to it
 * @returns {{first: string, second: string, exports: string[], id: string}} both modules, and what the second exports
 */
export function split(text, id) {
  const forms = text
    .slice(0, text.trimEnd().lastIndexOf(")"))
    .split(/\n (?=\()/)
    .slice(1)
    .map((form) => form.trimEnd());
  const of = (kind) => forms.filter((form) => form.startsWith(`(${kind} `));
  const functions = new Map(of("func").map((form) => [name(form), form]));
  const calls = new Map([...functions].map(([own, form]) => [own, called(form)]));
  const [elements, ...others] = of("elem");
  if (others.length > 0) throw new Error("the engine has more than one list of function pointers");
  const start = Number(elements.match(/\(i32\.const (\d+)\)/)[1]);
  const pointers = elements.slice(elements.indexOf(" func ") + 6).match(new RegExp(NAME, "g"));
  const exported = of("export").map((form) => {
    const [, outside, kind, inside] = form.match(/^\(export "([^"]+)" \((\w+) (.*)\)\)$/);
    return { form, outside, kind, inside };
  });
  const later = exported.filter((one) => one.kind === "func" && EXPORTS.test(one.outside));
  const entries = new Set([...functions.keys()].filter((own) => GATES.test(own)));
  for (const one of later) entries.add(one.inside);
  for (const own of pointers) if (POINTED.test(own)) entries.add(own);

  const roots = exported.filter((one) => one.kind === "func").map((one) => one.inside);
  const first = reach([...roots, ...pointers], calls, entries);
  const all = reach([...roots, ...pointers], calls, new Set());
  const second = new Set([...all].filter((own) => !first.has(own)));

  // Slots behind those that the compiler made, one for each function that the first module calls in the second.
  const table = of("table").find((form) => form.endsWith("funcref)"));
  const size = start + pointers.length;
  const slots = new Map();
  for (const own of first) {
    for (const target of calls.get(own))
      if (second.has(target) && !slots.has(target)) slots.set(target, size + slots.size);
  }
  const grown = table.replace(/ \d+ \d+ funcref\)$/, ` ${size + slots.size} ${size + slots.size} funcref)`);

  const shared = new Map(
    [...new Set([...second].flatMap((own) => [...calls.get(own)]))]
      .filter((own) => first.has(own))
      .map((own, at) => [own, at.toString(36)]),
  );
  const stack = of("global").find((form) => form.includes("(mut "));
  const tables = of("table");
  const imports = of("import");

  const data = splitData(
    of("data"),
    [...first].map((own) => functions.get(own)),
  );

  const firstForms = [
    ...of("type"),
    ...imports,
    ...of("global"),
    ...of("memory"),
    ...data.first,
    ...tables.map((form) => (form === table ? grown : form)),
    `(elem $0 (table ${name(table)}) (i32.const ${start}) func ${pointers.map((own) => (second.has(own) ? "$later" : own)).join(" ")})`,
    ...exported.filter((one) => !later.includes(one)).map((one) => one.form),
    `(export "s" (global ${name(stack)}))`,
    `(export "t" (table ${name(table)}))`,
    ...[...shared].map(([own, short]) => `(export "${short}_" (func ${own}))`),
    ...[...first].map((own) => through(functions.get(own), slots, functions, name(table))),
    "(func $later (unreachable))",
  ];
  const memory = of("memory")[0];
  const secondForms = [
    ...of("type"),
    ...imports.filter((form) => form.includes("(func ")),
    `(import "${id}" "memory" ${memory})`,
    `(import "${id}" "s" (global ${name(stack)} (mut i32)))`,
    ...tables.map(
      (form) =>
        `(import "${id}" "${form === table ? "t" : externalName(exported, form)}" ${form === table ? grown : form})`,
    ),
    ...[...shared].map(
      ([own, short]) => `(import "${id}" "${short}_" (func ${own} ${signature(functions.get(own))}))`,
    ),
    ...of("global").filter((form) => form !== stack),
    ...[...slots].map(([own, at]) => `(elem (table ${name(table)}) (i32.const ${at}) func ${own})`),
    ...pointers.flatMap((own, at) =>
      second.has(own) ? [`(elem (table ${name(table)}) (i32.const ${start + at}) func ${own})`] : [],
    ),
    ...data.second,
    ...later.map((one) => one.form),
    ...[...second].map((own) => functions.get(own)),
  ];
  return {
    first: module(firstForms),
    second: module(secondForms),
    exports: later.map((one) => one.outside),
    id,
  };
}

const module = (forms) => `(module\n ${forms.join("\n ")}\n)\n`;

function externalName(exported, form) {
  return exported.find((one) => one.inside === name(form)).outside;
}

/** The functions that a function calls or takes the address of. */
function called(form) {
  return new Set(
    [...form.matchAll(new RegExp(`\\((?:call|return_call|ref\\.func) (${NAME.source})`, "g"))].map(
      (match) => match[1],
    ),
  );
}

function reach(roots, calls, except) {
  const seen = new Set();
  const open = roots.filter((own) => calls.has(own) && !except.has(own));
  while (open.length > 0) {
    const own = open.pop();
    if (seen.has(own)) continue;
    seen.add(own);
    for (const target of calls.get(own))
      if (calls.has(target) && !except.has(target) && !seen.has(target)) open.push(target);
  }
  return seen;
}

/** The parameters and results of a function, without names. */
function signature(form) {
  const head = form.slice(form.match(NAME).index + name(form).length);
  const parts = [];
  for (let rest = head.trimStart(); ; ) {
    const match = rest.match(/^\((param|result|type) ([^()]*)\)\s*/);
    if (match === null) return parts.join(" ");
    const words = match[2].split(" ").filter((word) => !word.startsWith("$"));
    if (match[1] !== "type") parts.push(`(${match[1]} ${words.join(" ")})`);
    rest = rest.slice(match[0].length);
  }
}

/** A function with its calls into the second module made through the table. */
function through(form, slots, functions, table) {
  if (![...called(form)].some((own) => slots.has(own))) return form;
  const lines = form.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const match = lines[at].match(new RegExp(`^(\\s*)\\(call (${NAME.source})(\\)?)$`));
    if (match === null || !slots.has(match[2])) continue;
    const [, indent, own, closed] = match;
    const call = `${indent}(call_indirect ${table} ${signature(functions.get(own))}`;
    const slot = `${indent} (i32.const ${slots.get(own)})`;
    if (closed) {
      lines[at] = `${call}\n${slot}\n${indent})`;
    } else {
      lines[at] = call;
      const end = lines.indexOf(`${indent})`, at);
      lines[end] = `${slot}\n${indent})`;
    }
  }
  return lines.join("\n");
}
