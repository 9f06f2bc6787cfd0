// @ts-check
// A real browser for tests: Debian's Chromium, or the one that CHROMIUM names. It talks to the tested host alone.
import { chromium } from "../www/node_modules/playwright-core/index.mjs";

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
