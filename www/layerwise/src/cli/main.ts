/// <reference types="node" />
/** The command line: finds the command, runs it, turns errors into sentences and exit statuses. */
import { readFileSync } from "node:fs";
import { LayerwiseError } from "../error.ts";
import { helpFor } from "./help.ts";
import { readArguments, UsageError } from "./options.ts";
import { COULD_NOT_RUN, NOTHING_FOUND, type Status } from "./status.ts";

/** Runs the command line and gives its exit status: 0 nothing found, 1 findings, 2 could not run. */
export async function main(args: string[]): Promise<Status> {
  // A reader such as `head` that closes early is not a failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(NOTHING_FOUND);
  });
  try {
    return await dispatch(args);
  } catch (error) {
    if (error instanceof UsageError || error instanceof LayerwiseError) {
      const hint = error.hint === undefined ? "" : `\n${error.hint}`;
      process.stderr.write(`layerwise: ${error.message}${hint}\n`);
      return COULD_NOT_RUN;
    }
    process.stderr.write(`layerwise: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    return COULD_NOT_RUN;
  }
}

async function dispatch(args: string[]): Promise<Status> {
  const input = readArguments(args);
  if (input.options.version) {
    process.stdout.write(`${version()}\n`);
    return NOTHING_FOUND;
  }
  if (input.options.help || input.command === "help") {
    process.stdout.write(input.command === "help" ? helpFor(input.rest[0]) : helpFor(input.command));
    return NOTHING_FOUND;
  }
  switch (input.command) {
    case undefined:
      return (await import("./overview.ts")).overview(input);
    case "replay":
      return (await import("./replay.ts")).replay(input);
    case "optimize":
      return (await import("./optimize.ts")).optimizeCommand(input);
    case "why":
      return (await import("./why.ts")).why(input);
    case "plan":
      return (await import("./plan.ts")).plan(input);
    case "check":
      return (await import("./check.ts")).checkCommand(input);
    case "render":
      return (await import("./render.ts")).renderCommand(input);
    case "history":
      return (await import("./history.ts")).history(input);
    case "open":
      return (await import("./open.ts")).open(input);
  }
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
