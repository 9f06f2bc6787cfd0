// @ts-check
// Keyboard alone, phones, no scripts, dark and light, and what axe says of each view.
import assert from "node:assert/strict";
import { test } from "node:test";
import { paste, row, says, scenario, site, steps, text, violations, visit } from "./site.mjs";

site();

test("everything by keyboard: edit, build, change a file, reorder, undo", () =>
  visit(async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to the result");
    const reach = async (/** @type {string} */ selector) => {
      for (let count = 0; count < 80; count++) {
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`Tab never reaches ${selector}`);
    };
    await reach("#editor");
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# by keyboard");
    assert.match(await text(page), /# by keyboard$/);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.id !== "editor"), true, "Tab leaves the editor");
    await reach("#files [role=treeitem]");
    await page.keyboard.type("start");
    await page.keyboard.press("Space");
    await row(page, "start.py").locator(".chip.changed").waitFor();
    await page.keyboard.press("Control+Enter");
    await says(page, /Nothing runs/);
    await page.keyboard.press("Control+Z");
    await says(page, /run again|Nothing runs/);
    await reach("#headline .suggest");
    await page.keyboard.press("Enter");
    await reach("#advice .primary");
    await page.keyboard.press("Enter");
    await page.locator("#status", { hasText: "The Dockerfile is reordered" }).waitFor({ state: "attached" });
    assert.match(await text(page), /COPY requirements\.txt \./);
  }));

test("the rest of the way by keyboard: paste, edit a file, build, read why, go there, share", () =>
  visit(async (page) => {
    await paste(page, "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n");
    await page.keyboard.press("Control+Enter");
    await says(page, /Nothing runs/);
    const focused = (/** @type {string} */ selector) =>
      page.waitForFunction((wanted) => document.activeElement?.matches(wanted) === true, selector);
    await row(page, "start.py").focus();
    await page.keyboard.press("Enter");
    await page.locator("#editor-tabs", { hasText: "start.py" }).waitFor();
    await focused("#editor");
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# edited");
    await says(page, /2 of 3 steps run again/);
    await page.keyboard.press("F8");
    await focused("#steps .step");
    // In the step: its own name, then the file.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await focused("#steps .cause [data-path='start.py']");
    await page.keyboard.press("Enter");
    await focused("#files [data-path='start.py']");
    await page.keyboard.press("Control+S");
    await page.locator("#toast", { hasText: "The link is copied" }).waitFor({ state: "attached" });
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /#1[\w-]+$/);
  }));

test("whatever Tab reaches shows that it has the focus, and has a name", () =>
  visit(async (page) => {
    const seen = new Set();
    for (let count = 0; count < 90; count++) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return undefined;
        // A radio button is drawn by the words beside it.
        const drawn = element.matches("[type=radio]") ? element.nextElementSibling : element;
        const style = getComputedStyle(/** @type {Element} */ (drawn));
        const name =
          element.getAttribute("aria-label") ??
          element.textContent?.trim() ??
          "";
        const labels = /** @type {HTMLInputElement} */ (element).labels;
        return {
          what: `${element.localName}#${element.id}.${element.className}`,
          visible: style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2,
          named: name !== "" || (labels?.length ?? 0) > 0 || element.shadowRoot !== null,
        };
      });
      if (stop === undefined) break;
      seen.add(stop.what);
      assert.equal(stop.visible, true, `${stop.what} shows no focus`);
      assert.equal(stop.named, true, `${stop.what} has no name`);
    }
    assert.ok(seen.size > 15, `only ${seen.size} kinds of stops`);
  }));

test("the keys of the tree", () =>
  visit(async (page) => {
    await row(page, "app").focus();
    await page.keyboard.press("ArrowRight");
    await row(page, "app/views.py").waitFor();
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-path") === "app/templates");
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-path") === "app");
    await page.keyboard.press("End");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-path") === "start.py");
    await page.keyboard.press("Home");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-path") === "app");
    await page.keyboard.press("r");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-path")?.startsWith("README"));
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(
      () => document.activeElement?.getAttribute("data-path") === "gunicorn.conf.py",
    );
    assert.equal(await page.locator("#files [role=treeitem][tabindex='0']").count(), 1, "one stop for Tab");
  }));

