/**
 * Builds the site into `site/dist`: bundles the page, renders its first scenario into the HTML, and notes in
 * `manifest.json` what a visitor downloads at once and what waits until a person edits.
 */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { engine, main, started, www } from "./paths.mjs";

const source = join(www, "site");
const dist = join(source, "dist");
const packaged = join(www, "layerwise", "dist");

/** What a page may load and run. GitHub Pages sends no headers of ours, so the pages carry it themselves. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'; " +
  "img-src 'self' data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

export async function buildSite() {
  if (!existsSync(join(packaged, "index.js")))
    throw new Error("the package is not built yet: node www/scripts/package.mjs");
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(join(dist, "assets"), { recursive: true });
  const module = hashed(join(engine, "engine.wasm"), "engine", ".wasm");
  const whole = hashed(join(engine, "whole.wasm"), "whole", ".wasm");
  const scenarios = copyScenarios();
  const bundle = await bundlePage(module, whole);
  const first = scenarios[0];
  const parts = await renderFirst(first.document);
  const { Workspace, ...api } = await import(pathToFileURL(join(packaged, "index.js")).href);

  page("index.html", {
    ...parts,
    ...bundle.names,
    policy: POLICY,
    engine: module,
    scenarios: scenarios.map(menuEntry).join("\n"),
    first: JSON.stringify(first.document).replace(/</g, "\\u003c"),
  });
  // The embed brings its own style, made in a constructed sheet, and its own copy of the engine.
  mkdirSync(join(dist, "layerwise"));
  for (const name of ["cdn.js", "engine.wasm", "whole.wasm"])
    copyFileSync(join(packaged, name), join(dist, "layerwise", name));
  page("embed.html", {
    ...bundle.names,
    policy: POLICY,
    steps: api.render(api.simulate(EMBEDDED), { format: "text" }),
  });
  page("404.html", { ...bundle.names, policy: POLICY, base: base() });
  copyFileSync(join(source, "icon.svg"), join(dist, "icon.svg"));
  writeFileSync(
    join(dist, "manifest.json"),
    `${JSON.stringify({ page: ["index.html", module, bundle.names.early, bundle.names.style, ...bundle.page], editor: bundle.editor }, null, 2)}\n`,
  );
}

/** Where the site stands on its server: a page that is shown at any address below it can be told no other way. */
function base() {
  const { SITE_BASE = "" } = process.env;
  return SITE_BASE === "" ? "" : `${SITE_BASE.replace(/\/$/, "")}/`;
}

/** What the embed page shows: the same text stands in its HTML. */
const EMBEDDED = {
  dockerfile: "FROM node:22\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n",
  context: {
    "package.json": { text: "{}\n" },
    "package-lock.json": { text: "{}\n" },
    "src/index.ts": { text: "start();\n" },
  },
  builds: [{ edit: {} }, { edit: { write: { "src/index.ts": { text: "restart();\n" } } } }],
};

function hashed(path, name, extension) {
  const bytes = readFileSync(path);
  const target = `assets/${name}-${createHash("sha256").update(bytes).digest("hex").slice(0, 8)}${extension}`;
  writeFileSync(join(dist, target), bytes);
  return target;
}

function copyScenarios() {
  mkdirSync(join(dist, "scenarios"));
  return readdirSync(join(source, "scenarios"))
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => {
      copyFileSync(join(source, "scenarios", name), join(dist, "scenarios", name));
      const document = JSON.parse(readFileSync(join(source, "scenarios", name), "utf8"));
      return { slug: basename(name, ".json"), address: `scenarios/${name}`, document };
    });
}

function menuEntry({ slug, address, document }) {
  const { name, about } = document;
  return `    <li><a href="?example=${slug}" data-scenario="${slug}" data-address="${address}"><strong>${escapeText(name)}</strong><span>${escapeText(about)}</span></a></li>`;
}

function escapeText(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

async function bundlePage(module, whole) {
  const options = {
    bundle: true,
    minify: true,
    target: "es2022",
    outdir: join(dist, "assets"),
    metafile: true,
    logLevel: "warning",
  };
  const result = await build({
    ...options,
    entryPoints: [join(source, "main.ts"), join(source, "theme.css")],
    format: "esm",
    splitting: true,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    define: { ENGINE: JSON.stringify(module), WHOLE: JSON.stringify(whole) },
  });
  const early = await build({
    ...options,
    entryPoints: [join(source, "early.ts")],
    format: "iife",
    entryNames: "[name]-[hash]",
  });
  const outputs = Object.fromEntries(
    Object.entries({ ...result.metafile.outputs, ...early.metafile.outputs }).map(([path, output]) => [
      relative(dist, join(process.cwd(), path)),
      output,
    ]),
  );
  const entry = (name) =>
    Object.keys(outputs).find((path) => basename(outputs[path].entryPoint ?? "") === name);
  const local = (path) => relative(dist, join(process.cwd(), path));
  const reached = (from, kinds, seen = new Set([from])) => {
    for (const { path, kind } of outputs[from].imports) {
      if (kinds.includes(kind) && !seen.has(local(path))) reached(local(path), kinds, seen.add(local(path)));
    }
    return seen;
  };
  const main = entry("main.ts");
  const now = reached(main, ["import-statement"]);
  const later = [...reached(main, ["import-statement", "dynamic-import"])].filter((path) => !now.has(path));
  return {
    names: { main, style: entry("theme.css"), early: entry("early.ts") },
    page: [...now],
    editor: later,
  };
}

/** Runs the page's own views in Node. */
async function renderFirst(document) {
  const file = join(www, "build", "prerender.mjs");
  await build({
    entryPoints: [join(source, "prerender.ts")],
    outfile: file,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "warning",
  });
  const { prerender } = await import(`${pathToFileURL(file).href}?${Date.now()}`);
  const { Workspace } = await import(pathToFileURL(join(packaged, "index.js")).href);
  return prerender(document, (scenario) => new Workspace(scenario));
}

function page(name, values) {
  // A document stands in the template as a string, so that the template is valid before it is filled in.
  const template = readFileSync(join(source, name), "utf8").replace(/>"(\{\{[\w-]+\}\})"</g, ">$1<");
  const text = template.replace(/\{\{([\w-]+)\}\}/g, (_, key) => {
    if (values[key] === undefined) throw new Error(`${name} asks for ${key}, which nothing gives`);
    return values[key];
  });
  const target = join(dist, name);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

if (started(import.meta.url)) main(buildSite);
