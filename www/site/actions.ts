/** What buttons, links and keys do. Markup names an action; this is the list of them. */

import { patch } from "../layerwise/src/element/node.ts";
import { duration, plain, summary } from "../layerwise/src/wording.ts";
import { chosenMoves } from "./advice.ts";
import { mended } from "./fix.ts";
import { focusRow, moveStep } from "./going.ts";
import { readImages } from "./inspect.ts";
import { element, type Page } from "./page.ts";
import { readBuildArgs } from "./panels.ts";
import { keepFolder, readPath, withChangedLine } from "./paths.ts";
import { download, embedCode, linkTo, markdown, shareView } from "./share.ts";
import { modeOf, remove } from "./snapshot.ts";
import { previousWork } from "./storage.ts";
import { endTiming } from "./timing.ts";

type Action = (page: Page, data: DOMStringMap) => void;

/** Words that a person will read after the action; failures become a notice. */
export function act(page: Page, name: string, data: DOMStringMap): void {
  const action = ACTIONS[name];
  if (action === undefined) return;
  try {
    action(page, data);
  } catch (error) {
    page.notify({ kind: "error", text: error instanceof Error ? error.message : String(error) });
  }
}

const ACTIONS: Record<string, Action> = {
  build(page) {
    const { model } = page;
    const result = model.session.build();
    if (result === undefined) return;
    model.shown = "next";
    page.say(plain(summary(result, model.session.document.built.length)));
  },
  "show-next"(page) {
    page.model.shown = "next";
    page.changed();
  },
  show(page, { build }) {
    page.model.shown = build === "next" ? "next" : Number(build);
    page.changed();
  },
  restore(page) {
    const { model } = page;
    if (model.shown === "next") return;
    const state = model.session.document.built[model.shown];
    model.shown = "next";
    if (state !== undefined) model.session.edit(`restoring build`, state);
  },
  forget(page) {
    page.model.session.forget();
    page.model.shown = "next";
    page.say("The cache is empty: the next build runs every step. Undo brings the builds back.");
  },
  undo: (page) => page.undo(),
  redo: (page) => page.redo(),
  tab(page, { tab }) {
    page.model.tab = tab as Page["model"]["tab"];
    page.draw();
  },
  details(page, { key = "" }) {
    toggle(page.model.openSteps, key);
    page.draw();
  },
  "move-step": (page, { step, direction }) =>
    moveStep(page, Number(step), direction === "up" ? "up" : "down"),
  "about-more": () => element("about").toggleAttribute("data-open"),
  "about-close"(page) {
    page.model.about = "";
    page.draw();
  },
  "notice-close"(page, { notice }) {
    page.model.notices = page.model.notices.filter((each) => each.id !== Number(notice));
    page.draw();
  },
  "own-work"(page) {
    const work = previousWork();
    if (work === undefined) return;
    page.openDocument("back to my work", work);
  },
  "go-output"(page, { step }) {
    page.model.tab = "result";
    page.draw();
    requestAnimationFrame(() => {
      const field = document.getElementById(`output-${step}`);
      field?.scrollIntoView({ block: "nearest" });
      field?.querySelector<HTMLInputElement>("input:checked")?.focus({ preventScroll: true });
    });
  },
  inspect(page, { reference = "" }) {
    page.model.inspecting = { reference, text: "" };
    page.draw();
    focusLater("inspect");
  },
  "inspect-cancel": (page) => endInspecting(page),
  timing(page) {
    page.model.timing = {};
    page.draw();
    focusLater("timing");
  },
  "timing-cancel": (page) => endTiming(page),
  "timing-forget"(page) {
    page.model.session.setCosts("estimates", {});
    page.say("The times are estimates again. Undo brings yours back.");
  },
  "go-advice"(page) {
    page.drawAdvice();
    page.model.tab = "result";
    page.draw();
    requestAnimationFrame(() => {
      const title = document.getElementById("advice-title");
      title?.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
      title?.focus({ preventScroll: true });
    });
  },
  apply(page) {
    const { model } = page;
    const advice = model.session.advice;
    if (advice === undefined) {
      page.say("One moment: what reorders is still being loaded.");
      return;
    }
    const chosen = chosenMoves(advice, model.declined);
    const dockerfile = model.session.dockerfileWith(chosen.map((move) => move.id));
    if (dockerfile === undefined) return;
    const safe = advice.moves.filter((move) => move.level === "safe");
    const isAll = chosen.length === safe.length && chosen.every((move) => safe.includes(move));
    const cost =
      isAll && advice.costAfter < advice.costBefore
        ? ` From then on an ordinary edit costs about ${duration(advice.costAfter)} instead of ${duration(advice.costBefore)}.`
        : "";
    model.session.edit("reorder", { ...model.session.current, dockerfile });
    model.declined = new Set();
    model.shown = "next";
    page.drawAdvice();
    page.notify({
      kind: "information",
      text: `The Dockerfile is reordered. What has moved is built once more.${cost}`,
      action: { name: "undo", word: "Undo" },
    });
    page.say("The Dockerfile is reordered. Undo takes it back.");
  },
  "apply-ignore"(page) {
    const text = page.model.session.advice?.dockerignore;
    if (text === undefined) return;
    page.model.session.editFiles("writing .dockerignore", (files) => files.set(".dockerignore", { text }));
    page.say(".dockerignore is written.");
  },
  fix(page, { finding }) {
    const { session } = page.model;
    const found = session.answers?.diagnostics[Number(finding)];
    if (found?.edits === undefined) return;
    const { dockerfile } = session.current;
    session.edit(`fixing ${found.code}`, { ...session.current, dockerfile: mended(dockerfile, found.edits) });
    page.say(`${found.code} is fixed. Undo takes it back.`);
  },
  "open-file"(page, { path }) {
    const entry = path === undefined ? undefined : page.model.session.current.files.get(path);
    if (entry !== undefined && !("text" in entry)) {
      throw new Error(
        `${path} is not a text: it can be changed, touched, renamed and deleted, but not edited here.`,
      );
    }
    page.open(path);
    void page.editor.focus();
  },
  change(page, { path = "" }) {
    const { session } = page.model;
    const entry = session.current.files.get(path);
    if (entry === undefined || "dir" in entry) return;
    if ("symlink" in entry || "hardlink" in entry)
      throw new Error(`${path} is a link: rename it, or delete it and add another.`);
    page.model.selected = path;
    session.editFiles(`changing ${path}`, (files) => {
      if ("text" in entry) files.set(path, { ...entry, text: withChangedLine(path, entry.text) });
      else if ("base64" in entry) files.set(path, { ...entry, base64: btoa(`${atob(entry.base64)}\n`) });
      else files.set(path, { ...entry, size: entry.size + 1, digest: nextDigest(entry.digest) });
    });
    page.say(`${path} has other content now.`);
  },
  touch(page, { path = "" }) {
    page.model.session.editFiles(`touching ${path}`, (files) => {
      for (const [each, entry] of [...files])
        if (each === path || each.startsWith(`${path}/`)) files.set(each, { ...entry });
    });
    page.say(`${path} has a new time and nothing else.`);
  },
  mode(page, { path = "" }) {
    const { session } = page.model;
    const entry = session.current.files.get(path) ?? { dir: true as const };
    const old = modeOf(entry);
    const isFolder = "dir" in entry;
    const mode = isFolder
      ? old === "0755"
        ? "0775"
        : "0755"
      : /[1357]/.test(old.slice(-3))
        ? "0644"
        : "0755";
    session.editFiles(`mode of ${path}`, (files) => files.set(path, { ...entry, mode }));
    page.say(`${path} has mode ${mode}, before ${old}.`);
  },
  rename(page, { path = "" }) {
    name(page, { kind: "rename", path, text: path });
  },
  "add-file": (page) => name(page, { kind: "file", path: "", text: folderOf(page) }),
  "add-folder": (page) => name(page, { kind: "folder", path: "", text: folderOf(page) }),
  "add-link": (page) => name(page, { kind: "link", path: "", text: folderOf(page) }),
  "naming-cancel"(page) {
    page.model.naming = undefined;
    page.draw();
    requestAnimationFrame(() => focusRow(page));
  },
  delete(page, { path = "" }) {
    page.model.session.editFiles(`deleting ${path}`, (files) => {
      remove(files, path);
      keepFolder(files, path);
    });
    page.say(`${path} is deleted. Undo brings it back.`);
    requestAnimationFrame(() => focusRow(page));
  },
  "copy-link": (page) => copy(page, linkTo(page.model.session), "The link"),
  "copy-markdown": (page) => copy(page, markdown(page.model.session), "The Markdown"),
  "copy-embed": (page) => copy(page, embedCode(page.model.session), "The embed code"),
  copy: (page, { copy: text = "" }) => copy(page, text, "The checksum"),
  download: (page) => download(page.model.session),
  retry(page) {
    page.model.notices = page.model.notices.filter((each) => each.action?.name !== "retry");
    page.draw();
    document.dispatchEvent(new Event("layerwise-retry"));
  },
  "pick-folder": () => (element("folder-input") as HTMLInputElement).click(),
};

