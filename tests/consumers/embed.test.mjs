// @ts-check
// The elements in somebody's page: one script tag, a strict content security policy, no other file of ours.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { fromFragment, Workspace } from "../../www/layerwise/dist/index.js";
import { cleanUp, launch, project, serve } from "./project.mjs";

const axe = readFileSync(
  createRequire(new URL("../../www/package.json", import.meta.url)).resolve("axe-core"),
  "utf8",
);
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {{ address: string, close: () => void }} */
let host;

before(async () => {
  host = await serve(project("script-tag"));
  browser = await launch();
});

after(async () => {
  await browser.close();
  host.close();
  cleanUp();
});

/** @param {import("playwright-core").BrowserContextOptions} [options] */
async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  /** @type {string[]} */
  const problems = [];
  /** @type {string[]} */
  const requests = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.location().url.endsWith("missing.json"))
      problems.push(message.text());
  });
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`${host.address}/embed.html`);
  return { page, problems, requests, close: () => context.close() };
}

test("a Dockerfile in the page becomes steps with causes", async () => {
  const { page, problems, requests, close } = await open();
  const lesson = page.locator("#lesson");
  await lesson.getByText("Build 2: 2 of 3 steps run again").waitFor();
  const steps = lesson.locator(".lw-step");
  assert.deepEqual(await steps.evaluateAll((list) => list.map((each) => each.getAttribute("data-status"))), [
    "cached",
    "executed",
    "executed",
  ]);
  assert.match(
    (await steps.nth(1).textContent()) ?? "",
    /src\/index\.js has other content, which COPY \. \. on line 3/,
  );
  assert.match((await steps.nth(2).textContent()) ?? "", /because the result of step 3 changed/);
  // The page's own block is still there to see.
  assert.ok(await lesson.locator("pre").isVisible());
  await lesson.getByRole("button", { name: /Build 1/ }).click();
  await lesson.getByText("Build 1: 3 of 3 steps run").waitFor();
  for (const request of requests) assert.equal(new URL(request).origin, host.address);
  assert.deepEqual(problems, []);
  await close();
});

test("the engine is fetched once, and only when an element comes near", async () => {
  const { page, requests, close } = await open({ viewport: { width: 800, height: 600 } });
  await page.locator("#lesson").getByText("Build 2:").waitFor();
  await page.locator("#document").scrollIntoViewIfNeeded();
  await page.locator("#document").getByText("Build 1:").waitFor();
  assert.equal(requests.filter((request) => request.endsWith("engine.wasm")).length, 1);
  assert.equal(requests.filter((request) => request.endsWith("whole.wasm")).length, 0);
  await close();
  const far = await open({ viewport: { width: 800, height: 10 } });
  await far.page.waitForTimeout(300);
  await far.page.evaluate(() => document.querySelector("#try")?.getAttribute("view"));
  assert.equal(await far.page.locator("#broken .lw-note").count(), 0, "what is far away has not begun");
  await far.close();
});

test("a rare Dockerfile takes the whole engine, and is answered: as a document, and while somebody types", async () => {
  const { page, requests, problems, close } = await open();
  const whole = () => requests.filter((request) => request.endsWith("whole.wasm")).length;
  await page.locator("#lesson").getByText("Build 2:").waitFor();
  assert.equal(whole(), 0);
  const area = page.locator("#try");
  await area.getByLabel("Dockerfile").fill("# escape=`\nFROM node:22\nRUN echo `\n  a\nADD --keep-git-dir=true . /src\n");
  await area.locator(".lw-step", { hasText: "ADD --keep-git-dir=true" }).waitFor();
  assert.equal(whole(), 1);
  await area.getByRole("button", { name: "Build", exact: true }).click();
  await area.locator(".lw-summary", { hasText: "Build 3" }).waitFor();
  await page.evaluate(() => {
    const scenario = { dockerfile: "FROM node:22\nLABEL a=b\n", builder: "legacy" };
    Object.assign(document.querySelector("#lesson") ?? {}, { scenario });
  });
  // The classic builder alone makes a step of it.
  await page.locator("#lesson .lw-step", { hasText: "LABEL a=b" }).waitFor();
  assert.equal(whole(), 1);
  assert.deepEqual(problems, []);
  await close();
});

