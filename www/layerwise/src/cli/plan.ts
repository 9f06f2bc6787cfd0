/** `layerwise plan`: the steps with their whole cache keys and checksums, as the builder writes them. */
import { simulate } from "../index.ts";
import { readInput } from "./input.ts";
import { type Arguments, UsageError } from "./options.ts";
import { print, printJson, textOptions } from "./output.ts";
import { FINDINGS, NOTHING_FOUND, type Status } from "./status.ts";
import { oneBuild } from "./timeline.ts";

export async function plan({ rest, options }: Arguments): Promise<Status> {
  if (rest.length > 1) throw new UsageError("plan takes one folder");
  const { scenario, name } = await readInput(rest[0], options);
  const build = oneBuild(simulate(scenario), options);
  if (build === undefined) throw new UsageError("the scenario has no build", "");
  if (options.json) {
    printJson(build);
  } else {
    const { muted } = textOptions(options).paint;
    const lines = build.steps.flatMap((step) => [
      step.name,
      ...(step.cacheKey === undefined ? [] : [muted(`  key       ${step.cacheKey}`)]),
      ...(step.checksum === undefined ? [] : [muted(`  checksum  ${step.checksum}`)]),
      ...(step.exact ? [] : [muted("  not the builder's own digits: the base image or a file is not known")]),
    ]);
    if (build.error !== undefined)
      lines.push(`${name}${build.error.line > 0 ? `:${build.error.line}` : ""}: ${build.error.message}`);
    print(lines.join("\n"));
  }
  return build.error === undefined ? NOTHING_FOUND : FINDINGS;
}
