// @ts-check
// The whole path: paste, edit a file, read the stack, build, reorder, undo, reload.
import assert from "node:assert/strict";
import { test } from "node:test";
import { paste, row, says, scenario, site, steps, text, verdict, visit } from "./site.mjs";

site();

test("the first scenario is answered before anything is done", () =>
  visit(async (page) => {
    await says(page, /2 of \d steps run again, about (2\d|3\d|4\d) s/);
    await says(page, /start\.py/);
    const found = await steps(page);
    assert.deepEqual(found.slice(-3), ["cached WORKDIR /app", "executed COPY . .", "executed RUN : &&"]);
  }));

test("paste a Dockerfile, build, edit a file, see what runs again", () =>
  visit(async (page) => {
    await paste(page, "FROM python:3.10.2-slim\nWORKDIR /srv\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n");
    assert.match(await text(page), /WORKDIR \/srv/);
    await page.getByRole("button", { name: "Build" }).first().click();
    await says(page, /Nothing runs: all \d steps are cached/);
    await row(page, "start.py").click();
    await page.locator("#editor .cm-content").getByText("create_app(title", { exact: false }).click();
    await page.keyboard.press("End");
    await page.keyboard.type("  # another line");
    await says(page, /1 of \d steps runs again/);
    await says(page, /start\.py has other content, which COPY \. \. on line 5 takes in/);
    assert.equal((await steps(page)).at(-1), "executed COPY . .");
    await row(page, "requirements.txt").hover();
    await row(page, "requirements.txt").getByRole("button", { name: "Change a line" }).click();
    await says(page, /3 of \d steps run again/);
  }));

test("the cause names the first difference and leads to it", () =>
  visit(async (page) => {
    await page.locator("#headline .reason [data-path='start.py']").click();
    assert.equal(await row(page, "start.py").evaluate((node) => node === document.activeElement), true);
    await page.locator("#headline .reason [data-line]").click();
    await page.locator("#editor .cm-editor.cm-focused").waitFor();
    await page.locator("#editor .cm-linked").first().waitFor();
    assert.match(await page.locator("#editor .cm-linked").first().innerText(), /^COPY \. \.$/);
  }));

test("one click reorders; the diff comes first; undo takes it back", () =>
  visit(async (page) => {
    const before = await text(page);
    await page.locator("#headline .suggest").click();
    const advice = page.locator("#advice");
    await advice.locator(".diff ins").first().waitFor();
    assert.match(await advice.locator(".diff").first().innerText(), /COPY requirements\.txt \./);
    // What an edit costs: of a source, of what is installed, of the last line, which makes no step.
    const costs = await advice.locator(".savings").innerText();
    assert.match(costs, /start\.py\s+3\d s\s+0\.2 s/);
    assert.match(costs, /requirements\.txt\s+3\d s\s+1\d s/);
    assert.match(costs, /the last line of the Dockerfile\s+0 s\s+0 s/);
    assert.equal(await text(page), before, "nothing changes before it is applied");
    await advice.getByRole("button", { name: /^Apply/ }).click();
    await page.waitForFunction(() => document.querySelector("#advice")?.textContent?.includes("Reorder"));
    const after = await text(page);
    // The order of state 3 with the mount of state 2; the image's variables stay.
    assert.match(
      after,
      /COPY requirements\.txt \.\nRUN --mount=type=cache,target=\/root\/\.cache\/pip \\\n {4}unset PIP_NO_CACHE_DIR \\\n {4}&& : \\\n/,
    );
    assert.match(after, /PIP_NO_CACHE_DIR=off/);
    assert.match(after, /requirements\.txt\nCOPY \. \.\n/);
    // Build the reordered file once, then the same kind of edit costs next to nothing.
    await page.keyboard.press("Control+Enter");
    await says(page, /Nothing runs/);
    await row(page, "start.py").hover();
    await row(page, "start.py").getByRole("button", { name: "Change a line" }).click();
    await says(page, /1 of \d steps runs again/);
    assert.match((await steps(page)).join("\n"), /cached RUN --mount/);
    await page.locator("#undo").click();
    await page.locator("#undo").click();
    assert.equal(await text(page), before);
  }));

