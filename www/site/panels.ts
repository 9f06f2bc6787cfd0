/** The smaller parts of the page: what a scenario is about, tabs, findings, settings, messages. */
import { h, type MarkupNode } from "../layerwise/src/element/node.ts";
import { builderMessage, count } from "../layerwise/src/wording.ts";
import type { Model } from "./model.ts";

export function aboutView(model: Model): MarkupNode[] {
  if (model.about === "") return [];
  return [
    h("p", {}, h("strong", {}, model.title), " ", model.about),
    h("button", { type: "button", class: "link more", "data-action": "about-more" }, "more"),
    h(
      "button",
      {
        type: "button",
        class: "icon-button close",
        "data-action": "about-close",
        "aria-label": "Close this explanation",
      },
      "×",
    ),
  ];
}

/** Tabs over the editor, or on a phone those of the page. */
export function tabsView(model: Model, place: "page" | "editor" = "page"): MarkupNode[] {
  if (place === "page") {
    return (["dockerfile", "files", "result"] as const).map((tab) =>
      h(
        "button",
        {
          type: "button",
          class: "tab",
          "data-action": "tab",
          "data-tab": tab,
          "aria-current": model.tab === tab ? "true" : undefined,
        },
        tab === "dockerfile" ? "Dockerfile" : tab === "files" ? "Files" : "Result",
      ),
    );
  }
  const { file } = model;
  const tabs = [
    h(
      "button",
      {
        type: "button",
        class: "tab",
        "data-action": "open-file",
        "aria-current": file === undefined ? "true" : undefined,
      },
      "Dockerfile",
    ),
  ];
  if (file !== undefined) {
    tabs.push(
      h(
        "button",
        {
          type: "button",
          class: "tab",
          "data-action": "open-file",
          "data-path": file,
          "aria-current": "true",
        },
        file,
      ),
      h(
        "button",
        {
          type: "button",
          class: "icon-button close",
          "data-action": "open-file",
          "aria-label": `Close ${file}`,
        },
        "×",
      ),
    );
  }
  return tabs;
}

const MOST_FINDINGS = 30;

/** What is wrong in the Dockerfile, under its text. */
export function diagnosticsView(model: Model): MarkupNode[] {
  const found = model.file === undefined ? (model.session.answers?.diagnostics ?? []) : [];
  if (found.length === 0) return [];
  const shown = found.slice(0, MOST_FINDINGS);
  return [
    h(
      "ul",
      { class: "findings", "aria-label": "Findings in the Dockerfile" },
      ...shown.map((each, index) =>
        h(
          "li",
          { class: "finding", "data-severity": each.severity },
          h(
            "span",
            { class: "severity" },
            each.severity === "error" ? "✕ error" : each.severity === "warning" ? "! warning" : "i note",
          ),
          h("button", { type: "button", class: "link", "data-line": each.line }, `line ${each.line}`),
          h(
            "span",
            { class: "message" },
            builderMessage(each.message),
            each.hint === undefined ? undefined : h("span", { class: "hint" }, ` ${each.hint}`),
          ),
          each.edits === undefined
            ? undefined
            : h(
                "button",
                {
                  type: "button",
                  class: "link",
                  "data-action": "fix",
                  "data-finding": index,
                  "aria-label": `Fix line ${each.line}: ${each.code}`,
                },
                "Fix",
              ),
          h("code", { class: "rule" }, each.code),
        ),
      ),
    ),
    found.length > shown.length
      ? h("p", { class: "fine" }, `And ${count(found.length - shown.length, "more finding")}.`)
      : undefined,
  ].filter((child) => child !== undefined);
}

/** Target and build arguments, as on the command line. */
export function settingsView(model: Model): MarkupNode[] {
  const { current } = model.session;
  const stages = stageNames(current.dockerfile);
  const args = Object.entries(current.buildArgs)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
  const target = current.target ?? "";
  const options = [...new Set(["", ...stages, target])];
  return [
    h(
      "label",
      {},
      "Target ",
      h(
        "select",
        { id: "target", "data-change": "target" },
        ...options.map((name) =>
          h("option", { value: name, selected: name === target }, name === "" ? "the last stage" : name),
        ),
      ),
    ),
    h(
      "label",
      { class: "grow" },
      "Build arguments ",
      h("input", {
        id: "build-args",
        type: "text",
        value: args,
        placeholder: "NAME=value NAME=value",
        autocomplete: "off",
        spellcheck: "false",
        "data-change": "build-args",
      }),
    ),
  ];
}

function stageNames(dockerfile: string): string[] {
  return [...dockerfile.slice(0, 100_000).matchAll(/^\s*FROM\s[^\n]*?\sAS\s+([\w.-]+)\s*$/gim)].map(
    (match) => match[1] ?? "",
  );
}

/** `A=1 B="two words"` as arguments; a name alone is empty. */
export function readBuildArgs(text: string): Record<string, string> {
  const args: Record<string, string> = {};
  for (const match of text.matchAll(/([A-Za-z_]\w*)(?:=(?:"([^"]*)"|'([^']*)'|(\S*)))?/g)) {
    args[match[1] ?? ""] = match[2] ?? match[3] ?? match[4] ?? "";
  }
  return args;
}

export function noticesView(model: Model): MarkupNode[] {
  return model.notices.map((notice) =>
    h(
      "div",
      { class: "notice", "data-kind": notice.kind, role: notice.kind === "error" ? "alert" : undefined },
      h("p", {}, notice.text),
      notice.action && h("button", { type: "button", "data-action": notice.action.name }, notice.action.word),
      h(
        "button",
        {
          type: "button",
          class: "icon-button close",
          "data-action": "notice-close",
          "data-notice": notice.id,
          "aria-label": "Close this message",
        },
        "×",
      ),
    ),
  );
}
