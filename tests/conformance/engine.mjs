/** The engine's answer to a scenario, from a process that replays one document a line. */
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** `{"text": …, "repeat": n}` is a large file in the vectors, and no member of a scenario. */
function expanded(value) {
  if (Array.isArray(value)) return value.map(expanded);
  if (value === null || typeof value !== "object") return value;
  const { repeat, ...rest } = value;
  if (typeof repeat === "number" && typeof rest.text === "string")
    return { ...rest, text: rest.text.repeat(repeat) };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, expanded(member)]));
}

/** `dockerd 20.10.24+dfsg1, docker cli 28.2.2` as a scenario's `legacy`. */
function versions(text) {
  const [daemon, client] = [...text.matchAll(/(?:^| )(\d[^ ,+]*)/g)].map(([, version]) => version);
  return { daemon, client: client ?? daemon };
}

/** Builds an example of the engine's crate; the program's path. */
export function example(name) {
  const args = ["build", "--quiet", "--package", "layerwise", "--example", name, "--message-format=json"];
  const built = spawnSync("cargo", args, {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (built.status !== 0) throw new Error(`the engine's example ${name} does not build`);
  const messages = built.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return messages.findLast(({ target, executable }) => target?.name === name && executable).executable;
}

export class Engine {
  #child;
  #lines;

  constructor() {
    const program = example("replay");
    this.#child = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#last = Promise.resolve();
  }

  #last;

  /** What each build does, or `{ failure }`. */
  replay(scenario, builder) {
    const { recorded, version, ...document } = expanded(scenario);
    const asked = { ...document, builder: builder.member };
    if (builder.member === "legacy") asked.legacy = versions(builder.version);
    // One line in, one line out: answers come in the order of the questions.
    this.#last = this.#last.then(async () => {
      this.#child.stdin.write(`${JSON.stringify(asked)}\n`);
      const { value, done } = await this.#lines.next();
      return done ? { failure: "the engine ended" } : JSON.parse(value);
    });
    return this.#last;
  }

  stop() {
    this.#child.stdin.end();
  }
}
