/** The advice: what to change, as a diff before anything changes, what it saves, and what was left alone. */
import { diffLines } from "diff";
import { h, type MarkupChild, type MarkupNode } from "../layerwise/src/element/node.ts";
import type { Advice, Move, Saving } from "../layerwise/src/types.ts";
import { count, duration, isOfDockerfile, LEVEL } from "../layerwise/src/wording.ts";
import type { Model } from "./model.ts";
import type { AskedMoves } from "./session.ts";

/** Unchanged lines around a change. */
const CONTEXT = 2;

/** The moves that are taken: safe ones unless declined, doubtful ones only if asked for. */
export function chosenMoves(advice: Advice, declined: ReadonlySet<string>): Move[] {
  return advice.moves.filter((move) => (move.level === "safe") !== declined.has(move.id));
}

export function adviceView(model: Model): MarkupNode[] {
  const { session } = model;
  const advice = session.advice;
  // Of a build that fails there is nothing to compare, and its error is said above.
  if (advice === undefined || session.answers === undefined || session.answers.next.error !== undefined)
    return [];
  const heading = h("h2", { id: "advice-title", tabindex: -1 }, "Reorder");
  if (advice.moves.length === 0) {
    return [
      heading,
      h("p", { class: "empty" }, emptyText(advice, model)),
      ...ignoreFile(model, advice),
      ...kept(advice),
      ...asked(model),
    ];
  }
  const chosen = chosenMoves(advice, model.declined);
  const all = chosen.length === advice.moves.length || chosen.length > 0;
  const dockerfile = all ? session.dockerfileWith(chosen.map((move) => move.id)) : undefined;
  const before = session.current.dockerfile;
  const changed = dockerfile !== undefined && dockerfile !== before;
  return [
    heading,
    h("p", { class: "lead" }, ...lead(advice)),
    h("ul", { class: "moves" }, ...advice.moves.map((move) => moveView(move, chosen.includes(move)))),
    changed
      ? diffView(before, dockerfile, "Change of the Dockerfile")
      : h("p", { class: "empty" }, "Tick a change to see what it does to the Dockerfile."),
    h(
      "div",
      { class: "actions" },
      h(
        "button",
        { type: "button", class: "primary", "data-action": "apply", disabled: !changed },
        `Apply ${count(chosen.length, "change")}`,
      ),
      session.undoLabel?.startsWith("reorder")
        ? h("button", { type: "button", "data-action": "undo" }, "Undo the reorder")
        : undefined,
    ),
    ...savings(advice.saves),
    ...ignoreFile(model, advice),
    ...kept(advice),
    ...asked(model),
  ];
}

/** Moves that are a matter of taste, where there may be one. */
function asked({ session }: Model): MarkupNode[] {
  const { dockerfile } = session.current;
  const has = (keyword: string): boolean => new RegExp(`^\\s*${keyword}\\s`, "im").test(dockerfile);
  const box = (kind: keyof AskedMoves, text: MarkupChild[]): MarkupNode =>
    h(
      "label",
      { class: "asked" },
      h("input", {
        type: "checkbox",
        checked: session.asked[kind] === true,
        "data-change": "asked",
        "data-kind": kind,
        id: `asked-${kind}`,
      }),
      " ",
      ...text,
    );
  const boxes = [
    session.document.builder === "buildkit" && has("COPY") && has("RUN")
      ? box("bindMounts", ["files that a ", h("code", {}, "RUN"), " can mount instead of having them copied"])
      : undefined,
    /\bcargo build\b/.test(dockerfile)
      ? box("dummySources", ["dependencies of cargo compiled with empty sources"])
      : undefined,
  ].filter((each) => each !== undefined);
  return boxes.length === 0
    ? []
    : [h("fieldset", { class: "asks" }, h("legend", { class: "small-title" }, "Also look for"), ...boxes)];
}

function emptyText(advice: Advice, model: Model): string {
  if (model.session.undoLabel?.startsWith("reorder"))
    return "Reordered. Nothing is left to gain that is known to be safe.";
  return advice.kept.length > 0
    ? "Nothing is moved. The reasons stand below."
    : "This order is as good as it gets: no move that is known to be safe saves time.";
}

function lead(advice: Advice): (MarkupNode | string)[] {
  if (advice.costAfter >= advice.costBefore) {
    return advice.moves.some((move) => move.level === "safe")
      ? ["These changes save no time in an ordinary edit, but keep the image the same."]
      : ["Nothing safe is left to gain. What follows changes the image a little: look at it first."];
  }
  return [
    "An ordinary edit costs about ",
    h("strong", {}, duration(advice.costBefore)),
    " now and ",
    h("strong", {}, duration(advice.costAfter)),
    " after the safe moves.",
  ];
}

