/**
 * Puts the functions of a module into an order that compresses better: first those that are called most, whose numbers
 * are then short, then by signature and length, so that what is alike stands close together. About a hundredth.
 */

const NAME = /\$(?:"(?:[^"\\]|\\.)*"|[^\s()"]+)/;
/** Numbers below 128 take one byte. */
const SHORT = 100;

/** @param {string} text a module, as `wasm-dis` prints it */
export function ordered(text) {
  const [head, ...forms] = text
    .slice(0, text.trimEnd().lastIndexOf(")"))
    .split(/\n (?=\()/)
    .map((form) => form.trimEnd());
  const functions = forms
    .filter((form) => form.startsWith("(func "))
    .map((form) => ({ form, name: form.match(NAME)[0], signature: signature(form), uses: 0 }));
  const byName = new Map(functions.map((one) => [one.name, one]));
  for (const match of text.matchAll(new RegExp(`\\(call (${NAME.source})`, "g"))) {
    const called = byName.get(match[1]);
    if (called !== undefined) called.uses += 1;
  }
  functions.sort((a, b) => b.uses - a.uses);
  const rest = functions.splice(SHORT);
  rest.sort(
    (a, b) =>
      Number(a.signature > b.signature) - Number(a.signature < b.signature) || a.form.length - b.form.length,
  );
  const others = forms.filter((form) => !form.startsWith("(func "));
  return `${[head, ...others, ...[...functions, ...rest].map((one) => one.form)].join("\n ")}\n)\n`;
}

function signature(form) {
  const head = form.slice(form.match(NAME).index + form.match(NAME)[0].length).trimStart();
  return head.match(/^(?:\((?:param|result|type) [^()]*\)\s*)*/)[0].replaceAll(/\$\S+ /g, "");
}
