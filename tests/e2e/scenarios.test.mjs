// @ts-check
// The four states of the example of 2022, and the lessons, behave as their text says, under both builders.
import assert from "node:assert/strict";
import { test } from "node:test";
import { paste, row, says, scenario, site, steps, visit } from "./site.mjs";

site();

/** @param {import("playwright-core").Page} page */
const classic = (page) => page.getByText("Classic", { exact: true }).click();
/** @param {import("playwright-core").Page} page */
const mounts = (page) => page.locator("#steps .mount").evaluateAll((all) => all.map((each) => each.getAttribute("data-mount")));

test("1: a changed line of start.py runs COPY and RUN again, cold, under both builders", () =>
  visit(async (page) => {
    await says(page, /2 of \d steps run again, about 3\d s/);
    assert.deepEqual((await steps(page)).slice(-2), ["executed COPY . .", "executed RUN : &&"]);
    await classic(page);
    // The classic builder has a step for every instruction, and what follows a miss is a miss.
    await says(page, /3 of 6 steps run again/);
    assert.deepEqual(await steps(page), [
      "cached ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1",
      "cached ENV PATH=\"${VENV_PATH}/bin:${PATH}\"",
      "cached WORKDIR /app",
      "executed COPY . .",
      "executed RUN : &&",
      "executed CMD [\"gunicorn\", \"--config\",",
    ]);
  }));

test("2: with a cache mount it runs again just the same, but warm; the classic builder refuses", () =>
  visit(async (page) => {
    await scenario(page, "A cache mount for pip");
    await says(page, /2 of \d steps run again/);
    assert.deepEqual((await steps(page)).slice(-2), ["executed COPY . .", "executed RUN --mount=type=cache,target=/root/.cache :"]);
    assert.deepEqual(await mounts(page), ["warm"]);
    // Three states: as it is, cached, and cold.
    await page.keyboard.press("Control+Enter");
    await says(page, /Nothing runs/);
    assert.deepEqual(await mounts(page), ["not used"]);
    await page.getByRole("button", { name: "Empty the cache" }).click();
    await says(page, /Nothing was built before/);
    assert.deepEqual(await mounts(page), ["cold"]);
    await classic(page);
    await says(page, /--mount option requires BuildKit/);
  }));

test("3: with requirements.txt first the RUN is cached", () =>
  visit(async (page) => {
    await scenario(page, "Requirements first");
    await says(page, /1 of \d steps runs again/);
    assert.deepEqual((await steps(page)).slice(-3), [
      "cached COPY requirements.txt .",
      "cached RUN --mount=type=cache,target=/root/.cache :",
      "executed COPY . .",
    ]);
    await row(page, "requirements.txt").hover();
    await row(page, "requirements.txt").getByRole("button", { name: "Change a line" }).click();
    await says(page, /3 of \d steps run again/);
    assert.deepEqual(await mounts(page), ["warm"]);
    await classic(page);
    await says(page, /--mount option requires BuildKit/);
  }));

test("4: apt's cache mount stays empty because of docker-clean, until that is removed", () =>
  visit(async (page) => {
    await scenario(page, "A cache mount for apt");
    await says(page, /run again/);
    assert.deepEqual(await mounts(page), ["cold", "warm"]);
    assert.match(await page.locator("#steps .mount").first().innerText(), /docker-clean/);
    await scenario(page, "apt that keeps its downloads");
    await says(page, /run again/);
    assert.deepEqual(await mounts(page), ["warm", "warm", "warm"]);
    await classic(page);
    await says(page, /--mount option requires BuildKit/);
  }));

test("what one click does to 1 is told: the order of 3, with the mount of 2", () =>
  visit(async (page) => {
    const moves = page.locator("#advice .move");
    await moves.first().waitFor();
    const titles = (await moves.allInnerTexts()).join("\n");
    assert.match(titles, /requirements\.txt/);
    assert.match(titles, /Keep the downloads of pip between builds/);
    assert.ok(await moves.locator("input").evaluateAll((all) => all.every((each) => each.matches(":checked"))));
  }));

