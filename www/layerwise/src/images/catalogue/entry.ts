/** What the entries of the catalogue have in common. */
import type { BaseImage } from "../../types.ts";
import { distributionOf, type Tag } from "../tag.ts";

export interface Entry {
  names: readonly string[];
  /** What is known of a tag; undefined if it is not covered. */
  image: (tag: Tag) => BaseImage | undefined;
  source: string;
}

/** The search path of the distributions, and of BuildKit where there is none. */
export const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * A distribution that is given up keeps its tags, with what the last Dockerfile for it said. For those given up before
 * 2024 that is not what the others say: Python's set `PYTHON_PIP_VERSION`, Ruby's `RUBY_MAJOR`.
 */
export const LINUX: RegExp = /^(alpine(3\.(19|[2-9]\d))?|slim|bullseye|bookworm|trixie|latest)$/;
/** Those given up before, for images whose Dockerfiles have always said the same. */
export const OLDER: RegExp = /^(alpine3\.\d+|buster)$/;
export const UBUNTU: RegExp = /^(focal|jammy|noble|resolute)$/;

interface Known extends BaseImage {
  env: string[];
}

/** An image with variables in order: those that are set to a value, and those of which only the name is known. */
export function image(
  tag: Tag,
  usual: string,
  env: readonly string[],
  unknownEnv: readonly string[],
  more: BaseImage = {},
): Known {
  const path = env.some((each) => each.startsWith("PATH=")) ? [] : [`PATH=${PATH}`];
  const known: Known = { env: [...path, ...env], distribution: distributionOf(tag.words) ?? usual, ...more };
  if (unknownEnv.length > 0) known.unknownEnv = [...unknownEnv];
  return known;
}

/** A variable that has the version: with its value if the tag says all of it. */
export function version(name: string, tag: Tag): { env: string[]; unknown: string[] } {
  return isPatch(tag) ? { env: [`${name}=${tag.version}`], unknown: [] } : { env: [], unknown: [name] };
}

export const majorOf = ({ order }: Tag): number => Math.floor(order / 1000);
export const isOn = ({ words }: Tag, linux: RegExp): boolean => words.some((word) => linux.test(word));
export const isPatch = (tag: Tag): boolean => tag.version.split(".").length > 2;
/** The third number of a version; NaN without one. */
export const patchOf = (tag: Tag): number => Number(tag.version.split(".")[2] ?? Number.NaN);
export const has = ({ words }: Tag, word: string): boolean => words.includes(word);
export const isAlpine = (tag: Tag): boolean => distributionOf(tag.words) === "alpine";

export const github = (path: string, commit: string): string => `https://github.com/${path}/tree/${commit}`;
