/** Reads what `docker image inspect` prints: the configuration and the digests of an image. */
import type { BaseImage } from "../layerwise/src/types.ts";

/** The members that matter, under the names that Docker gives them. */
interface Inspected {
  Id?: unknown;
  RepoTags?: unknown;
  RepoDigests?: unknown;
  Config?: Record<string, unknown> | null;
  RootFS?: { Layers?: unknown } | null;
}

/**
 * The image that the text describes, under the name that was asked for. Of several images the one with that name.
 *
 * @throws a sentence if the text is something else.
 */
export function readImages(text: string, reference: string): Record<string, BaseImage> {
  if (text.trim() === "") throw new Error(`Paste what docker image inspect ${reference} prints.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("This is not JSON. Paste the whole output, from the first [ to the last ].");
  }
  const all = (Array.isArray(value) ? value : [value]).filter(
    (each): each is Inspected => typeof each === "object" && each !== null,
  );
  if (all.length === 0) throw new Error("The output is empty: docker did not find the image. Pull it first.");
  const named = all.find((each) => strings(each.RepoTags)?.includes(reference));
  const image = named ?? all[0];
  if (image?.Config === undefined || image.Config === null) {
    throw new Error("There is no Config in it: this is not what docker image inspect prints.");
  }
  return { [reference]: baseImage(image, image.Config) };
}

/** An absent list of variables or triggers is an empty one; elsewhere absent and empty differ for the classic builder. */
function baseImage(image: Inspected, config: Record<string, unknown>): BaseImage {
  const digests = strings(image.RepoDigests)?.map((each) => each.slice(each.indexOf("@") + 1));
  const digest = digests?.find(isDigest);
  const id = isDigest(image.Id) && image.Id !== digest ? image.Id : undefined;
  return withoutGaps({
    env: strings(config.Env) ?? [],
    onBuild: strings(config.OnBuild) ?? [],
    workingDir: text(config.WorkingDir),
    user: text(config.User),
    shell: strings(config.Shell),
    cmd: strings(config.Cmd),
    entrypoint: strings(config.Entrypoint),
    labels: labels(config.Labels),
    exposedPorts: keys(config.ExposedPorts),
    volumes: keys(config.Volumes),
    stopSignal: text(config.StopSignal),
    digest,
    configDigest: id,
    diffIds: strings(image.RootFS?.Layers),
  });
}

function withoutGaps(image: { [Name in keyof BaseImage]: BaseImage[Name] | undefined }): BaseImage {
  return Object.fromEntries(Object.entries(image).filter(([, value]) => value !== undefined));
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function strings(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === "string") ? value : undefined;
}

function keys(value: unknown): string[] | undefined {
  return typeof value === "object" && value !== null ? Object.keys(value).sort() : undefined;
}

function labels(value: unknown): Record<string, string> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.fromEntries(Object.entries(value).filter(([, each]) => typeof each === "string"));
}
