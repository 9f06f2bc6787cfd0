/**
 * Finds a Rust toolchain that can compile to wasm32, in this order: the one in use if it has the target, rustup
 * adding the target, Debian's packages that rebuild the standard library. `LAYERWISE_WASM` picks one by hand:
 * `own`, `rustup` or `debian`.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ask, root, run } from "./paths.mjs";

const TARGET = "wasm32-unknown-unknown";
const DEBIAN = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];
const FLAGS = "-C target-feature=+simd128";

/** @returns {{name: string, cargo: string, args: string[], env: Record<string, string>}} */
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
  // Without a network this fails at once or after rustup's own retries; then the next way is tried.
  const added = ask("rustup", ["target", "add", TARGET], {
    timeout: 120_000,
    env: { ...process.env, RUSTUP_MAX_RETRIES: "1" },
  });
  return added !== undefined && own() ? prebuilt("rustup") : undefined;
}

function prebuilt(name) {
  return {
    name,
    cargo: "cargo",
    args: [],
    env: { CARGO_TARGET_DIR: join(root, "target-wasm"), RUSTFLAGS: FLAGS },
  };
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
    args: ["-Zbuild-std=std,panic_abort"],
    env: {
      // The standard library is built from Debian's sources, which only an unstable option of cargo does.
      RUSTC_BOOTSTRAP: "1",
      RUSTC: "/usr/bin/rustc",
      PATH: `/usr/bin:${process.env.PATH}`,
      CARGO_TARGET_DIR: join(root, "target-wasm-debian"),
      RUSTFLAGS: FLAGS,
    },
  };
}

function hasDebianParts() {
  const source = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
  return ["/usr/bin/cargo", "/usr/bin/rustc", "/usr/bin/rust-lld", source].every((path) => existsSync(path));
}
