// @ts-check
// Links: they carry everything, open for ever, and cost nobody their work.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, paste, row, says, site, steps, text, verdict, visit } from "./site.mjs";

site();

/** @param {import("playwright-core").Page} page */
async function link(page) {
  await page.getByRole("button", { name: "Share" }).click();
  const value = await page.locator("#share-link").inputValue();
  await page.keyboard.press("Escape");
  return value;
}

test("a link brings back text, files, builds and builder", () =>
  visit(async (page) => {
    await page.getByText("Classic", { exact: true }).click();
    await page.keyboard.press("Control+Enter");
    await says(page, /Nothing runs/);
    await row(page, "start.py").focus();
    await page.keyboard.press("Shift+X");
    await says(page, /mode 0755 instead of 0644/);
    const [shared, sentence, list] = [await link(page), await verdict(page).innerText(), await steps(page)];
    const path = shared.slice(address().length);
    assert.match(path, /^#1[\w-]+$/);
    await visit(async (other) => {
      await says(other, /mode 0755 instead of 0644/);
      assert.equal(await verdict(other).innerText(), sentence);
      assert.deepEqual(await steps(other), list);
      assert.equal(await other.locator("input[value=legacy]").isChecked(), true);
    }, { path });
  }));

test("the address of an edited page is its link", () =>
  visit(async (page) => {
    await page.locator("#editor .cm-content").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# x");
    await page.waitForFunction(() => location.hash.startsWith("#1"));
  }));

test("a link opened over one's own work gives it back on a button", () =>
  visit(async (page) => {
    const shared = await link(page);
    await paste(page, "FROM scratch\nCOPY . /mine\n");
    await page.waitForFunction(() => location.hash.startsWith("#1"));
    await page.goto("about:blank");
    await page.goto(shared);
    await page.locator(".notice", { hasText: "shared link" }).waitFor();
    await page.locator("#editor .cm-content").waitFor();
    assert.match(await text(page), /^FROM python/);
    await page.getByRole("button", { name: "Back to my work" }).click();
    assert.match(await text(page), /^FROM scratch\nCOPY \. \/mine/);
  }));

for (const [name, path] of [
  ["cut", "#1tZltb"],
  ["of another kind", "#code/abc"],
  ["of a later version", "#9abcdef"],
  ["of strange characters", "#1%F0%9F%92%A5"],
]) {
  test(`a broken link (${name}) is explained, and the own work is there`, () =>
    visit(async (page) => {
      await paste(page, "FROM scratch\nCOPY . /mine\n");
      await page.waitForFunction(() => location.hash.startsWith("#1"));
      await page.goto("about:blank");
      await page.goto(address(path));
      await page.locator("#editor .cm-content").waitFor();
      const notice = page.locator(".notice[data-kind=error]");
      assert.match(await notice.innerText(), /The link cannot be opened: .*Your own work is shown instead/s);
      assert.match(await text(page), /^FROM scratch\nCOPY \. \/mine/);
      await says(page, /./);
    }));
}

test("an example's address keeps the own work, too", () =>
  visit(async (page) => {
    await paste(page, "FROM scratch\nCOPY . /mine\n");
    await page.waitForFunction(() => location.hash.startsWith("#1"));
    await page.goto("about:blank");
    await page.goto(address("?example=06-node"));
    await page.locator(".notice", { hasText: "This is an example. Your own work is kept." }).waitFor();
    await page.getByRole("button", { name: "Back to my work" }).click();
    await page.locator("#editor .cm-content", { hasText: "COPY . /mine" }).waitFor();
  }));

test("a broken link at the first visit shows the first scenario", () =>
  visit(async (page) => {
    assert.match(await page.locator(".notice").innerText(), /The first scenario is shown instead/);
    assert.match(await text(page), /^FROM python/);
  }, { path: "#1abc" }));

test("a link that is pasted into the address of an open page opens there", () =>
  visit(async (page) => {
    const shared = await link(page);
    await paste(page, "FROM scratch\nCOPY . /mine\n");
    await page.waitForFunction(() => location.hash.startsWith("#1"));
    await page.evaluate((hash) => { location.hash = hash; }, new URL(shared).hash);
    await page.locator(".notice", { hasText: "shared link" }).waitFor();
    assert.match(await text(page), /^FROM python/);
    await page.locator("#undo").click();
    assert.match(await text(page), /^FROM scratch/);
  }));

test("the embed code works as it is copied: text without scripts, steps with them", () =>
  visit(
    async (page) => {
      await page.getByRole("button", { name: "Share" }).click();
      await page.getByRole("button", { name: "Copy embed code" }).click();
      await page.locator("#status", { hasText: "The embed code is copied" }).waitFor({ state: "attached" });
      const code = await page.evaluate(() => navigator.clipboard.readText());
      await page.route("**/host.html", (route) =>
        route.fulfill({ contentType: "text/html", body: `<!doctype html><title>host</title>${code}` }),
      );
      await page.goto(address("host.html"));
      const element = page.locator("layerwise-playground");
      assert.match(await element.locator("pre").innerText(), /^FROM python:3\.10\.2-slim/);
      await element.locator("[part~=step-executed]").first().waitFor();
      assert.match(await element.locator("[part=summary]").innerText(), /2 of 3 steps run again/);
    },
    { expected: /favicon/ },
  ));

test("Markdown, embed code and a file can be taken along", () =>
  visit(async (page) => {
    // The clipboard is asked, not the status line, which may already say the next thing.
    const copied = async (button, wanted) => {
      await page.getByRole("button", { name: button }).click();
      let text = "";
      for (let tries = 0; tries < 100 && !wanted.test(text); tries++) {
        text = await page.evaluate(() => navigator.clipboard.readText());
        await page.waitForTimeout(50);
      }
      assert.match(text, wanted);
    };
    await page.getByRole("button", { name: "Share" }).click();
    await copied("Copy link", /#1/);
    await copied("Copy as Markdown", /^```dockerfile\nFROM python[\s\S]*\| .*COPY \. \.[\s\S]*\[Open in layerwise\]/);
    await copied("Copy embed code", /<layerwise-playground/);
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download .json" }).click();
    assert.equal((await saved).suggestedFilename(), "layerwise.json");
  }));
