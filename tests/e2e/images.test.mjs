// @ts-check
// Base images: what is not known is said, and what docker image inspect prints makes it known.
import assert from "node:assert/strict";
import { test } from "node:test";
import { paste, says, scenario, site, violations, visit } from "./site.mjs";

site();

const DIGEST = `sha256:${"3".repeat(64)}`;
const INSPECTED = JSON.stringify([
  {
    Id: `sha256:${"1".repeat(64)}`,
    RepoTags: ["example/app:1"],
    RepoDigests: [`example/app@${DIGEST}`],
    Config: {
      Env: ["PATH=/usr/bin:/bin", "LANG=C.UTF-8"],
      Cmd: ["sh"],
      WorkingDir: "",
      Entrypoint: null,
      OnBuild: ["RUN echo triggered"],
      Labels: null,
      Volumes: null,
    },
    RootFS: { Type: "layers", Layers: [`sha256:${"2".repeat(64)}`] },
  },
]);

/** @param {import("playwright-core").Page} page @param {string} text @param {string | RegExp} button */
async function inspect(page, text, button) {
  await page.locator("#inspect").fill(text);
  await page.locator(".inspect").getByRole("button", { name: button }).click();
}

test("an unknown base image is said to be unknown; its inspect output makes it known", () =>
  visit(async (page) => {
    await paste(page, "ARG TAG=1\nFROM example/app:${TAG} AS one\nRUN ls\nFROM one\nRUN true\nFROM scratch\nCOPY . .\nCOPY --from=1 /x /x\n");
    const base = page.locator("#steps .base");
    await base.first().waitFor();
    assert.equal(await base.count(), 1, "a stage and scratch are no images");
    assert.match(await base.innerText(), /^FROM example\/app:1 unknown base image It is simulated with PATH alone/);
    assert.match(await page.locator("#steps .step").first().innerText(), /stand-in/);

    await base.getByRole("button", { name: "paste its docker image inspect" }).click();
    await page.waitForFunction(() => document.activeElement?.id === "inspect");
    await inspect(page, "Error: no such image", "It is this image");
    await page.locator("#inspect-problem", { hasText: "This is not JSON" }).waitFor();
    assert.equal(await page.locator("#inspect").inputValue(), "Error: no such image", "what was typed is still there");
    assert.deepEqual(await violations(page), []);
    await inspect(page, "[]", "It is this image");
    await page.locator("#inspect-problem", { hasText: "docker did not find the image" }).waitFor();
    await inspect(page, INSPECTED, "It is this image");
    await base.getByText("known base image: 2 variables, 1 trigger, digest 33333333").waitFor();
    const steps = page.locator("#steps .step");
    await steps.filter({ hasText: "RUN echo triggered" }).waitFor();
    assert.doesNotMatch(await steps.first().innerText(), /stand-in/);
    await page.locator("#undo").click();
    await page.locator(".base-unknown").waitFor();
    assert.equal(await steps.filter({ hasText: "RUN echo triggered" }).count(), 0);
    assert.match(await steps.first().innerText(), /stand-in/);
  }));

test("knowing an image changes no build; a name that moved runs every step again", () =>
  visit(async (page) => {
    await paste(page, "FROM example/app:1\nRUN ls\nCOPY . .\n");
    await page.keyboard.press("Control+Enter");
    await says(page, /Nothing runs/);
    const base = page.locator("#steps .base");
    await base.getByRole("button", { name: "paste its docker image inspect" }).click();
    await inspect(page, INSPECTED.replace('["RUN echo triggered"]', "null"), "It is this image");
    await base.getByText("digest 33333333").waitFor();
    await says(page, /Nothing runs/);
    await base.getByRole("button", { name: "change" }).click();
    const moved = INSPECTED.replace('["RUN echo triggered"]', "null").replaceAll("3".repeat(64), "4".repeat(64)).replaceAll("2".repeat(64), "5".repeat(64));
    await inspect(page, moved, /It has become this one/);
    await says(page, /2 of 2 steps run again.*the base image example\/app:1 is now/s);
    // All of it is in the link and in what the browser keeps.
    await page.waitForFunction(() => location.hash.startsWith("#1"));
    await page.reload();
    await says(page, /the base image example\/app:1 is now/);
    await page.locator("#steps .base", { hasText: "digest 44444444" }).waitFor();
  }));

test("the form is left with Escape, and the focus goes back", () =>
  visit(async (page) => {
    await page.locator("#steps .base").getByRole("button", { name: "change" }).click();
    await page.waitForFunction(() => document.activeElement?.id === "inspect");
    await page.keyboard.press("Escape");
    await page.locator("#inspect").waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-action") === "inspect");
  }));

test("the details of a step say what its key holds", () =>
  visit(async (page) => {
    const step = page.locator("#steps .step", { has: page.locator(".name", { hasText: "COPY . ." }) });
    await step.getByRole("button", { name: /details/ }).click();
    await step.locator(".details").waitFor();
    assert.match(await step.innerText(), /It does not hold\s+times and owners of the files/);
    assert.match(await step.innerText(), /keeps both its size and its time is not sent again/);
    await scenario(page, "apt that keeps its downloads");
    const run = page.locator("#steps .step", { has: page.locator(".name", { hasText: "apt-get" }) });
    await run.getByRole("button", { name: /details/ }).click();
    await run.locator(".details").waitFor();
    assert.match(await run.innerText(), /two ids have the same key, but not the same folder/);
    assert.match(await run.innerText(), /printed as stage-0/);
  }));

test("an official image is known without being asked for", () =>
  visit(async (page) => {
    await paste(page, "FROM golang:1.24\nCOPY . .\nRUN go build ./...\n");
    const base = page.locator(".base").first();
    await base.getByText(/official image, 3 variables, the value of GOLANG_VERSION not known/).waitFor();
    // Its working directory is /go, so that is where the files go.
    await base.getByRole("link", { name: "its Dockerfile" }).waitFor();
  }));
