/** The classic builder: a Docker daemon of its own in an empty folder, asked with `DOCKER_BUILDKIT=0`. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { daemon, run } from "./programs.mjs";
import { plain } from "./progress.mjs";

/** Hits come first: after one miss this builder does not look any further. */
function countHit(triggers) {
  triggers[triggers.indexOf(false)] = true;
}

/** The steps out of what it prints, each with the short ID of its image, and the warnings. */
function read(text) {
  const steps = [];
  const warnings = [];
  for (const line of text.split("\n")) {
    const head = /^Step (\d+)\/\d+ : (.*)$/.exec(line);
    if (line.startsWith("[Warning]")) warnings.push(line);
    if (head) {
      steps.push({ index: Number(head[1]), text: head[2], cached: null });
      continue;
    }
    const step = steps.at(-1);
    if (!step) continue;
    const image = /^ ---> ([0-9a-f]{12})$/.exec(line)?.[1];
    if (line.startsWith("# Executing ")) step.triggers = Array(Number(line.split(" ")[2])).fill(false);
    else if (line.startsWith(" ---> Using cache")) {
      if (step.triggers) countHit(step.triggers);
      else step.cached = true;
    } else if (line.startsWith(" ---> Running in")) step.cached = step.triggers ? step.cached : false;
    else if (image) {
      step.image = image;
      if (!/^FROM\b/i.test(step.text)) step.cached ??= false;
    }
  }
  return { steps, warnings };
}

export class Classic {
  member = "legacy";
  title = "the classic builder";
  version = "";
  #stop;

  constructor(programs, folder) {
    this.programs = programs;
    this.folder = folder;
    this.home = join(folder, "home");
    this.address = `unix://${join(folder, "d.sock")}`;
    mkdirSync(this.home, { recursive: true });
  }

  async start() {
    const config = join(this.folder, "daemon.json");
    // Newer daemons would keep images in containerd's store, which has no use for the classic builder's cache.
    writeFileSync(config, '{"features":{"containerd-snapshotter":false}}');
    const args = ["--config-file", config, "--data-root", join(this.folder, "data"), "--host", this.address];
    args.push("--exec-root", join(this.folder, "exec"), "--pidfile", join(this.folder, "pid"));
    args.push("--iptables=false", "--bridge=none");
    this.#stop = await daemon(
      this.programs.dockerd,
      args,
      join(this.folder, "log"),
      process.env,
      async () => {
        const { status, out } = await this.#cli(
          "version",
          "--format",
          "{{.Server.Version}} {{.Client.Version}}",
        );
        const [server, client] = out.trim().split(" ");
        this.version = `dockerd ${server}, docker cli ${client}`;
        return status === 0;
      },
    );
    return this;
  }

  async stop() {
    await this.#stop?.();
  }

  #cli(...args) {
    const env = {
      HOME: this.home,
      DOCKER_CONFIG: this.home,
      DOCKER_HOST: this.address,
      DOCKER_BUILDKIT: "0",
    };
    return run(this.programs.docker, args, { env });
  }

  /** Empties the cache: removes all images. */
  async reset() {
    await this.#cli("container", "prune", "-f");
    const { status, err } = await this.#cli("image", "prune", "-af");
    if (status !== 0) throw new Error(`the classic builder's images cannot be removed: ${err.trim()}`);
  }

  async load(images, made) {
    if (Object.keys(made).length === 0) return;
    const path = join(this.folder, "images.tar");
    images.writeArchive(made, path);
    const { status, out, err } = await this.#cli("load", "-i", path);
    rmSync(path);
    if (status !== 0) throw new Error(`docker load failed: ${(err || out).trim()}`);
  }

  /** One build, as a recording holds it. */
  async build(state) {
    const file = join(state.dockerfileFolder, state.dockerfileName);
    const args = ["build", "--network=none", "--force-rm", "-f", file];
    for (const [name, value] of Object.entries(state.buildArgs)) args.push("--build-arg", `${name}=${value}`);
    if (state.target) args.push("--target", state.target);
    for (const [id, path] of Object.entries(state.secretFiles)) args.push("--secret", `id=${id},src=${path}`);
    if (state.socket) args.push("--ssh", `default=${state.socket}`);
    for (const [name, folder] of Object.entries(state.contexts))
      args.push("--build-context", `${name}=${folder}`);
    const { status, out, err } = await this.#cli(...args, state.contextFolder);
    const { steps, warnings } = read(out);
    const compared = await this.#commands(steps);
    for (const step of steps) {
      const command = compared.get(step.image);
      delete step.image;
      if (!command || /^FROM\b/i.test(step.text)) continue;
      step.command = command;
      const checksum = /#\(nop\) (?:COPY|ADD) (?:--\S+ )*((?:file|dir|multi):[0-9a-f]{64})/;
      const found = checksum.exec(command.join(" "))?.[1];
      if (found) step.checksum = found;
    }
    return {
      steps,
      error: status === 0 ? null : this.#message(err, state),
      ...(warnings.length > 0 && { warnings }),
    };
  }

  /** By the short ID of an image: what the builder compares when it looks for that image. */
  async #commands(steps) {
    const ids = [...new Set(steps.map((step) => step.image).filter(Boolean))];
    const found = ids.length > 0 ? JSON.parse((await this.#cli("image", "inspect", ...ids)).out || "[]") : [];
    const full = (id) => found.find((image) => image.Id.startsWith(`sha256:${id}`));
    return new Map(ids.filter(full).map((id) => [id, full(id).ContainerConfig?.Cmd ?? []]));
  }

  #message(text, state) {
    const lines = text.split("\n").filter((line) => line.trim() && !/^(DEPRECATED| {12})/.test(line));
    const words = plain(lines.join("\n").trim())
      .replaceAll(state.contextFolder, "CONTEXT")
      .replaceAll(state.dockerfileFolder, "CONTEXT")
      .replaceAll(this.folder, "WORK");
    return words.replace(/\b[0-9a-f]{64}\b/g, "ID").replace(/docker-builder\d+/g, "docker-builder");
  }
}
