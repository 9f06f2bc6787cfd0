/** Edits of the Dockerfile that made nothing run: that they did not is what people come for, so it is said why. */
import type { Builder, BuildResult, Dockerfile, Instruction, Step } from "../layerwise/src/types.ts";
import { clip, type Phrase, type Piece } from "../layerwise/src/wording.ts";

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
  const isQuiet = result.steps.every(isKept);
  return changed.flatMap((instruction): Phrase[] => {
    const step = result.steps.find(({ line }) => line === instruction.line);
    const why =
      builder === "buildkit" && CONFIGURATION.includes(instruction.name)
        ? `${instruction.name} is no step in BuildKit. It sets the image's configuration, and no key holds it.`
        : step === undefined
          ? isQuiet && "no step that is built has it in its key."
          : isKept(step) && sameKey(instruction);
    if (why === false) return [];
    const line: Piece = { kind: "line", text: `Line ${instruction.line}`, line: instruction.line };
    const text: Piece = { kind: "code", text: clip(instruction.original, 60) };
    return [[line, ", ", text, `, changes nothing: ${why}`]];
  });
}

function isKept({ status }: Step): boolean {
  return status === "cached" || status === "skipped";
}

/** Why a step whose text is another has the key that it had. */
function sameKey({ name, flags }: Instruction): string {
  switch (name) {
    case "RUN":
      return flags.some((flag) => flag.name === "mount" && /\btype=cache\b/.test(flag.value ?? ""))
        ? "its command is the one that the cache knows, and the id and the sharing mode of a cache mount are in no key."
        : "it comes to a command that the cache knows on this parent.";
    case "COPY":
    case "ADD":
      return "what it takes in has the content, the last name and the destination that the cache knows.";
    default:
      return "the cache knows what it comes to.";
  }
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
