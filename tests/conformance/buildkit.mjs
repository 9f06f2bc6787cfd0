/** BuildKit: a daemon of its own in an empty folder, driven through `buildctl` with the frontend built into it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { daemon, release, run } from "./programs.mjs";
import { message, records, steps } from "./progress.mjs";
import { Registry } from "./registry.mjs";

const NOWHERE = "http://127.0.0.1:9";

export class BuildKit {
  member = "buildkit";
  title = "BuildKit";
  version = "";
  #registry;
  #stop;

  constructor(programs, folder) {
    this.programs = programs;
    this.folder = folder;
    this.home = join(folder, "home");
    this.address = `unix://${join(folder, "bk.sock")}`;
    mkdirSync(this.home, { recursive: true });
  }

  async start() {
    this.root = join(this.folder, "root");
    const args = ["--root", this.root, "--addr", this.address, "--oci-worker=true"];
    args.push("--containerd-worker=false", "--oci-worker-net=host", "--oci-worker-gc=false");
    this.#registry = await new Registry().start();
    const config = join(this.folder, "buildkitd.toml");
    writeFileSync(config, this.#registry.configuration);
    args.push("--oci-worker-binary", this.programs.runc, "--config", config);
    // A proxy where nobody answers: what the registry here does not know is not looked for elsewhere.
    const env = { ...process.env, HTTP_PROXY: NOWHERE, HTTPS_PROXY: NOWHERE, NO_PROXY: "" };
    this.#stop = await daemon(this.programs.buildkitd, args, join(this.folder, "log"), env, async () => {
      const { status, out } = await this.ctl("debug", "workers", "-v");
      const field = (name) => new RegExp(`^${name}:\\s+(.*)$`, "m").exec(out)?.[1].trim().split(/\s+/).at(-1);
      const own = field("BuildKit");
      const version = !own || own.includes("unknown") ? release(this.programs.buildkitd) : own;
      this.version = `buildkit ${version ?? "unknown"}, dockerfile ${field("Dockerfile") ?? "unknown"}`;
      return status === 0;
    });
    return this;
  }

  async stop() {
    await this.#stop?.();
    this.#registry?.stop();
  }

  /** Runs `buildctl`. */
  ctl(...args) {
    const env = { HOME: this.home, DOCKER_CONFIG: this.home };
    return run(this.programs.buildctl, ["--addr", this.address, ...args], { env });
  }

  /**
   * Empties the cache. What a build held is let go a moment after its client ends, and after some failed builds
   * never: then only another daemon is empty.
   */
  async reset() {
    for (let tries = 0; tries < 4; tries++) {
      await this.ctl("prune", "--all");
      const { status, out } = await this.ctl("du", "--format", "{{json .}}");
      if (status === 0 && !out.includes('"id"')) return;
    }
    await this.stop();
    rmSync(this.root, { recursive: true, force: true });
    await this.start();
  }

  /** Images are pulled when a build needs them. */
  async load(images, made) {
    this.#registry.serve(images, made);
  }

  /** The same with the manifest that `find` gives for a name. */
  loadBy(images, find) {
    this.#registry.serveBy(images, find);
  }

  #solve(state, ...more) {
    const args = ["build", "--frontend", "dockerfile.v0", "--progress", "rawjson"];
    const option = (text) => args.push("--opt", text);
    const local = (name, folder) => args.push("--local", `${name}=${folder}`);
    // The frontend follows "# syntax=" only while this option is not set.
    option("cmdline=dockerfile.v0");
    option(`filename=${state.dockerfileName}`);
    local("context", state.contextFolder);
    local("dockerfile", state.dockerfileFolder);
    for (const [name, folder] of Object.entries(state.contexts)) {
      local(name, folder);
      option(`context:${name}=local:${name}`);
    }
    for (const [name, value] of Object.entries(state.buildArgs)) option(`build-arg:${name}=${value}`);
    if (state.target) option(`target=${state.target}`);
    for (const [id, path] of Object.entries(state.secretFiles)) args.push("--secret", `id=${id},src=${path}`);
    if (state.socket) args.push("--ssh", `default=${state.socket},raw=true`);
    return this.ctl(...args, ...more);
  }

  /** One build, as a recording holds it. */
  async build(state) {
    const out = mkdtempSync(join(this.folder, "cache-"));
    const cache = `type=local,mode=max,compression=uncompressed,dest=${out}`;
    const { status, err } = await this.#solve(state, "--export-cache", cache);
    const read = steps(err, state.dockerfile, status !== 0);
    const result = {
      steps: read.steps,
      cacheRecords: status === 0 ? records(out) : [],
      error: status === 0 ? null : message(err),
      ...(read.warnings.length > 0 && { warnings: read.warnings }),
    };
    rmSync(out, { recursive: true });
    return result;
  }
}
