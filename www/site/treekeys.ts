/** The keys of the file tree, as the ARIA authoring practices have them, and one for each verb. */
import { act } from "./actions.ts";
import { focusRow } from "./going.ts";
import type { Page } from "./page.ts";

let typed = "";
let typedAt = 0;

export function treeKey(page: Page, event: KeyboardEvent, row: HTMLElement): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { model } = page;
  const { path = "" } = row.dataset;
  const rows = [...document.querySelectorAll<HTMLElement>("#files [role=treeitem]")];
  const at = rows.indexOf(row);
  const isFolder = row.hasAttribute("aria-expanded");
  const isOpen = row.getAttribute("aria-expanded") === "true";
  const go = (to: HTMLElement | undefined): void => {
    if (to === undefined) return;
    model.selected = to.dataset.path;
    page.draw();
    focusRow(page);
  };
  const level = (each: HTMLElement | undefined): number => Number(each?.getAttribute("aria-level"));
  const open = (wanted: boolean): void => {
    if (wanted) model.openFolders.add(path);
    else model.openFolders.delete(path);
    model.selected = path;
    page.draw();
    focusRow(page);
  };

  const keys: Record<string, () => void> = {
    ArrowDown: () => go(rows[at + 1]),
    ArrowUp: () => go(rows[at - 1]),
    Home: () => go(rows[0]),
    End: () => go(rows.at(-1)),
    ArrowRight: () =>
      isFolder && !isOpen
        ? open(true)
        : isOpen && level(rows[at + 1]) > level(row)
          ? go(rows[at + 1])
          : undefined,
    ArrowLeft: () =>
      isOpen ? open(false) : go(rows.slice(0, at).findLast((each) => level(each) < level(row))),
    Enter: () => (isFolder ? open(!isOpen) : act(page, "open-file", { path })),
    " ": () => (isFolder ? open(!isOpen) : act(page, "change", { path })),
    F2: () => act(page, "rename", { path }),
    Delete: () => {
      model.selected = (rows[at + 1] ?? rows[at - 1])?.dataset.path;
      act(page, "delete", { path });
    },
    Insert: () => act(page, "add-file", {}),
    "*": () => {
      const parent = path.slice(0, path.lastIndexOf("/") + 1);
      for (const each of rows) {
        const other = each.dataset.path ?? "";
        if (each.hasAttribute("aria-expanded") && other.slice(0, other.lastIndexOf("/") + 1) === parent)
          model.openFolders.add(other);
      }
      page.draw();
    },
    ContextMenu: () => document.querySelector<HTMLElement>("#files .verb")?.focus(),
  };
  if (event.shiftKey && event.key === "F10") keys.F10 = keys.ContextMenu as () => void;
  if (event.shiftKey && (event.key === "T" || event.key === "X")) {
    keys.T = () => act(page, "touch", { path });
    keys.X = () => act(page, "mode", { path });
  }
  const known = keys[event.key];
  if (known !== undefined) {
    event.preventDefault();
    known();
    return;
  }
  if (event.key.length === 1) {
    event.preventDefault();
    go(byTyping(event.key, rows, at));
  }
}

/** Letters typed in quick succession find the next row whose name begins with them. */
function byTyping(letter: string, rows: HTMLElement[], at: number): HTMLElement | undefined {
  const now = Date.now();
  typed = now - typedAt < 700 ? typed + letter.toLowerCase() : letter.toLowerCase();
  typedAt = now;
  const from = typed.length === 1 ? at + 1 : at;
  const around = [...rows.slice(from), ...rows.slice(0, from)];
  return around.find((row) => row.querySelector(".file-name")?.textContent?.toLowerCase().startsWith(typed));
}
