/** The place where text is edited: coloured text at first, the editor once it is loaded, a plain field if it cannot be. */
import { patch } from "../layerwise/src/element/node.ts";
import type { CodeEditor, EditorEvents, Overlay } from "./codemirror.ts";
import { codeView } from "./highlight.ts";

export interface Shown extends Overlay {
  /** What is edited: `Dockerfile` or the path of a file. */
  name: string;
  text: string;
}

export class EditorPane {
  readonly #host: HTMLElement;
  readonly #events: EditorEvents;
  #editor: CodeEditor | undefined;
  #field: HTMLTextAreaElement | undefined;
  #loading: Promise<void> | undefined;
  #shown: Shown | undefined;
  #name: string | undefined;
  /** What stands there. */
  #text: string | undefined;

  constructor(host: HTMLElement, events: EditorEvents) {
    this.#host = host;
    this.#events = events;
    for (const type of ["pointerdown", "focusin", "keydown"] as const) {
      host.addEventListener(type, () => void this.load(), { once: true });
    }
  }

  /** Loads the editor. Until then the text stands where the editor will draw it. */
  load(): Promise<void> {
    this.#loading ??= import("./codemirror.ts").then(
      ({ CodeEditor }) =>
        this.#mount((root, parent) => new CodeEditor(root, parent, this.#shown?.name ?? "", this.#events)),
      () => this.#fallBack(),
    );
    return this.#loading;
  }

  /** Takes note of what already stands there: the page was rendered with it. */
  remember(shown: Shown): void {
    this.#shown = shown;
    this.#text = shown.text;
  }

  show(shown: Shown): void {
    this.#shown = shown;
    if (this.#editor !== undefined) {
      this.#editor.show(shown.name, shown.text, shown.name !== this.#name);
      this.#editor.draw(shown);
    } else if (this.#field !== undefined) {
      this.#field.setAttribute("aria-label", shown.name);
      if (this.#field.value !== shown.text) this.#field.value = shown.text;
    } else if (shown.tokens !== undefined || shown.text !== this.#text) {
      // Colours that the page was rendered with stay until there are others.
      patch(this.#host, codeView(shown.text, shown.tokens ?? [], shown.marks));
    }
    this.#text = shown.text;
    this.#name = shown.name;
  }

  async focus(line?: number, column?: number): Promise<void> {
    await this.load();
    if (this.#editor !== undefined) this.#editor.focus(line, column);
    else this.#field?.focus();
  }

  reveal(line: number): void {
    this.#editor?.reveal(line);
  }

  #mount(make: (root: ShadowRoot, parent: Element) => CodeEditor): void {
    const hadFocus = this.#host.contains(document.activeElement);
    const root = this.#host.attachShadow({ mode: "open" });
    const parent = document.createElement("div");
    parent.id = "code";
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("#code, :host { display: block; height: 100% }");
    root.adoptedStyleSheets.push(sheet);
    root.append(parent);
    this.#host.removeAttribute("tabindex");
    this.#host.removeAttribute("role");
    this.#host.removeAttribute("aria-label");
    this.#host.replaceChildren();
    this.#editor = make(root, parent);
    this.#name = undefined;
    if (this.#shown !== undefined) this.show(this.#shown);
    if (hadFocus) this.#editor.focus();
  }

  // The chunk could not be fetched: the text can be edited all the same.
  #fallBack(): void {
    const field = document.createElement("textarea");
    field.className = "plain-editor";
    field.spellcheck = false;
    field.addEventListener("input", () => this.#events.changed(field.value));
    this.#host.replaceChildren(field);
    this.#host.removeAttribute("tabindex");
    this.#host.removeAttribute("role");
    this.#field = field;
    if (this.#shown !== undefined) this.show(this.#shown);
  }
}
