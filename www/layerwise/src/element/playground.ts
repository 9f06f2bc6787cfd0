/** `<layerwise-playground>`: a Dockerfile to try things on: change files, build, see what runs again. */
import type { BuildResult, Edit, FileEntry, Files, Scenario } from "../types.ts";
import { summary } from "../wording.ts";
import { filesView, sourceView, toolbarView } from "./editor.ts";
import { LayerwiseElement } from "./embed.ts";
import { h, type MarkupChild } from "./node.ts";
import { edited } from "./source.ts";
import { buildsView, buildView, legendView, pieces } from "./view.ts";

type View = "steps" | "split" | "full";

/**
 * Shows a Dockerfile beside its steps. Attributes: `view` (`steps`, `split`, `full`), `editable`, and those of
 * `<layerwise-steps>` but `build`.
 */
export class LayerwisePlayground extends LayerwiseElement {
  /** The build that is shown; undefined for the next one, which is not made yet. */
  #selected: number | undefined;
  #dirty = false;
  #text = "";
  #files: Files = {};
  /** Builds made here, and the changes since the last one. */
  #builds: { edit: Edit }[] = [];
  #pending: Edit = {};

  constructor() {
    super();
    this.root.addEventListener("click", (event) => this.#click(event.target as Element));
    this.root.addEventListener("input", (event) => this.#input(event.target as Element));
    // What is shown is put into the link when somebody is about to follow it.
    for (const event of ["pointerover", "focusin"]) {
      this.root.addEventListener(event, ({ target }) => this.#fillLink(target as Element));
    }
  }

  /** Builds with the edits made so far. */
  build(): void {
    const { workspace } = this;
    if (workspace === undefined) return;
    let result: BuildResult | undefined;
    void this.attempt(() => {
      if (result === undefined) {
        result = workspace.build();
        this.#builds.push({ edit: this.#pending });
        this.#pending = {};
      }
      const number = workspace.timeline().builds.length;
      this.#dirty = false;
      this.#selected = number - 1;
      this.refresh();
      this.emit("lw-build", { result, number });
    });
  }

  /** Changes the content of a file, adding it if it is not there. */
  change(path: string, entry?: FileEntry): void {
    if (this.workspace === undefined || !this.emit("lw-change", { path, how: "edit" })) return;
    const next = entry ?? edited(Object.hasOwn(this.#files, path) ? this.#files[path] : undefined);
    this.#try(() => this.workspace?.write(path, next), { write: { ...this.#pending.write, [path]: next } });
    this.#files = { ...this.#files, [path]: next };
  }

  /** Changes nothing of a file but its time. */
  touch(path: string): void {
    if (this.workspace === undefined || !this.emit("lw-change", { path, how: "touch" })) return;
    this.#try(() => this.workspace?.touch(path), { touch: [...(this.#pending.touch ?? []), path] });
  }

  protected override document(): Scenario | undefined {
    const start = super.document();
    if (start === undefined) return undefined;
    const { pending, ...document } = start;
    const builds = [...(start.builds ?? [{ edit: {} }]), ...this.#builds];
    const isChanged = Object.keys(this.#pending).length > 0;
    return { ...document, builds, ...(isChanged ? { pending: this.#pending } : {}) };
  }

  protected override begun(scenario: Scenario): void {
    this.#builds = [];
    this.#pending = scenario.pending ?? {};
    let text = scenario.dockerfile;
    const files = new Map(Object.entries(scenario.context ?? {}));
    const pending = scenario.pending === undefined ? [] : [{ edit: scenario.pending }];
    for (const { edit } of [...(scenario.builds ?? []), ...pending]) {
      for (const [from, to] of Object.entries(edit.rename ?? {})) {
        const moved = files.get(from);
        files.delete(from);
        if (moved !== undefined) files.set(to, moved);
      }
      for (const path of edit.delete ?? []) files.delete(path);
      for (const [path, entry] of Object.entries(edit.write ?? {})) files.set(path, entry);
      text = edit.dockerfile ?? text;
    }
    this.#text = text;
    this.#files = Object.fromEntries(files);
    this.#dirty = pending.length > 0;
    this.#selected = this.#dirty ? undefined : Math.max(0, (scenario.builds?.length ?? 1) - 1);
  }

  protected override refresh(): void {
    const { workspace } = this;
    if (workspace === undefined) return;
    const timeline = workspace.timeline();
    const index = this.#selected ?? timeline.builds.length;
    const build = timeline.builds[index] ?? workspace.next();
    const which = index < timeline.builds.length ? index + 1 : "The next build";
    const view = this.#view();
    const result = h(
      "div",
      { class: "lw-result", part: "result" },
      toolbarView({ dirty: this.#dirty, link: this.linkBase }),
      buildsView(timeline, index),
      h("p", { class: "lw-summary", part: "summary", role: "status" }, ...pieces(summary(build, which))),
      ...buildView(build),
      legendView(),
    );
    this.paint([h("div", { class: "lw-columns", "data-view": view }, ...this.#source(view), result)]);
    this.#fillEditor();
  }

  #view(): View {
    const view = this.getAttribute("view");
    return view === "steps" || view === "full" ? view : "split";
  }

  #editable(): boolean {
    const value = this.getAttribute("editable");
    return value !== null && value !== "false";
  }

  #source(view: View): MarkupChild[] {
    if (view === "steps") return [];
    const files = view === "full" || this.#editable() ? [filesView(this.workspace?.facts() ?? [])] : [];
    return [h("div", { class: "lw-source" }, sourceView(this.#editable(), this.#text), ...files)];
  }

  #fillLink(target: Element): void {
    const link = target.closest<HTMLAnchorElement>("a.lw-open");
    link?.setAttribute("href", this.toURL());
  }

  /** A text field's content is a property, which markup cannot carry. */
  #fillEditor(): void {
    const area = this.root.querySelector("textarea");
    if (area !== null && area.value !== this.#text) area.value = this.#text;
  }

  #click(target: Element): void {
    const button = target.closest("button");
    if (button === null) return;
    const { build, change, touch, action } = button.dataset;
    if (build !== undefined) {
      this.#selected = Number(build);
      void this.attempt(() => this.refresh());
    } else if (change !== undefined) this.change(change);
    else if (touch !== undefined) this.touch(touch);
    else if (action === "build") this.build();
    else if (action === "reset") this.reset();
  }

  #input(target: Element): void {
    if (target.localName !== "textarea") return;
    const text = (target as HTMLTextAreaElement).value;
    if (!this.emit("lw-change", { path: "Dockerfile", how: "edit" })) {
      this.#fillEditor();
      return;
    }
    this.#text = text;
    this.#try(() => this.workspace?.setDockerfile(text), { dockerfile: text });
  }

  /** Makes an edit, and shows what the next build would do. */
  #try(edit: () => void, change: Edit): void {
    void this.attempt(() => {
      edit();
      this.#pending = { ...this.#pending, ...change };
      this.#dirty = true;
      this.#selected = undefined;
      this.refresh();
    });
  }
}