test("F8 goes to the steps that run", () =>
  visit(async (page) => {
    await page.keyboard.press("F8");
    await page.waitForFunction(() => document.activeElement?.matches("#steps .step[data-status=executed]"));
    const first = await page.evaluate(() => document.activeElement?.id);
    await page.keyboard.press("F8");
    await page.waitForFunction((before) => document.activeElement?.id !== before, first);
  }));

/** Types nothing: the cursor goes to a line of the editor. */
async function toLine(/** @type {import("playwright-core").Page} */ page, /** @type {string} */ words) {
  await page.locator("#editor .cm-line", { hasText: words }).first().click();
}

test("Alt and an arrow move a whole instruction, with its lines and its comment", () =>
  visit(async (page) => {
    await paste(
      page,
      "# syntax=docker/dockerfile:1\nFROM a\n\n# why\nRUN one \\\n    # inside\n    && two\n\nCOPY . .\nRUN <<EOT\n  three\nEOT\n# last\n",
    );
    const start = await text(page);
    await toLine(page, "&& two");
    await page.keyboard.press("Alt+ArrowDown");
    assert.equal(
      await text(page),
      "# syntax=docker/dockerfile:1\nFROM a\n\nCOPY . .\n\n# why\nRUN one \\\n    # inside\n    && two\nRUN <<EOT\n  three\nEOT\n# last\n",
    );
    await page.keyboard.press("Alt+ArrowDown");
    assert.match(await text(page), /COPY \. \.\n\nRUN <<EOT\n {2}three\nEOT\n# why\nRUN one \\\n {4}# inside\n {4}&& two\n# last/);
    await page.keyboard.type("!");
    assert.match(await text(page), /&& t?w?o?!|!.*two/, "the cursor has gone along");
    await page.keyboard.press("Control+Z");
    await page.keyboard.press("Alt+ArrowDown");
    await page.locator("#toast", { hasText: "Nothing is below" }).waitFor({ state: "attached" });
    await page.keyboard.press("Control+Z");
    await page.keyboard.press("Control+Z");
    assert.equal(await text(page), start);
    // A directive is no comment of the instruction below it.
    await toLine(page, "COPY . .");
    await page.keyboard.press("Alt+ArrowUp");
    await page.keyboard.press("Alt+ArrowUp");
    assert.match(await text(page), /^# syntax=docker\/dockerfile:1\nCOPY \. \.\n\n(# why|FROM a)/);
  }));

test("Alt and an arrow move the step that has the focus", () =>
  visit(async (page) => {
    await page.keyboard.press("F8");
    await page.waitForFunction(() => document.activeElement?.querySelector(".name")?.textContent?.includes("COPY . ."));
    await page.keyboard.press("Alt+ArrowDown");
    await page.waitForFunction(() => document.querySelector("#steps .step:last-child .name")?.textContent?.includes("COPY . ."));
    await page.waitForFunction(() => document.activeElement?.querySelector(".name")?.textContent?.includes("COPY . ."));
    assert.match(await text(page), /requirements\.txt\nCOPY \. \.|requirements\.txt\n\nCOPY \. \./);
    await page.keyboard.press("Control+Z");
    assert.match(await text(page), /COPY \. \.\nRUN/);
  }));

test("who has no keyboard moves a step by the buttons in its details", () =>
  visit(async (page) => {
    const copy = page.locator("#steps .step", { has: page.locator(".name", { hasText: "COPY . ." }) });
    await copy.getByRole("button", { name: /details/ }).click();
    await copy.getByRole("button", { name: "move down" }).click();
    await page.waitForFunction(() => document.querySelector("#steps .step:last-child .name")?.textContent?.includes("COPY . ."));
    await page.locator("#undo").click();
    assert.match(await text(page), /COPY \. \.\nRUN/);
  }));

test("one polite sentence tells the result", () =>
  visit(async (page) => {
    await row(page, "requirements.txt").focus();
    await page.keyboard.press("Space");
    await page.locator("#status", { hasText: /If you build now: \d of \d steps run again/ }).waitFor({ state: "attached" });
    assert.equal(await page.locator("[role=status]").count(), 1);
  }));

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

test("a phone: three tabs, the result at the bottom, no sideways scrolling", () =>
  visit(
    async (page) => {
      await page.locator("#bar", { hasText: /2 of \d steps run again/ }).waitFor();
      const tab = (/** @type {string} */ name) => page.locator("#tabs").getByRole("button", { name }).tap();
      await tab("Files");
      await row(page, "start.py").waitFor();
      assert.equal(await page.locator("#steps").isVisible(), false);
      await row(page, "requirements.txt").getByRole("button").tap();
      await page.locator("#bar").getByRole("button", { name: "Build" }).tap();
      await page.locator("#bar", { hasText: "Nothing runs" }).waitFor();
      await tab("Dockerfile");
      await page.locator("#editor .cm-content").waitFor();
      await page.locator("#bar .bar-text").tap();
      await page.locator("#steps").waitFor();
      const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(await wide(), 0);
      await page.setViewportSize({ width: 320, height: 640 });
      assert.equal(await wide(), 0);
    },
    { options: PHONE, ready: false },
  ));

test("on paper there is the whole result, and nothing to click", () =>
  visit(
    async (page) => {
      await page.setViewportSize({ width: 700, height: 1000 });
      await page.locator("#bar", { hasText: "run again" }).waitFor();
      await page.emulateMedia({ media: "print" });
      for (const part of ["#editor", "#steps", "#builds"]) assert.equal(await page.locator(part).isVisible(), true, part);
      for (const part of ["#bar", "#tabs", ".top", "#headline .actions"]) {
        assert.equal(await page.locator(part).isVisible(), false, part);
      }
    },
    { ready: false },
  ));

test("in forced colours the chosen builder can be told", () =>
  visit(
    async (page) => {
      const back = (/** @type {string} */ value) =>
        page.locator(`input[value=${value}] + span`).evaluate((node) => getComputedStyle(node).backgroundColor);
      assert.notEqual(await back("buildkit"), await back("legacy"));
    },
    { options: { forcedColors: "active" } },
  ));

test("without scripts the first result can be read", () =>
  visit(
    async (page) => {
      assert.match(await page.locator("#headline").innerText(), /2 of \d steps run again/);
      assert.deepEqual((await steps(page)).slice(-2), ["executed COPY . .", "executed RUN : &&"]);
      assert.match(await page.locator("#editor").innerText(), /FROM python:3\.10\.2-slim/);
    },
    { options: { javaScriptEnabled: false }, ready: false },
  ));

test("nothing moves when the page takes over what was rendered beforehand", () =>
  visit(async (page) => {
    const shift = await page.evaluate(
      () =>
        new Promise((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += /** @type {any} */ (entry).value;
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => resolve(sum), 500);
        }),
    );
    assert.ok(/** @type {number} */ (shift) < 0.05, `layout shift ${shift}`);
  }));

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  /** @type {[string, (page: import("playwright-core").Page) => Promise<void>][]} */
  const views = [
    ["the first view", async (page) => says(page, /run again/)],
    [
      "details, a file and the advice",
      async (page) => {
        await page.locator("#steps .step").last().getByRole("button", { name: /details/ }).click();
        await row(page, "start.py").click();
        await page.locator("#advice .diff").first().waitFor();
      },
    ],
    [
      "errors",
      async (page) => {
        await paste(page, "FROM python:3.12\nCOPPY . .\n");
        await page.locator("#diagnostics .finding").first().waitFor();
      },
    ],
    [
      "looking back, sharing and naming",
      async (page) => {
        await page.locator("#builds .column").first().click();
        await page.getByRole("button", { name: "+ file" }).click();
        await page.locator("#naming").fill("../x");
        await page.keyboard.press("Enter");
        await page.getByRole("button", { name: "Share" }).click();
        await page.locator("#share-link").waitFor();
      },
    ],
    ["stages that depend", async (page) => scenario(page, "After one miss, everything?")],
  ];
  for (const [name, go] of views) {
    test(`axe: ${name}, ${colorScheme}`, () =>
      visit(
        async (page) => {
          await go(page);
          await page.waitForTimeout(600);
          assert.deepEqual(await violations(page), []);
        },
        { options: { colorScheme } },
      ));
  }
  test(`axe: phone, ${colorScheme}`, () =>
    visit(
      async (page) => {
        await page.waitForTimeout(600);
        assert.deepEqual(await violations(page), []);
      },
      { options: { ...PHONE, colorScheme }, ready: false },
    ));
}

test("the theme is switched and kept", () =>
  visit(async (page) => {
    const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await back();
    await page.locator("#theme").click();
    await page.locator("#theme").click();
    const dark = await back();
    assert.notEqual(dark, light);
    await page.reload();
    assert.equal(await back(), dark);
  }));
