/** What both elements share: waiting until they are near the screen, starting the engine, themes, errors. */
import { isEarly, LayerwiseError } from "../error.ts";
import { PLAYGROUND } from "../playground.ts";
import { toFragment } from "../scenario.ts";
import type { BuildResult, Scenario, Timeline } from "../types.ts";
import { init, initWhole } from "../url.ts";
import { Workspace } from "../workspace.ts";
import { EMBED_STYLE } from "./embed-style.ts";
import { h, type MarkupChild, patch } from "./node.ts";
import { dockerfileText, readSource } from "./source.ts";
import { styleSheet } from "./style.ts";
import { watchTheme } from "./theme.ts";

/** What the elements' events carry in `detail`. */
export interface LayerwiseEvents {
  /** The first result is there. */
  "lw-ready": { timeline: Timeline };
  /** A file or the Dockerfile is about to be changed; can be cancelled. */
  "lw-change": { path: string; how: "edit" | "touch" };
  /** A build was made; `number` counts from 1. */
  "lw-build": { result: BuildResult; number: number };
  "lw-error": { error: LayerwiseError };
}

// A page rendered on a server imports the class, too; there it is never made.
const Base: typeof HTMLElement = globalThis.HTMLElement ?? (class {} as unknown as typeof HTMLElement);

let sheet: CSSStyleSheet | undefined;

/** One style sheet for all elements; constructed, as strict content security policies want it. */
function sharedSheet(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(styleSheet(":host") + EMBED_STYLE);
  }
  return sheet;
}

/** The base of both elements. */
export abstract class LayerwiseElement extends Base {
  static readonly observedAttributes: readonly string[] = [
    "builder",
    "target",
    "build-arg",
    "src",
    "theme",
    "view",
    "editable",
  ];

  protected readonly root: ShadowRoot;
  protected workspace: Workspace | undefined;
  #given: Scenario | undefined;
  #start: Scenario | undefined;
  #stopTheme: (() => void) | undefined;
  #observer: IntersectionObserver | undefined;
  #theme: string | undefined;
  #run = 0;
  #settle: { done: () => void; failed: (error: unknown) => void } | undefined;
  /** Fulfilled with the first result; rejected if there is none. */
  readonly ready: Promise<void>;

  constructor() {
    super();
    this.root = this.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [sharedSheet()];
    this.ready = new Promise((done, failed) => {
      this.#settle = { done, failed };
    });
    // Whoever does not ask for it shall not hear of it: the event and the page tell.
    this.ready.catch(() => undefined);
  }

  /** The scenario with all edits; set it to show another one. */
  get scenario(): Scenario | undefined {
    return this.document() ?? this.#given;
  }

  set scenario(scenario: Scenario | undefined) {
    this.#given = scenario;
    this.restart();
  }

  /** The result so far. */
  get timeline(): Timeline | undefined {
    return this.workspace?.timeline();
  }

  /** A link to the playground with what is shown. */
  toURL(): string {
    const { scenario } = this;
    return scenario === undefined ? this.linkBase : this.linkBase + toFragment(scenario);
  }

  /** The playground's address. */
  protected get linkBase(): string {
    return this.getAttribute("link-base") ?? PLAYGROUND;
  }

