// @ts-check
// What a document has to be, and how a mistake in it is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LayerwiseError, readScenario, writeScenario } from "../../www/layerwise/dist/index.js";

/** @param {unknown} document @param {RegExp} message @param {string} [at] */
function refused(document, message, at) {
  assert.throws(
    () => readScenario(document),
    (error) => {
      assert.ok(error instanceof LayerwiseError);
      assert.equal(error.code, "scenario");
      assert.match(error.message, message);
      if (at !== undefined) assert.equal(error.at, at);
      return true;
    },
  );
}

test("a mistake is named where it is", () => {
  refused("{", /not JSON/);
  refused("[]", /the scenario must be an object, not a list/);
  refused({}, /dockerfile is missing/, "dockerfile");
  refused({ dockerfile: 1 }, /dockerfile must be text, not 1/);
  refused(
    { dockerfile: "", builder: "kaniko" },
    /builder must be "buildkit" or "legacy", not "kaniko"/,
    "builder",
  );
  refused({ dockerfile: "", version: 2 }, /version must be 1, not 2/);
  refused({ dockerfile: "", context: [] }, /context must be an object, not a list/);
  refused({ dockerfile: "", context: { "src/a.ts": {} } }, /must have one of/, 'context["src/a.ts"]');
  refused({ dockerfile: "", context: { a: { text: "", dir: true } } }, /has text and dir/, "context.a");
  refused({ dockerfile: "", context: { a: { text: "", mode: "rwx" } } }, /octal mode/, "context.a.mode");
  refused({ dockerfile: "", context: { a: { base64: "***" } } }, /must be base64/, "context.a.base64");
  refused(
    { dockerfile: "", context: { a: { digest: "md5:1", size: 1 } } },
    /must be a digest/,
    "context.a.digest",
  );
  refused({ dockerfile: "", context: { a: { digest: `sha256:${"0".repeat(64)}` } } }, /no size/, "context.a");
  refused({ dockerfile: "", builds: [{}] }, /builds\[0\] has no edit/, "builds[0]");
  refused(
    { dockerfile: "", builds: [{ edit: { touch: "a" } }] },
    /must be a list, not "a"/,
    "builds[0].edit.touch",
  );
  refused({ dockerfile: "", costs: { "RUN a": -1 } }, /must be a number, 0 or more/, 'costs["RUN a"]');
  refused({ dockerfile: "", outputs: { "RUN a": "maybe" } }, /must be "same" or "different"/);
  refused({ dockerfile: "", baseImages: { node: { env: "A=1" } } }, /must be a list/, "baseImages.node.env");
});

test("members that layerwise does not know are kept, in their order", () => {
  const text =
    '{\n  "dockerfile": "FROM a\\n",\n  "recorded": {\n    "x": 1\n  },\n  "context": {\n    "a": {\n      "text": "",\n      "note": "hello"\n    }\n  }\n}\n';
  assert.equal(writeScenario(readScenario(text)), text);
});

test("a path that is a name of an object's own members is only a path", () => {
  const text = '{"dockerfile":"FROM a","context":{"__proto__":{"text":"x"},"constructor":{"text":"y"}}}';
  const scenario = readScenario(text);
  assert.deepEqual(Object.keys(scenario.context ?? {}), ["__proto__", "constructor"]);
});
