// @ts-check
// A timeline as text, Markdown, SVG and HTML. What stands in a Dockerfile never becomes markup.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { toHtml } from "../../www/layerwise/dist/element/node.js";
import { buildsView, buildView } from "../../www/layerwise/dist/element/view.js";
import { LayerwiseError, render } from "../../www/layerwise/dist/index.js";

const EVIL = 'RUN echo "</style><script>alert(1)</script>" | `tee` **x** [a](b) && true';

/** @returns {import("../../www/layerwise/dist/types.js").Timeline} */
function timeline() {
  const cost = { now: 4000, cold: 4000, warm: 4000, source: /** @type {const} */ ("default") };
  const shared = { stage: "", stageIndex: 0, endLine: 2, exact: true };
  const first = {
    ...shared,
    name: "[1/2] COPY . .",
    index: 1,
    instruction: "COPY . .",
    line: 2,
    status: /** @type {const} */ ("executed"),
    cause: /** @type {const} */ ({
      kind: "files",
      changes: [{ path: "a|b<i>`.js", what: "content" }],
      total: 1,
    }),
    checksum: `sha256:${"b".repeat(64)}`,
    before: { checksum: `sha256:${"a".repeat(64)}` },
    cost,
  };
  const second = {
    ...shared,
    name: `[2/2] ${EVIL}`,
    index: 2,
    instruction: EVIL,
    line: 3,
    status: /** @type {const} */ ("executed"),
    cause: /** @type {const} */ ({ kind: "parent", step: 0, root: 0 }),
    cost,
  };
  const build = { steps: [first, second], warnings: [], unaffected: [], cost: 8000 };
  // @ts-expect-error the list of changes is read-only here
  return { builder: "buildkit", builds: [build, build] };
}

test("text says status, step, time and cause, without colour", () => {
  const text = render(timeline(), { build: 1 });
  assert.match(text, /^Build 1: 2 of 2 steps run again, about 8 s\./);
  assert.match(text, /^↻ RUN AGAIN\s+1 COPY \. \./m);
  assert.match(text, /about 4 s$/m);
  assert.match(text, /checksum aaaaaaaa → bbbbbbbb/);
  assert.equal(text, stripVTControlCharacters(text));
});

test("all builds, or the one that is asked for", () => {
  assert.equal(render(timeline()).match(/^Build \d/gm)?.length, 2);
  assert.equal(render(timeline(), { build: 2 }).match(/^Build \d/gm)?.length, 1);
  for (const build of [0, 3, 1.5]) {
    assert.throws(() => render(timeline(), { build }), LayerwiseError);
  }
  // @ts-expect-error not a format
  assert.throws(() => render(timeline(), { format: "pdf" }), /not a format/);
});

test("a Markdown table keeps its columns whatever the text", () => {
  const lines = render(timeline(), { format: "markdown", build: 1 }).split("\n");
  const rows = lines.filter((line) => line.startsWith("|"));
  assert.equal(rows.length, 4);
  for (const row of rows) assert.equal(row.replace(/\\\|/g, "").split("|").length, 8, row);
  assert.ok(
    !lines
      .join("\n")
      .replace(/(`+)[\s\S]*?\1(?!`)/g, "")
      .includes("<script>"),
  );
});

test("HTML and SVG hold no markup but their own", () => {
  for (const format of /** @type {const} */ (["html", "svg"])) {
    const text = render(timeline(), { format });
    assert.doesNotMatch(text, /<script|<i>|<\/style><script/);
    assert.equal(text.match(/<style/g)?.length, 1, format);
  }
});

test("an SVG is well-formed, with its summary as title", () => {
  const svg = render(timeline(), { format: "svg" });
  const open = [];
  for (const [, close, tag, self] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (self === "/") continue;
    if (close === "/") assert.equal(open.pop(), tag);
    else open.push(tag);
  }
  assert.deepEqual(open, []);
  assert.match(svg, /<title>Build 2: 2 of 2 steps run again/);
  assert.match(svg, /prefers-color-scheme:dark/);
});

test("a view tells each status by word and sign", () => {
  const html = buildView(/** @type {any} */ (timeline().builds[0]))
    .map(toHtml)
    .join("");
  assert.match(html, /<span aria-hidden="true">↻ <\/span>RUN AGAIN/);
  assert.match(html, /<del><code>aaaaaaaa<\/code><\/del>/);
  assert.match(html, /<ins><code>bbbbbbbb<\/code><\/ins>/);
  assert.doesNotMatch(html, /style=|onclick|<script/);
  assert.match(toHtml(buildsView(timeline(), 1)), /aria-current="true"/);
});

test("in an interactive view lines, paths and steps are buttons", () => {
  const html = buildView(/** @type {any} */ (timeline().builds[0]), { interactive: true })
    .map(toHtml)
    .join("");
  assert.match(html, /<button type="button" class="lw-link" data-line="2">line 2<\/button>/);
  assert.match(html, /data-step="0"/);
  assert.match(html, /data-path="a\|b&#60;i&#62;`\.js"/);
});
