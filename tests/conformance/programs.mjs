/** The real builders: where their programs are, how they are got, and how they are run. */
import { spawn, spawnSync } from "node:child_process";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** The release of BuildKit that is built where none is found. */
export const BUILDKIT = "v0.32.2";

/** The first place where this program can be executed, or undefined. */
export function find(name, ...more) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...more, "/usr/sbin", "/sbin"];
  for (const folder of folders) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // The next folder, then.
    }
  }
  return undefined;
}

/** Whether a program needs no library and no interpreter, so that it runs in an empty image. */
function isStatic(path) {
  const file = readFileSync(path);
  if (file.toString("latin1", 0, 4) !== "\u007fELF" || file[4] !== 2) return false;
  const at = Number(file.readBigUInt64LE(32));
  const [size, count] = [file.readUInt16LE(54), file.readUInt16LE(56)];
  return !Array.from({ length: count }, (_, n) => file.readUInt32LE(at + n * size)).includes(3);
}

/** A static busybox: the variable BUSYBOX, or that of the packages busybox-static. */
export function busybox() {
  const places = [process.env.BUSYBOX, find("busybox"), "/bin/busybox", "/usr/bin/busybox"];
  return places.find((path) => path && existsSync(path) && isStatic(path));
}

/** Runs a program to its end. Never throws: `status` is null if it could not be run. */
export function run(program, args, { env = {}, cwd, seconds = 180 } = {}) {
  return new Promise((done) => {
    const keep = Object.fromEntries(
      ["PATH", "TMPDIR", "LANG"].map((name) => [name, process.env[name] ?? ""]),
    );
    const child = spawn(program, args, { cwd, env: { ...keep, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const [out, err] = [[], []];
    child.stdout.on("data", (data) => out.push(data));
    child.stderr.on("data", (data) => err.push(data));
    const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
    const end = (status) => {
      clearTimeout(timer);
      done({ status, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() });
    };
    child.on("error", (error) => {
      err.push(Buffer.from(error.message));
      end(null);
    });
    child.on("close", end);
  });
}

/** Starts a daemon, its output going to a file, and waits until `answers`. Throws with its last words. */
export async function daemon(program, args, log, env, answers) {
  const output = openSync(log, "w");
  const child = spawn(program, args, { env, stdio: ["ignore", output, output] });
  closeSync(output);
  let ended = false;
  child.on("error", () => {
    ended = true;
  });
  child.on("exit", () => {
    ended = true;
  });
  const stop = async () => {
    if (ended) return;
    child.kill("SIGTERM");
    for (let n = 0; n < 100 && !ended; n++) await pause(100);
    if (!ended) child.kill("SIGKILL");
  };
  for (let n = 0; n < 300 && !ended; n++) {
    if (await answers()) return stop;
    await pause(100);
  }
  await stop();
  const said = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").slice(-3).join("\n") : "";
  throw new Error(`${program} does not answer: ${said}`);
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Where programs that were built here lie, a folder for each release. */
const BUILT = join(homedir(), ".cache", "layerwise", "bin");

const go = (name) => find(name, join(homedir(), "go", "bin"), join(BUILT, BUILDKIT));

/** The programs of both builders, each undefined if it is not on this machine. */
export function programs() {
  return {
    busybox: busybox(),
    runc: find("runc"),
    buildkitd: process.env.BUILDKITD ?? go("buildkitd"),
    buildctl: process.env.BUILDCTL ?? go("buildctl"),
    dockerd: process.env.DOCKERD ?? find("dockerd"),
    docker: process.env.DOCKER ?? find("docker"),
    containerd: find("containerd"),
  };
}

/** Which of these names are missing. */
export const missing = (found, ...names) => names.filter((name) => found[name] === undefined);

/** Installs packages of Debian or Ubuntu, if this is one and root asks; whether it went well. */
export function install(...packages) {
  if (!existsSync("/etc/debian_version") || process.getuid?.() !== 0) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) => spawnSync("apt-get", args, { env, stdio: "ignore" }).status === 0;
  console.log(`apt-get install ${packages.join(" ")}`);
  return apt("update", "-qq") && apt("install", "-y", "-qq", "--no-install-recommends", ...packages);
}

/**
 * Gets what is missing where that can be done: packages of Debian or Ubuntu as root; BuildKit with Go, into a
 * folder that later runs find again. What could not be got stays missing.
 */
export function get(found, version) {
  const packages = { busybox: "busybox-static", runc: "runc", dockerd: "docker.io", docker: "docker.io" };
  const wanted = missing(found, ...Object.keys(packages)).map((name) => packages[name]);
  if (wanted.length > 0) install(...new Set(wanted));
  const go = find("go", "/usr/local/go/bin");
  const built = version ?? BUILDKIT;
  const present = (name) => found[name] && (!version || isRelease(found[name], version, go));
  if (go && !(present("buildkitd") && present("buildctl"))) return { ...programs(), ...build(go, built) };
  return programs();
}

/** The version of BuildKit that Go noted in this program, or undefined. */
export function release(program, go = find("go", "/usr/local/go/bin")) {
  const noted = go && spawnSync(go, ["version", "-m", program], { encoding: "utf8" }).stdout;
  return noted ? /\t(?:mod|dep)\tgithub\.com\/moby\/buildkit\t(v\S+)/.exec(noted)?.[1] : undefined;
}

const isRelease = (program, version, go) => release(program, go) === version;

/** Builds both programs. The module forbids `go install …@version`, so a module of our own requires it. */
function build(go, version) {
  const folder = join(BUILT, version);
  const program = (name) => join(folder, name);
  const module = join(folder, "module");
  if (!existsSync(program("buildkitd")) || !existsSync(program("buildctl"))) {
    console.log(`building BuildKit ${version} with ${go}; this takes some minutes`);
    mkdirSync(module, { recursive: true });
    const packages = ["buildkitd", "buildctl"].map((name) => `github.com/moby/buildkit/cmd/${name}`);
    const env = { ...process.env, CGO_ENABLED: "0" };
    rmSync(join(module, "go.mod"), { force: true });
    const commands = [
      ["mod", "init", "builders"],
      ["get", ...packages.map((path) => `${path}@${version}`)],
      ["build", "-trimpath", "-ldflags", "-s -w", "-o", folder, ...packages],
    ];
    for (const args of commands) {
      const { status, stderr } = spawnSync(go, args, { cwd: module, env, encoding: "utf8" });
      if (status === 0) continue;
      console.log(`BuildKit cannot be built: ${stderr.trim().split("\n").at(-1)}`);
      return {};
    }
  }
  return { buildkitd: program("buildkitd"), buildctl: program("buildctl") };
}