/** After the next frame has drawn it. */
function focusLater(id: string): void {
  requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(id)?.focus()));
}

function endInspecting(page: Page): void {
  const reference = page.model.inspecting?.reference;
  page.model.inspecting = undefined;
  page.draw();
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const buttons = document.querySelectorAll<HTMLElement>("#steps [data-action=inspect]");
      [...buttons].find((each) => each.dataset.reference === reference)?.focus();
    }),
  );
}

/** The form with an image's configuration was sent; `moved` if the name means this image only from now on. */
export function submitImage(page: Page, text: string, moved: boolean): void {
  const { session, inspecting } = page.model;
  if (inspecting === undefined) return;
  try {
    session.setBaseImages(readImages(text, inspecting.reference), moved);
    endInspecting(page);
    page.say(`${inspecting.reference} is known now. Undo takes it back.`);
  } catch (error) {
    page.model.inspecting = {
      ...inspecting,
      text,
      problem: error instanceof Error ? error.message : String(error),
    };
    page.draw();
  }
}

function toggle(set: Set<string>, key: string): void {
  if (!set.delete(key)) set.add(key);
}

function calm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Another digest, as if the file had other bytes. */
function nextDigest(digest: string): string {
  const last = Number.parseInt(digest.slice(-4), 16);
  return digest.slice(0, -4) + ((last + 1) % 0x10000).toString(16).padStart(4, "0");
}

