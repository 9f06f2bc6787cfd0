/**
 * The engine's answer held against what a real builder did: names, hits and misses, digests, errors. What is
 * compared, and what cannot be, is what `crate/tests/conformance.rs` says of the recordings.
 */
import { readFileSync } from "node:fs";

/** How much agreed of how much; `depends` are steps that rightly hang on what a RUN wrote. */
export const emptyTally = () => ({
  builds: [0, 0],
  steps: [0, 0],
  digests: [0, 0],
  errors: [0, 0],
  depends: 0,
  failing: 0,
});

/** Adds the second tally to the first. */
export function addTally(sum, more) {
  for (const [name, value] of Object.entries(more)) {
    if (Array.isArray(value)) sum[name] = sum[name].map((count, at) => count + value[at]);
    else sum[name] += value;
  }
}

const quoted = (text) => (text === undefined || text === null ? "none" : JSON.stringify(text));
const said = (cached) => (cached === null ? "not finished" : cached ? "cached" : "executed");

/** The builder's own text, without what its client writes before it. */
const plainError = (error) =>
  error
    ?.replace(/^error: /, "")
    .replace(/^failed to solve: /, "")
    .replaceAll("ROOT/", "/")
    .replaceAll("CONTEXT/", "");

/**
 * Of several files that are missing, the one that is told is the one that was looked for first: chance. So is which of
 * several flags is meant that are spelled alike.
 */
const withoutChance = (error) =>
  error
    ?.replace(/(checksum of ref REF: )"[^"]*"(: not found)/, "$1…$2")
    .replace(/(unknown flag: \S+ \(did you mean )[^)]*/, "$1…");

/** Whether a RUN failed by itself, which nobody can tell without running it. */
const runFails = (error) =>
  /did not complete successfully|returned a non-zero code|^unable to find (user|group) /.test(error ?? "");

/** Whether what fails the build is that an image does not hold a file, or is not there: nobody else can tell. */
const hangsOnImage = ({ error, steps }, here) =>
  error?.includes("failed to resolve source metadata") ||
  (error !== here.error?.message &&
    // Nor whether the working directory that an image names is there, which a file would be written to otherwise.
    /^COPY failed: stat |^unable to convert uid\/gid|^Cannot mkdir: /.test(error ?? "")) ||
  (/^COPY failed: no source files/.test(error ?? "") && steps.some(({ text }) => /from=/.test(text ?? ""))) ||
  (/failed to calculate checksum of ref|lstat \//.test(error ?? "") &&
    steps.some(({ failed, name }) => failed && /from=/.test(name))) ||
  // What a file of an image meets, or what meets it.
  (!here.error &&
    /not a directory|non-directory|cannot replace/.test(error ?? "") &&
    steps.some(({ name }) => /from=/.test(name)));

/** The same, or that a link in an archive leads to such a file, or to one that a RUN left or took away. */
function hangsOnFiles(real, here) {
  if (hangsOnImage(real, here)) return true;
  const lacking = /\b(link|open|mkdir) .*: (no such file or directory|file exists)$/;
  if (!lacking.test(real.error ?? "")) return false;
  const there = real.steps.find(({ failed }) => failed) ?? real.steps.at(-1);
  const same = ({ name, index }) =>
    there?.name === undefined ? index === there?.index : name === there.name;
  return !here.steps.some((step) => step.status === "failed" && same(step));
}

const isRun = (instruction) => /^(ONBUILD )?RUN\b/i.test(instruction);

const isOpen = ({ status, merge }) => status === "depends" || merge === "depends";

/** The instruction, without the stage or image from which it takes files: what that is called counts for nothing. */
const withoutOrigin = ({ instruction }) => instruction.replace(/ --from=\S+/g, "");

/**
 * Whether what the step takes in holds bytes that a RUN of this build wrote: only then may its outcome be left
 * open, as it does not follow from the inputs of the build.
 */
function hangsOnRun(steps, step) {
  const seen = new Set();
  const reach = (at) => {
    if (at === null || at === undefined || seen.has(at)) return false;
    seen.add(at);
    const { status, instruction, parent, inputs } = steps[at];
    const ran = isRun(instruction) && status !== "cached";
    return ran || reach(parent) || inputs.some(reach);
  };
  // A step may stand on what it also takes files from.
  return step.inputs.some(reach) || (/from=/.test(step.name) && reach(step.parent));
}

function hitAgrees(real, buildFailed, step) {
  if (real.cached === null) return true;
  if (real.cached) return step.status === "cached";
  return buildFailed ? step.status !== "cached" : step.status === "executed";
}

class Comparison {
  tally = emptyTally();
  differences = [];
  #memory;
  #imagesChanged;
  #lottery;

