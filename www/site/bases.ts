/** The images that stages begin with: what is known of each, and the way to say more. */
import { h, type MarkupNode } from "../layerwise/src/element/node.ts";
import type { KnownImage } from "../layerwise/src/images/index.ts";
import { references } from "../layerwise/src/images/references.ts";
import { familiar } from "../layerwise/src/images/tag.ts";
import type { BaseImage } from "../layerwise/src/types.ts";
import { count, short } from "../layerwise/src/wording.ts";
import type { Model } from "./model.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Base {
  line: number;
  /** As the builder looks it up: variables replaced. */
  reference: string;
  known: BaseImage | undefined;
  /** What the catalogue of official images says, if the document says nothing. */
  listed: KnownImage | undefined;
}

/** The image of each stage that begins with one, by the stage's index. */
export function basesOf(
  { dockerfile, buildArgs, buildContexts, baseImages }: Snapshot,
  catalogue: (reference: string) => KnownImage | undefined,
): Map<number, Base> {
  const bases = references(dockerfile, buildArgs, buildContexts).map(({ stage, line, reference }) => {
    const known = find(baseImages, reference);
    return [
      stage,
      { line, reference, known, listed: known === undefined ? catalogue(reference) : undefined },
    ] as const;
  });
  return new Map(bases);
}

function find(images: Snapshot["baseImages"], reference: string): BaseImage | undefined {
  const name = familiar(reference);
  const found = Object.entries(images).find(([each]) => familiar(each) === name)?.[1];
  return found === undefined || Object.keys(found).length === 0 ? undefined : found;
}

/** The line over a stage's steps. */
export function baseView(model: Model, base: Base | undefined): MarkupNode[] {
  if (base === undefined) return [];
  const { reference, line, known, listed } = base;
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
    ...(listed !== undefined
      ? [
          `official image, ${knowledge(listed.image)}, as `,
          h("a", { href: listed.source }, "its Dockerfile"),
          " says. ",
          button("paste its docker image inspect"),
        ]
      : known === undefined
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

function knowledge({ env, unknownEnv, onBuild, digest }: BaseImage): string {
  const parts = [
    env === undefined ? "variables unknown" : count(env.length, "variable"),
    ...(unknownEnv?.length ? [`the value of ${unknownEnv.join(", ")} not known`] : []),
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