function moveView(move: Move, taken: boolean): MarkupNode {
  const level = LEVEL[move.level];
  return h(
    "li",
    { class: "move", "data-level": move.level },
    h(
      "label",
      {},
      h("input", { type: "checkbox", checked: taken, "data-change": "move", "data-move": move.id }),
      h("span", { class: "move-title" }, ...inline(move.title)),
      h("span", { class: "level", title: level.meaning }, level.word.toLowerCase()),
    ),
    ...move.why.map((text) => h("p", { class: "why" }, ...inline(text))),
    move.evidence.length > 0
      ? h(
          "ul",
          { class: "evidence", "aria-label": "What was looked at" },
          ...move.evidence.map((text) => h("li", {}, ...inline(text))),
        )
      : undefined,
  );
}

/** Text of the engine: what stands between backticks is code. */
function inline(text: string): MarkupChild[] {
  return text.split("`").map((part, index) => (index % 2 === 1 ? h("code", {}, part) : part));
}

function savings(saves: Saving[]): MarkupNode[] {
  if (saves.every((each) => each.before === 0 && each.after === 0)) return [];
  const longest = Math.max(1, ...saves.map((each) => Math.max(each.before, each.after)));
  const share = (milliseconds: number): number => Math.ceil((milliseconds / longest) * 10);
  const bar = (milliseconds: number, kind: string): MarkupNode =>
    h(
      "td",
      {},
      h("span", { class: `saving-bar ${kind}`, "data-share": share(milliseconds), "aria-hidden": "true" }),
      ` ${duration(milliseconds)}`,
    );
  return [
    h("h3", { class: "small-title" }, "What an edit costs"),
    h(
      "table",
      { class: "savings" },
      h(
        "thead",
        {},
        h("tr", {}, ...["Edit of", "now", "after"].map((text) => h("th", { scope: "col" }, text))),
      ),
      h(
        "tbody",
        {},
        ...saves.map((each) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, isOfDockerfile(each) ? each.edit : h("code", {}, each.edit)),
            bar(each.before, "before"),
            bar(each.after, "after"),
          ),
        ),
      ),
    ),
  ];
}

function ignoreFile(model: Model, advice: Advice): MarkupNode[] {
  if (advice.dockerignore === undefined) return [];
  const entry = model.session.current.files.get(".dockerignore");
  const before = entry !== undefined && "text" in entry ? entry.text : "";
  if (before === advice.dockerignore) return [];
  return [
    h(
      "h3",
      { class: "small-title" },
      entry === undefined ? "A .dockerignore is missing" : "A better .dockerignore",
    ),
    diffView(before, advice.dockerignore, "Change of .dockerignore"),
    h(
      "ul",
      { class: "evidence", "aria-label": "Why" },
      ...advice.ignoreLines.map(({ line, why }) => h("li", {}, h("code", {}, line), ": ", ...inline(why))),
    ),
    h(
      "div",
      { class: "actions" },
      h("button", { type: "button", "data-action": "apply-ignore" }, "Write this .dockerignore"),
    ),
  ];
}

function kept(advice: Advice): MarkupNode[] {
  if (advice.kept.length === 0) return [];
  return [
    h("h3", { class: "small-title" }, "Left alone, and why"),
    h(
      "ul",
      { class: "kept" },
      ...advice.kept.map(({ line, why }) =>
        h(
          "li",
          {},
          line > 0
            ? h("button", { type: "button", class: "link", "data-line": line }, `line ${line}`)
            : undefined,
          line > 0 ? " " : undefined,
          ...inline(why),
        ),
      ),
    ),
  ];
}

/** Lines that go and come; a line that goes here and comes there has moved. */
function diffView(before: string, after: string, label: string): MarkupNode {
  const parts = diffLines(before, after);
  const lines = (value: string): string[] => value.replace(/\n$/, "").split("\n");
  const removed = new Set(parts.filter((part) => part.removed).flatMap((part) => lines(part.value)));
  const added = new Set(parts.filter((part) => part.added).flatMap((part) => lines(part.value)));
  const rows = parts.flatMap((part, index) => {
    const all = lines(part.value);
    if (part.added) return all.map((text) => row("ins", "+", text, removed.has(text)));
    if (part.removed) return all.map((text) => row("del", "−", text, added.has(text)));
    const head = index === 0 ? 0 : CONTEXT;
    const tail = index === parts.length - 1 ? 0 : CONTEXT;
    if (all.length <= head + tail + 1) return all.map((text) => row("span", " ", text, false));
    return [
      ...all.slice(0, head).map((text) => row("span", " ", text, false)),
      h("span", { class: "diff-row gap" }, `⋯ ${count(all.length - head - tail, "line")}`),
      ...all.slice(all.length - tail).map((text) => row("span", " ", text, false)),
    ];
  });
  return h("div", { class: "diff", role: "group", tabindex: 0, "aria-label": label }, ...rows);
}

function row(tag: "ins" | "del" | "span", sign: string, text: string, moved: boolean): MarkupNode {
  const word = tag === "ins" ? "added: " : tag === "del" ? "removed: " : "";
  return h(
    tag,
    { class: "diff-row", "data-moved": moved && text.trim() !== "" ? "" : undefined },
    h("span", { class: "diff-sign", "aria-hidden": "true" }, sign),
    word === "" ? undefined : h("span", { class: "hidden" }, word),
    h("code", {}, text === "" ? " " : text),
  );
}
