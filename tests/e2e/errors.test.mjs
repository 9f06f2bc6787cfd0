// @ts-check
// Bad input of every kind ends in a clear message, with the person's text still there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { paste, says, site, text, verdict, visit } from "./site.mjs";

site();

test("not a Dockerfile", () =>
  visit(async (page) => {
    await paste(page, "Dear Sir or Madam,\nplease find enclosed\n");
    await page.locator(".notice[data-kind=error]", { hasText: "does not look like a Dockerfile" }).waitFor();
    assert.match(await text(page), /^Dear Sir or Madam/);
    await page.locator("#diagnostics .finding[data-severity=error]").first().waitFor();
    await page.locator(".notice").getByRole("button", { name: "Undo" }).click();
    assert.match(await text(page), /^FROM python/);
  }));

test("binary", () =>
  visit(async (page) => {
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 255, 254])], "Dockerfile"));
      return data;
    });
    await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
    await page.locator(".notice[data-kind=error]", { hasText: "Dockerfile is not text" }).waitFor();
    assert.match(await text(page), /^FROM python/);
  }));

test("five megabytes of text", () =>
  visit(async (page) => {
    const line = "RUN echo a line that is here many times\n";
    await page.evaluate((content) => {
      const data = new DataTransfer();
      data.setData("text/plain", `FROM scratch\n${content.repeat(125_000)}`);
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, line);
    await says(page, /5\.0 million characters; layerwise reads up to one million\. Your text is kept/);
    assert.match(await text(page), /^FROM scratch/);
    await page.locator(".notice", { hasText: "too large to be kept" }).waitFor();
    await page.locator("#headline").getByRole("button", { name: "Undo the last edit" }).click();
    await says(page, /run again/);
  }));

test("a mistake in the Dockerfile is shown at its line with a hint", () =>
  visit(async (page) => {
    await paste(page, "FROM python:3.12\nCOPPY . .\nRUN pip install -r requirements.txt\n");
    const finding = page.locator("#diagnostics .finding").first();
    assert.match(await finding.innerText(), /line 2/);
    assert.match(await finding.innerText(), /COPPY/i);
    await finding.getByRole("button", { name: "line 2", exact: true }).click();
    await page.locator("#editor .cm-editor.cm-focused").waitFor();
    await page.locator("#editor .cm-lintRange-error").first().waitFor();
  }));

test("a mistake with one remedy is mended by its button", () =>
  visit(async (page) => {
    await paste(page, "FROM scratch AS Base\nCPOY . /\nCMD run\n");
    await page.getByRole("button", { name: "Fix line 2: UnknownInstruction" }).click();
    assert.equal(await text(page), "FROM scratch AS Base\nCOPY . /\nCMD run\n");
    await page.getByRole("button", { name: "Fix line 1: StageNameCasing" }).click();
    assert.equal(await text(page), "FROM scratch AS base\nCOPY . /\nCMD run\n");
    await page.locator("#undo").click();
    assert.match(await text(page), /^FROM scratch AS Base/);
  }));

test("a step that fails says what the builder says", () =>
  visit(async (page) => {
    await paste(page, "FROM python:3.12\nWORKDIR /app\nCOPY requirements.txt nothere.txt ./\nRUN pip install x\n");
    await says(page, /The build fails on line 3/);
    const failed = page.locator("#steps .step[data-status=failed]");
    assert.match(await failed.locator(".cause").innerText(), /^Step 3 fails: .*"\/nothere\.txt": not found\.$/);
    assert.doesNotMatch(await page.locator("main").innerText(), /\bREF\b/, "no name that stands for a number");
    await page.locator("#advice:empty").waitFor({ state: "attached" });
  }));

test("a Dockerfile that is refused begins no step, and that is said", () =>
  visit(async (page) => {
    await paste(page, "FROM python:3.12\nCOPPY . .\nCOPY nothere.txt /x\n");
    await says(page, /The builder refuses this Dockerfile/);
    await page.locator("#steps", { hasText: "The builder begins no step." }).waitFor();
    assert.equal(await page.locator("#steps .step[data-status=failed] .cause").count(), 0);
  }));

test("checks that fail the build: what they found, on no line of its own", () =>
  visit(async (page) => {
    await paste(page, "# check=error=true\nFROM alpine\nWORKDIR src\n");
    await says(page, /The builder refuses this Dockerfile/);
    await says(page, /Lint violation found for rules: WorkdirRelativePath\./);
    assert.doesNotMatch(await page.locator("#headline").innerText(), /line 0/i);
    await page.locator("#diagnostics .finding", { hasText: "Relative workdir" }).getByRole("button", { name: "Fix" }).click();
    await says(page, /1 of 1 steps? runs? again/);
  }));

test("an empty text", () =>
  visit(async (page) => {
    await page.locator("#editor .cm-content").click();
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await page.locator("#steps", { hasText: "Paste a Dockerfile anywhere" }).waitFor();
    await says(page, /There is nothing to build yet/);
    assert.doesNotMatch(await page.locator("main").innerText(), /line 0/i);
  }));

const BROKEN = /** @type {[string, import("playwright-core").Route["fulfill"] extends (o?: infer O) => unknown ? O : never, RegExp][]} */ ([
  ["missing", { status: 404, body: "not found" }, /answered 404/],
  ["an HTML page", { status: 200, contentType: "text/html", body: "<!doctype html><p>hello</p>" }, /is an HTML page/],
  ["damaged", { status: 200, contentType: "application/wasm", body: Buffer.from("\0asm\u0001\0\0\0xxxx") }, /cannot be compiled/],
  ["another module", { status: 200, contentType: "application/wasm", body: Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) }, /not the engine of this version/],
]);
for (const [name, answer, words] of BROKEN) {
  test(`the engine is ${name}: that is said, the text can be edited, and trying again works`, () =>
    visit(
      async (page) => {
        await says(page, /The engine could not be loaded/);
        await says(page, words);
        assert.doesNotMatch(await page.locator("#headline").innerText(), /init\(\)/, "nothing for programmers");
        await page.locator("#editor .cm-content").click();
        await page.keyboard.press("Control+End");
        await page.keyboard.type("# still here");
        assert.match(await text(page), /# still here$/);
        await page.waitForFunction(() => location.hash.startsWith("#1"));
        await page.unroute("**/*.wasm");
        await page.getByRole("button", { name: "Try again" }).click();
        await says(page, /run again/);
        assert.match(await text(page), /# still here$/);
      },
      {
        prepare: (page) => page.route("**/*.wasm", (route) => route.fulfill(answer)),
        expected: /Failed to load resource|preload|MIME|WebAssembly/,
      },
    ));
}

test("the whole engine is missing: BuildKit is answered, the classic builder says what is wrong", () =>
  visit(
    async (page) => {
      await page.locator(".notice", { hasText: "Reordering, checks and the classic builder are missing: " }).waitFor();
      await says(page, /2 of 3 steps run again/);
      await page.getByText("Classic", { exact: true }).click();
      await says(page, /The rest of the engine could not be loaded.*answered 404/s);
      assert.doesNotMatch(await page.locator("main").innerText(), /initWhole/);
      await page.unroute("**/whole-*.wasm");
      await page.locator("#headline").getByRole("button", { name: "Try again" }).click();
      await says(page, /3 of 6 steps run again/);
      await page.locator("#advice .move").first().waitFor();
      assert.equal(await page.locator(".notice").count(), 0);
    },
    {
      prepare: (page) => page.route("**/whole-*.wasm", (route) => route.fulfill({ status: 404, body: "not found" })),
      expected: /Failed to load resource/,
    },
  ));

test("the whole engine is slow: what was rendered beforehand holds until it is there", () => {
  /** @type {() => void} */
  let release = () => undefined;
  const held = new Promise((resolve) => {
    release = () => resolve(undefined);
  });
  return visit(
    async (page) => {
      await says(page, /2 of 3 steps run again/);
      assert.match(await page.locator("#headline .suggest").innerText(), /Reorder: saves up to \d+ s/);
      await page.locator("#advice .diff").first().waitFor();
      await page.getByText("Classic", { exact: true }).click();
      await says(page, /Loading the rest of the engine/);
      await page.getByText("BuildKit", { exact: true }).click();
      await says(page, /2 of 3 steps run again/);
      assert.equal(await page.locator("#headline .suggest").count(), 0, "after an edit nothing is promised");
      release();
      await page.locator("#headline .suggest").waitFor();
      await page.getByRole("button", { name: /^Apply/ }).click();
      assert.match(await text(page), /COPY requirements\.txt \./);
    },
    {
      prepare: (page) =>
        page.route("**/whole-*.wasm", async (route) => {
          await held;
          await route.continue();
        }),
      expected: /preload/,
    },
  );
});

test("the editor cannot be loaded: a plain field takes its place", () =>
  visit(
    async (page) => {
      const field = page.locator("#editor textarea");
      await field.waitFor();
      await field.fill("FROM scratch\nCOPY . /\n");
      await says(page, /COPY|run/);
      assert.match(await verdict(page).innerText(), /runs?|again/);
    },
    {
      ready: false,
      prepare: (page) => page.route("**/codemirror-*.js", (route) => route.abort()),
      expected: /Failed to load resource|ERR_FAILED/,
    },
  ));

test("storage is refused: the page works all the same", () =>
  visit(
    async (page) => {
      await says(page, /run again/);
      await page.locator("#theme").click();
    },
    {
      prepare: (page) =>
        page.addInitScript(() => {
          Object.defineProperty(window, "localStorage", {
            get: () => {
              throw new DOMException("refused", "SecurityError");
            },
          });
        }),
    },
  ));
