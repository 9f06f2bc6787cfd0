/** Listens to the page: clicks, keys, pointing, pasting, dropping. Each event ends in an action. */
import { act, change, openShare, submitImage, submitName } from "./actions.ts";
import { focusRow, goToFile, goToLine, goToStep, moveStep, nextMiss } from "./going.ts";
import { asScenario, fromDrop, fromFolder, type Intake, oddity } from "./intake.ts";
import type { Pointed } from "./model.ts";
import { element, type Page } from "./page.ts";
import { isLog, takeTimes } from "./timing.ts";
import { treeKey } from "./treekeys.ts";

export function listen(page: Page): void {
  document.addEventListener("click", (event) => click(page, event));
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const { value = "" } = form.querySelector<HTMLInputElement>("input, textarea") ?? {};
    const by = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    if (form.dataset.form === "timing") takeTimes(page, value);
    else if (form.dataset.form === "inspect") submitImage(page, value, by?.value === "moved");
    else submitName(page, value);
  });
  document.addEventListener("change", (event) => {
    const target = event.target as HTMLInputElement;
    if (target.name === "builder") page.model.session.setBuilder(target.value as "buildkit");
    else if (target.id === "folder-input") void pickFolder(page, target);
    else change(page, target);
  });
  document.addEventListener("keydown", (event) => key(page, event));
  point(page);
  paste(page);
  drop(page);
  element("share").addEventListener("beforetoggle", (event) => {
    if ((event as ToggleEvent).newState === "open") openShare(page);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") page.keep();
  });
}

function click(page: Page, event: MouseEvent): void {
  const target = (event.target as Element).closest<HTMLElement>(
    "[data-action], button[data-line], button[data-path], button[data-step], [role=treeitem]",
  );
  if (target === null || target.getAttribute("aria-disabled") === "true") return;
  const { action, line, path, step } = target.dataset;
  if (action !== undefined) act(page, action, target.dataset);
  else if (target.role === "treeitem") clickRow(page, target);
  else if (line !== undefined) goToLine(page, Number(line));
  else if (step !== undefined) goToStep(page, Number(step));
  else if (path !== undefined) goToFile(page, path);
}

function clickRow(page: Page, row: HTMLElement): void {
  const { path = "" } = row.dataset;
  page.model.selected = path;
  if (row.hasAttribute("aria-expanded")) {
    const { openFolders } = page.model;
    if (!openFolders.delete(path)) openFolders.add(path);
    page.draw();
    focusRow(page);
  } else {
    page.draw();
    focusRow(page);
    const entry = page.model.session.current.files.get(path);
    // On a phone the editor is behind a tab: the row is only selected there, and "edit" opens it.
    if (entry !== undefined && "text" in entry && isWide()) {
      page.model.file = path;
      page.changed();
    }
  }
}

function isWide(): boolean {
  return matchMedia("(min-width: 861px)").matches;
}

function key(page: Page, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  const typing = target.matches("input, textarea, select") || target.shadowRoot !== null;
  const action = shortcut(event, typing);
  if (action !== undefined) {
    event.preventDefault();
    act(page, action, {});
  } else if (event.key === "F8") {
    event.preventDefault();
    nextMiss(page, event.shiftKey ? -1 : 1);
  } else if (event.altKey && /^Arrow(Up|Down)$/.test(event.key) && target.matches("#steps .step")) {
    event.preventDefault();
    moveStep(page, Number(target.dataset.index), event.key === "ArrowUp" ? "up" : "down");
  } else if (target.role === "treeitem") {
    treeKey(page, event, target);
  } else if (event.key === "?" && !typing) {
    event.preventDefault();
    element("help").togglePopover();
  } else if (event.key === "Escape" && page.model.naming !== undefined) {
    act(page, "naming-cancel", {});
  } else if (event.key === "Escape" && page.model.inspecting !== undefined) {
    act(page, "inspect-cancel", {});
  } else if (event.key === "Escape" && page.model.timing !== undefined) {
    act(page, "timing-cancel", {});
  }
}

/** The action of a key that is held with Ctrl or Cmd. Undo in a field is the field's own. */
function shortcut(event: KeyboardEvent, typing: boolean): string | undefined {
  if (!event.ctrlKey && !event.metaKey) return undefined;
  const letter = event.key.toLowerCase();
  if (letter === "enter") return "build";
  if (letter === "s") return "copy-link";
  if (typing) return undefined;
  if (letter === "z") return event.shiftKey ? "redo" : "undo";
  return letter === "y" ? "redo" : undefined;
}

