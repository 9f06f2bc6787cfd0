// @ts-check
// The engine through JavaScript: recorded builds, the workspace, and what is thrown.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  check,
  LayerwiseError,
  optimize,
  parse,
  simulate,
  tokens,
  Workspace,
} from "../../www/layerwise/dist/index.js";

/** @typedef {import("../../www/layerwise/dist/types.js").Scenario} Scenario */

const VECTORS = [
  "blog-1-copy-all",
  "blog-2-cache-mount",
  "blog-3-requirements-first",
  "blog-env-value",
  "arg-value-unused",
  "file-touch",
  "file-chmod-exec",
  "ignore-dockerfile-changed",
  "stage-content-equal",
  "text-continuation-reflow",
  "copy-wildcard-one-match",
  "base-env",
];

/** @param {string} name */
function vector(name) {
  return JSON.parse(readFileSync(new URL(`../vectors/replay/${name}.json`, import.meta.url), "utf8"));
}

for (const name of VECTORS) {
  test(`BuildKit as recorded: ${name}`, () => {
    const { recorded, ...scenario } = vector(name);
    const { builds } = simulate(scenario);
    assert.equal(builds.length, recorded.buildkit.builds.length);
    recorded.buildkit.builds.forEach((/** @type {any} */ build, /** @type {number} */ index) => {
      for (const step of build.steps) {
        if (step.cached === null) continue;
        const found = builds[index]?.steps.find((each) => each.name === step.name);
        assert.ok(found, `build ${index + 1}: no step ${step.name}`);
        // Bytes that only a real run produces decide: both answers are right.
        if (found.status === "depends") continue;
        assert.equal(found.status, step.cached ? "cached" : "executed", `build ${index + 1}: ${step.name}`);
      }
    });
  });
}

/** @type {Scenario} */
const SHOP = {
  dockerfile:
    "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nRUN python -m compileall src\n",
  context: {
    "requirements.txt": { text: "flask==3.0.3\n" },
    "src/app.py": { text: "1\n" },
    "README.md": { text: "# Shop\n" },
  },
};

test("a Dockerfile is read with offsets of JavaScript strings", () => {
  const text = "# 😀 comment\nFROM node:22 AS web\nCOPY --chown=1:1 ä😀 /\nBOGUS x\n";
  const { instructions, diagnostics } = parse(text);
  assert.deepEqual(
    instructions.slice(0, 2).map(({ name, line, from, to }) => [name, line, text.slice(from, to).trim()]),
    [
      ["FROM", 2, "FROM node:22 AS web"],
      ["COPY", 3, "COPY --chown=1:1 ä😀 /"],
    ],
  );
  assert.deepEqual(instructions[1]?.flags, [{ name: "chown", value: "1:1" }]);
  const [error] = diagnostics.filter((each) => each.severity === "error");
  assert.equal(error?.line, 4);
  assert.match(text.slice(error?.from, error?.to), /^BOGUS/);
});

test("tokens come in order, without overlap, inside the text", () => {
  const text = "# syntax=docker/dockerfile:1\nFROM node:22 AS größe\n# 😀\nRUN echo $HOME \\\n  && true\n";
  const list = tokens(text);
  assert.ok(list.length > 4);
  let at = 0;
  for (const { from, to } of list) {
    assert.ok(from >= at && to > from && to <= text.length);
    at = to;
  }
  const first = list.find((token) => token.kind === "keyword");
  assert.equal(text.slice(first?.from, first?.to), "FROM");
});

test("a source edit runs the install again, and the cause says so", () => {
  const { builds } = simulate({
    ...SHOP,
    builds: [{ edit: {} }, { edit: { write: { "src/app.py": { text: "2\n" } } } }],
  });
  const steps = builds[1]?.steps ?? [];
  const copy = steps.findIndex((step) => step.instruction === "COPY . .");
  assert.deepEqual(
    steps.map((step) => step.status),
    ["cached", "executed", "executed", "executed"],
  );
  assert.deepEqual(steps[copy]?.cause, {
    kind: "files",
    changes: [{ path: "src/app.py", what: "content" }],
    total: 1,
  });
  assert.deepEqual(steps[copy + 1]?.cause, { kind: "parent", step: copy, root: copy });
  assert.deepEqual(steps[copy + 2]?.cause, { kind: "parent", step: copy + 1, root: copy });
  assert.match(steps[copy]?.checksum ?? "", /^sha256:[0-9a-f]{64}$/);
  assert.notEqual(steps[copy]?.checksum, steps[copy]?.before?.checksum);
});

