#!/usr/bin/env node
/**
 * The exam of the advice: rewrites Dockerfiles, builds the original and the rewrite with a real BuildKit, once and
 * after every edit, and compares the images. `--help` says how; `tests/README.md` says more.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Builders, deadline, share, workFolder } from "../conformance/builders.mjs";
import { example } from "../conformance/engine.mjs";
import { Random } from "../conformance/random.mjs";
import { Reader } from "./archive.mjs";
import { Sequence } from "./builds.mjs";
import { generate } from "./generate.mjs";
import { ExamImages } from "./images.mjs";
import { compare, cost, remarks } from "./judge.mjs";

const CASES = fileURLToPath(new URL("cases/", import.meta.url));
/** The share of what rewrites by hand save that the advice has to reach on average, over all cases. */
const ENOUGH = 0.9;

const HELP = `usage: exam.mjs check [CASE...]     rewrite these cases and hold rewrite against original (left out: all)
       exam.mjs generate            the same with cases made at random out of these
       exam.mjs record [CASE...]    write what originals and rewrites by hand cost into these cases

  --by COMMAND     another program to examine: a case as JSON on its standard input, {"dockerfile"} on its output
  --count N        generate: how many cases (100)
  --first N        generate: the number of the first (0)
  --daemons N      daemons side by side (2)
  --folder DIR     where they keep their data (left out: memory if there is room, else the folder for temporary files)
  --get            first install or build programs that are missing (Debian or Ubuntu as root; BuildKit with Go)
  --release V      the release of BuildKit that --get builds, or "latest"
  --seconds N      begin no case after so many seconds
  --seed S         the order of the cases (1)
  --verbose        a line for every case
  --write DIR      where rewrites go
  --strict         fail if BuildKit is missing`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    by: { type: "string" },
    count: { type: "string", default: "100" },
    first: { type: "string", default: "0" },
    daemons: { type: "string", default: "2" },
    folder: { type: "string" },
    get: { type: "boolean" },
    help: { type: "boolean" },
    release: { type: "string" },
    seconds: { type: "string" },
    seed: { type: "string", default: "1" },
    strict: { type: "boolean" },
    verbose: { type: "boolean" },
    write: { type: "string" },
  },
});

const pathOf = (name) => join(CASES, `${name}.json`);

function cases(names) {
  const all = readdirSync(CASES).map((name) => name.slice(0, -".json".length));
  const unknown = names.find((name) => !all.includes(name));
  if (unknown) throw new Error(`no case is called ${unknown}`);
  const chosen = names.length > 0 ? names : new Random("exam", options.seed).shuffled(all);
  return chosen.map((name) => JSON.parse(readFileSync(pathOf(name), "utf8")));
}

/** The Dockerfile as the advice, or the other program, leaves it. It sees neither the case's name nor the rewrite by hand. */
function rewritten(program, { dockerfile, files, edits, build_args, images, moves }) {
  return new Promise((done, fail) => {
    const child = spawn(program, { shell: options.by !== undefined, stdio: ["pipe", "pipe", "inherit"] });
    let answer = "";
    child.stdout.on("data", (data) => {
      answer += data;
    });
    child.on("error", fail);
    child.on("close", (status) => {
      if (status === 0) done(JSON.parse(answer).dockerfile);
      else fail(new Error(`${program} ended with status ${status}`));
    });
    child.stdin.end(JSON.stringify({ dockerfile, files, edits, build_args, images, moves }));
  });
}

const failure = (builds) =>
  builds.flatMap((build) => [...build.values()]).find((each) => each.failure)?.failure;

/** One case: what became of it, and what that saves of what the rewrite by hand saves. */
async function examine(exam, program, sequence) {
  if (!exam.recorded && !exam.made)
    return { verdict: "not a case", why: ["`exam.mjs record` has not proved it"] };
  const text = await rewritten(program, exam);
  if (options.write) writeFileSync(join(options.write, `${exam.name}.Dockerfile`), text);
  const { original: before, reference } = exam.recorded ?? {};
  if (text === exam.dockerfile) return { verdict: "left alone", why: [], saving: 0, share: reference && 0 };
  // One that is made up may bring a rule to its limits, and what a person has looked at opens new ways.
  if (!exam.made && !exam.moves && (await rewritten(program, { ...exam, dockerfile: text })) !== text)
    return { verdict: "restless", why: ["the rewrite is rewritten again"], saving: 0, share: reference && 0 };
  const original = await sequence.of(exam, exam.dockerfile);
  const wrong = failure(original);
  if (wrong) return { verdict: exam.made ? "no image" : "not a case", why: [wrong] };
  const rewrite = await sequence.of(exam, text);
  const { verdict, why } = compare(exam, original, rewrite);
  const left = remarks(exam, text);
  if (verdict !== "same") return { verdict, why, saving: 0, share: reference && 0 };
  if (left.length > 0) return { verdict: "careless", why: left, saving: 0, share: reference && 0 };
  const [old, now] = [cost(exam, original), cost(exam, rewrite)];
  const saving = old === 0 ? 0 : 1 - now / old;
  const by_hand = reference === undefined ? undefined : 1 - reference / before;
  const share = by_hand && Math.min(1, Math.max(0, saving / by_hand));
  return { verdict: saving < -0.001 ? "dearer" : verdict, why: [], saving, share };
}

