/** Names and tags of official images, taken apart: `python:3.12-slim-bookworm` is version 3.12, slim, on Debian. */

/** A reference without default registry and folder, as `docker images` shows it. */
export function familiar(reference: string): string {
  return reference
    .replace(/^(index\.)?docker\.io\//, "")
    .replace(/^library\//, "")
    .replace(/:latest$/, "");
}

export interface Tag {
  /** `python`, `mcr.microsoft.com/dotnet/sdk`. */
  name: string;
  /** The number that the tag begins with, such as `3.12`; empty if it begins with none. */
  version: string;
  /** The first two numbers, as one that can be compared: 3.12 is 3012. NaN without a number. */
  order: number;
  /** The words of the tag: `slim`, `bookworm`. */
  words: readonly string[];
}

export function readTag(reference: string): Tag {
  const [plain = ""] = familiar(reference).split("@");
  const at = plain.lastIndexOf(":");
  const isTag = at > plain.lastIndexOf("/");
  const tag = isTag ? plain.slice(at + 1) : "latest";
  const [, version = "", rest = ""] = /^(\d+(?:\.\d+)*)?(.*)$/.exec(tag) ?? [];
  const [major = Number.NaN, minor] = version === "" ? [] : version.split(".").map(Number);
  return {
    name: isTag ? plain.slice(0, at) : plain,
    version,
    order: major * 1000 + (minor ?? 0),
    words: rest.split("-").filter((word) => word !== ""),
  };
}

/** Whether each word of a tag is one of those. */
export const only = ({ words }: Pick<Tag, "words">, ...known: readonly RegExp[]): boolean =>
  words.every((word) => known.some((each) => each.test(word)));

/** The distribution that a tag names, if it names one. */
export function distributionOf(words: readonly string[]): string | undefined {
  for (const word of words) {
    if (/^alpine[\d.]*$/.test(word)) return "alpine";
    if (/^(buster|bullseye|bookworm|trixie)$/.test(word)) return "debian";
    if (/^(focal|jammy|noble|resolute)$/.test(word)) return "ubuntu";
  }
  return undefined;
}