for (const [name, sentence] of /** @type {[string, RegExp][]} */ ([
  ["Node: npm runs after every change", /3 of \d steps run again/],
  ["Only the time has changed", /Nothing runs/],
  ["Same bytes, another mode", /4 of \d steps run again.*mode 0664 instead of 0644/s],
  ["A rule that saves a build", /2 of \d steps run again.*README\.md/s],
  ["After one miss, everything?", /run again/],
  ["A comment in the Dockerfile", /2 of \d steps run again.*Dockerfile/s],
])) {
  test(`lesson: ${name}`, () =>
    visit(async (page) => {
      await scenario(page, name);
      await says(page, sentence);
    }));
}

test("lesson: what only a real run shows is said, and can be told", () =>
  visit(async (page) => {
    await scenario(page, "After one miss, everything?");
    const copy = page.locator("#steps .step", { hasText: "COPY --from=build" });
    assert.equal(await copy.getAttribute("data-status"), "depends");
    // By keyboard: from the step that depends to the switch, and an arrow chooses.
    await copy.getByRole("button", { name: "say what step 6 of build writes" }).focus();
    await page.keyboard.press("Enter");
    const build = page.locator("#steps .step", { has: page.locator(".name", { hasText: "go build" }) });
    await page.waitForFunction(() => document.activeElement?.matches(".output input[value=unknown]"));
    await page.keyboard.press("ArrowRight");
    await page.locator("#steps .step[data-status=cached]", { hasText: "COPY --from=build" }).waitFor();
    assert.match(await copy.innerText(), /stays cached: it is found by the bytes that it takes in, and step 6 of build wrote the same/);
    assert.equal(await page.evaluate(() => document.activeElement?.matches(".output input[value=same]:checked")), true);
    assert.match(await page.locator("#steps .step", { hasText: "apk add" }).innerText(), /it stands on nothing that runs again/);
    await build.getByLabel("other bytes").click({ force: true });
    await page.locator("#steps .step[data-status=executed]", { hasText: "COPY --from=build" }).waitFor();
    await page.locator("#undo").click();
    await page.locator("#undo").click();
    await copy.and(page.locator("[data-status=depends]")).waitFor();
  }));

test("a scenario has an address of its own", () =>
  visit(async (page) => {
    await page.locator("#about strong").getByText("Node: npm runs after every change").waitFor();
  }, { path: "?example=06-node" }));

test("a change of the text that makes nothing run says why not", () =>
  visit(async (page) => {
    await paste(page, "FROM python:3.12\nWORKDIR /app\nLABEL revision=1\nENV A=1\nCOPY . .\nCMD one\n");
    await page.keyboard.press("Control+Enter");
    await says(page, /Nothing runs/);
    const now = (/** @type {string} */ text) => paste(page, text);
    await now("FROM python:3.12\n# a comment\nWORKDIR \\\n  /app\nLABEL revision=1\nENV A=1\nCOPY . .\nCMD one\n");
    await page.locator("#steps", { hasText: "comments, blank lines or line breaks alone: no key holds them" }).waitFor();
    await now("FROM python:3.12\nWORKDIR /app\nLABEL revision=2\nENV A=2\nCOPY . .\nCMD one\n");
    await says(page, /Nothing runs/);
    await page.locator("#steps", { hasText: "Line 3, LABEL revision=2, changes nothing: LABEL is no step in BuildKit" }).waitFor();
    await page.locator("#steps", { hasText: "Line 4, ENV A=2, changes nothing: no step that is built has it in its key" }).waitFor();
    await classic(page);
    await says(page, /run again/);
    assert.equal(await page.locator("#steps", { hasText: "LABEL is no step" }).count(), 0, "the classic builder runs it");
    await page.getByText("BuildKit", { exact: true }).click();
    await now("FROM python:3.12\nWORKDIR /app\nRUN --mount=type=cache,id=a,target=/c make\nCOPY start.py ./\n");
    await page.keyboard.press("Control+Enter");
    await says(page, /Nothing runs/);
    await now("FROM python:3.12\nWORKDIR /app\nRUN --mount=type=cache,id=b,target=/c make\nCOPY start.py /app/\n");
    await says(page, /Nothing runs/);
    await page.locator("#steps", { hasText: "the id and the sharing mode of a cache mount are in no key" }).waitFor();
    await page.locator("#steps", { hasText: "COPY start.py /app/, changes nothing: what it takes in has the content" }).waitFor();
    await now("FROM python:3.12\nENV A=1\nWORKDIR /app\nRUN --mount=type=cache,id=b,target=/c make\nCOPY start.py /app/\n");
    await page.locator("#steps .step[data-status=executed] .fact", { hasText: "used or not" }).waitFor();
  }));