/** Verdicts that are no mistake of the advice. */
const GOOD = ["same", "left alone", "no image"];

const percent = (share) => `${(100 * share).toFixed(1)}%`;
const mean = (list) => list.reduce((sum, each) => sum + each, 0) / list.length;

async function check(daemons, items, sequences) {
  const program = options.by ?? example("reorder");
  const results = [];
  const start = Date.now();
  if (options.write) mkdirSync(options.write, { recursive: true });
  await share(daemons, items, deadline(options.seconds), async (daemon, exam) => {
    const result = await examine(exam, program, sequences.get(daemon));
    results.push({ ...result, exam });
    const good = GOOD.includes(result.verdict);
    const much =
      result.share === undefined ? "" : ` (${percent(result.share)} of what the rewrite by hand saves)`;
    if (options.write && !good)
      writeFileSync(join(options.write, `${exam.name}.json`), JSON.stringify(exam, undefined, 1));
    if (!good) console.log([`${exam.name}: ${result.verdict.toUpperCase()}`, ...result.why].join("\n    "));
    else if (options.verbose)
      console.log(`${exam.name}: ${result.verdict}, saves ${percent(result.saving)}${much}`);
  });
  const count = (...verdicts) => results.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const traps = results.filter(({ exam }) => exam.trap);
  const safe = traps.filter(({ verdict }) => GOOD.includes(verdict));
  const shares = results.map(({ share }) => share).filter((share) => share !== undefined);
  const took = ((Date.now() - start) / 1000).toFixed(0);
  console.log(
    `${daemons[0].title} (${daemons[0].version}): ${results.length} of ${items.length} cases in ${took} s; ` +
      `${count("same")} rewrites build the same images at first and after every edit; ` +
      `${count("left alone")} Dockerfiles are left alone, which needs no build; ` +
      (count("no image") > 0 ? `${count("no image")} originals do not build; ` : "") +
      `${safe.length} of ${traps.length} traps are seen; ` +
      `${shares.length > 0 ? percent(mean(shares)) : "nothing"} is saved of what ${shares.length} rewrites by hand save`,
  );
  const bad = results.filter(({ verdict }) => !GOOD.includes(verdict)).map(({ exam }) => exam.name);
  if (bad.length > 0) console.log(`wrong: ${bad.join(", ")}`);
  const all = results.length === items.length && positionals.length === 1 && shares.length > 0;
  const poor = all && mean(shares) < ENOUGH;
  if (poor) console.log(`that is less than ${percent(ENOUGH)}`);
  return bad.length === 0 && !poor;
}

/** Proves the cases: originals build, rewrites by hand build the same and save something; notes what both cost. */
async function record(daemons, items, sequences) {
  let good = true;
  await share(daemons, items, deadline(options.seconds), async (daemon, exam) => {
    const sequence = sequences.get(daemon);
    const wrong = (why) => {
      good = false;
      console.log(`${exam.name} is not a case: ${why}`);
    };
    const original = await sequence.of(exam, exam.dockerfile);
    if (failure(original)) return wrong(failure(original));
    const recorded = { builder: daemon.version, original: cost(exam, original) };
    if (exam.reference !== undefined) {
      const reference = await sequence.of(exam, exam.reference);
      const { verdict, why } = compare(exam, original, reference);
      if (verdict !== "same") return wrong(`its rewrite by hand is ${verdict}: ${why.join("; ")}`);
      recorded.reference = cost(exam, reference);
      if (recorded.reference >= recorded.original) return wrong("its rewrite by hand saves nothing");
    }
    writeFileSync(pathOf(exam.name), `${JSON.stringify({ ...exam, recorded }, undefined, 1)}\n`);
    console.log(`recorded ${exam.name}`);
  });
  return good;
}

async function main() {
  const [command, ...names] = positionals;
  if (options.help || !["check", "generate", "record"].includes(command)) return console.log(HELP);
  const made = (all) =>
    Array.from({ length: Number(options.count) }, (_, n) =>
      generate(all, options.seed, n + Number(options.first)),
    );
  const items = command === "generate" ? made(cases([])) : cases(names);
  const folder = workFolder(options.folder);
  const builders = new Builders();
  const end = async () => {
    await builders.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => end().then(() => process.exit(130)));
  try {
    const { daemons, get: fetch, release } = options;
    await builders.start({ folder, daemons: Number(daemons), only: "buildkit", fetch, release });
    for (const sentence of builders.absent) console.log(`no rewrite was built, for want of ${sentence}`);
    const [found] = builders.kinds;
    if (!found) {
      if (options.strict) process.exitCode = 1;
      return;
    }
    const images = new ExamImages(folder, builders.busybox);
    const reader = new Reader();
    const sequences = new Map(found.map((daemon) => [daemon, new Sequence(daemon, images, reader)]));
    const good = await (command === "record" ? record : check)(found, items, sequences);
    if (!good) process.exitCode = 1;
  } finally {
    await end();
  }
}

await main();
