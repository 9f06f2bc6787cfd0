/** The page as a whole: draws every part from the model, keeps the work, and speaks to who cannot see it. */
import { type MarkupNode, patch } from "../layerwise/src/element/node.ts";
import { LONG_FRAGMENT, toFragment } from "../layerwise/src/link/fragment.ts";
import type { Scenario, Status } from "../layerwise/src/types.ts";
import { adviceView } from "./advice.ts";
import { EditorPane, type Shown } from "./editor.ts";
import { filesView } from "./files.ts";
import { barView, headlineView, spoken } from "./headline.ts";
import { moveInstruction } from "./instructions.ts";
import type { Message } from "./links.ts";
import { type Marked, type Model, marked, shownBuild } from "./model.ts";
import { aboutView, diagnosticsView, noticesView, settingsView, tabsView } from "./panels.ts";
import { stackView } from "./stack.ts";
import { rememberAddresses, saveWork } from "./storage.ts";
import { timelineView } from "./timeline.ts";

/** Typing is answered at once; keeping, speaking and advising wait for a pause. */
const PAUSE = 400;

export class Page {
  readonly model: Model;
  readonly editor: EditorPane;
  #drawn = false;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #lastNotice = 0;
  readonly #once = new Set<string>();
  /** What was last said of the result. It is said again when it changes, not over something else. */
  #spoken = "";
  /** Whether something was changed since the page was opened: only then is the address its own link. */
  #touched = false;
  /** The address that the page itself has set last. */
  ownFragment = "";

  constructor(model: Model) {
    this.model = model;
    this.editor = new EditorPane(element("editor"), {
      changed: (text) => this.#typed(text),
      undo: () => this.undo(),
      redo: () => this.redo(),
      line: (line) => {
        if (this.model.file === undefined) this.point({ kind: "line", line });
      },
      move: (line, column, direction) => {
        if (this.model.file !== undefined || this.model.session.answers === undefined) return false;
        const moved = this.move(line, direction);
        if (moved !== undefined) void this.editor.focus(moved, column);
        return true;
      },
    });
  }

  /** The editor must know its text before the engine is there: a person may type at once. */
  begin(rendered: boolean): void {
    const shown = shownText(this.model, marked(this.model));
    if (!rendered) {
      this.editor.show(shown);
      return;
    }
    this.editor.remember(shown);
    this.model.promised = document.querySelector("#headline .suggest")?.textContent ?? undefined;
  }

