/**
 * Markup as data: what `view.ts` returns, so that one function serves a live page, a page rendered beforehand and
 * tests without a browser. Text is only ever text, in every form.
 */

/** An element of the markup. */
export interface MarkupNode {
  tag: string;
  attributes: Record<string, string>;
  children: MarkupChild[];
}

/** An element or text. */
export type MarkupChild = MarkupNode | string;

/** Makes an element. An attribute that is `undefined` or `false` is left out, `true` has an empty value. */
export function h(
  tag: string,
  attributes: Record<string, string | number | boolean | undefined>,
  ...children: (MarkupChild | undefined)[]
): MarkupNode {
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) present[name] = value === true ? "" : String(value);
  }
  return { tag, attributes: present, children: children.filter((child) => child !== undefined) };
}

/** The markup as HTML text, escaped. */
export function toHtml(child: MarkupChild): string {
  if (typeof child === "string") return escapeMarkup(child);
  const attributes = Object.entries(child.attributes).map(
    ([name, value]) => ` ${name}="${escapeMarkup(value)}"`,
  );
  const start = `<${child.tag}${attributes.join("")}>`;
  return VOID.has(child.tag) ? start : `${start}${child.children.map(toHtml).join("")}</${child.tag}>`;
}

const VOID = new Set(["br", "hr", "img", "input", "meta", "link"]);

/** Text for HTML or SVG, inside an element or an attribute. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The markup as new nodes. */
export function toDom(child: MarkupChild, document: Document): Node {
  if (typeof child === "string") return document.createTextNode(child);
  const element = document.createElement(child.tag);
  for (const [name, value] of Object.entries(child.attributes)) element.setAttribute(name, value);
  for (const inner of child.children) element.append(toDom(inner, document));
  return element;
}

/**
 * Makes the children of `parent` what `children` says, and leaves alone what is right already: focus, selection and
 * scroll position survive, and a screen reader hears only what changed.
 */
export function patch(parent: Element, children: MarkupChild[]): void {
  const document = parent.ownerDocument;
  children.forEach((wanted, index) => {
    const present = parent.childNodes[index];
    if (present === undefined) {
      parent.append(toDom(wanted, document));
    } else if (typeof wanted === "string") {
      if (present.nodeType !== TEXT) present.replaceWith(toDom(wanted, document));
      else if (present.textContent !== wanted) present.textContent = wanted;
    } else if (present.nodeType === ELEMENT && (present as Element).localName === wanted.tag) {
      patchAttributes(present as Element, wanted.attributes);
      patch(present as Element, wanted.children);
    } else {
      present.replaceWith(toDom(wanted, document));
    }
  });
  while (parent.childNodes.length > children.length) parent.lastChild?.remove();
}

const ELEMENT = 1;
const TEXT = 3;

function patchAttributes(element: Element, attributes: Record<string, string>): void {
  for (const name of element.getAttributeNames()) {
    if (!Object.hasOwn(attributes, name)) element.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
}
