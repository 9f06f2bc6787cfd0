// @ts-check
// The sentences: one for each cause, status, reason and mount.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as wording from "../../www/layerwise/dist/wording.js";

/** @typedef {import("../../www/layerwise/dist/types.js").Step} Step */
/** @typedef {import("../../www/layerwise/dist/types.js").Cause} Cause */

/** @param {Partial<Step>} more @returns {Step} */
function step(more) {
  return {
    name: "[1/4] COPY . .",
    stage: "",
    stageIndex: 0,
    index: 1,
    instruction: "COPY . .",
    line: 8,
    endLine: 8,
    status: "executed",
    exact: true,
    cost: { now: 1000, cold: 1000, warm: 1000, source: "default" },
    ...more,
  };
}

/** @param {Cause} cause @param {string} expected */
function says(cause, expected) {
  const phrase = wording.cause([step({ cause })], 0);
  assert.ok(phrase);
  assert.equal(wording.plain(phrase), expected);
}

test("each cause has its sentence", () => {
  assert.equal(wording.cause([step({ cause: { kind: "firstBuild" } })], 0), undefined, "the summary says it");
  says({ kind: "newStep" }, "Step 1 runs because no earlier build had it in this place.");
  says(
    { kind: "files", changes: [{ path: "src/server.ts", what: "content" }], total: 1 },
    "Step 1 runs again because `src/server.ts` has other content, which `COPY . .` on line 8 takes in.",
  );
  says(
    {
      kind: "files",
      from: "build",
      changes: [{ path: "a", what: "mode", before: "0644", after: "0755" }],
      total: 1,
    },
    "Step 1 runs again because `a` has mode 0755 instead of 0644, which `COPY . .` on line 8 takes in from `build`.",
  );
  says(
    {
      kind: "files",
      changes: [
        { path: "a", what: "added" },
        { path: "b", what: "deleted" },
      ],
      total: 5,
    },
    "Step 1 runs again because `a` is new, `b` is gone and 3 more files changed, which `COPY . .` on line 8 takes in.",
  );
  says(
    { kind: "instruction", before: "COPY a", after: "COPY b" },
    "Step 1 runs again because its text is now `COPY b` and was `COPY a`.",
  );
  says(
    { kind: "instruction", before: "/ /app/", after: "/ /srv/" },
    "Step 1 runs again because source and destination are now `/ /srv/` and were `/ /app/`.",
  );
  says(
    { kind: "environment", name: "A", before: "1", after: "2", source: "env", line: 3 },
    "Step 1 runs again because the variable `A` is now `2` and was `1` (ENV on line 3).",
  );
  says(
    { kind: "environment", name: "A", after: "2", source: "buildArg", line: 3 },
    "Step 1 runs again because the variable `A` is now `2` and was not set (build argument, declared on line 3).",
  );
  says(
    { kind: "environment", name: "A", before: "2", source: "baseImage" },
    "Step 1 runs again because the variable `A` is no longer set and was `2` (set by the base image).",
  );
  says(
    { kind: "environmentOrder", before: ["A", "B"], after: ["B", "A"] },
    "Step 1 runs again because its variables come in another order: `B A` after `A B`.",
  );
  says(
    { kind: "setting", what: "workdir", before: "/a", after: "/b" },
    "Step 1 runs again because the working directory is now `/b` and was `/a`.",
  );
  says(
    {
      kind: "baseImage",
      reference: "node:22",
      before: `sha256:${"a".repeat(64)}`,
      after: `sha256:${"b".repeat(64)}`,
    },
    "Step 1 runs again because the base image `node:22` is now `bbbbbbbb` and was `aaaaaaaa`.",
  );
  says(
    { kind: "never", rule: "emptyUser" },
    "Step 1 runs again because the classic builder never finds an image again whose USER is empty.",
  );
});