  /** Draws in the next frame. */
  draw(): void {
    if (this.#drawn) return;
    this.#drawn = true;
    requestAnimationFrame(() => {
      this.#drawn = false;
      this.#drawAll();
    });
  }

  /** The document or its answers changed: draw now, keep and advise after a pause. */
  changed(edited = true): void {
    this.#touched ||= edited;
    const { model } = this;
    if (edited) model.promised = undefined;
    const { built, current } = model.session.document;
    if (model.shown !== "next" && model.shown >= built.length) model.shown = "next";
    if (model.file !== undefined && !current.files.has(model.file)) model.file = undefined;
    this.#drawEditor();
    this.draw();
    this.settle();
  }

  /** What can wait for a pause. */
  settle(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#drawAdvice();
      this.#speak();
      this.keep();
    }, PAUSE);
  }

  /** Keeps the work in the browser, and in the address if it is short enough. */
  keep(): void {
    if (!this.#touched) return;
    const scenario = this.model.session.scenario();
    const kept = saveWork(scenario);
    if (kept === "tooLarge") {
      this.#sayOnce(
        "This is too large to be kept by the browser between visits. Download it under Share before you leave.",
      );
    }
    const fragment = kept === "tooLarge" ? "" : toFragment(scenario);
    const { pathname, hash } = location;
    this.ownFragment = fragment.length <= LONG_FRAGMENT ? fragment : "";
    rememberAddresses(hash, this.ownFragment);
    try {
      history.replaceState(null, "", `${pathname}${this.ownFragment}`);
    } catch {
      // Too many changes of the address in a short time: the next pause tries again.
    }
  }

  #sayOnce(text: string): void {
    if (this.#once.has(text)) return;
    this.#once.add(text);
    this.notify({ kind: "information", text });
  }

  point(pointed: Model["pointed"]): void {
    if (JSON.stringify(pointed) === JSON.stringify(this.model.pointed)) return;
    this.model.pointed = pointed;
    this.#drawEditor();
    this.draw();
  }

  /** Moves the instruction at a line; gives the line at which it stands then. */
  move(line: number, direction: "up" | "down"): number | undefined {
    const { session } = this.model;
    const { current } = session;
    const parsed = session.parse(current.dockerfile);
    const moved = parsed && moveInstruction(current.dockerfile, parsed, line, direction);
    if (moved === undefined) {
      this.say(
        direction === "up"
          ? "Nothing is above to change places with."
          : "Nothing is below to change places with.",
      );
      return undefined;
    }
    this.model.shown = "next";
    session.edit("moving an instruction", { ...current, dockerfile: moved.text });
    return moved.line;
  }

  undo(): void {
    const label = this.model.session.undo();
    this.say(label === undefined ? "Nothing to undo." : `Undone: ${label}.`);
  }

  redo(): void {
    const label = this.model.session.redo();
    this.say(label === undefined ? "Nothing to redo." : `Redone: ${label}.`);
  }

  /** Another document takes the place of this one; undo brings it back. */
  openDocument(label: string, scenario: Scenario): void {
    const { model } = this;
    model.session.open(label, scenario);
    model.title = scenario.name ?? "";
    model.about = scenario.about ?? "";
    model.file = undefined;
    model.shown = "next";
    model.notices = [];
    model.openSteps.clear();
    model.declined.clear();
    model.inspecting = undefined;
    model.timing = undefined;
    this.changed();
  }

  /** A message that stays until it is closed, or is said again. */
  notify(message: Message): void {
    const { model } = this;
    const others = model.notices.filter((each) => each.text !== message.text);
    model.notices = [...others, { id: ++this.#lastNotice, ...message }].slice(-3);
    this.draw();
  }

  /** One polite sentence. */
  say(text: string): void {
    element("status").textContent = text;
    element("toast").textContent = text;
    element("toast").classList.remove("shown");
    requestAnimationFrame(() => element("toast").classList.add("shown"));
  }

  /** Opens a file in the editor; undefined is the Dockerfile. */
  open(path: string | undefined): void {
    this.model.file = path;
    this.model.tab = "dockerfile";
    this.#drawEditor();
    this.draw();
  }

  #typed(text: string): void {
    const { session, file } = this.model;
    if (file === undefined) {
      session.edit("typing", { ...session.current, dockerfile: text }, "dockerfile");
      return;
    }
    const entry = session.current.files.get(file);
    session.editFiles(
      `typing in ${file}`,
      (files) => files.set(file, { ...(entry?.mode && { mode: entry.mode }), text }),
      `file ${file}`,
    );
  }

  #drawAll(): void {
    const { model } = this;
    document.body.dataset.tab = model.tab;
    fill("about", aboutView(model));
    fill("tabs", tabsView(model));
    fill("editor-tabs", tabsView(model, "editor"));
    fill("diagnostics", diagnosticsView(model));
    fill("settings", settingsView(model));
    fill("files", filesView(model));
    fill("headline", headlineView(model));
    fill("steps", stackView(model));
    fill("builds", timelineView(model));
    fill("bar", barView(model));
    fill("notices", noticesView(model));
    element("builds-part").hidden =
      model.session.answers === undefined || model.session.answers.builds.length === 0;
    const {
      undoLabel,
      redoLabel,
      document: { builder },
    } = model.session;
    setButton(
      "undo",
      undoLabel === undefined ? "Nothing to undo" : `Undo: ${undoLabel}`,
      undoLabel === undefined,
    );
    setButton(
      "redo",
      redoLabel === undefined ? "Nothing to redo" : `Redo: ${redoLabel}`,
      redoLabel === undefined,
    );
    for (const input of document.querySelectorAll<HTMLInputElement>("input[name=builder]"))
      input.checked = input.value === builder;
  }

  #drawAdvice(): void {
    if (this.model.promised === undefined) fill("advice", adviceView(this.model));
    this.draw();
  }

  /** Draws the advice now: a choice in it was made. */
  drawAdvice(): void {
    this.#drawAdvice();
  }

  #drawEditor(): void {
    const { model } = this;
    this.editor.show(shownText(model, marked(model)));
  }

  #speak(): void {
    const text = spoken(this.model);
    if (text === "" || text === this.#spoken) return;
    this.#spoken = text;
    element("status").textContent = text;
  }
}

/** What the editor shows: the Dockerfile with its statuses, or a file. */
export function shownText(model: Model, marks: Marked): Shown {
  const { session, file } = model;
  const answers = session.answers;
  if (file !== undefined) {
    const entry = session.current.files.get(file);
    const text = entry !== undefined && "text" in entry ? entry.text : "";
    return { name: file, text, tokens: [], diagnostics: [], marks: new Map(), linked: new Set() };
  }
  const statuses = new Map<number, Status>();
  const build = shownBuild(model);
  const current = build?.state.dockerfile === session.current.dockerfile;
  if (current) for (const step of build.result.steps) statuses.set(step.line, step.status);
  return {
    name: "Dockerfile",
    text: session.current.dockerfile,
    tokens: answers?.tokens,
    diagnostics: answers?.diagnostics ?? [],
    marks: statuses,
    linked: current ? marks.lines : new Set(),
  };
}

/** A part of the page that is always there. */
export function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no part "${id}"`);
  return found;
}

function fill(id: string, children: MarkupNode[]): void {
  const parent = element(id);
  patch(parent, children);
  // What a person has set by hand is a property, and attributes do not reach it any more.
  for (const input of parent.querySelectorAll<HTMLInputElement>("input[type=checkbox], input[type=radio]"))
    input.checked = input.hasAttribute("checked");
  for (const option of parent.querySelectorAll<HTMLOptionElement>("option"))
    option.selected = option.hasAttribute("selected");
  for (const input of parent.querySelectorAll<HTMLInputElement>("input[value]")) {
    if (input !== document.activeElement && !/^(checkbox|radio)$/.test(input.type))
      input.value = input.getAttribute("value") ?? "";
  }
}

function setButton(id: string, label: string, disabled: boolean): void {
  const button = element(id) as HTMLButtonElement;
  button.setAttribute("aria-label", label);
  button.title = label;
  // A disabled button would drop the focus of who has just pressed it.
  button.setAttribute("aria-disabled", String(disabled));
}
