#!/usr/bin/env node
/**
 * Real builders, live: records what they do with scenarios, or holds the engine against them. `--help` says how;
 * `tests/README.md` says more.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Builders, deadline, share, workFolder } from "./builders.mjs";
import { addTally, compare, emptyTally } from "./compare.mjs";
import { Engine } from "./engine.mjs";
import { generate } from "./generate.mjs";
import { Images } from "./images.mjs";
import { Random } from "./random.mjs";
import { described, perform } from "./scenario.mjs";
import { shrink } from "./shrink.mjs";
import { vector } from "./vector.mjs";

const VECTORS = fileURLToPath(new URL("../vectors/replay/", import.meta.url));
const KNOWN = JSON.parse(readFileSync(new URL("known.json", import.meta.url), "utf8"));

const HELP = `usage: live.mjs record PATH...    write what real builders do into these scenarios
       live.mjs check [PATH...]    hold the engine against real builders (left out: the recorded scenarios)
       live.mjs generate           the same with scenarios made at random

  --builder NAME   buildkit or classic alone (left out: both; generate: buildkit)
  --daemons N      daemons of each, side by side (1)
  --folder DIR     where they keep their data (left out: memory if there is room, else the folder for temporary files)
  --get            first install or build programs that are missing (Debian or Ubuntu as root; BuildKit with Go)
  --release V      the release of BuildKit that --get builds, or "latest"
  --seconds N      begin no scenario after so many seconds (check: 180 unless --all)
  --seed S         which sample is checked first, which scenarios are made (1)
  --all            check: no limit of time
  --count N        generate: how many scenarios (200)
  --first N        generate: the number of the first (0)
  --write DIR      where scenarios go on which the engine disagrees, made as small as they get
  --strict         fail if a builder is missing`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: "boolean" },
    builder: { type: "string" },
    count: { type: "string", default: "200" },
    daemons: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    folder: { type: "string" },
    get: { type: "boolean" },
    help: { type: "boolean" },
    release: { type: "string" },
    seconds: { type: "string" },
    seed: { type: "string", default: "1" },
    strict: { type: "boolean" },
    write: { type: "string" },
  },
});

function scenarios(paths) {
  const names = paths.length > 0 ? paths : readdirSync(VECTORS).map((name) => join(VECTORS, name));
  const files = names.filter((name) => name.endsWith(".json") && !name.endsWith("floor.json")).sort();
  return files.map((path) => ({ path, scenario: JSON.parse(readFileSync(path, "utf8")) }));
}

const share_of = ([agree, of]) => `${agree} of ${of}`;

function summary(daemon, done, all, tally, took) {
  const { builds, steps, digests, errors, depends, failing } = tally;
  const what = daemon.member === "buildkit" ? "record digests" : "checksums";
  console.log(
    `${daemon.title} (${daemon.version}): ${done} of ${all} scenarios in ${took.toFixed(0)} s; agreed: ` +
      `${share_of(builds)} builds, ${share_of(steps)} hits and misses, ${share_of(digests)} ${what}, ` +
      `${share_of(errors)} errors; ${depends} steps rightly hang on what a RUN writes; ${failing} builds fail in a RUN`,
  );
}

/** Compares all with one builder; the names of the scenarios that disagree without being known to. */
async function hold(daemons, items, images, engine, limit) {
  const [first] = daemons;
  const tally = emptyTally();
  const wrong = [];
  const start = Date.now();
  const difference = async (scenario, daemon) => {
    const real = await perform(scenario, daemon, images);
    return {
      real,
      ...compare(scenario, real, await engine.replay(described(scenario, images), daemon), daemon),
    };
  };
  const done = await share(daemons, items, limit, async (daemon, { scenario }) => {
    let result = await difference(scenario, daemon);
    // What a daemon does may hang on timing; what it does twice does not.
    if (result.differences.length > 0) result = await difference(scenario, daemon);
    addTally(tally, result.tally);
    const known = KNOWN[first.member]?.[scenario.name];
    if (result.differences.length === 0) {
      // What is left out of the comparison agrees, too.
      if (known && result.tally.failing === 0)
        console.log(`${scenario.name} agrees, and is listed as known to differ`);
      return;
    }
    if (known) return console.log(`${scenario.name} differs, as is known: ${known}`);
    wrong.push(scenario.name);
    console.log(
      [`${scenario.name} DIFFERS (${first.title})`, ...result.differences.slice(0, 8)].join("\n    "),
    );
    if (!options.write) return;
    const kinds = new Set(result.differences.map(kind));
    const holds = async (smaller) => {
      try {
        const { real, differences } = await difference(smaller, daemon);
        const image = real.builds.some(({ error }) => error?.includes("failed to resolve source metadata"));
        return !image && differences.some((text) => kinds.has(kind(text)));
      } catch {
        return false; // Its edits name what is no longer there.
      }
    };
    const smallest = await shrink(scenario, holds);
    const last = await difference(smallest, daemon);
    const about = last.differences[0] ?? "";
    const recorded = { [daemon.member]: last.real };
    mkdirSync(options.write, { recursive: true });
    const path = join(options.write, `${scenario.name}.json`);
    writeFileSync(path, vector({ ...described(smallest, images), about, recorded }));
    console.log(`    smallest: ${path}`);
    console.log(`    ${smallest.dockerfile.trim().replaceAll("\n", "\n    ")}\n    ${about}`);
  });
  summary(first, done, items.length, tally, (Date.now() - start) / 1000);
  return wrong;
}

