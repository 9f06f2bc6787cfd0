/**
 * Finds a Rust toolchain that can compile to wasm32, in this order: the one in use if it has the target, rustup
 * adding the target, Debian's packages. `LAYERWISE_WASM` picks one by hand: `own`, `rustup` or `debian`.
 *
 * Whichever it is rebuilds the standard library if it has its sources: made for size, and without the texts of panics,
 * the engine is a tenth smaller. Without sources the library that comes with the toolchain serves as well.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ask, root, run } from "./paths.mjs";

const TARGET = "wasm32-unknown-unknown";
const DEBIAN = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];
const FLAGS = "-C target-feature=+simd128";
/** Cargo's and the compiler's unstable options for a standard library of our own; a stable toolchain needs asking. */
const REBUILD = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
const REBUILD_FLAGS = `${FLAGS} -Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none -C link-arg=--no-merge-data-segments`;
/** The first release with `-Cpanic=immediate-abort` as it is asked for here. */
const REBUILDS_SINCE = 92;

/** Without a network rustup fails at once or after its own retries; then the next way is tried. */
const RUSTUP = { timeout: 120_000, env: { ...process.env, RUSTUP_MAX_RETRIES: "1" } };

/** @returns {{name: string, rebuilt: boolean, cargo: string, args: string[], env: Record<string, string>}} */
export function wasmToolchain() {
  const wanted = process.env.LAYERWISE_WASM ?? "";
  const ways = { own, rustup, debian };
  if (wanted && !(wanted in ways))
    throw new Error(`LAYERWISE_WASM is ${wanted}; it can be own, rustup or debian`);
  for (const way of wanted ? [ways[wanted]] : Object.values(ways)) {
    const found = way();
    if (found) return found;
  }
  throw new Error(
    `no Rust toolchain here compiles to ${TARGET}${wanted ? ` in the way "${wanted}"` : ""}. ` +
      `Install the target with "rustup target add ${TARGET}", or, on Debian as root, ` +
      `"apt-get install ${DEBIAN.join(" ")}", and start again.`,
  );
}

function own() {
  const folder = ask("rustc", ["--print", "target-libdir", "--target", TARGET]);
  const complete =
    folder && existsSync(folder) && readdirSync(folder).some((name) => name.startsWith("libcore-"));
  return complete ? prebuilt("own") : undefined;
}

function rustup() {
  if (!ask("rustup", ["--version"])) return undefined;
  console.log(`rustup target add ${TARGET}`);
  const added = ask("rustup", ["target", "add", TARGET], RUSTUP);
  return added !== undefined && own() ? prebuilt("rustup") : undefined;
}

function prebuilt(name) {
  const rebuilt = hasSources();
  if (!rebuilt) console.log("the standard library's sources are not here: the engine becomes a tenth larger");
  return {
    name,
    cargo: "cargo",
    args: rebuilt ? REBUILD : [],
    rebuilt,
    env: {
      CARGO_TARGET_DIR: join(root, "target-wasm"),
      RUSTFLAGS: rebuilt ? REBUILD_FLAGS : FLAGS,
      ...(rebuilt ? { RUSTC_BOOTSTRAP: "1" } : {}),
    },
  };
}

/** Whether the toolchain in use has its standard library's sources, or rustup can add them. */
function hasSources() {
  const version = Number(ask("rustc", ["--version"])?.match(/ 1\.(\d+)/)?.[1] ?? 0);
  const sysroot = ask("rustc", ["--print", "sysroot"]);
  if (!sysroot || version < REBUILDS_SINCE) return false;
  const library = join(sysroot, "lib/rustlib/src/rust/library/std/Cargo.toml");
  if (!existsSync(library) && ask("rustup", ["--version"])) {
    console.log("rustup component add rust-src");
    ask("rustup", ["component", "add", "rust-src"], RUSTUP);
  }
  return existsSync(library);
}

function debian() {
  if (!existsSync("/etc/debian_version")) return undefined;
  if (!hasDebianParts() && process.getuid?.() === 0) {
    console.log(`apt-get install ${DEBIAN.join(" ")}`);
    run("apt-get", ["update", "-qq"]);
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...DEBIAN], {
      env: { DEBIAN_FRONTEND: "noninteractive" },
    });
  }
  if (!hasDebianParts()) return undefined;
  return {
    name: "debian",
    cargo: "/usr/bin/cargo",
    args: REBUILD,
    rebuilt: true,
    env: {
      // The packages have no compiled standard library for the target.
      RUSTC_BOOTSTRAP: "1",
      RUSTC: "/usr/bin/rustc",
      PATH: `/usr/bin:${process.env.PATH}`,
      CARGO_TARGET_DIR: join(root, "target-wasm-debian"),
      RUSTFLAGS: REBUILD_FLAGS,
    },
  };
}

function hasDebianParts() {
  const source = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
  return ["/usr/bin/cargo", "/usr/bin/rustc", "/usr/bin/rust-lld", source].every((path) => existsSync(path));
}
