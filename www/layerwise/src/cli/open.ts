/** `layerwise open`: a link that opens this folder or scenario in the playground. */
import { LONG_FRAGMENT, toFragment, writeScenario } from "../index.ts";
import { PLAYGROUND } from "../playground.ts";
import type { FileEntry, Scenario } from "../types.ts";
import { readInput } from "./input.ts";
import { type Arguments, UsageError } from "./options.ts";
import { print, remark } from "./output.ts";
import { NOTHING_FOUND, type Status } from "./status.ts";

export async function open({ rest, options }: Arguments): Promise<Status> {
  if (rest.length > 1) throw new UsageError("open takes one folder");
  const { scenario, folder } = await readInput(rest[0], options);
  if (options.json) {
    print(writeScenario(scenario));
    return NOTHING_FOUND;
  }
  const shared = folder === undefined ? scenario : lighter(scenario);
  const link = `${options.base ?? PLAYGROUND}${toFragment(shared)}`;
  if (link.length > LONG_FRAGMENT) {
    remark(
      `The link has ${link.length} characters; some programs cut such links. A document holds any size:`,
    );
    remark("layerwise open --json > scenario.json");
  }
  print(link);
  return NOTHING_FOUND;
}

/**
 * What steps read by name stays, such as lists of dependencies; of other files the link holds a line that stands for
 * the content. Hits and misses are the same with it.
 */
function lighter(scenario: Scenario): Scenario {
  const context = Object.entries(scenario.context ?? {}).map(([path, entry]): [string, FileEntry] => {
    const { mode } = entry;
    const isLong =
      ("text" in entry && entry.text.length > SHORT && !READ_BY_TOOLS.test(path)) || "base64" in entry;
    return [
      path,
      isLong || "digest" in entry ? { text: `(${path})\n`, ...(mode === undefined ? {} : { mode }) } : entry,
    ];
  });
  return { ...scenario, context: Object.fromEntries(context) };
}

const SHORT = 40;
const READ_BY_TOOLS =
  /(^|\/)(package\.json|requirements[^/]*\.txt|pyproject\.toml|Cargo\.toml|go\.mod|pom\.xml|Gemfile|composer\.json|[^/]*dockerignore|[^/]*\.csproj|pnpm-workspace\.yaml)$/;