/** A difference without names and digests, so that a smaller scenario is known to show the same one. */
function kind(text) {
  const plain = text.replace(/^build \d+: /, "").replace(/(sha256|file|dir|multi):\w+.*/, "");
  const words = plain.startsWith("error: ") ? /[\\/]+[^:"]+/g : /"(?:[^"\\]|\\.)*"/g;
  return plain.replace(words, "…").replace(/\d+/g, "n");
}

async function record(builders, items, images) {
  for (const { path, scenario } of items) {
    const whole = described(scenario, images);
    const recorded = { ...scenario.recorded };
    for (const [daemon] of builders.kinds) recorded[daemon.member] = await perform(scenario, daemon, images);
    writeFileSync(path, vector({ ...whole, recorded }));
    console.log(`recorded ${scenario.name}`);
  }
  return [];
}

async function run(builders, folder) {
  const [command] = positionals;
  const images = new Images(folder, builders.busybox);
  if (command === "record") return record(builders, scenarios(positionals.slice(1)), images);
  const engine = new Engine();
  const random = new Random("sample", options.seed);
  const made = () =>
    Array.from({ length: Number(options.count) }, (_, n) => ({
      scenario: generate(options.seed, n + Number(options.first), options.builder === "classic"),
    }));
  const items = command === "generate" ? made() : random.shuffled(scenarios(positionals.slice(1)));
  const usual = command === "generate" || options.all || positionals.length > 1 ? undefined : 180;
  console.log(`seed ${options.seed}`);
  const limit = deadline(options.seconds ?? usual);
  const wrong = await Promise.all(
    builders.kinds.map((daemons) => hold(daemons, items, images, engine, limit)),
  );
  engine.stop();
  return wrong.flat();
}

async function main() {
  const [command] = positionals;
  if (
    options.help ||
    !["record", "check", "generate"].includes(command) ||
    (command === "record" && !positionals[1])
  )
    return console.log(HELP);
  const folder = workFolder(options.folder);
  const builders = new Builders();
  const end = async () => {
    await builders.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => end().then(() => process.exit(130)));
  try {
    await builders.start({
      folder,
      daemons: Number(options.daemons),
      only: options.builder ?? (command === "generate" ? "buildkit" : undefined),
      fetch: options.get,
      release: options.release,
    });
    for (const sentence of builders.absent) console.log(`not compared with ${sentence}`);
    const wrong = builders.kinds.length > 0 ? await run(builders, folder) : [];
    if (wrong.length > 0) console.log(`the engine disagrees on ${wrong.length}: ${wrong.join(", ")}`);
    if (wrong.length > 0 || (options.strict && builders.absent.length > 0)) process.exitCode = 1;
  } finally {
    await end();
  }
}

await main();
