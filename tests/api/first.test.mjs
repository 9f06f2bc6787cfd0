// @ts-check
// The first of the engine's two modules alone answers everything about BuildKit, as the whole engine does, and says
// what is missing where the second is needed.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as whole from "../../www/layerwise/dist/index.js";
import { splitData } from "../../www/scripts/split-data.mjs";

const dist = fileURLToPath(new URL("../../www/layerwise/dist", import.meta.url));
const vectors = new URL("../vectors/replay/", import.meta.url);
const copies = mkdtempSync(join(tmpdir(), "layerwise-"));
after(() => rmSync(copies, { recursive: true }));

let number = 0;

/** A package in which only the first module was started. */
async function first() {
  const folder = join(copies, String(++number));
  cpSync(dist, folder, { recursive: true });
  cpSync(join(dist, "..", "package.json"), join(folder, "package.json"));
  const slim = await import(pathToFileURL(join(folder, "slim.js")).href);
  await slim.init(readFileSync(join(dist, "engine.wasm")));
  return slim;
}

const advice = readFileSync(join(dist, "advice.wasm"));

test("every recorded scenario is answered by the first module as by both", async () => {
  const { simulate, Workspace, isWhole } = await first();
  let compared = 0;
  for (const name of readdirSync(vectors).filter((each) => each.endsWith(".json"))) {
    const { recorded, ...scenario } = JSON.parse(readFileSync(new URL(name, vectors), "utf8"));
    if (scenario.dockerfile === undefined || scenario.builder === "legacy") continue;
    const timeline = simulate(scenario);
    assert.deepEqual(timeline, whole.simulate(scenario), name);
    const workspace = new Workspace(scenario);
    workspace.facts();
    workspace.tokens();
    assert.deepEqual(workspace.timeline(), timeline, name);
    workspace.free();
    compared += 1;
  }
  assert.ok(compared > 200, `${compared} scenarios`);
  assert.equal(isWhole(), false);
});

const SCENARIO = {
  dockerfile: "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n",
  context: { "requirements.txt": { text: "flask\n" }, "app.py": { text: "1\n" } },
  builds: [{ edit: {} }, { edit: { write: { "app.py": { text: "2\n" } } } }],
};

test("what needs the second module says so, and works once it is there", async () => {
  const slim = await first();
  const workspace = new slim.Workspace(SCENARIO);
  /** @type {(() => unknown)[]} */
  const calls = [
    () => slim.optimize(SCENARIO),
    () => slim.check(SCENARIO),
    () => slim.simulate({ ...SCENARIO, builder: "legacy" }),
    () => new slim.Workspace({ ...SCENARIO, builder: "legacy" }),
    () => workspace.setBuilder("legacy"),
    () => workspace.advice(),
    () => workspace.diagnostics(),
    () => workspace.applyAdvice(),
  ];
  for (const call of calls) {
    assert.throws(call, { name: "LayerwiseError", code: "notReady", hint: /initAdvice\(\)/ });
  }
  assert.equal(workspace.next().steps.length, 3);
  await slim.initAdvice(advice);
  for (const call of calls) call();
  assert.deepEqual(slim.optimize(SCENARIO), whole.optimize(SCENARIO));
  assert.deepEqual(
    slim.simulate({ ...SCENARIO, builder: "legacy" }),
    whole.simulate({ ...SCENARIO, builder: "legacy" }),
  );
});

test("modules that do not belong together are refused", async () => {
  const slim = await first();
  const foreign = { code: "wasm", message: /not the second module of this version/, hint: /advice\.wasm/ };
  await assert.rejects(slim.initAdvice(readFileSync(join(dist, "engine.wasm"))), foreign);
  // The second module knows the first one under a name that another build does not have.
  const other = Buffer.from(advice.toString("latin1").replaceAll(/engine [0-9a-f]{12}/g, "engine 0123456789ab"), "latin1");
  await assert.rejects(slim.initAdvice(other), foreign);
  await assert.rejects(slim.initAdvice(new Uint8Array(8)), { code: "wasm", message: /initAdvice\(\)/ });
  await slim.initAdvice(advice);
  assert.equal(slim.optimize(SCENARIO).moves.length, 2);
});

test("the second module alone is refused", async () => {
  const folder = join(copies, String(++number));
  cpSync(dist, folder, { recursive: true });
  cpSync(join(dist, "..", "package.json"), join(folder, "package.json"));
  const slim = await import(pathToFileURL(join(folder, "slim.js")).href);
  await assert.rejects(slim.init(advice), { code: "wasm", message: /not the engine of this version/ });
  await assert.rejects(slim.initAdvice(advice), { code: "notReady", message: /init\(\)/ });
});

test("after a trap both modules start anew", async () => {
  const folder = join(copies, String(++number));
  cpSync(dist, folder, { recursive: true });
  const { optimize, simulate } = await import(pathToFileURL(join(folder, "index.js")).href);
  const glue = await import(pathToFileURL(join(folder, "glue.js")).href);
  const before = optimize(SCENARIO);
  glue.__wbg_reset_state();
  assert.deepEqual(optimize(SCENARIO), before);
  assert.equal(simulate({ ...SCENARIO, builder: "legacy" }).builds.length, 2);
});

test("the second module's constants leave those of the first between them alone", () => {
  const forms = [
    '(data $.rodata..Lanon.a (i32.const 1024) "one")',
    '(data $.rodata..Lanon.b (i32.const 1028) "root")',
    '(data $.rodata..Lanon.c (i32.const 1033) "two")',
    '(data $.rodata..Lanon.d (i32.const 1037) "three")',
  ];
  const starts = (/** @type {string[]} */ data) => data.map((form) => Number(form.match(/const (\d+)/)?.[1]));
  const { first, second } = splitData(forms, ["(func $f (drop (i32.const 1028)))"]);
  assert.deepEqual(starts(first), [1028]);
  assert.deepEqual(starts(second), [1024, 1033]);
});
