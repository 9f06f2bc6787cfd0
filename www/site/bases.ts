/** The images that stages begin with: what is known of each, and the way to say more. */
import { h, type MarkupNode } from "../layerwise/src/element/node.ts";
import type { BaseImage } from "../layerwise/src/types.ts";
import { count, short } from "../layerwise/src/wording.ts";
import type { Model } from "./model.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Base {
  line: number;
  /** As the builder looks it up: variables replaced. */
  reference: string;
  known: BaseImage | undefined;
}

/** The image of each stage that begins with one, by the stage's index. */
export function basesOf(state: Snapshot): Map<number, Base> {
  const bases = new Map<number, Base>();
  const names = new Set<string>();
  const globals = new Map<string, string>();
  let stage = -1;
  state.dockerfile.split("\n").forEach((text, index) => {
    const [, name = "", value] = (stage < 0 && /^\s*ARG\s+(\w+)(?:=["']?([^\s"']*))?/i.exec(text)) || [];
    const given = Object.hasOwn(state.buildArgs, name) ? state.buildArgs[name] : value;
    if (name !== "" && given !== undefined) globals.set(name, given);
    const match = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$/i.exec(text);
    if (match === null) return;
    stage++;
    const reference = expand(match[1] ?? "", globals);
    const isStage = names.has(reference.toLowerCase());
    if (match[2] !== undefined) names.add(match[2].toLowerCase());
    if (isStage || reference === "scratch" || Object.hasOwn(state.buildContexts, reference)) return;
    bases.set(stage, { line: index + 1, reference, known: find(state.baseImages, reference) });
  });
  return bases;
}

function expand(text: string, globals: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g,
    (whole, braced: string | undefined, other: string | undefined, bare: string | undefined) =>
      globals.get(braced ?? bare ?? "") || (other ?? whole),
  );
}

/** `docker.io/library/python:latest` is `python`. */
function familiar(reference: string): string {
  return reference
    .replace(/^(index\.)?docker\.io\//, "")
    .replace(/^library\//, "")
    .replace(/:latest$/, "");
}

function find(images: Snapshot["baseImages"], reference: string): BaseImage | undefined {
  const name = familiar(reference);
  const found = Object.entries(images).find(([each]) => familiar(each) === name)?.[1];
  return found === undefined || Object.keys(found).length === 0 ? undefined : found;
}

/** The line over a stage's steps. */
export function baseView(model: Model, base: Base | undefined): MarkupNode[] {
  if (base === undefined) return [];
  const { reference, line, known } = base;
  const button = (word: string): MarkupNode =>
    h(
      "button",
      { type: "button", class: "link scripted", "data-action": "inspect", "data-reference": reference },
      word,
    );
  const row = h(
    "p",
    { class: "base", "data-line": line },
    h("code", {}, `FROM ${reference}`),
    " ",
    ...(known === undefined
      ? [
          h("span", { class: "base-unknown" }, "unknown base image"),
          " It is simulated with PATH alone: what else it brings (variables, user, triggers) is not counted, and keys that need it are stand-ins. ",
          ...(reference.includes("$") ? [] : [button("paste its docker image inspect")]),
        ]
      : [`known base image: ${knowledge(known)}. `, button("change")]),
  );
  const form = model.inspecting;
  return form?.reference === reference ? [row, inspectForm(model, form)] : [row];
}

function knowledge({ env, onBuild, digest }: BaseImage): string {
  const parts = [
    env === undefined ? "variables unknown" : count(env.length, "variable"),
    ...(onBuild?.length ? [count(onBuild.length, "trigger")] : []),
    digest === undefined ? "digest not known" : `digest ${short(digest)}`,
  ];
  return parts.join(", ");
}

function inspectForm(model: Model, form: NonNullable<Model["inspecting"]>): MarkupNode {
  const wasBuilt = model.session.document.built.length > 0;
  return h(
    "form",
    { class: "base inspect", "data-form": "inspect" },
    h(
      "label",
      { for: "inspect" },
      "What this prints: ",
      h("code", {}, `docker image inspect ${form.reference}`),
    ),
    h("textarea", {
      id: "inspect",
      rows: 5,
      spellcheck: "false",
      autocomplete: "off",
      "aria-invalid": form.problem === undefined ? undefined : "true",
      "aria-describedby": form.problem === undefined ? undefined : "inspect-problem",
    }),
    form.problem === undefined
      ? undefined
      : h("p", { id: "inspect-problem", class: "problem", role: "alert" }, form.problem),
    h(
      "div",
      { class: "inspect-row" },
      h("button", { type: "submit", class: "primary" }, "It is this image"),
      wasBuilt
        ? h(
            "button",
            { type: "submit", value: "moved", name: "how" },
            "It has become this one since the last build",
          )
        : undefined,
      h("button", { type: "button", "data-action": "inspect-cancel" }, "Cancel"),
    ),
  );
}