  /**
   * `memory` is kept from build to build: keys of the steps that finished, and of those that may have, and whether
   * a RUN was executed. `imagesChanged` says whether an image is another one than at first,
   * `lottery` whether checksums of the classic builder may hang on its machine: its client may write a random name
   * into the ignore file, its daemon knows the owners of files by name.
   */
  constructor(memory, imagesChanged, lottery) {
    this.#memory = memory;
    this.#imagesChanged = imagesChanged;
    this.#lottery = lottery;
  }

  count(name, agrees) {
    this.tally[name][0] += Number(agrees);
    this.tally[name][1] += 1;
  }

  note(text) {
    this.differences.push(text);
  }

  /**
   * Whether it is chance that a step is no hit: an earlier build failed elsewhere, and what it executed until
   * then may or may not have been kept.
   */
  chance(real, failed, step) {
    const memory = this.#memory;
    const judge = (cached, status, key) => {
      const asBefore = cached === false && status === "cached" && memory.open.has(key);
      const chance = asBefore && !memory.finished.has(key);
      (cached || (cached === false && !failed) ? memory.finished : memory.open).add(key);
      return chance;
    };
    // Putting a linked copy on top is a step of its own, which may be left undone although the copy is done.
    const merge = step.merge ? judge(real.mergeCached, step.merge, `${step.key} merge`) : false;
    return judge(real.cached, step.status, step.key) || merge;
  }

