// @ts-check
// The small engine answers as the whole one does, or says that it cannot; then the whole one takes over, and nothing
// that was done before is lost.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as whole from "../../www/layerwise/dist/index.js";
import { withoutUnread } from "../../www/scripts/data.mjs";
import { Counted } from "../../www/scripts/prune.mjs";

const dist = fileURLToPath(new URL("../../www/layerwise/dist", import.meta.url));
const engine = readFileSync(join(dist, "engine.wasm"));
const all = readFileSync(join(dist, "whole.wasm"));
const copies = mkdtempSync(join(tmpdir(), "layerwise-"));
after(() => rmSync(copies, { recursive: true }));

let number = 0;

/** A package in which nothing was started yet. */
async function slim() {
  const folder = join(copies, String(++number));
  cpSync(dist, folder, { recursive: true });
  cpSync(join(dist, "..", "package.json"), join(folder, "package.json"));
  return import(pathToFileURL(join(folder, "slim.js")).href);
}

/** One in which the small engine was. */
async function small() {
  const api = await slim();
  await api.init(engine);
  return api;
}

const read = (/** @type {URL} */ url) => JSON.parse(readFileSync(url, "utf8"));

/** @param {string} folder below the root, with a slash at the end */
function documents(folder) {
  const url = new URL(`../../${folder}`, import.meta.url);
  return readdirSync(url)
    .filter((name) => name.endsWith(".json"))
    .map((name) => ({ name, document: read(new URL(name, url)) }));
}

/**
 * Asks both engines the same; returns the names of those that the small one left to the whole one.
 *
 * @param {{name: string, scenario: any}[]} cases
 */
async function compared(cases) {
  const api = await small();
  const left = [];
  for (const { name, scenario } of cases) {
    const ask = (/** @type {any} */ from) => {
      const workspace = new from.Workspace(scenario);
      const answers = [
        from.parse(scenario.dockerfile),
        from.simulate(scenario),
        workspace.timeline(),
        workspace.next(),
        workspace.facts(),
      ];
      workspace.write("another.txt", { text: "another\n" });
      answers.push(workspace.next(), workspace.build());
      workspace.free();
      return answers;
    };
    let answers;
    try {
      answers = ask(api);
    } catch (error) {
      assert.equal(/** @type {any} */ (error).code, "notReady", `${name}: ${error}`);
      left.push(name);
      continue;
    }
    assert.deepEqual(answers, ask(whole), name);
  }
  return left;
}

test("what the page shows first is answered by the small engine", async () => {
  const cases = documents("www/site/scenarios/").map(({ name, document }) => ({ name, scenario: document }));
  const left = await compared(cases.filter(({ scenario }) => scenario.builder !== "legacy"));
  assert.deepEqual(left, []);
});

test("Dockerfiles that it was not made for are answered by the small engine, four of five", async () => {
  const cases = documents("tests/reorder/cases/").map(({ name, document: { dockerfile, files } }) => ({
    name,
    scenario: {
      dockerfile,
      context: Object.fromEntries(
        Object.entries(files).flatMap(([path, text]) => (typeof text === "string" ? [[path, { text }]] : [])),
      ),
      builds: [{ edit: {} }, { edit: { write: { "another.txt": { text: "first\n" } } } }],
    },
  }));
  const left = await compared(cases);
  assert.ok(cases.length > 50 && left.length <= cases.length / 5, `${left.length} of ${cases.length}: ${left}`);
});

test("every recorded scenario, rare as it may be, is answered the same or not at all", async () => {
  const cases = documents("tests/vectors/replay/")
    .map(({ name, document: { recorded, ...scenario } }) => ({ name, scenario }))
    .filter(({ scenario }) => scenario.dockerfile !== undefined && scenario.builder !== "legacy");
  const left = await compared(cases);
  assert.ok(cases.length > 200 && left.length < cases.length * 0.6, `${left.length} of ${cases.length}`);
});

const SCENARIO = {
  dockerfile: "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n",
  context: { "requirements.txt": { text: "flask\n" }, "app.py": { text: "1\n" } },
  builds: [{ edit: {} }, { edit: { write: { "app.py": { text: "2\n" } } } }],
};

test("what the small engine lacks it says, and the whole one does", async () => {
  const api = await small();
  const workspace = new api.Workspace(SCENARIO);
  /** @type {(() => unknown)[]} */
  const calls = [
    () => api.optimize(SCENARIO),
    () => api.check(SCENARIO),
    () => api.simulate({ ...SCENARIO, builder: "legacy" }),
    () => new api.Workspace({ ...SCENARIO, builder: "legacy" }),
    () => workspace.advice(),
    () => workspace.diagnostics(),
    () => workspace.applyAdvice(),
  ];
  for (const call of calls) {
    assert.throws(call, { name: "LayerwiseError", code: "notReady", hint: /initWhole\(\)/ });
    assert.equal(workspace.next().steps.length, 3, "the workspace goes on");
  }
  assert.equal(api.isWhole(), false);
  await api.initWhole(all);
  assert.equal(api.isWhole(), true);
  for (const call of calls) call();
  assert.deepEqual(api.optimize(SCENARIO), whole.optimize(SCENARIO));
});