test("advice keeps the image, and makes the edit cheaper", () => {
  const advice = optimize(SHOP);
  assert.ok(advice.moves.some((move) => move.level === "safe"));
  assert.ok(advice.costAfter < advice.costBefore);
  const lines = advice.dockerfile.split("\n");
  assert.ok(
    lines.indexOf("RUN pip install -r requirements.txt") < lines.indexOf("COPY . ."),
    advice.dockerfile,
  );
  const edit = { edit: { write: { "src/app.py": { text: "2\n" } } } };
  const { builds } = simulate({ ...SHOP, dockerfile: advice.dockerfile, builds: [{ edit: {} }, edit] });
  const install = builds[1]?.steps.find((step) => step.instruction === "RUN pip install -r requirements.txt");
  assert.equal(install?.status, "cached");
  assert.equal(optimize({ ...SHOP, dockerfile: advice.dockerfile }).edits.length, 0, "nothing is left to do");
});

test("edits of advice are edits of the text", () => {
  const advice = optimize(SHOP);
  let text = SHOP.dockerfile;
  for (const edit of [...advice.edits].sort((a, b) => b.from - a.from || b.to - a.to)) {
    text = text.slice(0, edit.from) + edit.text + text.slice(edit.to);
  }
  assert.equal(text, advice.dockerfile);
});

test("check finds what is wrong", () => {
  const found = check({ dockerfile: "FROM node:22\nFROBNICATE\n" });
  assert.ok(found.some((each) => each.severity === "error" && each.line === 2));
  assert.deepEqual(
    check({ dockerfile: "FROM scratch\n" }).filter((each) => each.severity === "error"),
    [],
  );
});

test("a workspace gives the timeline of its scenario", () => {
  const workspace = new Workspace(SHOP);
  workspace.build();
  workspace.write("src/app.py", { text: "2\n" });
  workspace.touch("README.md");
  const preview = workspace.next();
  assert.deepEqual(workspace.build().steps, preview.steps);
  workspace.chmod("src/app.py", "0755");
  workspace.rename("README.md", "LIESMICH.md");
  workspace.writeBytes("logo.png", Uint8Array.of(137, 80, 78, 71, 255));
  assert.equal(workspace.remove("nowhere"), false);
  workspace.setDockerfile(`${SHOP.dockerfile}USER node\n`);
  workspace.build();
  const scenario = workspace.scenario();
  assert.deepEqual(simulate(scenario), workspace.timeline());
  workspace.free();
});

test("undo and redo", () => {
  const workspace = new Workspace(SHOP);
  workspace.build();
  assert.equal(workspace.next().cost, 0);
  workspace.write("requirements.txt", { text: "flask==3.0.2\n" });
  assert.ok(workspace.next().cost > 0);
  assert.equal(workspace.canUndo, true);
  assert.equal(workspace.undo(), true);
  assert.equal(workspace.next().cost, 0);
  assert.equal(workspace.canRedo, true);
  assert.equal(workspace.redo(), true);
  assert.ok(workspace.next().cost > 0);
  workspace.free();
});

test("bind mounts are offered to those who ask, and applied by their ids", () => {
  const scenario = {
    dockerfile: "FROM python:3.12-slim\nWORKDIR /app\nCOPY r.txt .\nRUN pip install -r r.txt\nCOPY . .\n",
    context: { "r.txt": { text: "flask\n" }, "app.py": { text: "" } },
  };
  /** @param {import("../../www/layerwise/dist/types.js").Advice} advice */
  const bound = ({ moves }) => moves.filter(({ id }) => id.startsWith("bind-"));
  assert.deepEqual(bound(optimize(scenario)), []);
  const [move] = bound(optimize(scenario, { bindMounts: true }));
  assert.equal(move?.level, "review");
  const { dockerfile } = optimize(scenario, { moves: [move?.id ?? ""] });
  assert.match(dockerfile, /^RUN --mount=type=bind,source=r.txt,target=r.txt pip install -r r.txt$/m);
});

