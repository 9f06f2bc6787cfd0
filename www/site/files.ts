/** The file tree: what the build context holds, what keeps files out of it, and which instruction copies them. */
import { h, type MarkupNode } from "../layerwise/src/element/node.ts";
import type { FileEntry, PathFact } from "../layerwise/src/types.ts";
import { count } from "../layerwise/src/wording.ts";
import { type Marked, type Model, marked } from "./model.ts";
import { factsByPath, type Row, visibleRows } from "./paths.ts";
import { equal, modeOf, type Snapshot } from "./snapshot.ts";

/** More rows than this make a page slow; a folder that is open with more says so. */
const MOST_ROWS = 1500;

export function filesView(model: Model): MarkupNode[] {
  const { current, document, answers } = model.session;
  const rows = visibleRows(current.files, model.openFolders);
  const facts = factsByPath(answers?.facts ?? []);
  const before = document.built.at(-1);
  const marks = marked(model);
  const shown = rows.slice(0, MOST_ROWS);
  const selected = shown.some((row) => row.path === model.selected) ? model.selected : shown[0]?.path;
  return [
    naming(model),
    rows.length === 0
      ? h(
          "p",
          { class: "empty" },
          "No files yet. Add one, or drop a folder here: it is read on this machine and sent nowhere.",
        )
      : h(
          "ul",
          { class: "tree", role: "tree", "aria-label": "Files of the build context" },
          ...shown.map((row) => rowView(row, row.path === selected, model, facts, before, marks)),
        ),
    rows.length > shown.length
      ? h(
          "p",
          { class: "empty" },
          `${count(rows.length - shown.length, "more row")} are not shown: close a folder.`,
        )
      : undefined,
    verbs(model, selected === undefined ? undefined : shown.find((row) => row.path === selected)),
  ].filter((child) => child !== undefined);
}

function rowView(
  row: Row,
  selected: boolean,
  model: Model,
  facts: Map<string, PathFact>,
  before: Snapshot | undefined,
  marks: Marked,
): MarkupNode {
  const fact = facts.get(row.path);
  const ignored = fact?.ignoredBy;
  const change =
    before === undefined || row.folder ? undefined : changeOf(before.files.get(row.path), row.entry);
  return h(
    "li",
    {
      role: "treeitem",
      id: `file-${row.path}`,
      class: "row",
      "aria-level": row.level,
      "aria-setsize": row.siblings,
      "aria-posinset": row.position,
      "aria-expanded": row.folder ? String(row.open) : undefined,
      "aria-selected": String(selected),
      "aria-current": model.file === row.path ? "true" : undefined,
      tabindex: selected ? 0 : -1,
      "data-path": row.path,
      "data-level": Math.min(row.level, 8),
      "data-ignored": ignored === undefined ? undefined : "",
      "data-marked": marks.paths.has(row.path) ? "" : undefined,
    },
    h("span", { class: "icon", "data-icon": icon(row), "aria-hidden": "true" }),
    h(
      "span",
      { class: "file-name" },
      row.name,
      row.entry !== undefined && "symlink" in row.entry ? ` → ${row.entry.symlink}` : undefined,
    ),
    change === undefined ? undefined : h("span", { class: "chip changed" }, change),
    executable(row) ? h("span", { class: "chip", title: modeOf(row.entry as FileEntry) }, "+x") : undefined,
    ignored === undefined
      ? copied(fact)
      : h(
          "span",
          { class: "chip", title: `.dockerignore:${ignored.line} ${ignored.pattern}` },
          `ignored: ${ignored.pattern}`,
        ),
    row.folder
      ? undefined
      : h(
          "button",
          {
            type: "button",
            class: "row-verb",
            tabindex: -1,
            "data-action": "change",
            "data-path": row.path,
            "aria-label": `Change a line of ${row.path}`,
          },
          "change",
        ),
  );
}

function copied(fact: PathFact | undefined): MarkupNode | undefined {
  if (fact === undefined || fact.copiedBy.length === 0) return undefined;
  return h(
    "span",
    { class: "chip copied" },
    h("span", { class: "hidden" }, "copied by "),
    `${fact.copiedBy.length === 1 ? "line" : "lines"} ${fact.copiedBy.join(", ")}`,
  );
}

/** What the next build would see of a file: the difference to the last build. */
function changeOf(before: FileEntry | undefined, after: FileEntry | undefined): string | undefined {
  if (before === after || after === undefined) return undefined;
  if (before === undefined) return "new";
  const content = ({ mode: _mode, mtime: _mtime, ...rest }: FileEntry): unknown => rest;
  if (!equal(content(before), content(after))) return "changed";
  return modeOf(before) === modeOf(after) ? "touched" : `mode ${modeOf(after)}`;
}

function executable(row: Row): boolean {
  return (
    row.entry !== undefined &&
    !("dir" in row.entry) &&
    !("symlink" in row.entry) &&
    /[1357]/.test(modeOf(row.entry).slice(-3))
  );
}

function icon(row: Row): string {
  if (row.folder) return row.open ? "open" : "closed";
  if (row.entry !== undefined && "symlink" in row.entry) return "link";
  return "file";
}

/** The form for a name: for a new entry, or for renaming. */
function naming(model: Model): MarkupNode | undefined {
  const form = model.naming;
  if (form === undefined) return undefined;
  const label = {
    file: "Path of the new file",
    folder: "Path of the new folder",
    link: "Path of the new link, then → and its target",
    rename: `New path of ${form.path}`,
  }[form.kind];
  return h(
    "form",
    { class: "naming", "data-form": "naming" },
    h("label", { for: "naming" }, label),
    h(
      "div",
      { class: "naming-row" },
      h("input", {
        id: "naming",
        type: "text",
        value: form.text,
        autocomplete: "off",
        spellcheck: "false",
        "aria-invalid": form.problem === undefined ? undefined : "true",
        "aria-describedby": form.problem === undefined ? undefined : "naming-problem",
      }),
      h("button", { type: "submit", class: "primary" }, form.kind === "rename" ? "Rename" : "Add"),
      h("button", { type: "button", "data-action": "naming-cancel" }, "Cancel"),
    ),
    form.problem === undefined
      ? undefined
      : h("p", { id: "naming-problem", class: "problem", role: "alert" }, form.problem),
  );
}

/** What can be done with the selected row. */
function verbs(model: Model, row: Row | undefined): MarkupNode | undefined {
  if (row === undefined || model.naming !== undefined) return undefined;
  const button = (action: string, word: string, key: string): MarkupNode =>
    h(
      "button",
      {
        type: "button",
        class: "verb",
        "data-action": action,
        "data-path": row.path,
        title: key === "" ? undefined : `Key: ${key}`,
      },
      word,
    );
  const isText = row.entry !== undefined && "text" in row.entry;
  return h(
    "div",
    { class: "verbs", role: "toolbar", "aria-label": `Actions for ${row.path}` },
    h("span", { class: "verbs-name", title: row.path }, row.path),
    isText ? button("open-file", "edit", "Enter") : undefined,
    row.folder ? undefined : button("change", "change a line", "Space"),
    button("touch", "touch", "Shift-T"),
    button("mode", row.folder ? "mode" : executable(row) ? "chmod −x" : "chmod +x", "Shift-X"),
    button("rename", "rename", "F2"),
    button("delete", "delete", "Delete"),
  );
}