/** What the pointer or the focus is on marks its line, its files and its step. */
function point(page: Page): void {
  const pointed = (target: EventTarget | null): Pointed | undefined => {
    const found = (target as Element | null)?.closest<HTMLElement>(
      "#steps .step, #files [role=treeitem], #builds tr, [data-line]",
    );
    const { index, path, line } = found?.dataset ?? {};
    if (index !== undefined) return { kind: "step", step: Number(index) };
    if (path !== undefined) return { kind: "path", path };
    if (line !== undefined) return { kind: "line", line: Number(line) };
    return undefined;
  };
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse") page.point(pointed(event.target));
  });
  document.addEventListener("focusin", (event) => {
    if ((event.target as Element).shadowRoot === null) page.point(pointed(event.target));
  });
}

/** What is pasted anywhere outside a field: a Dockerfile or a scenario takes the place of what is there, a log gives times. */
function paste(page: Page): void {
  document.addEventListener("paste", (event) => {
    const target = event.target as HTMLElement;
    if (target.matches("input, textarea, select") || target.shadowRoot !== null) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text.trim() === "") return;
    event.preventDefault();
    if (isLog(text)) {
      takeTimes(page, text);
      return;
    }
    const scenario = asScenario(text);
    takeIn(
      page,
      scenario === undefined
        ? { dockerfile: text, files: new Map(), whole: false, remarks: [] }
        : { scenario, files: new Map(), whole: false, remarks: [] },
      "pasting",
    );
  });
}

function drop(page: Page): void {
  const over = element("drop");
  let depth = 0;
  const isFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;
  document.addEventListener("dragenter", (event) => {
    if (!isFiles(event)) return;
    depth++;
    over.hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (isFiles(event) && --depth <= 0) over.hidden = true;
  });
  document.addEventListener("dragover", (event) => {
    if (isFiles(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (event.dataTransfer === null || !isFiles(event)) return;
    event.preventDefault();
    depth = 0;
    over.hidden = true;
    void receive(page, fromDrop(event.dataTransfer));
  });
}

async function pickFolder(page: Page, input: HTMLInputElement): Promise<void> {
  if (input.files === null || input.files.length === 0) return;
  await receive(page, fromFolder(input.files));
  input.value = "";
}

async function receive(page: Page, coming: Promise<Intake>): Promise<void> {
  page.say("Reading the files.");
  try {
    takeIn(page, await coming, "dropping");
  } catch (error) {
    const { message, hint } = error as Error & { hint?: string };
    page.notify({
      kind: "error",
      text: `${message}${hint === undefined ? "" : `. ${hint}`} Nothing was changed.`,
    });
  }
}

/** Makes what came in the document, or a part of it: one step that can be undone. */
export function takeIn(page: Page, intake: Intake, how: string): void {
  const { model } = page;
  const { session } = model;
  try {
    if (intake.scenario !== undefined) {
      page.openDocument(`${how} a scenario`, intake.scenario);
    } else {
      const files = intake.whole ? intake.files : new Map([...session.current.files, ...intake.files]);
      const dockerfile = intake.dockerfile ?? session.current.dockerfile;
      session.edit(`${how}${intake.dockerfile === undefined ? "" : " a Dockerfile"}`, {
        ...session.current,
        dockerfile,
        files,
      });
      if (intake.dockerfile !== undefined) {
        model.title = "";
        model.about = "";
      }
      model.file = undefined;
      model.shown = "next";
      page.changed();
    }
    const odd = intake.dockerfile === undefined ? undefined : oddity(intake.dockerfile);
    if (odd !== undefined) page.notify({ kind: "error", text: odd, action: { name: "undo", word: "Undo" } });
    for (const text of intake.remarks) page.notify({ kind: "information", text });
    page.say(
      intake.scenario !== undefined
        ? "The scenario is opened. Undo brings back what you had."
        : intake.dockerfile === undefined
          ? "The files are in the tree. Undo takes them back."
          : "The Dockerfile is replaced. Undo brings the old one back.",
    );
  } catch (error) {
    page.notify({ kind: "error", text: `${(error as Error).message} Nothing was changed.` });
  }
}