  /** Takes all edits back. */
  reset(): void {
    const start = this.#start;
    if (start !== undefined) void this.attempt(() => this.#begin(start));
  }

  connectedCallback(): void {
    this.paint([h("slot", {})]);
    this.#reserve();
    this.#stopTheme = watchTheme(this.ownerDocument, (theme) => {
      this.#theme = theme;
      this.#applyTheme();
    });
    if (this.getAttribute("loading") === "eager" || !("IntersectionObserver" in globalThis)) {
      void this.#load();
      return;
    }
    this.#observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void this.#load();
      },
      { rootMargin: "200px" },
    );
    this.#observer.observe(this);
  }

  disconnectedCallback(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
    this.#stopTheme?.();
    this.workspace?.free();
    this.workspace = undefined;
    this.#run += 1;
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.isConnected) return;
    if (name === "theme") this.#applyTheme();
    else if (name === "view" || name === "editable") void this.attempt(() => this.refresh());
    else this.restart();
  }

  /** Reads the source again, if it was read before. */
  protected restart(): void {
    if (this.workspace !== undefined || this.#given !== undefined) void this.#load();
  }

  /** Shows the workspace as it is now. */
  protected abstract refresh(): void;

  protected paint(children: MarkupChild[]): void {
    let frame = this.root.querySelector(".lw-root");
    if (frame === null) {
      frame = this.ownerDocument.createElement("div");
      frame.className = "lw-root";
      this.root.append(frame);
    }
    patch(frame, children);
  }

  protected emit<Name extends keyof LayerwiseEvents>(name: Name, detail: LayerwiseEvents[Name]): boolean {
    const event = new CustomEvent(name, {
      detail,
      bubbles: true,
      composed: true,
      cancelable: name === "lw-change",
    });
    return this.dispatchEvent(event);
  }

  /** Says that something went wrong. What was in the page stays readable. */
  protected fail(reason: unknown): void {
    const error = reason instanceof LayerwiseError ? reason : new LayerwiseError("internal", String(reason));
    const hint = error.hint === undefined ? "" : ` ${error.hint}`;
    this.paint([
      h("slot", {}),
      h("p", { class: "lw-note", part: "error", role: "status" }, `layerwise: ${error.message}.${hint}`),
    ]);
    this.emit("lw-error", { error });
    this.#settle?.failed(error);
  }

  /**
   * Does something with the engine. Where that takes the whole one, it is loaded and `work` is done again, so `work`
   * must not mind. What fails is shown.
   */
  protected async attempt(work: () => void | Promise<void>): Promise<void> {
    const run = this.#run;
    try {
      try {
        await work();
      } catch (error) {
        if (!isEarly(error)) throw error;
        const file = this.getAttribute("engine");
        await initWhole(
          file === null ? undefined : new URL("whole.wasm", new URL(file, this.ownerDocument.baseURI)),
        );
        if (run === this.#run) await work();
      }
    } catch (error) {
      // Disconnected or read again in the meantime: nobody waits for this any more.
      if (run === this.#run) this.fail(error);
    }
  }

  async #load(): Promise<void> {
    this.#observer?.disconnect();
    const run = ++this.#run;
    await this.attempt(async () => {
      await init(this.getAttribute("engine") ?? undefined);
      const scenario = this.#given ?? (await readSource(this));
      if (run === this.#run) this.#begin(scenario);
    });
  }

  #begin(scenario: Scenario): void {
    const workspace = new Workspace(scenario);
    const timeline = workspace.timeline();
    this.workspace?.free();
    this.workspace = workspace;
    this.#start = scenario;
    this.begun(scenario);
    this.refresh();
    this.style.removeProperty("min-block-size");
    this.emit("lw-ready", { timeline });
    this.#settle?.done();
  }

  /** What is shown, with the edits made here. Needs no engine: whoever follows the link need not wait for one. */
  protected document(): Scenario | undefined {
    return this.#start;
  }

  /** A new scenario has come. */
  protected begun(_scenario: Scenario): void {}

  /** Keeps room for the steps, so that the text below does not jump when they come. */
  #reserve(): void {
    const text = dockerfileText(this);
    if (text === undefined) return;
    const steps = text.split("\n").filter((line) => /^\s*(RUN|COPY|ADD|WORKDIR)\s/i.test(line)).length;
    const lines = text.trimEnd().split("\n").length;
    this.style.minBlockSize = `calc(${lines} * 1.4em + ${steps} * 4.6em + 4em)`;
  }

  #applyTheme(): void {
    const wanted = this.getAttribute("theme");
    const theme = wanted === "light" || wanted === "dark" ? wanted : this.#theme;
    this.root.querySelector(".lw-root")?.setAttribute("data-theme", theme ?? "auto");
  }
}