test("a workspace keeps its state when the whole engine takes over: builds, edits, and what can be undone", async () => {
  const api = await small();
  const [moved, still] = [new api.Workspace(SCENARIO), new whole.Workspace(SCENARIO)];
  const entry = { text: "3\n" };
  for (const workspace of [moved, still]) {
    workspace.write("app.py", entry);
    workspace.build();
    workspace.setDockerfile(`${SCENARIO.dockerfile}ENV A=1\n`);
  }
  // Whoever hands over an entry may use it again.
  entry.text = "something else\n";
  assert.throws(() => moved.advice(), { code: "notReady" });
  await api.initWhole(all);
  const same = () => {
    assert.deepEqual(moved.timeline(), still.timeline());
    assert.deepEqual(moved.next(), still.next());
    assert.deepEqual(moved.scenario(), still.scenario());
  };
  same();
  for (const workspace of [moved, still]) assert.equal(workspace.undo(), true);
  same();
  for (const workspace of [moved, still]) while (workspace.canUndo) workspace.undo();
  same();
  moved.free();
  assert.throws(() => moved.next(), { code: "call", message: /freed/ });
});

test("a workspace that was freed stays so", async () => {
  const api = await small();
  const workspace = new api.Workspace(SCENARIO);
  workspace.free();
  assert.throws(() => workspace.next(), { code: "call", message: /freed/ });
  await api.initWhole(all);
  assert.throws(() => workspace.next(), { code: "call", message: /freed/ });
  workspace.free();
});

test("the whole engine needs no small one before it, and is not replaced by one that comes late", async () => {
  const api = await slim();
  await api.initWhole(all);
  const workspace = new api.Workspace(SCENARIO);
  await api.init(engine);
  assert.equal(workspace.advice().moves.length, 2);
  assert.equal(api.isWhole(), true);
});

test("modules that are not meant, or of another build, are refused", async () => {
  const api = await slim();
  await assert.rejects(api.init(all), { code: "wasm", message: /whole\.wasm, not engine\.wasm/ });
  await assert.rejects(api.initWhole(engine), { code: "wasm", message: /engine\.wasm, not whole\.wasm/ });
  const other = Buffer.from(engine);
  const mark = other.lastIndexOf("engine ") + 7;
  other.write(other.toString("latin1", mark, mark + 1) === "0" ? "1" : "0", mark, "latin1");
  await assert.rejects(api.init(other), { code: "wasm", message: /not the engine of this version/ });
  await assert.rejects(api.init(new Uint8Array(8)), { code: "wasm", message: /init\(\)/ });
  await api.init(engine);
  assert.equal(api.simulate(SCENARIO).builds.length, 2);
});

test("an engine that stopped starts anew", async () => {
  const folder = join(copies, String(++number));
  cpSync(dist, folder, { recursive: true });
  const { optimize, simulate } = await import(pathToFileURL(join(folder, "index.js")).href);
  const glue = await import(pathToFileURL(join(folder, "glue.js")).href);
  const before = optimize(SCENARIO);
  glue.__wbg_reset_state();
  assert.deepEqual(optimize(SCENARIO), before);
  assert.equal(simulate({ ...SCENARIO, builder: "legacy" }).builds.length, 2);
});

const wide =
  "(drop (i32.sub (i32.add (i32.mul (i32.const 2) (i32.const 3)) (i32.mul (i32.const 4) (i32.const 5))) (i32.const 1)))";

test("code that is not reached becomes a trap; an arm of a few words stays", () => {
  const counted = new Counted(`(module
 (import "a" "b" (func $b))
 (func $f (param $0 i32)
  (if (local.get $0) (then ${wide} (call $b)) (else (call $b)))
  (block $out
   (br_if $out (local.get $0))
   ${wide}
  )
 )
)`);
  assert.match(counted.counting(), /\(import "profile" "reached" \(func \$reached \(param i32\)\)\)/);
  // Places by their order in the text: function, then, else, behind the if, behind the br_if.
  const text = counted.without(new Set([0, 3]));
  assert.match(text, /\(then \(unreachable\)\) \(else \(call \$b\)\)/);
  assert.match(text, /\(br_if \$out \(local\.get \$0\)\) \(unreachable\)/);
  assert.equal(counted.without(new Set([0, 1, 2, 3, 4])).includes("unreachable"), false);
});

test("constants that no code points at are dropped, and those that kept ones point at are not", () => {
  const text = `(module
 (data $.rodata..Lanon.a (i32.const 1024) "one")
 (data $.rodata..Lanon.b (i32.const 1028) "\\14\\04\\00\\00")
 (data $.rodata..Lanon.c (i32.const 1044) "two")
 (data $.rodata..Lanon.d (i32.const 1064) "three")
 (data $.data.e (i32.const 1096) "four")
 (func $f (drop (i32.const 1028)))
)`;
  const starts = [...withoutUnread(text).matchAll(/data \(i32\.const (\d+)\)/g)].map((match) => Number(match[1]));
  assert.deepEqual(starts, [1028, 1044, 1096]);
});
