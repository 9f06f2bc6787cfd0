/**
 * What the key of a step holds and what it does not: the facts that teaching material gets wrong, said where they
 * matter. Each is a rule that the engine follows, too.
 */
import type { Builder, Step } from "../layerwise/src/types.ts";

export interface Facts {
  counts: string | undefined;
  ignores: string | undefined;
  notes: string[];
}

/** The facts about a step's kind, and those that this very step shows. */
export function factsOf(builder: Builder, step: Step): Facts {
  const name = /^[a-z]+/i.exec(step.instruction)?.[0].toUpperCase() ?? "";
  // Its key comes from the server.
  if (name === "ADD" && /\s(https?:\/\/|git@|git:|\S+\.git\b)/.test(step.instruction)) {
    return { counts: undefined, ignores: undefined, notes: [] };
  }
  const facts = builder === "buildkit" ? buildkit(name) : classic(name);
  return { ...facts, notes: [...facts.notes, ...(builder === "buildkit" ? shown(name, step) : [])] };
}

function buildkit(name: string): Facts {
  switch (name) {
    case "RUN":
      return {
        counts:
          "its text, every variable of ENV and ARG before it whether used or not, folder, user, shell, the targets of its mounts, and the result below",
        ignores:
          "what it downloads, the time, comments, the content, id or sharing of a cache mount, the value of a secret",
        notes: [],
      };
    case "COPY":
    case "ADD":
      return {
        counts:
          "content, permissions and names of the files that it takes in, targets of links, the last part of the source's path, destination, owner and mode options, and the result below",
        ignores:
          "times and owners of the files, the folder that they come from, ENV and ARG but for those that its own text names",
        notes: [],
      };
    case "WORKDIR":
      return {
        counts: "the folder, its owner, and the result below",
        ignores: "ENV and ARG but for those that it names",
        notes: [],
      };
    default:
      return { counts: undefined, ignores: undefined, notes: [] };
  }
}

function classic(name: string): Facts {
  const below = "the image below: the first miss ends the cache for all that follows in the stage";
  return {
    counts:
      name === "COPY" || name === "ADD"
        ? `content, permissions and names of the files that it takes in, the destination, the whole configuration, and ${below}`
        : `its text, the whole configuration, and ${below}`,
    ignores: name === "RUN" ? "what it downloads, the time, comments" : "times of files, comments",
    notes: [],
  };
}

/** What a cause shows of the rules: said beside it. */
export function factOfCause(builder: Builder, step: Step): string | undefined {
  if (builder !== "buildkit" || step.cause?.kind !== "environment") return undefined;
  return "A variable counts for every RUN after it, used or not. A COPY or WORKDIR does not look at variables.";
}

/** What this step shows of the rules. */
function shown(name: string, step: Step): string[] {
  const notes: string[] = [];
  if (step.mounts?.some((mount) => mount.id !== `/${mount.target}` || mount.sharing !== "shared")) {
    notes.push(
      "An id or a sharing mode of a cache mount is erased from the key: two ids have the same key, but not the same folder.",
    );
  }
  if (name === "COPY" || name === "ADD") {
    notes.push(
      "A file that is edited but keeps both its size and its time is not sent again: the builder goes on with the old bytes. It is the one place where a time counts, and it is not simulated here.",
    );
  }
  if (/^\[stage-0 /.test(step.name)) {
    notes.push("With a --mount or a COPY --from=image a file of one stage is printed as stage-0.");
  }
  return notes;
}