test("playing: change, touch, build, edit, reset, by mouse and by keyboard", async () => {
  const { page, problems, close } = await open();
  const area = page.locator("#try");
  await area.getByText("Build 2:").waitFor();
  await page.evaluate(() => {
    const seen = /** @type {string[]} */ ([]);
    Object.assign(window, { seen });
    for (const name of ["lw-change", "lw-build", "lw-error"]) {
      document.addEventListener(name, (event) => {
        if (/** @type {Element} */ (event.target).id === "try") seen.push(name);
      });
    }
  });
  await area.getByRole("button", { name: "Touch src/index.js" }).click();
  await area.getByText("The next build: all 3 steps cached").waitFor();
  await area.getByText("only its time is new").waitFor();
  await area.getByRole("button", { name: "Change README.md" }).click();
  await area.getByText("`*.md`".replaceAll("`", "")).first().waitFor();
  await area.getByText("The next build: all 3 steps cached").waitFor();
  await area.getByRole("button", { name: "Change package.json" }).press("Enter");
  await area.getByText("The next build: 2 of 3 steps run again").waitFor();
  await area.getByRole("button", { name: "Build", exact: true }).click();
  await area.getByText("Build 3: 2 of 3 steps run again").waitFor();
  await area
    .getByRole("textbox", { name: "Dockerfile" })
    .fill("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm install\n");
  await area
    .getByText(/Step 4 runs/)
    .first()
    .waitFor();
  const anchor = area.getByRole("link", { name: "Open in the playground" });
  // The link takes up what is shown when somebody is about to follow it.
  await anchor.hover();
  const link = (await anchor.getAttribute("href")) ?? "";
  const scenario = fromFragment(new URL(link).hash);
  assert.ok((scenario.builds?.length ?? 0) >= 3);
  const shown = await area.evaluate((/** @type {any} */ element) => [element.timeline, element.workspace.next()]);
  const again = new Workspace(scenario);
  assert.deepEqual([again.timeline(), again.next()], shown, "the link says what was done here");
  await area.getByRole("button", { name: "Reset" }).click();
  await area.getByText("Build 2: 2 of 3 steps run again").waitFor();
  const seen = await page.evaluate(() => /** @type {any} */ (window).seen);
  assert.deepEqual([...new Set(seen)].sort(), ["lw-build", "lw-change"]);
  assert.deepEqual(problems, []);
  await close();
});

test("Tab leaves the text field", async () => {
  const { page, close } = await open();
  const field = page.locator("#try").getByRole("textbox", { name: "Dockerfile" });
  await field.focus();
  await page.keyboard.press("Tab");
  assert.equal(await field.evaluate((area) => area.matches(":focus")), false);
  await close();
});

test("lw-change can be cancelled", async () => {
  const { page, close } = await open();
  const area = page.locator("#try");
  await area.getByText("Build 2:").waitFor();
  await page.evaluate(() => document.addEventListener("lw-change", (event) => event.preventDefault()));
  await area.getByRole("button", { name: "Change package.json" }).click();
  await page.waitForTimeout(100);
  assert.equal(await area.getByText("The next build").count(), 0);
  await close();
});

test("a document in the page; its text is only text", async () => {
  const { page, problems, close } = await open();
  const element = page.locator("#document");
  await element.scrollIntoViewIfNeeded();
  await element.getByText("Build 1: 1 of 1 step runs").waitFor();
  assert.equal(await page.locator("img").count(), 0);
  await page.evaluate(() => document.querySelector("#document")?.setAttribute("build", "2"));
  await element.getByText("Build 2: 1 of 1 step runs again").waitFor();
  await page.evaluate(() => {
    const element = /** @type {any} */ (document.querySelector("#document"));
    element.scenario = { dockerfile: "FROM scratch\nCOPY <img> /\n", context: { "<img>": { text: "" } } };
  });
  await element.getByText("COPY <img> /").first().waitFor();
  assert.deepEqual(problems, []);
  await close();
});

