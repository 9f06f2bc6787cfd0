/** Checks a document's shape, member by member, so that a mistake is named where it is and not where it hurts. */
import { LayerwiseError } from "./error.ts";
import type { Scenario } from "./types.ts";

type Check = (value: unknown, at: string) => void;

/** Returns the value itself if it is a scenario. */
export function validate(value: unknown): Scenario {
  members(value, "", SCENARIO);
  const document = value as Record<string, unknown>;
  if (document.dockerfile === undefined) fail("dockerfile", "is missing");
  return document as unknown as Scenario;
}

function fail(at: string, problem: string): never {
  const subject = at === "" ? "the scenario" : at;
  throw new LayerwiseError("scenario", `${subject} ${problem}`, at === "" ? {} : { at });
}

/** `context` and `src/a.ts` give `context["src/a.ts"]`. */
function join(at: string, key: string): string {
  const word = /^[A-Za-z_$][\w$]*$/.test(key);
  if (at === "") return word ? key : JSON.stringify(key);
  return word ? `${at}.${key}` : `${at}[${JSON.stringify(key)}]`;
}

function object(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    fail(at, `must be an object, not ${kindOf(value)}`);
  }
  return value as Record<string, unknown>;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value);
}

/** Known members are checked, unknown ones are left alone. */
function members(value: unknown, at: string, checks: Record<string, Check>): void {
  for (const [key, member] of Object.entries(object(value, at))) {
    if (member !== undefined && Object.hasOwn(checks, key)) checks[key]?.(member, join(at, key));
  }
}

const text: Check = (value, at) => {
  if (typeof value !== "string") fail(at, `must be text, not ${kindOf(value)}`);
};

const flag: Check = (value, at) => {
  if (typeof value !== "boolean") fail(at, `must be true or false, not ${kindOf(value)}`);
};

const amount: Check = (value, at) => {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
    fail(at, `must be a number, 0 or more, not ${kindOf(value)}`);
  }
};

const mode: Check = (value, at) => {
  if (typeof value !== "string" || !/^[0-7]{1,6}$/.test(value)) {
    fail(at, `must be an octal mode such as "0644", not ${kindOf(value)}`);
  }
};

const base64: Check = (value, at) => {
  text(value, at);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value as string) || (value as string).length % 4 !== 0) {
    fail(at, "must be base64");
  }
};

const digest: Check = (value, at) => {
  if (typeof value !== "string" || !/^sha256:[0-9a-f]{64}$/.test(value)) {
    fail(at, `must be a digest ("sha256:" and 64 hexadecimal digits), not ${kindOf(value)}`);
  }
};

function list(check: Check): Check {
  return (value, at) => {
    if (!Array.isArray(value)) fail(at, `must be a list, not ${kindOf(value)}`);
    for (const [index, item] of value.entries()) check(item, `${at}[${index}]`);
  };
}

function record(check: Check): Check {
  return (value, at) => {
    for (const [key, item] of Object.entries(object(value, at))) check(item, join(at, key));
  };
}

function nullable(check: Check): Check {
  return (value, at) => {
    if (value !== null) check(value, at);
  };
}

function oneOf(...words: readonly (string | number)[]): Check {
  return (value, at) => {
    if (!words.includes(value as string)) {
      fail(at, `must be ${words.map((word) => JSON.stringify(word)).join(" or ")}, not ${kindOf(value)}`);
    }
  };
}

function shape(checks: Record<string, Check>): Check {
  return (value, at) => members(value, at, checks);
}

const KINDS = ["text", "base64", "symlink", "hardlink", "dir", "digest"] as const;

const ENTRY: Record<string, Check> = {
  text,
  base64,
  symlink: text,
  hardlink: text,
  dir: flag,
  digest,
  size: amount,
  mode,
  mtime: amount,
};

const entry: Check = (value, at) => {
  const file = object(value, at);
  const kinds = KINDS.filter((kind) => file[kind] !== undefined);
  if (kinds.length !== 1) {
    const found = kinds.length === 0 ? "has none" : `has ${kinds.join(" and ")}`;
    fail(at, `must have one of ${KINDS.slice(0, -1).join(", ")} or digest with size, and ${found}`);
  }
  if (file.digest !== undefined && file.size === undefined) fail(at, "has a digest but no size");
  members(file, at, ENTRY);
};

const files = record(entry);
const texts = list(text);
const arguments_ = record(text);

const baseImages = record(
  shape({
    env: texts,
    unknownEnv: texts,
    workingDir: text,
    user: text,
    shell: texts,
    onBuild: texts,
    cmd: nullable(texts),
    entrypoint: nullable(texts),
    labels: record(text),
    exposedPorts: texts,
    volumes: texts,
    stopSignal: text,
    digest,
    configDigest: digest,
    diffIds: list(digest),
    distribution: text,
  }),
);

const edit = shape({
  write: files,
  delete: texts,
  rename: record(text),
  chmod: record(mode),
  touch: texts,
  dockerfile: text,
  buildArgs: arguments_,
  target: nullable(text),
  baseImages,
  buildContexts: record(files),
});

const SCENARIO: Record<string, Check> = {
  version: oneOf(1),
  name: text,
  about: text,
  dockerfile: text,
  dockerfilePath: nullable(text),
  context: files,
  baseImages,
  buildContexts: record(files),
  buildArgs: arguments_,
  secrets: record(() => undefined),
  ssh: flag,
  target: nullable(text),
  platform: text,
  builder: oneOf("buildkit", "legacy"),
  legacy: shape({ daemon: text, client: text }),
  builds: list((value, at) => {
    if (object(value, at).edit === undefined) fail(at, "has no edit");
    members(value, at, { edit });
  }),
  costs: record(amount),
  weights: record(amount),
  outputs: record(oneOf("same", "different")),
};
