/**
 * A registry for one daemon, on this machine only: it serves the base images of the scenario at hand under the
 * names that Dockerfiles give them, and knows no others. So builds are ordinary ones, and nothing is pulled.
 */
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";

/** Hosts that Dockerfiles take images from; the daemon is told to ask here in their place. */
const HOSTS = [
  "docker.io",
  "gcr.io",
  "ghcr.io",
  "mcr.microsoft.com",
  "public.ecr.aws",
  "quay.io",
  "registry.k8s.io",
];

/** `python` as `docker.io/library/python:latest`. */
function full(reference) {
  const [first, ...rest] = reference.split("/");
  const named = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const host = named ? first : "docker.io";
  const path = named ? rest.join("/") : reference;
  const tagged = /:[^/]*$/.test(path) ? path : `${path}:latest`;
  return `${host}/${host === "docker.io" && !tagged.includes("/") ? "library/" : ""}${tagged}`;
}

export class Registry {
  #images;
  #find = () => undefined;
  #server;

  async start() {
    this.#server = createServer((request, response) => this.#answer(request, response));
    await new Promise((done) => this.#server.listen(0, "127.0.0.1", done));
    this.#server.unref();
    return this;
  }

  stop() {
    this.#server.close();
  }

  /** What the daemon's configuration says, in TOML. */
  get configuration() {
    const own = `127.0.0.1:${this.#server.address().port}`;
    const mirrors = HOSTS.map((host) => `[registry."${host}"]\n  mirrors = ["${own}"]\n`);
    return `${mirrors.join("")}[registry."${own}"]\n  http = true\n`;
  }

  /** From now on these images are served, by the names that Dockerfiles use. */
  serve(images, made) {
    const names = new Map(Object.entries(made).map(([name, image]) => [full(name), image.manifest]));
    this.serveBy(images, (name) => names.get(name));
  }

  /** From now on `find` gives the manifest for a whole name, such as `docker.io/library/python:3`. */
  serveBy(images, find) {
    this.#images = images;
    this.#find = find;
  }

  #answer({ url, method }, response) {
    const { pathname, searchParams } = new URL(url, "http://localhost");
    const match = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(pathname);
    const [, name, kind, reference] = match ?? [];
    const host = searchParams.get("ns") ?? "docker.io";
    const known = reference?.startsWith("sha256:") ? reference : this.#find(`${host}/${name}:${reference}`);
    const path = known && this.#images.blob(known);
    if (pathname === "/v2/") return response.end();
    if (!path || !existsSync(path)) return response.writeHead(404).end();
    const manifest = "application/vnd.oci.image.manifest.v1+json";
    response.setHeader("Content-Type", kind === "manifests" ? manifest : "application/octet-stream");
    response.setHeader("Docker-Content-Digest", known);
    response.setHeader("Content-Length", readFileSync(path).length);
    if (method === "HEAD") response.end();
    else createReadStream(path).pipe(response);
  }
}
