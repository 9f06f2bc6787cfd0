/**
 * What is known of official images without asking anybody: a catalogue, for scenarios that name an image and say
 * nothing of it. Loaded only by who wants it.
 */
import type { BaseImage, Scenario } from "../types.ts";
import { CATALOGUE } from "./catalogue/index.ts";
import { references } from "./references.ts";
import { familiar, readTag } from "./tag.ts";

export { type Reference, references } from "./references.ts";
export { familiar } from "./tag.ts";

export interface KnownImage {
  image: BaseImage;
  /** Where it stands. */
  source: string;
}

/**
 * What the Dockerfile of an official image says of its configuration; undefined for all others.
 *
 * ```js
 * knownImage("golang:1.24").image.workingDir; // "/go"
 * knownImage("golang:1.24").image.unknownEnv; // ["GOLANG_VERSION"]
 * ```
 */
export function knownImage(reference: string): KnownImage | undefined {
  // A digest fixes a state that the catalogue may not be about.
  if (reference.includes("@")) return undefined;
  const tag = readTag(reference);
  const entry = CATALOGUE.find(({ names }) => names.includes(tag.name));
  const image = entry?.image(tag);
  return entry === undefined || image === undefined ? undefined : { image, source: entry.source };
}

/** The scenario with what the catalogue knows of its base images, where it says nothing of one itself. */
export function withKnownImages(scenario: Scenario): Scenario {
  const edits = [...(scenario.builds ?? []).map(({ edit }) => edit), scenario.pending ?? {}];
  const own = [scenario, ...edits].flatMap(({ baseImages }) => Object.keys(baseImages ?? {})).map(familiar);
  const added: Record<string, BaseImage> = {};
  let { dockerfile, buildArgs } = scenario;
  for (const edit of [{}, ...edits]) {
    dockerfile = edit.dockerfile ?? dockerfile;
    buildArgs = edit.buildArgs ?? buildArgs;
    for (const { reference } of references(dockerfile, buildArgs, scenario.buildContexts)) {
      const known = own.includes(familiar(reference)) ? undefined : knownImage(reference);
      if (known !== undefined) added[reference] = known.image;
    }
  }
  return Object.keys(added).length === 0
    ? scenario
    : { ...scenario, baseImages: { ...scenario.baseImages, ...added } };
}