test("a cause is followed back to where it began", () => {
  const files = /** @type {Cause} */ ({
    kind: "files",
    changes: [{ path: "a.js", what: "content" }],
    total: 1,
  });
  const steps = [
    step({ index: 4, cause: files }),
    step({ index: 5, instruction: "RUN make", line: 9, cause: { kind: "parent", step: 0, root: 0 } }),
    step({ index: 6, instruction: "RUN test", line: 10, cause: { kind: "parent", step: 1, root: 0 } }),
  ];
  const text = (/** @type {number} */ index) => wording.plain(wording.cause(steps, index) ?? []);
  assert.equal(
    text(1),
    "Step 5 runs again because the result of step 4 changed, because `a.js` has other content, which `COPY . .` on line 8 takes in.",
  );
  assert.equal(
    text(2),
    "Step 6 runs again because the result of step 5 changed, which began at step 4: `a.js` has other content, which `COPY . .` on line 8 takes in.",
  );
});

test("of a long text the part that differs is shown", () => {
  const run = (/** @type {Cause} */ cause, /** @type {string} */ expected) =>
    assert.equal(wording.plain(wording.cause([step({ instruction: "RUN x", cause })], 0) ?? []), expected);
  const command = (/** @type {string} */ packages) =>
    `RUN apt-get update && apt-get install -y --no-install-recommends ${packages} && rm -rf /var/lib/apt/lists/* && echo done`;
  run(
    { kind: "instruction", before: command("gcc libpq-dev"), after: command("gcc git libpq-dev") },
    "Step 1 runs again because its text is now `… --no-install-recommends gcc git libpq-dev && rm -rf /var/lib/apt/lists/* …` and was `… --no-install-recommends gcc libpq-dev && rm -rf /var/lib/apt/lists/* …`.",
  );
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  run(
    { kind: "environment", name: "PATH", before: `/app/.venv/bin:${path}`, after: `/bin:${path}`, source: "env" },
    "Step 1 runs again because the variable `PATH` is now `/bin:/usr/local/sbin: …` and was `/app/.venv/bin:/usr/local/sbin: …` (ENV).",
  );
  run(
    { kind: "instruction", before: "RUN a &&     b", after: "RUN a && b" },
    "Step 1 runs again because its blanks differ, which count: indentation after a continued line is part of the command.",
  );
});

test("a step that fails says what the builder says, a new one does not run again", () => {
  const failed = step({ status: "failed", cause: { kind: "newStep" } });
  const error = { message: 'failed to calculate checksum of ref REF: "/x": not found', line: 8, refused: false };
  const build = { steps: [failed], error, warnings: [], unaffected: [], cost: 0 };
  assert.equal(
    wording.plain(wording.reason(build, 0) ?? []),
    'Step 1 fails: failed to calculate checksum: "/x": not found.',
  );
  assert.equal(wording.reason({ ...build, error: { ...error, refused: true } }, 0), undefined);
  const parent = /** @type {Cause} */ ({ kind: "parent", step: 0, root: 0 });
  assert.equal(wording.statusWord(step({ cause: parent, cacheKey: "a" })), "RUN");
  assert.equal(wording.statusWord(step({ cause: parent, cacheKey: "a", before: { cacheKey: "a" } })), "RUN AGAIN");
});

test("a cached step behind an executed one says why it could stay", () => {
  const run = step({ stage: "build", index: 2, cause: { kind: "newStep" } });
  const say = (/** @type {Partial<Step>[]} */ ...rest) => {
    const steps = [run, ...rest.map((more) => step({ stage: "stage-1", stageIndex: 1, status: "cached", ...more }))];
    return wording.plain(wording.reason({ steps, warnings: [], unaffected: [], cost: 0 }, steps.length - 1) ?? []);
  };
  assert.equal(say({ index: 2 }), "Step 2 of stage-1 stays cached: it stands on nothing that runs again.");
  const copy = { index: 3, inputs: [0] };
  assert.equal(
    say(copy),
    "Step 3 of stage-1 stays cached: it is found by the bytes that it takes in, and step 2 of build wrote the same.",
  );
  assert.equal(
    say(copy, { index: 4, parent: 1 }),
    "Step 4 of stage-1 stays cached: it stands on step 3 of stage-1, which stays.",
  );
  assert.match(say({ index: 3, parent: 0, instruction: "COPY --link a b" }), /with --link the copy is a layer of its own/);
  assert.equal(wording.reason({ steps: [step({ status: "cached" })], warnings: [], unaffected: [], cost: 0 }, 0), undefined);
});