  /** Whether the engine was right to leave a step open. */
  open(steps, step) {
    this.#memory.ran ||= steps.some(({ instruction, status }) => isRun(instruction) && status === "executed");
    // What it is compared with may be what a RUN of an earlier build wrote, and another image may hold the same files.
    const compared = (this.#memory.ran || this.#imagesChanged) && /from=/.test(step.name);
    const parent = steps[step.parent ?? -1];
    const before = steps.slice(0, steps.indexOf(step)).map(withoutOrigin);
    // With what was never built nothing can be compared, and what stands on an executed step is executed.
    const known = before.includes(withoutOrigin(step)) || this.#memory.built.has(withoutOrigin(step));
    // But a linked copy stands on nothing, and a RUN that mounts what it stands on is known by its files.
    const alone =
      step.merge || (isRun(step.instruction) && /from=/.test(step.name) && step.inputs.length === 0);
    const sure = !known || (!alone && parent && !isOpen(parent) && parent.status !== "cached");
    const right = (parent && isOpen(parent)) || (!sure && (compared || hangsOnRun(steps, step)));
    if (!isOpen(step) || !right) return false;
    this.tally.depends += 1;
    return true;
  }

  /** Remembers what was built. */
  keep(steps) {
    for (const step of steps) this.#memory.built.add(withoutOrigin(step));
  }

  error(real, here) {
    const there = plainError(real.error);
    if ((runFails(there) && !runFails(here.error?.message)) || hangsOnFiles(real, here)) {
      this.tally.failing += 1;
      return;
    }
    const got = here.error?.message;
    // Where several steps fail side by side, one of them is told.
    const missing = (error) => /^lstat \S+: no such file or directory$/.test(error ?? "");
    const several = here.steps.filter(({ status }) => status === "failed").length > 1;
    const equal = withoutChance(there) === withoutChance(got) || (several && missing(there) && missing(got));
    if (there !== undefined || got !== undefined) this.count("errors", equal);
    if (!equal) this.note(`error: there ${quoted(there)}, here ${quoted(got)}`);
  }

  tooMany(real, here, free) {
    if (here.error?.refused || runFails(real.error) || hangsOnFiles(real, here)) return;
    for (const { name, status } of free)
      if (status !== "skipped") this.note(`a step too many: ${quoted(name)} ${status}`);
  }

  buildkit(real, here) {
    const failed = real.error !== null;
    const free = [...here.steps];
    const seen = new Set();
    for (const there of real.steps) {
      const at = free.findIndex((step) => step.name === there.name);
      // The name of an ADD is printed twice if it downloads something, the first time for the download.
      if (at === -1 && seen.has(there.name) && /ADD .*:\/\//.test(there.name)) continue;
      seen.add(there.name);
      if (at === -1) {
        this.count("steps", false);
        this.note(`no step ${quoted(there.name)}`);
        continue;
      }
      const [step] = free.splice(at, 1);
      if (this.chance(there, failed, step)) continue;
      const merge =
        failed || typeof there.mergeCached !== "boolean" || (step.merge === "cached") === there.mergeCached;
      if (there.cached !== null && this.open(here.steps, step)) continue;
      const right = hitAgrees(there, failed, step) && merge && step.instruction === there.instruction;
      this.count("steps", right);
      if (!right) {
        const merged = (text) => (text === undefined || text === null ? "" : `, merge ${text}`);
        const theirs = there.mergeCached === undefined ? undefined : said(there.mergeCached);
        this.note(
          `${quoted(there.name)}: there ${said(there.cached)}${merged(theirs)}, here ${step.status}${merged(step.merge)}`,
        );
      }
    }
    this.tooMany(real, here, free);
    if (failed) return;
    const known = new Set(here.records.filter(({ result }) => result).map(({ digest }) => digest));
    for (const { digest, result } of real.cacheRecords) {
      if (!result) continue;
      this.count("digests", known.has(digest));
      if (!known.has(digest)) this.note(`no record ${digest}; here are ${[...known].join(" ")}`);
    }
  }

  legacy(real, here) {
    const failed = real.error !== null;
    const free = [...here.steps];
    for (const there of real.steps) {
      const { index, text } = there;
      const at = free.findIndex((step) => step.index === index && step.instruction === text);
      if (at === -1) {
        // FROM, and ARG before it, are lines of the output, but no steps that could be hits.
        if (there.cached === null) this.triggers(there, free);
        else {
          this.count("steps", false);
          this.note(`no step ${index} ${quoted(text)}`);
        }
        continue;
      }
      const [step] = free.splice(at, 1);
      if (there.cached !== null && this.open(here.steps, step)) continue;
      const hit = hitAgrees(there, failed, step);
      // Of COPY and ADD the checksum stands within the command, and is compared by itself.
      const command =
        !there.command || /^(COPY|ADD)\b/i.test(text) || there.command.join(" ").endsWith(step.compared);
      const elsewhere = /^COPY\b.* --from=/i.test(text) && step.checksum === null;
      const taken = elsewhere || (this.#lottery && (!step.exact || /^COPY\b.* --from=/i.test(text)));
      const checksum = !there.checksum || taken || step.checksum === there.checksum;
      if (there.checksum && !taken) this.count("digests", checksum);
      this.count("steps", hit && command && checksum);
      const where = `step ${index} ${quoted(text)}`;
      if (!hit) this.note(`${where}: there ${said(there.cached)}, here ${step.status}`);
      else if (!checksum) this.note(`${where}: there ${there.checksum}, here ${step.checksum}`);
      else if (!command)
        this.note(`${where}: compared there ${quoted(there.command)}, here ${quoted(step.compared)}`);
    }
    this.tooMany(real, here, free);
  }

  /** Triggers of a base image follow its FROM and have its number. */
  triggers({ triggers = [], index }, free) {
    for (const there of triggers) {
      const at = free.findIndex((step) => step.index === index);
      if (at === -1) {
        this.note(`step ${index}: a trigger is missing`);
        return;
      }
      const [step] = free.splice(at, 1);
      if ((step.status === "cached") !== there)
        this.note(`step ${index}: a trigger is ${step.status}, there ${said(there)}`);
    }
  }
}

/** Numbers of the users and groups of this machine. */
const LOCAL = ["/etc/passwd", "/etc/group"].flatMap((path) =>
  [...readFileSync(path, "utf8").matchAll(/^[^:]*:[^:]*:(\d+):/gm)].map(([, id]) => id),
);

/**
 * The classic builder's daemon now and then cannot store the image of a COPY that leaves exactly what was there: chance,
 * and what later builds find hangs on it.
 */
const strayed = ({ error }) => error?.includes("layer does not exist") ?? false;

/** All differences between `real`, what a builder did, and `answer`, what the engine says, with the tally. */
export function compare(scenario, real, answer, builder) {
  if (answer.failure) return { tally: emptyTally(), differences: [`the engine says: ${answer.failure}`] };
  const tally = emptyTally();
  const differences = [];
  const files = JSON.stringify([scenario.context, scenario.builds]);
  // Until 23.0 checksums of copied files hold the names that their owners have on the daemon's machine.
  const named = LOCAL.filter((id) => id !== "0" && JSON.stringify(scenario).includes(`--chown=${id}`));
  const lottery = named.length > 0 || (scenario.dockerfilePath === null && files.includes('".dockerignore"'));
  const memory = { finished: new Set(), open: new Set(), built: new Set(), ran: false };
  for (const [number, there] of real.builds.entries()) {
    if (strayed(there)) break;
    const imagesChanged = scenario.builds.slice(0, number + 1).some(({ edit }) => edit?.baseImages);
    const one = new Comparison(memory, imagesChanged, lottery);
    one[builder.member](there, answer.builds[number]);
    one.error(there, answer.builds[number]);
    one.keep(answer.builds[number].steps);
    one.count("builds", one.differences.length === 0);
    addTally(tally, one.tally);
    differences.push(...one.differences.map((text) => `build ${number + 1}: ${text}`));
  }
  return { tally, differences };
}
