// @ts-check
// The file tree: every verb, the limits, and what comes from a disk.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { row, says, scenario, site, steps, text, visit } from "./site.mjs";

site();

/** @param {import("playwright-core").Page} page @param {string} button @param {string} path */
async function add(page, button, path) {
  await page.getByRole("button", { name: button }).click();
  await page.locator("#naming").fill(path);
  await page.keyboard.press("Enter");
}

test("touching changes nothing, and that is said", () =>
  visit(async (page) => {
    await page.keyboard.press("Control+Enter");
    await says(page, /Nothing runs/);
    await row(page, "start.py").focus();
    await page.keyboard.press("Shift+T");
    await says(page, /Nothing runs/);
    await page.locator("#steps", { hasText: "start.py changes nothing: only its time is new" }).waitFor();
    await row(page, "start.py").locator(".chip", { hasText: "touched" }).waitFor();
  }));

test("an ignored file is struck through with the rule that keeps it out", () =>
  visit(async (page) => {
    assert.match(await row(page, "README.md").innerText(), /ignored: README\.md/);
    const line = await row(page, "README.md").locator(".file-name").evaluate((node) => getComputedStyle(node).textDecorationLine);
    assert.equal(line, "line-through");
    await row(page, "README.md").focus();
    await page.keyboard.press("Space");
    await page.locator("#steps", { hasText: "README.md changes nothing" }).waitFor();
  }));

test("a row says which instruction copies the file, and both mark each other", () =>
  visit(async (page) => {
    assert.match(await row(page, "start.py").innerText(), /line \d+/);
    await row(page, "start.py").hover();
    const copy = page.locator("#steps .step", { has: page.locator(".name", { hasText: "COPY . ." }) });
    await copy.and(page.locator("[data-marked]")).waitFor();
    await page.locator("h1").hover();
    await copy.hover();
    await row(page, "start.py").and(page.locator("[data-marked]")).waitFor();
    assert.equal(await row(page, "README.md").and(page.locator("[data-marked]")).count(), 0);
  }));

test("files, folders and links are added, renamed and deleted", () =>
  visit(async (page) => {
    await add(page, "+ file", "app/new/module.py");
    await row(page, "app/new/module.py").waitFor();
    await page.locator("#editor .cm-content").waitFor();
    await page.locator("#editor-tabs", { hasText: "app/new/module.py" }).waitFor();
    await page.keyboard.type("X = 1");
    assert.equal(await text(page), "X = 1");
    await row(page, "app/new").focus();
    await page.keyboard.press("F2");
    await page.locator("#naming").fill("app/old");
    await page.keyboard.press("Enter");
    await row(page, "app/old").and(page.locator(":focus")).waitFor();
    await page.keyboard.press("ArrowRight");
    await row(page, "app/old/module.py").waitFor();
    await row(page, "app/old").focus();
    await page.keyboard.press("Delete");
    await row(page, "app/old").waitFor({ state: "detached" });
    await add(page, "+ link", "current -> app");
    assert.match(await row(page, "current").innerText(), /current → app/);
    await add(page, "+ folder", "empty");
    await row(page, "empty").waitFor();
  }));

