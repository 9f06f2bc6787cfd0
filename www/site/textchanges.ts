/** Edits of the Dockerfile that made nothing run: that they did not is what people come for, so it is said why. */
import type { Builder, BuildResult, Dockerfile, Instruction } from "../layerwise/src/types.ts";
import { clip, type Phrase } from "../layerwise/src/wording.ts";

/** In BuildKit these set the configuration of the image: they are no steps, and in no key. */
const CONFIGURATION = [
  "CMD",
  "ENTRYPOINT",
  "EXPOSE",
  "HEALTHCHECK",
  "LABEL",
  "MAINTAINER",
  "ONBUILD",
  "STOPSIGNAL",
  "VOLUME",
];

/** What is said about the way from one text to the next, if a part of it is without effect. */
export function quietChanges(
  before: Dockerfile,
  after: Dockerfile,
  builder: Builder,
  result: BuildResult,
): Phrase[] {
  if (result.error !== undefined) return [];
  const changed = differing(before.instructions, after.instructions);
  const isSameOrder = texts(before).join("\n") === texts(after).join("\n");
  if (changed.length === 0 && isSameOrder) {
    return [["The text differs in comments, blank lines or line breaks alone: no key holds them."]];
  }
  const isQuiet = result.steps.every(({ status }) => status === "cached" || status === "skipped");
  return changed.flatMap((instruction): Phrase[] => {
    const begin: Phrase = [
      { kind: "line", text: `Line ${instruction.line}`, line: instruction.line },
      ", ",
      { kind: "code", text: clip(instruction.original, 60) },
      ", changes nothing: ",
    ];
    if (builder === "buildkit" && CONFIGURATION.includes(instruction.name)) {
      return [
        [
          ...begin,
          `${instruction.name} is no step in BuildKit. It sets the image's configuration, and no key holds it.`,
        ],
      ];
    }
    return isQuiet ? [[...begin, "no step that is built has it in its key."]] : [];
  });
}

/** Blanks count in a RUN only. */
function text({ name, original }: Instruction): string {
  return name === "RUN" ? original : original.replace(/\s+/g, " ");
}

function texts({ instructions }: Dockerfile): string[] {
  return instructions.map(text);
}

/** Instructions of the later text that the earlier one does not have as often. */
function differing(before: Instruction[], after: Instruction[]): Instruction[] {
  const had = new Map<string, number>();
  for (const each of before) had.set(text(each), (had.get(text(each)) ?? 0) + 1);
  return after.filter((each) => {
    const left = had.get(text(each)) ?? 0;
    had.set(text(each), left - 1);
    return left <= 0;
  });
}
