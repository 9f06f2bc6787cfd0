/** How results reach the terminal: colour only where it is wanted, signs only where they can be shown. */
import { styleText } from "node:util";
import type { Paint, TextOptions } from "../render/text.ts";
import type { Step } from "../types.ts";
import type { Options } from "./options.ts";

/** Writes the result: nothing else goes to standard output. */
export function print(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** A value as one JSON document. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** A remark beside the result. */
export function remark(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A workflow command of GitHub Actions, which shows a sentence beside lines of a file. */
export function workflowCommand(
  kind: string,
  properties: Record<string, string | number>,
  message: string,
): string {
  const data = (text: string): string =>
    text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  const property = (text: string): string => data(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
  const all = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${kind} ${all.join(",")}::${data(message)}`;
}

/** `--color`, then `NO_COLOR`, then `FORCE_COLOR`, then whether a person is looking. */
export function wantsColor(options: Options, environment: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (options.color !== "auto") return options.color === "always";
  if ((environment.NO_COLOR ?? "") !== "") return false;
  const force = environment.FORCE_COLOR ?? environment.CLICOLOR_FORCE;
  if (force !== undefined) return force !== "0" && force !== "false";
  return isTerminal && environment.TERM !== "dumb";
}

/** How text is laid out here and now. */
export function textOptions(options: Options): Required<TextOptions> {
  const { env, stdout } = process;
  const color = wantsColor(options, env, stdout.isTTY === true);
  const columns = Number(env.COLUMNS) || stdout.columns || 100;
  return {
    paint: color ? PAINT : PLAIN,
    width: Math.min(Math.max(columns, 40), 120),
    ascii: env.TERM === "dumb" || !isUtf8(env),
  };
}

function isUtf8(environment: NodeJS.ProcessEnv): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG;
  // Where no locale is set (containers, CI), UTF-8 is what is there.
  return (
    locale === undefined || /utf-?8/i.test(locale) || process.platform === "win32" || locale === "C.UTF-8"
  );
}

type Format = Parameters<typeof styleText>[0];

function style(format: Format, text: string): string {
  // Whether colour is wanted is decided above; Node must not decide again.
  return styleText(format, text, { validateStream: false });
}

const STATUS_FORMAT: Record<Step["status"], Format> = {
  cached: "blue",
  executed: "yellow",
  depends: "magenta",
  failed: ["bold", "red"],
  skipped: "gray",
};

const PAINT: Paint = {
  status: (step, text) => style(STATUS_FORMAT[step.status], text),
  muted: (text) => style("gray", text),
  strong: (text) => style("bold", text),
};

const PLAIN: Paint = { status: (_, text) => text, muted: (text) => text, strong: (text) => text };

/** Colours the lines of a unified diff. */
export function paintDiff(diff: string, options: Options): string {
  if (!wantsColor(options, process.env, process.stdout.isTTY === true)) return diff;
  const paint = (line: string): string => {
    if (line.startsWith("+++") || line.startsWith("---")) return style("bold", line);
    if (line.startsWith("@@")) return style("cyan", line);
    if (line.startsWith("+")) return style("blue", line);
    return line.startsWith("-") ? style("yellow", line) : line;
  };
  return diff.split("\n").map(paint).join("\n");
}
