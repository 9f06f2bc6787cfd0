// @ts-check
// The page about the embed: the element works under the policy that the page asks its readers for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { site, violations, visit } from "./site.mjs";

site();
const path = "embed.html";

test("the element takes over the code that is there, and builds", () =>
  visit(
    async (page) => {
      const element = page.locator("layerwise-playground");
      await element.locator("[part~=step]").first().waitFor();
      await element.getByRole("button", { name: /change/i }).first().click();
      await element.getByRole("button", { name: /build/i }).first().click();
      await element.getByText(/run again|runs again|cached/i).first().waitFor();
    },
    { path, ready: false },
  ));

test("the second element shows a scenario, and its builds", () =>
  visit(
    async (page) => {
      const element = page.locator("layerwise-steps");
      await element.scrollIntoViewIfNeeded();
      await element.getByText("Build 2: 1 of 4 steps runs again").waitFor();
      await element.getByRole("button", { name: /Build 1/ }).click();
      await element.getByText("Build 1: 4 of 4 steps run").waitFor();
    },
    { path, ready: false },
  ));

test("a mistake is said over the steps, and the text stays", () =>
  visit(
    async (page) => {
      const element = page.locator("layerwise-playground");
      await element.locator("[part~=step]").first().waitFor();
      await element.locator("textarea").fill("FROM node:22\nCOPPY . .\nRUN ls\n");
      await element.locator("[part=error]", { hasText: "unknown instruction: COPPY" }).waitFor();
      assert.match(await element.locator("textarea").inputValue(), /COPPY/);
      await page.setViewportSize({ width: 320, height: 640 });
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(wide, 0, "no sideways scrolling");
    },
    { path, ready: false },
  ));

test("without scripts the code can be read", () =>
  visit(
    async (page) => {
      assert.match(await page.locator("layerwise-playground").innerText(), /FROM node:22/);
    },
    { path, ready: false, options: { javaScriptEnabled: false } },
  ));

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  test(`axe, ${colorScheme}`, () =>
    visit(
      async (page) => {
        await page.locator("layerwise-playground [part~=step]").first().waitFor();
        assert.deepEqual(await violations(page), []);
      },
      { path, ready: false, options: { colorScheme } },
    ));
}

test("an address that is not there says so", () =>
  visit(
    async (page) => {
      assert.match(await page.locator("h1").innerText(), /There is no such page/);
      assert.deepEqual(await violations(page), []);
    },
    { path: "nowhere", ready: false, expected: /404/ },
  ));