test("the other order has to be built once, and that is said", () =>
  visit(async (page) => {
    await page.locator("#headline .suggest").click();
    await page.getByRole("button", { name: /^Apply/ }).click();
    await page
      .locator(".notice", { hasText: /What has moved is built once more\. From then on an ordinary edit costs about [\d.]+ s instead of \d+ s/ })
      .waitFor();
    // A step that was never there does not run *again*.
    const copy = page.locator("#steps .step", { has: page.locator(".name", { hasText: "COPY requirements.txt" }) });
    assert.equal(await copy.locator(".status").innerText(), "RUN");
  }));

test("a move can be left", () =>
  visit(async (page) => {
    await page.locator("#advice .move input").first().waitFor();
    const boxes = page.locator("#advice .move input");
    for (let index = 0; index < (await boxes.count()); index++) {
      if (await boxes.nth(index).isChecked()) await boxes.nth(index).click();
    }
    await page.getByText("Tick a change to see what it does", { exact: false }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Apply 0 changes" }).isDisabled(), true);
    await boxes.first().click();
    await page.locator("#advice .diff ins").first().waitFor();
  }));

test("text, files and reorder share one history", () =>
  visit(async (page) => {
    const before = await text(page);
    await page.locator("#editor .cm-content").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# end");
    await row(page, "start.py").focus();
    await page.keyboard.press("Delete");
    await row(page, "start.py").waitFor({ state: "detached" });
    await page.keyboard.press("Control+Z");
    await row(page, "start.py").waitFor();
    assert.match(await text(page), /# end$/);
    await row(page, "start.py").focus();
    await page.keyboard.press("Control+Z");
    assert.equal(await text(page), before);
    await page.keyboard.press("Control+Y");
    assert.match(await text(page), /# end$/);
  }));

test("builds are remembered, can be looked back at, and hit again after going back", () =>
  visit(async (page) => {
    await page.keyboard.press("Control+Enter");
    await says(page, /Nothing runs/);
    await page.locator("#builds .column").first().click();
    await says(page, /Build 1, looking back/);
    await page.getByRole("button", { name: "Restore this state" }).click();
    await says(page, /If you build now/);
    await says(page, /Nothing runs/);
    assert.equal(await page.locator("#builds thead .column").count(), 3);
    await page.getByRole("button", { name: "Empty the cache" }).click();
    await says(page, /Nothing was built before/);
    await page.locator("#undo").click();
    await says(page, /Nothing runs/);
  }));

test("nothing is lost on reload", () =>
  visit(async (page) => {
    await page.locator("#editor .cm-content").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# mine");
    await row(page, "README.md").focus();
    await page.keyboard.press("F2");
    await page.locator("#naming").fill("docs/READ.md");
    await page.keyboard.press("Enter");
    await row(page, "docs/READ.md").waitFor();
    const sentence = await verdict(page).innerText();
    await page.reload();
    await page.locator("#editor .cm-content").waitFor();
    assert.match(await text(page), /# mine$/);
    await row(page, "docs").waitFor();
    assert.equal(await verdict(page).innerText(), sentence);
    assert.equal(await page.locator(".notice").count(), 0);
  }));

test("what was typed just before a reload is there, although the address lags behind", () =>
  visit(async (page) => {
    await paste(page, "FROM scratch\nCOPY . /one\n");
    await page.waitForFunction(() => location.hash.startsWith("#1"));
    await page.locator("#editor .cm-content").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# mine");
    await page.reload();
    await page.locator("#editor .cm-content").waitFor();
    assert.match(await text(page), /# mine$/);
    assert.equal(await page.locator(".notice").count(), 0);
  }));

test("a scenario that was opened is one step back", () =>
  visit(async (page) => {
    const before = await text(page);
    await scenario(page, "Requirements first");
    assert.notEqual(await text(page), before);
    await page.locator("#undo").click();
    assert.equal(await text(page), before);
  }));

test("an estimate can be corrected", () =>
  visit(async (page) => {
    await page.locator("#steps .step").last().getByRole("button", { name: /details/ }).click();
    const seconds = page.locator("#steps .step").last().getByLabel("Seconds");
    await seconds.fill("120");
    await seconds.press("Tab");
    await says(page, /about 2 min/);
  }));
