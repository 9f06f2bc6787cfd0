// @ts-check
// The built site on a server of its own, a real browser, and the words in which the tests speak about the page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { serve } from "../../www/scripts/serve.mjs";
import { launch } from "../browser.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContextOptions} Options */

const dist = fileURLToPath(new URL("../../www/site/dist", import.meta.url));
const axeSource = readFileSync(new URL("../../www/node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** @type {Awaited<ReturnType<typeof serve>>} */
let server;
/** @type {import("playwright-core").Browser} */
let browser;

/** Starts server and browser before the tests of a file, and ends them after. */
export function site() {
  before(async () => {
    server = await serve(dist);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });
}

/** Address of a page of the site. @param {string} [path] */
export function address(path = "") {
  return server.url + path;
}

/**
 * Opens the page as a new visitor and hands it to `work`. Whatever the page complains about fails the test: errors,
 * broken promises, refused styles, requests to anyone else.
 *
 * @param {(page: Page) => Promise<void>} work
 * @param {{ path?: string, options?: Options, expected?: RegExp, prepare?: (page: Page) => Promise<void>, ready?: boolean }} [more]
 */
export async function visit(work, { path = "", options = {}, expected, prepare, ready = true } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
    ...options,
  });
  /** @type {string[]} */
  const complaints = [];
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("request", (request) => {
    const ours = request.url().startsWith(server.url) || /^(data|blob):/.test(request.url());
    if (!ours) complaints.push(`a request to ${request.url()}`);
  });
  try {
    await prepare?.(page);
    await page.goto(server.url + path);
    if (ready) await page.locator("#editor .cm-content").waitFor();
    await work(page);
    assert.deepEqual(complaints.filter((text) => !expected?.test(text)), []);
  } finally {
    await context.close();
  }
}

/** Pastes text as a person does who has the focus on no field. @param {Page} page @param {string} text */
export async function paste(page, text) {
  await page.evaluate((content) => navigator.clipboard.writeText(content), text);
  await page.evaluate(() => /** @type {HTMLElement | null} */ (document.activeElement)?.blur());
  await page.keyboard.press("Control+V");
}

/** The Dockerfile, or the file, in the editor. @param {Page} page */
export async function text(page) {
  return page.locator("#editor .cm-content").evaluate((content) =>
    [...content.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\n"),
  );
}

/** Status and instruction of each step: `cached COPY . .`. @param {Page} page */
export async function steps(page) {
  return page.locator("#steps .step").evaluateAll((rows) =>
    rows.map((row) => {
      const number = row.querySelector(".number")?.textContent ?? "";
      const name = (row.querySelector(".name")?.textContent ?? "").slice(number.length).trim();
      return `${row.getAttribute("data-status")} ${name.split(" ").slice(0, 3).join(" ")}`;
    }),
  );
}

/** The sentence over the stack. @param {Page} page */
export function verdict(page) {
  return page.locator("#headline .verdict");
}

/** Waits until the sentence over the stack says this. @param {Page} page @param {RegExp} words */
export async function says(page, words) {
  const said = page.waitForFunction(
    ({ source, flags }) =>
      new RegExp(source, flags).test(document.querySelector("#headline")?.textContent ?? ""),
    { source: words.source, flags: words.flags },
  );
  await said.catch(async (error) => {
    const instead = [page.locator("#headline"), page.locator("#editor .cm-content")].map((part) => part.innerText());
    throw new Error(`the page does not say ${words}, but: ${(await Promise.all(instead)).join("\n")}`, { cause: error });
  });
}

/** Opens a scenario of the menu by its title. @param {Page} page @param {string} name */
export async function scenario(page, name) {
  await page.getByRole("button", { name: "Scenarios" }).click();
  await page.locator("#scenarios").getByText(name, { exact: true }).click();
  await page.locator("#about strong").getByText(name, { exact: true }).waitFor();
}

/** The row of a file. @param {Page} page @param {string} path */
export function row(page, path) {
  return page.locator(`#files [role=treeitem][data-path="${path}"]`);
}

/** What axe finds, as short sentences. @param {Page} page */
export async function violations(page) {
  // By the debugger, since the page's policy allows no foreign script.
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    // @ts-expect-error axe is there since the line above.
    const result = await axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return result.violations.flatMap(
      (/** @type {{id: string, nodes: {target: string[], failureSummary: string}[]}} */ rule) =>
        rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`),
    );
  });
}