for (const [path, words] of /** @type {[string, RegExp][]} */ ([
  ["../secret", /leads out of the build context/],
  ["a/../../b", /leads out of the build context/],
  ["start.py", /is there already/],
  ["./start.py", /is there already/],
  ["start.py/inner", /is a file: nothing can lie in it/],
  ["", /A name is needed/],
  ["app\\views.py", /parted by \//],
  ["Dockerfile", /is there already/],
])) {
  test(`the path ${JSON.stringify(path)} is refused with its reason`, () =>
    visit(async (page) => {
      await page.getByRole("button", { name: "+ file" }).click();
      await page.locator("#naming").fill(path);
      await page.keyboard.press("Enter");
      assert.match(await page.locator("#naming-problem").innerText(), words);
      assert.equal(await page.locator("#naming").inputValue(), path, "what was typed is still there");
      await page.keyboard.press("Escape");
      await page.locator("#naming").waitFor({ state: "detached" });
    }));
}

test("very long names stay inside", () =>
  visit(async (page) => {
    const path = `${"a-long-name-of-a-folder-".repeat(4)}/${"a_file_that_goes_on_and_on_".repeat(5)}.json`;
    await add(page, "+ file", path);
    await row(page, path).waitFor();
    const inside = () => page.evaluate(() => {
      const card = document.querySelector(".tree-card")?.getBoundingClientRect();
      return [...document.querySelectorAll(".head-buttons button, #files .row, #files .verb, .row-verb")].every((each) => {
        const { left, right } = each.getBoundingClientRect();
        return card !== undefined && left >= card.left && right <= card.right;
      });
    });
    assert.equal(await inside(), true);
    await page.setViewportSize({ width: 900, height: 900 });
    assert.equal(await inside(), true);
  }));

test("a loop of links ends in an answer", () =>
  visit(async (page) => {
    await add(page, "+ link", "one -> two");
    await row(page, "one").waitFor();
    await row(page, "start.py").focus();
    await add(page, "+ link", "two -> one");
    await row(page, "two").waitFor();
    await says(page, /run again/);
    await page.locator("#editor .cm-content").getByText("COPY . .", { exact: false }).first().click();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("COPY one/x /x");
    await says(page, /The build fails on line \d+|run again/);
    assert.match(await text(page), /COPY one\/x \/x/);
  }));

test("a folder is picked: .dockerignore decides what is read", async () => {
  const folder = mkdtempSync(join(tmpdir(), "layerwise-e2e-"));
  const put = (/** @type {string} */ path, /** @type {string | Uint8Array} */ content) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  put("Dockerfile", "FROM node:20.11.1-slim\nCOPY . .\nRUN npm ci\n");
  put(".dockerignore", "node_modules\n");
  put("package.json", "{}\n");
  put("logo.png", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 255]));
  put("node_modules/left-pad/index.js", "module.exports = 1;\n");
  try {
    await visit(async (page) => {
      await page.locator("#folder-input").setInputFiles(folder);
      await row(page, "package.json").waitFor();
      assert.match(await text(page), /^FROM node/);
      await row(page, "logo.png").waitFor();
      assert.equal(await row(page, "node_modules").count(), 0);
      await page.locator(".notice", { hasText: ".dockerignore keeps out were not read" }).waitFor();
      assert.equal(await row(page, "start.py").count(), 0, "the old files are replaced");
      await row(page, "logo.png").focus();
      await page.keyboard.press("Enter");
      await page.locator(".notice", { hasText: "logo.png is not a text" }).waitFor();
      await page.locator("#undo").click();
      await row(page, "start.py").waitFor();
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("files are dropped into the tree", () =>
  visit(async (page) => {
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(["print(1)\n"], "extra.py"));
      return data;
    });
    await page.dispatchEvent("#files", "drop", { dataTransfer: transfer });
    await row(page, "extra.py").waitFor();
    await row(page, "start.py").waitFor();
  }));

test("a rule added to .dockerignore frees the edit", () =>
  visit(async (page) => {
    await scenario(page, "A rule that saves a build");
    await row(page, ".dockerignore").focus();
    await page.keyboard.press("Enter");
    await page.locator("#editor-tabs", { hasText: ".dockerignore" }).waitFor();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("README.md");
    await row(page, "README.md").and(page.locator("[data-ignored]")).waitFor();
    await page.keyboard.press("Control+Enter");
    await says(page, /Nothing runs/);
    await row(page, "README.md").focus();
    await page.keyboard.press("Space");
    await says(page, /Nothing runs/);
    assert.ok((await steps(page)).every((step) => step.startsWith("cached")));
  }));
