// @ts-check
// Scenarios in the fragment of a link. `links.json` holds links of released formats: they open for ever.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fromFragment, LayerwiseError, LONG_FRAGMENT, toFragment } from "../../www/layerwise/dist/index.js";

const read = (/** @type {string} */ name) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));

/** @param {string} fragment @param {RegExp} message */
function refused(fragment, message) {
  assert.throws(
    () => fromFragment(fragment),
    (error) => {
      assert.ok(error instanceof LayerwiseError, String(error));
      assert.equal(error.code, "link");
      assert.match(error.message, message);
      return true;
    },
  );
}

test("links of released formats mean what they meant", () => {
  const links = read("links.json");
  assert.ok(links.length > 0);
  for (const { link, scenario } of links) {
    assert.deepEqual(fromFragment(link), scenario);
    assert.deepEqual(fromFragment(link.slice(1)), scenario, "with or without the #");
  }
});

test("every recorded scenario comes back from its link", () => {
  const folder = new URL("../vectors/replay/", import.meta.url);
  let checked = 0;
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".json"))) {
    const scenario = read(`../vectors/replay/${name}`);
    if (typeof scenario.dockerfile !== "string") continue;
    delete scenario.recorded;
    const fragment = toFragment(scenario);
    assert.match(fragment, /^#1[A-Za-z0-9_-]+$/, name);
    const back = fromFragment(fragment);
    assert.equal(toFragment(back), fragment, name);
    assert.deepEqual(back.context ?? {}, scenario.context ?? {}, name);
    assert.deepEqual(back.builds, scenario.builds, name);
    checked += 1;
  }
  assert.ok(checked > 100);
});

test("what has its default is left out, and only that", () => {
  const lean = { dockerfile: "FROM scratch\n", custom: null };
  const full = {
    version: 1,
    ...lean,
    builder: "buildkit",
    dockerfilePath: "Dockerfile",
    target: null,
    context: {},
    baseImages: {},
    buildArgs: {},
  };
  // @ts-expect-error unknown members are kept, but not typed
  assert.equal(toFragment(full), toFragment(lean));
  // @ts-expect-error unknown members are kept, but not typed
  assert.deepEqual(fromFragment(toFragment(full)), lean);
  const outside = { dockerfile: "FROM scratch\n", dockerfilePath: null };
  assert.deepEqual(fromFragment(toFragment(outside)), outside);
});

test("a typical scenario makes a short link", () => {
  const [{ link }] = read("links.json");
  assert.ok(link.length < 700, `${link.length} characters`);
  assert.ok(link.length < LONG_FRAGMENT);
});

test("a damaged link says so", () => {
  refused("", /empty/);
  refused("#", /empty/);
  refused("#x", /does not start with a version/);
  refused("#2abc", /newer version/);
  refused("#1", /characters that no link has/);
  refused("#1a b", /inflated|end is missing/);
  refused("#1<script>", /characters that no link has/);
  const link = toFragment({ dockerfile: "FROM node:22\nCOPY . .\nRUN npm ci\n" });
  for (let end = 2; end < link.length; end++) refused(link.slice(0, end), /damaged/);
});

test("whatever is changed in a link, it is read or refused", () => {
  const link = toFragment({ dockerfile: "FROM node:22\nCOPY . .\n", context: { "a.js": { text: "1" } } });
  const letters = "ABab09-_";
  for (let at = 2; at < link.length; at++) {
    for (const letter of letters) {
      try {
        fromFragment(link.slice(0, at) + letter + link.slice(at + 1));
      } catch (error) {
        assert.ok(error instanceof LayerwiseError, String(error));
      }
    }
  }
});

test("line breaks that a mail program puts in do no harm", () => {
  const scenario = { dockerfile: "FROM node:22\n" };
  const link = toFragment(scenario);
  assert.deepEqual(fromFragment(`${link.slice(0, 6)}\r\n  ${link.slice(6)}`), scenario);
});

test("a link that would fill the memory is refused", () => {
  refused(toFragment({ dockerfile: "FROM a\n".repeat(1_000_000) }), /more than a scenario should/);
  refused(toFragment({ dockerfile: " ".repeat(1_000_000) }), /more than a scenario should/);
});