test("with several stages a step is named with its stage", () => {
  const steps = [
    step({ stage: "build", index: 2, cause: { kind: "firstBuild" } }),
    step({
      stage: "stage-1",
      stageIndex: 1,
      index: 3,
      status: "depends",
      cause: { kind: "output", step: 0, root: 0 },
    }),
  ];
  assert.equal(
    wording.plain(wording.cause(steps, 1) ?? []),
    "Step 3 of stage-1 may run again: the files that step 2 of build writes decide, and only a real run shows them. It runs because nothing was built before.",
  );
});

test("files of another image may be the same", () => {
  const cause = { kind: /** @type {const} */ ("files"), from: "nginx:1.26", changes: [], total: 0 };
  assert.equal(
    wording.plain(wording.cause([step({ status: "depends", cause })], 0) ?? []),
    "Step 1 may run again: its files may be others, which `COPY . .` on line 8 takes in from `nginx:1.26`.",
  );
});

test("a change without effect has its reason", () => {
  const say = (/** @type {import("../../www/layerwise/dist/types.js").Unaffected} */ change) =>
    wording.plain(wording.unaffected(change));
  assert.equal(
    say({ path: "README.md", why: "ignored", line: 3, pattern: "*.md" }),
    "`README.md` changes nothing: `*.md` on line 3 of the ignore file keeps it out.",
  );
  assert.match(say({ path: "a", why: "timestamp" }), /only its time is new/);
  assert.match(say({ path: "a", why: "notCopied" }), /no step that is built copies it/);
  assert.match(say({ path: "a", why: "sameContent" }), /what they were/);
  assert.match(say({ path: "a", why: "folderMode" }), /folder's mode/);
});

test("a cache mount is cold, warm, unused or emptied", () => {
  const mount = { target: "/root/.npm", id: "/root/.npm", sharing: "shared", warm: true };
  const warm = step({ cost: { now: 2000, cold: 30_000, warm: 2000, source: "default" } });
  const say = (/** @type {any} */ each, /** @type {Step} */ of) => wording.plain(wording.mount(each, of));
  assert.equal(
    say(mount, warm),
    "The cache mount `/root/.npm` holds the downloads of an earlier run: 2 s instead of 30 s.",
  );
  assert.match(say({ ...mount, warm: false }, warm), /is empty: everything is downloaded/);
  assert.match(say(mount, step({ status: "cached" })), /is not used: the step is cached/);
  assert.match(say({ ...mount, emptied: "dockerClean" }, warm), /docker-clean/);
});

test("times are short and exact enough", () => {
  for (const [milliseconds, text] of /** @type {[number, string][]} */ ([
    [0, "0 s"],
    [400, "0.4 s"],
    [1000, "1 s"],
    [9949, "9.9 s"],
    [9960, "10 s"],
    [59_400, "59 s"],
    [59_600, "1 min"],
    [74_000, "1 min 14 s"],
    [3_599_000, "59 min 59 s"],
    [3_600_000, "1 h"],
    [7_500_000, "2 h 5 min"],
  ])) {
    assert.equal(wording.duration(milliseconds), text);
  }
});

test("a summary counts steps, and says the first cause", () => {
  const build = (/** @type {Step[]} */ steps, more = {}) => ({
    steps,
    warnings: [],
    unaffected: [],
    cost: 0,
    ...more,
  });
  const say = (/** @type {any} */ result) => wording.plain(wording.summary(result, 3));
  assert.equal(say(build([])), "Build 3: there is nothing to build.");
  assert.equal(say(build([step({ status: "cached" })])), "Build 3: the one step is cached.");
  assert.equal(
    say(
      build([step({ status: "cached" }), step({ index: 2, cause: { kind: "firstBuild" } })], { cost: 5000 }),
    ),
    "Build 3: 1 of 2 steps runs, about 5 s: nothing was built before.",
  );
  assert.equal(
    say(build([step({ cause: { kind: "newStep" } }), step({ index: 2, status: "depends" })])),
    "Build 3: 1 of 2 steps runs, 1 more may. Step 1 runs because no earlier build had it in this place.",
  );
  assert.equal(
    say(build([], { error: { message: "no such file", line: 4, refused: false } })),
    "Build 3: the build fails on line 4: no such file",
  );
});
