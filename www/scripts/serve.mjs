/** Serves the built site on localhost with the types and headers that a static host would give. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { main, started, www } from "./paths.mjs";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".png": "image/png",
  ".txt": "text/plain; charset=utf-8",
};

/** Starts a static server for `folder` and gives its address. Port 0 takes any free one. */
export function serve(folder, port = 0) {
  const server = createServer((request, response) => {
    const path = decode(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = path === undefined ? undefined : find(folder, path);
    const status = file ? 200 : 404;
    const shown = file ?? join(folder, "404.html");
    const type = TYPES[extname(shown)] ?? "application/octet-stream";
    // As GitHub Pages does, so that an embed works from another origin.
    response.writeHead(status, {
      "content-type": type,
      "access-control-allow-origin": "*",
      "cache-control": "no-cache",
    });
    response.end(existsSync(shown) ? readFileSync(shown) : "not found");
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      resolve({ server, url: `http://localhost:${server.address().port}/`, close: () => server.close() });
    });
  });
}

function decode(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function find(folder, path) {
  const file = normalize(join(folder, path));
  if (!file.startsWith(normalize(folder + sep)) && file !== normalize(folder)) return undefined;
  for (const candidate of [file, join(file, "index.html"), `${file}.html`]) {
    if (existsSync(candidate) && statSync(candidate).isFile()) return candidate;
  }
  return undefined;
}

if (started(import.meta.url)) {
  main(async () => {
    const site = join(www, "site", "dist");
    if (!existsSync(join(site, "index.html")))
      throw new Error("the site is not built yet: npm --prefix www start");
    const { url } = await serve(site, Number(process.env.PORT ?? 4173));
    console.log(`\nlayerwise is at ${url} (stop with Ctrl-C)`);
  });
}
