/** From a folder, a Dockerfile or a document to the scenario that a command works on. */
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { readFolder } from "../context/node.ts";
import { LayerwiseError } from "../error.ts";
import { simulate } from "../index.ts";
import { stepSeconds } from "../log.ts";
import { readScenario } from "../scenario.ts";
import type { Scenario } from "../types.ts";
import { changedPaths } from "./git.ts";
import { type Options, UsageError } from "./options.ts";

/** What a command works on, and where it came from. */
export interface Input {
  scenario: Scenario;
  /** How messages call the Dockerfile. */
  name: string;
  /** Where the Dockerfile can be written back; undefined for standard input and for scenarios. */
  dockerfile: string | undefined;
  /** The folder that was read; undefined for scenarios. */
  folder: string | undefined;
}

/** A folder given by name or the current one, or the document of `--scenario`. `place` may be a Dockerfile, or `-`. */
export async function readInput(place: string | undefined, options: Options): Promise<Input> {
  if (options.scenario !== undefined) {
    if (place !== undefined) throw new UsageError(`${place} and --scenario both say what is built`);
    return readDocument(options.scenario, options);
  }
  const file = options.file ?? place;
  if (file === "-")
    return fromFolder(resolve(options.context ?? "."), undefined, await readStandardInput(), options);
  const isFolder = file !== undefined && (await isDirectory(file));
  if (options.file !== undefined && isFolder) throw new UsageError(`${file} is a folder, not a Dockerfile`);
  if (options.file !== undefined && place !== undefined) {
    return fromFolder(resolve(options.context ?? place), resolve(options.file), undefined, options);
  }
  const dockerfile = isFolder || file === undefined ? findDockerfile(file ?? ".") : resolve(file);
  return fromFolder(resolve(options.context ?? dirname(dockerfile)), dockerfile, undefined, options);
}

/** What the last commits of the folder changed, 200 unless `--last` says otherwise; nothing for scenarios. */
export function commitsOf({ folder }: Input, options: Options): string[][] {
  return folder === undefined ? [] : changedPaths(folder, options.last ?? COMMITS);
}

/** So many commits say how often files change. */
const COMMITS = 200;

/** A scenario document by its path; `-` is standard input. */
export async function readDocument(place: string, options: Options): Promise<Input> {
  const text = place === "-" ? await readStandardInput() : await readText(place);
  const scenario = await adjust(readScenario(text), options);
  return { scenario, name: "Dockerfile", dockerfile: undefined, folder: undefined };
}

async function fromFolder(
  folder: string,
  dockerfile: string | undefined,
  given: string | undefined,
  options: Options,
): Promise<Input> {
  const inside = dockerfile === undefined ? undefined : relative(folder, dockerfile);
  const isInside = inside !== undefined && !inside.startsWith("..") && resolve(folder, inside) === dockerfile;
  const path = isInside ? inside.split(sep).join("/") : undefined;
  const contents = await readFolder(folder, path === undefined ? {} : { dockerfilePath: path });
  const text = given ?? contents.dockerfile ?? (await readText(dockerfile ?? ""));
  const scenario: Scenario = {
    dockerfile: text,
    dockerfilePath: path ?? null,
    context: contents.files,
    builds: [{ edit: {} }],
  };
  const name =
    dockerfile === undefined ? "standard input" : relative(process.cwd(), dockerfile) || dockerfile;
  return { scenario: await adjust(readScenario(scenario), options), name, dockerfile, folder };
}

/** What the command line says about the build goes before what the document says. */
async function adjust(scenario: Scenario, options: Options): Promise<Scenario> {
  const adjusted = { ...scenario };
  if (options.builder !== undefined) adjusted.builder = options.builder;
  if (options.target !== undefined) adjusted.target = options.target;
  if (options.platform !== undefined) adjusted.platform = options.platform;
  if (Object.keys(options.buildArgs).length > 0) {
    adjusted.buildArgs = { ...scenario.buildArgs, ...options.buildArgs };
  }
  if (options.log !== undefined) {
    const steps = simulate(adjusted).builds.at(-1)?.steps ?? [];
    const known = steps.map(({ instruction }) => instruction);
    const costs = stepSeconds(await readText(options.log), known);
    if (Object.keys(costs).length === 0) {
      throw new UsageError(
        `${options.log} tells of no step that was executed`,
        "It should be what docker build writes to standard error, best with --progress=plain or --progress=rawjson.",
      );
    }
    adjusted.costs = { ...scenario.costs, ...costs };
  }
  return adjusted;
}

function findDockerfile(folder: string): string {
  const found = ["Dockerfile", "Containerfile"]
    .map((name) => join(folder, name))
    .find((path) => existsSync(path));
  if (found === undefined) {
    const shown = folder === "." ? "this folder" : basename(resolve(folder));
    throw new LayerwiseError("file", `there is no Dockerfile in ${shown}`, {
      hint: "Name one with --file, or a scenario with --scenario.",
    });
  }
  return resolve(found);
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new LayerwiseError(
      "file",
      `${path} cannot be read: ${code === "ENOENT" ? "it does not exist" : message}`,
      {
        cause: error,
      },
    );
  }
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.concat(chunks));
}
