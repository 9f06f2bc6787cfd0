/** A Dockerfile built as people do: once with nothing in the cache, then after each edit of the files. */

import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { bytes } from "../conformance/files.mjs";

/**
 * What a unit of work costs. A step that runs costs what its instruction does, and the classes that its tools name
 * while they really run, a line `@cost CLASS` each; a case may have prices of its own.
 */
const PRICES = {
  copy: 1,
  run: 1,
  install: 30,
  "install-warm": 10,
  apt: 20,
  tool: 10,
  compile: 40,
  test: 20,
  lint: 10,
};
const BY_INSTRUCTION = { RUN: "run", COPY: "copy", ADD: "copy" };

/** Modification times lie in the past and follow from the content, as if files never changed back and forth. */
const PAST = 1_300_000_000;
const SPAN = 100_000_000;
const time = (data) =>
  PAST + (Number.parseInt(createHash("sha256").update(data).digest("hex").slice(0, 7), 16) % SPAN);

const whole = (entry) => (typeof entry === "string" ? { text: entry } : entry);

/** The files after an edit; one that says no mode leaves that of the file. */
export function edited(files, { set = {}, delete: gone = [] }) {
  const stays = ([path]) => !gone.some((each) => path === each || path.startsWith(`${each}/`));
  const after = Object.fromEntries(Object.entries(files).filter(stays));
  for (const [path, entry] of Object.entries(set)) {
    const mode = whole(after[path] ?? "").mode;
    after[path] = { ...(mode && { mode }), ...whole(entry) };
  }
  return after;
}

function write(folder, files) {
  rmSync(folder, { recursive: true, force: true });
  const folders = new Set([folder]);
  for (const [path, given] of Object.entries(files)) {
    const entry = whole(given);
    const place = join(folder, path);
    for (let above = dirname(place); !folders.has(above); above = dirname(above)) folders.add(above);
    mkdirSync(dirname(place), { recursive: true });
    if (entry.link !== undefined) {
      symlinkSync(entry.link, place);
      continue;
    }
    const data = bytes(entry);
    writeFileSync(place, data);
    chmodSync(place, Number.parseInt(entry.mode ?? "0644", 8));
    const when = entry.mtime === "now" ? Math.floor(Date.now() / 1000) : time(data);
    utimesSync(place, when, when);
  }
  mkdirSync(folder, { recursive: true });
  for (const path of folders) {
    chmodSync(path, 0o755);
    utimesSync(path, PAST, PAST);
  }
}

/** What the steps that ran cost, by what BuildKit tells while it builds; `failure` if one of them failed. */
function progress(text, prices) {
  const steps = new Map();
  let failure;
  for (const line of text.split("\n")) {
    if (!line.startsWith("{")) continue;
    const { vertexes, logs } = JSON.parse(line);
    for (const vertex of vertexes ?? []) {
      const step = steps.get(vertex.digest) ?? { said: "" };
      step.name = vertex.name || step.name;
      step.done ||= vertex.completed !== undefined;
      step.cached ||= vertex.cached;
      if (vertex.error) failure ??= `${step.name}: ${vertex.error}`;
      steps.set(vertex.digest, step);
    }
    for (const { vertex, data } of logs ?? []) {
      const step = steps.get(vertex);
      if (step && data) step.said += Buffer.from(data, "base64").toString();
    }
  }
  let cost = 0;
  for (const { name = "", done, cached, said } of steps.values()) {
    const [, instruction] = /^\[(?!internal\]|auth\])[^\]]*\] (\w+)/.exec(name) ?? [];
    if (!instruction || !done || cached) continue;
    cost += prices[BY_INSTRUCTION[instruction.toUpperCase()]] ?? 0;
    for (const [, work] of said.matchAll(/^@cost ([\w-]+)/gm)) cost += prices[work] ?? 1;
  }
  const words = [...steps.values()].flatMap(({ said }) =>
    said.split("\n").filter((line) => line.includes("error")),
  );
  return { cost, failure: failure && [failure, ...words.slice(-1)].join(" | ").slice(0, 600) };
}

/** `docker.io/library/python:3` as `python:3`, the name by which flavours are known. */
const familiar = (name) => name.replace(/^docker\.io\/(library\/)?/, "").replace(/:latest$/, "");

export class Sequence {
  /** Tells base images of one sequence from those of another, so that they share nothing. */
  static #count = 0;

  constructor(daemon, images, reader) {
    this.daemon = daemon;
    this.images = images;
    this.reader = reader;
  }

  /**
   * Builds a case with this Dockerfile: for the first build and each edit a map from target to
   * `{ files, config, cost }`, or `{ failure }`. After a first build that fails there are no others.
   */
  async of(exam, dockerfile) {
    const work = mkdtempSync(join(this.daemon.folder, "exam-"));
    const salt = Sequence.#count++;
    this.daemon.loadBy(this.images, (name) => this.images.manifest(familiar(name), salt));
    try {
      mkdirSync(join(work, "dockerfile"));
      writeFileSync(join(work, "dockerfile", "Dockerfile"), dockerfile);
      const builds = [];
      for (const edit of [undefined, ...exam.edits]) {
        write(join(work, "context"), edit ? edited(exam.files, edit) : exam.files);
        const build = new Map();
        for (const target of exam.targets ?? [""])
          build.set(
            target,
            await this.#build(exam, work, { ...exam.build_args, ...edit?.build_args }, target, salt),
          );
        builds.push(build);
        if (!edit && [...build.values()].some(({ failure }) => failure)) break;
      }
      return builds;
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }

  async #build(exam, work, buildArgs, target, salt) {
    const image = join(work, "image.tar");
    const args = ["build", "--frontend", "dockerfile.v0", "--progress", "rawjson"];
    args.push(
      "--local",
      `context=${join(work, "context")}`,
      "--local",
      `dockerfile=${join(work, "dockerfile")}`,
    );
    // The frontend follows "# syntax=", which would be pulled, only while this option is not set.
    const options = ["cmdline=dockerfile.v0", `build-arg:BUILDKIT_CACHE_MOUNT_NS=exam${salt}`];
    // On an empty image no salt tells one sequence from another: the time that files get does.
    const empty = /^FROM\s+scratch\b/im.test(readFileSync(join(work, "dockerfile", "Dockerfile"), "utf8"));
    if (empty) options.push(`build-arg:SOURCE_DATE_EPOCH=${1_000_000_000 + salt}`);
    for (const [name, value] of Object.entries(buildArgs)) options.push(`build-arg:${name}=${value}`);
    if (target) options.push(`target=${target}`);
    for (const option of options) args.push("--opt", option);
    for (const [id, value] of Object.entries(exam.secrets ?? {})) {
      writeFileSync(join(work, `secret-${id}`), value);
      args.push("--secret", `id=${id},src=${join(work, `secret-${id}`)}`);
    }
    args.push("--output", `type=oci,compression=uncompressed,dest=${image}`);
    const { status, err } = await this.daemon.ctl(...args);
    const { cost, failure } = progress(err, { ...PRICES, ...exam.costs });
    if (status !== 0) return { failure: failure ?? err.trim().slice(-300) };
    return { cost, ...this.reader.read(readFileSync(image)) };
  }
}
