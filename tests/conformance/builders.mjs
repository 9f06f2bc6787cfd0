/** The real builders on this machine, started for one run, each daemon with a cache of its own. */
import { mkdirSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BuildKit } from "./buildkit.mjs";
import { Classic } from "./classic.mjs";
import { get, missing, programs } from "./programs.mjs";

const KINDS = [
  { name: "buildkit", Kind: BuildKit, needed: ["busybox", "runc", "buildkitd", "buildctl"] },
  { name: "classic", Kind: Classic, needed: ["busybox", "dockerd", "docker", "containerd"] },
];

export class Builders {
  /** A list of daemons for each builder that was found. */
  kinds = [];
  /** A sentence for each that was not. */
  absent = [];
  #started = [];

  /** Starts `daemons` of each builder in `folder`; `only` names one; `fetch` gets what is missing first. */
  async start({ folder, daemons = 1, only, fetch = false, release }) {
    const found = fetch ? get(programs(), release) : programs();
    this.busybox = found.busybox;
    for (const { name, Kind, needed } of KINDS.filter((kind) => !only || kind.name === only)) {
      const gone = missing(found, ...needed);
      if (process.platform !== "linux" || process.getuid() !== 0)
        this.absent.push(`${name}: its daemon needs Linux and root`);
      else if (gone.length > 0) this.absent.push(`${name}: not found: ${gone.join(", ")}`);
      else {
        const all = Array.from({ length: daemons }, (_, number) => {
          const own = join(folder, `${name}${number}`);
          mkdirSync(own);
          return new Kind(found, own);
        });
        this.#started.push(...all);
        try {
          for (const daemon of all) await daemon.start();
          this.kinds.push(all);
        } catch (error) {
          this.absent.push(`${name}: ${error.message}`);
        }
      }
    }
    return this;
  }

  async stop() {
    await Promise.all(this.#started.map((daemon) => daemon.stop()));
  }
}

/** Does `work(daemon, item)` for all items, each daemon one at a time, until `deadline`; how many were done. */
export async function share(daemons, items, deadline, work) {
  let next = 0;
  const lane = async (daemon) => {
    while (next < items.length && Date.now() < deadline) await work(daemon, items[next++]);
  };
  await Promise.all(daemons.map(lane));
  return next;
}

/** A new folder for daemons: in `folder`, else in memory if there is room, else among temporary files. */
export function workFolder(folder) {
  const memory = () => {
    try {
      const free = Number(/MemAvailable:\s+(\d+)/.exec(readFileSync("/proc/meminfo", "utf8"))?.[1] ?? 0);
      return free > 6_000_000 && statSync("/dev/shm").isDirectory() ? "/dev/shm" : undefined;
    } catch {
      return undefined;
    }
  };
  return mkdtempSync(join(folder ?? memory() ?? tmpdir(), "live-"));
}

/** The moment so many seconds from now; never if they are left out. */
export const deadline = (seconds) =>
  seconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + 1000 * Number(seconds);
