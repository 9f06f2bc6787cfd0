/** Going to a line, a step or a file from wherever it is named, and moving a step with the focus on it. */
import type { Page } from "./page.ts";

export function goToLine(page: Page, line: number): void {
  page.open(undefined);
  void page.editor.focus(line);
}

export function goToStep(page: Page, step: number): void {
  page.model.tab = "result";
  page.draw();
  requestAnimationFrame(() => {
    const row = document.getElementById(`step-${step}`);
    row?.scrollIntoView({ block: "nearest" });
    row?.focus({ preventScroll: true });
  });
}

export function goToFile(page: Page, path: string): void {
  const { model } = page;
  if (path === "Dockerfile") {
    goToLine(page, 1);
    return;
  }
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
    model.openFolders.add(path.slice(0, end));
  model.selected = path;
  model.tab = "files";
  page.draw();
  focusRow(page);
}

/** Goes to the next step that is executed. */
export function nextMiss(page: Page, direction: 1 | -1): void {
  const rows = [
    ...document.querySelectorAll<HTMLElement>(
      "#steps .step:not([data-status=cached], [data-status=skipped])",
    ),
  ];
  if (rows.length === 0) {
    page.say("No step runs.");
    return;
  }
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const row =
    rows[at < 0 ? (direction > 0 ? 0 : rows.length - 1) : (at + direction + rows.length) % rows.length];
  goToStep(page, Number(row?.dataset.index));
}

/** Moves the instruction of a step; the focus goes with it. */
export function moveStep(page: Page, index: number, direction: "up" | "down"): void {
  const { model } = page;
  const step = model.shown === "next" ? model.session.answers?.next.steps[index] : undefined;
  if (step === undefined) {
    page.say("A build of the past cannot be changed.");
    return;
  }
  const line = page.move(step.line, direction);
  const at = model.session.answers?.next.steps.findIndex((each) => each.line === line) ?? -1;
  if (at >= 0) goToStep(page, at);
}

/** Puts the focus on the selected row, or the nearest that is there. */
export function focusRow(page: Page): void {
  requestAnimationFrame(() => {
    const rows = document.querySelectorAll<HTMLElement>("#files [role=treeitem]");
    const row = [...rows].find((each) => each.dataset.path === page.model.selected) ?? rows[0];
    row?.focus();
  });
}
