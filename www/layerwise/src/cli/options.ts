/** What may stand on the command line. Every command takes the options that say what is built, and how to print. */
import { parseArgs } from "node:util";

/** The commands; none stands for the overview of a folder. */
export const COMMANDS = ["replay", "optimize", "why", "plan", "check", "render", "open", "history"] as const;
export type Command = (typeof COMMANDS)[number];

/** A mistake in the command line. */
export class UsageError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint: string | undefined = "layerwise --help lists what can be said.") {
    super(message);
    this.hint = hint;
  }
}

const OPTIONS = {
  file: { type: "string", short: "f" },
  context: { type: "string" },
  scenario: { type: "string" },
  builder: { type: "string" },
  target: { type: "string" },
  platform: { type: "string" },
  "build-arg": { type: "string", multiple: true },
  format: { type: "string" },
  build: { type: "string" },
  last: { type: "string" },
  log: { type: "string" },
  share: { type: "string" },
  base: { type: "string" },
  color: { type: "string" },
  json: { type: "boolean" },
  "bind-mounts": { type: "boolean" },
  "dummy-sources": { type: "boolean" },
  take: { type: "string", multiple: true },
  leave: { type: "string", multiple: true },
  write: { type: "boolean" },
  check: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "V" },
} as const;

/** Options that only some commands have. */
const ONLY: Partial<Record<keyof typeof OPTIONS, readonly (Command | undefined)[]>> = {
  format: ["check", "render", "optimize"],
  build: ["replay", "render", "plan"],
  base: ["open"],
  last: ["history", "optimize", undefined],
  share: ["optimize"],
  "bind-mounts": ["optimize"],
  "dummy-sources": ["optimize"],
  take: ["optimize"],
  leave: ["optimize"],
  write: ["optimize"],
  check: ["optimize"],
};

/** The command line, understood. */
export interface Arguments {
  command: Command | "help" | undefined;
  rest: string[];
  options: Options;
}

/** The options by their names. */
export interface Options {
  file?: string;
  context?: string;
  scenario?: string;
  builder?: "buildkit" | "legacy";
  target?: string;
  platform?: string;
  buildArgs: Record<string, string>;
  format?: string;
  build?: number;
  last?: number;
  log?: string;
  /** Hundredths. */
  share?: number;
  base?: string;
  bindMounts: boolean;
  dummySources: boolean;
  /** Ids of moves. */
  take: string[];
  leave: string[];
  color: "auto" | "always" | "never";
  json: boolean;
  write: boolean;
  check: boolean;
  help: boolean;
  version: boolean;
}

/**
 * Reads the command line.
 *
 * @throws UsageError if something in it is not known.
 */
export function readArguments(args: string[]): Arguments {
  const { values, positionals } = parse(args);
  const [first, ...others] = positionals;
  const named = first === "help" || (COMMANDS as readonly string[]).includes(first ?? "");
  const command = named ? (first as Command | "help") : undefined;
  for (const [name, commands] of Object.entries(ONLY)) {
    if (
      values[name as keyof typeof values] !== undefined &&
      command !== "help" &&
      !commands.includes(command)
    ) {
      throw new UsageError(
        `--${name} belongs to ${commands.filter((each) => each !== undefined).join(" and ")}`,
      );
    }
  }
  const options: Options = {
    buildArgs: buildArgs(values["build-arg"] ?? []),
    color: oneOf("color", values.color, ["auto", "always", "never"]) ?? "auto",
    bindMounts: values["bind-mounts"] === true,
    dummySources: values["dummy-sources"] === true,
    take: values.take ?? [],
    leave: values.leave ?? [],
    json: values.json === true,
    write: values.write === true,
    check: values.check === true,
    help: values.help === true,
    version: values.version === true,
  };
  const builder = oneOf("builder", values.builder, ["buildkit", "legacy"]);
  if (builder !== undefined) options.builder = builder;
  if (values.build !== undefined) options.build = wholeNumber("build", values.build);
  if (values.last !== undefined) options.last = wholeNumber("last", values.last);
  if (values.share !== undefined) options.share = percentage("share", values.share);
  for (const name of [
    "file",
    "context",
    "scenario",
    "target",
    "platform",
    "format",
    "base",
    "log",
  ] as const) {
    const value = values[name];
    if (value !== undefined) options[name] = value;
  }
  return { command, rest: named ? others : positionals, options };
}

function parse(
  args: string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // Node's sentence is followed by advice on positional arguments that would mislead here.
    throw new UsageError((error as Error).message.split(". ")[0] ?? "the command line is not understood");
  }
}

/** `NAME=value`; `NAME` alone takes the value from the environment, as `docker build` does. */
function buildArgs(list: string[]): Record<string, string> {
  const pairs = list.flatMap((each): [string, string][] => {
    const at = each.indexOf("=");
    if (at > 0) return [[each.slice(0, at), each.slice(at + 1)]];
    if (at === 0) throw new UsageError(`--build-arg ${each} has no name`);
    const value = process.env[each];
    return value === undefined ? [] : [[each, value]];
  });
  return Object.fromEntries(pairs);
}

function oneOf<const T extends string>(
  name: string,
  value: string | undefined,
  words: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = words.find((word) => word === value);
  if (found === undefined) throw new UsageError(`--${name} is ${words.join(", ")}; not ${value}`);
  return found;
}

function wholeNumber(name: string, value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new UsageError(`--${name} is a number from 1; not ${value}`);
  return Number(value);
}

function percentage(name: string, value: string): number {
  const [, number] = /^(\d{1,2}(?:\.\d+)?|100)%?$/.exec(value) ?? [];
  if (number === undefined) throw new UsageError(`--${name} is a percentage from 0 to 100; not ${value}`);
  return Number(number);
}