/** The folder in which a new entry would be expected, with a slash. */
function folderOf(page: Page): string {
  const { selected, session } = page.model;
  if (selected === undefined) return "";
  const entry = session.current.files.get(selected);
  if (entry === undefined || "dir" in entry) return `${selected}/`;
  return selected.slice(0, selected.lastIndexOf("/") + 1);
}

function name(page: Page, naming: NonNullable<Page["model"]["naming"]>): void {
  page.model.naming = naming;
  page.draw();
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const input = document.getElementById("naming") as HTMLInputElement | null;
      // Who is quick has begun to type already.
      if (input === null || input === document.activeElement) return;
      input.focus();
      input.setSelectionRange(naming.text.lastIndexOf("/") + 1, naming.text.length);
    }),
  );
}

/** The form with a path was sent. */
export function submitName(page: Page, text: string): void {
  const { model } = page;
  const form = model.naming;
  if (form === undefined) return;
  const { session } = model;
  const { files } = session.current;
  try {
    const [typed = "", target = ""] = form.kind === "link" ? text.split(/\s*(?:→|->)\s*/) : [text];
    if (form.kind === "link" && target === "") throw new Error("Write the link as path → target.");
    const path = readPath(typed, files, form.kind === "rename" ? form.path : undefined);
    if (form.kind === "rename") {
      if (path.startsWith(`${form.path}/`)) throw new Error("A folder cannot be moved into itself.");
      const moved = [...files].filter(([each]) => each === form.path || each.startsWith(`${form.path}/`));
      session.editFiles(`renaming ${form.path}`, (next) => {
        remove(next, form.path);
        keepFolder(next, form.path);
        for (const [each, entry] of moved) next.set(path + each.slice(form.path.length), entry);
      });
      if (model.file === form.path) model.file = path;
    } else {
      const entry =
        form.kind === "file"
          ? { text: "" }
          : form.kind === "folder"
            ? { dir: true as const }
            : { symlink: target };
      session.editFiles(`adding ${path}`, (next) => next.set(path, entry));
    }
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
      model.openFolders.add(path.slice(0, end));
    model.selected = path;
    model.naming = undefined;
    page.draw();
    if (form.kind === "file") page.open(path);
    requestAnimationFrame(() => (form.kind === "file" ? void page.editor.focus() : focusRow(page)));
  } catch (error) {
    model.naming = { ...form, text, problem: error instanceof Error ? error.message : String(error) };
    page.draw();
  }
}

async function copy(page: Page, text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    page.say(`${what} is copied.`);
  } catch {
    // Refused in sandboxed frames and on pages without https: the text is shown, to be copied by hand.
    const field = document.getElementById("share-link") as HTMLInputElement | null;
    field?.select();
    page.say(
      field === null
        ? `${what} could not be copied.`
        : `${what} could not be copied: select it and copy it by hand.`,
    );
  }
}

/** A field or a box was changed. */
export function change(page: Page, target: HTMLInputElement | HTMLSelectElement): void {
  const { session, declined } = page.model;
  const { change: what, move = "", instruction = "", kind = "" } = target.dataset;
  if (what === "move") {
    toggle(declined, move);
    page.drawAdvice();
  } else if (what === "asked") {
    session.ask(kind as "bindMounts", (target as HTMLInputElement).checked);
    page.drawAdvice();
  } else if (what === "cost") {
    const seconds = Number.parseFloat(target.value);
    const costs = { ...session.document.costs };
    delete costs[instruction];
    if (Number.isFinite(seconds) && seconds >= 0) costs[instruction] = seconds;
    session.setCosts("estimate", costs);
  } else if (what === "output") {
    session.setOutput(instruction, target.value === "unknown" ? undefined : (target.value as "same"));
  } else if (what === "target") {
    session.edit("target", { ...session.current, target: target.value === "" ? null : target.value });
  } else if (what === "build-args") {
    session.edit("build arguments", { ...session.current, buildArgs: readBuildArgs(target.value) });
  }
}

/** Fills the box under the Share button: the link is made when it is asked for. */
export function openShare(page: Page): void {
  patch(element("share"), shareView(page.model));
  const field = document.getElementById("share-link") as HTMLInputElement | null;
  if (field !== null) field.value = field.getAttribute("value") ?? "";
}