test("what cannot be shown says so, and the page goes on", async () => {
  const { page, close } = await open();
  const broken = page.locator("#broken");
  await broken.scrollIntoViewIfNeeded();
  await broken.getByText(/missing\.json answered 404/).waitFor();
  const message = await broken.evaluate((element) =>
    /** @type {any} */ (element).ready.catch((/** @type {Error} */ error) => error.message),
  );
  assert.match(message, /answered 404/);
  await close();
});

test("an engine that is not there is named, and the Dockerfile stays", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route("**/engine.wasm", (route) =>
    route.fulfill({ status: 200, contentType: "text/html", body: "<!doctype html>" }),
  );
  await page.goto(`${host.address}/embed.html`);
  await page
    .locator("#lesson")
    .getByText(/engine\.wasm is an HTML page, not the engine/)
    .waitFor();
  assert.ok(await page.locator("#lesson pre").isVisible());
  await context.close();
});

test("without scripts the Dockerfile is there to read", async () => {
  const { page, close } = await open({ javaScriptEnabled: false });
  assert.ok(await page.locator("#lesson pre").isVisible());
  assert.match((await page.locator("#lesson").textContent()).trim(), /^FROM node:22\s+WORKDIR/);
  await close();
});

test("light and dark follow the page, and the attribute goes before both", async () => {
  const { page, close } = await open({ colorScheme: "dark" });
  const lesson = page.locator("#lesson");
  await lesson.getByText("Build 2:").waitFor();
  const scheme = () => lesson.locator(".lw-root").evaluate((root) => getComputedStyle(root).colorScheme);
  assert.equal(await scheme(), "light", "data-theme of the page");
  await page.evaluate(() => document.documentElement.setAttribute("data-theme", "dark"));
  await page.waitForTimeout(50);
  assert.equal(await scheme(), "dark");
  await page.evaluate(() => document.querySelector("#lesson")?.setAttribute("theme", "light"));
  assert.equal(await scheme(), "light");
  await close();
});

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  test(`axe finds nothing: ${colorScheme}`, async () => {
    const { page, close } = await open({ colorScheme });
    await page.evaluate((theme) => {
      document.documentElement.setAttribute("data-theme", theme);
      // What a page's own style does on such a switch.
      document.documentElement.style.colorScheme = theme;
      document.body.style.backgroundColor = theme === "dark" ? "#15171b" : "#ffffff";
    }, colorScheme);
    for (const id of ["lesson", "try", "document", "broken"]) {
      await page.locator(`#${id}`).scrollIntoViewIfNeeded();
      await page
        .locator(`#${id}`)
        .locator(id === "broken" ? ".lw-note" : ".lw-steps")
        .first()
        .waitFor();
    }
    // Playwright's evaluation is not subject to the page's policy.
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => /** @type {any} */ (window).axe.run(document));
    assert.deepEqual(
      violations.map((/** @type {any} */ each) => [
        each.id,
        each.nodes.map((/** @type {any} */ node) => node.target),
      ]),
      [],
    );
    await close();
  });
}

test("nothing is wider than a narrow screen", async () => {
  const { page, close } = await open({ viewport: { width: 320, height: 800 } });
  await page.locator("#try").getByText("Build 2:").waitFor();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 320, `${width} pixels`);
  await close();
});

test("a page can set colours", async () => {
  const { page, close } = await open();
  const lesson = page.locator("#lesson");
  await lesson.getByText("Build 2:").waitFor();
  await lesson.evaluate((element) =>
    /** @type {HTMLElement} */ (element).style.setProperty("--lw-executed", "rgb(1, 2, 3)"),
  );
  const colour = await lesson
    .locator("[data-status=executed] .lw-status")
    .first()
    .evaluate((status) => getComputedStyle(status).color);
  assert.equal(colour, "rgb(1, 2, 3)");
  await close();
});
