// @ts-check
// The times of a builder's log in the place of estimates: in a form, pasted anywhere, and taken back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { paste, says, site, text, violations, visit } from "./site.mjs";

site();

const LOG = `#7 [3/4] COPY . .
#7 DONE 0.1s

#8 [4/4] RUN :     && python -m venv "/app/.venv"     && pip install -r requirements.txt
#8 1.102 Collecting flask==2.0.3
#8 DONE 75.0s
`;

/** @param {import("playwright-core").Page} page */
const form = (page) => page.locator("form[data-form=timing]");

test("a pasted log gives the steps their times, by keyboard alone", () =>
  visit(async (page) => {
    await page.getByRole("button", { name: "paste the log of a build" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.id === "timing");
    assert.deepEqual(await violations(page), []);
    await page.locator("#timing").fill(LOG);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await says(page, /2 of \d steps run again, about 1 min 15 s/);
    await form(page).waitFor({ state: "detached" });
    await page.getByText("The times of 2 steps are your own", { exact: false }).waitFor();
    // The advice reckons with them too, and with the mount it is still the same install.
    const costs = page.locator("#advice .savings").filter({ hasText: /start\.py\s*1 min 15 s\s*0\.1 s/ });
    await costs.filter({ hasText: /requirements\.txt\s*1 min 15 s\s*\d\d s/ }).waitFor();
    await page.getByRole("button", { name: "use estimates" }).click();
    await says(page, /about 3\d s/);
    await page.locator("#undo").click();
    await says(page, /about 1 min 15 s/);
    await page.locator("#undo").click();
    await page.getByText("Times are estimates.", { exact: false }).waitFor();
  }));

test("what is no log, or another build's, is said, and nothing is lost", () =>
  visit(async (page) => {
    const open = page.getByRole("button", { name: "paste the log of a build" });
    await open.click();
    for (const [log, sentence] of /** @type {[string, RegExp][]} */ ([
      ["", /Paste what docker build printed/],
      ["FROM scratch", /This is no log of BuildKit/],
      ["#8 [2/4] COPY . .\n#8 CACHED", /all came from the cache/],
      ["#8 [2/2] RUN other\n#8 DONE 3.0s", /another Dockerfile/],
    ])) {
      await page.locator("#timing").fill(log);
      await page.getByRole("button", { name: "Take its times" }).click();
      await form(page).getByRole("alert").filter({ hasText: sentence }).waitFor();
      assert.equal(await page.locator("#timing").inputValue(), log);
    }
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.textContent === "paste the log of a build");
  }));

test("a log that is pasted on the page is not taken for a Dockerfile", () =>
  visit(async (page) => {
    const before = await text(page);
    await paste(page, LOG);
    await says(page, /about 1 min 15 s/);
    assert.equal(await text(page), before);
  }));