test("facts say what ignores a file, and what copies it", () => {
  const workspace = new Workspace({
    ...SHOP,
    context: { ...SHOP.context, ".dockerignore": { text: "# docs\n*.md\n" } },
  });
  const facts = new Map(workspace.facts().map((fact) => [fact.path, fact]));
  assert.deepEqual(facts.get("README.md"), {
    path: "README.md",
    ignoredBy: { line: 2, pattern: "*.md" },
    copiedBy: [],
  });
  assert.deepEqual(facts.get("src/app.py")?.copiedBy, [3]);
  workspace.free();
});

test("what cannot be done is refused, and leaves the workspace as it was", () => {
  const workspace = new Workspace(SHOP);
  const before = JSON.stringify(workspace.scenario());
  for (const call of [
    () => workspace.write("../etc/passwd", { text: "" }),
    () => workspace.write("", { text: "" }),
    () => workspace.write("src/app.py/below", { text: "" }),
    () => workspace.rename("nowhere", "somewhere"),
    () => workspace.chmod("src/app.py", 0o10000),
    () => workspace.chmod("src/app.py", "x"),
    () => workspace.touch("nowhere"),
  ]) {
    assert.throws(call, (error) => {
      assert.ok(error instanceof LayerwiseError, String(error));
      assert.equal(error.code, "call");
      return true;
    });
  }
  assert.equal(JSON.stringify(workspace.scenario()), before);
  workspace.free();
  assert.throws(() => workspace.build(), { name: "LayerwiseError", code: "call", message: /freed/ });
});

test("a workspace can be given back by the runtime", () => {
  const dispose = /** @type {{ dispose?: symbol }} */ (Symbol).dispose;
  if (dispose === undefined) return;
  const workspace = new Workspace();
  /** @type {any} */ (workspace)[dispose]();
  assert.throws(() => workspace.build(), { code: "call" });
});

test("a scenario is not changed by being simulated", () => {
  const text = JSON.stringify(SHOP);
  simulate(SHOP);
  optimize(SHOP);
  new Workspace(SHOP).free();
  assert.equal(JSON.stringify(SHOP), text);
});

test("the same scenario gives the same answer", () => {
  assert.deepEqual(simulate(SHOP), simulate(SHOP));
  assert.deepEqual(optimize(SHOP), optimize(SHOP));
});

test("texts, numbers and names come back as they went in", () => {
  const odd = ["a", "é", "𝄞", "\ufeffx", "日本\u2028", "\0", '"\\', "x".repeat(70_000)];
  /** @type {Scenario} */
  const scenario = {
    dockerfile: `FROM scratch\n# ${odd.join(" ")}\n`,
    context: Object.fromEntries(odd.slice(0, 3).map((text) => [text, { text }])),
    buildArgs: JSON.parse(`{"__proto__": "kept", "constructor": "x", "0": ""}`),
    costs: { a: 0.1, b: 0, c: 536_870_911, d: 536_870_912, e: 1e21, f: Number.MIN_VALUE },
    builds: [{ edit: {} }, ...odd.map((text) => ({ edit: { buildArgs: { text } } }))],
  };
  for (const _ of [1, 2]) {
    const workspace = new Workspace(scenario);
    const written = workspace.scenario();
    assert.equal(written.dockerfile, scenario.dockerfile);
    assert.deepEqual(written.context, scenario.context);
    assert.deepEqual(Object.entries(written.buildArgs ?? {}), Object.entries(scenario.buildArgs ?? {}));
    assert.equal(Object.getPrototypeOf(written.buildArgs), Object.prototype);
    assert.deepEqual(written.costs, scenario.costs);
    assert.deepEqual(
      written.builds?.slice(1).map((build) => build.edit.buildArgs?.text),
      odd,
    );
  }
});
