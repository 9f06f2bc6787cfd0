/** Files as scenarios describe them: as bytes, as archives, and written into folders with the times of an edit. */
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, normalize, sep } from "node:path";

/** Seconds since 1970 that every file starts with; an edit before build n gives n hours more. */
export const START = 1_643_846_400;
export const HOUR = 3600;
/** 1 January 2022: the time of what is in an archive. */
const NEW_YEAR = 1_640_995_200;

/** The bytes of a file entry, or of a bare text. */
export function bytes(entry) {
  if (typeof entry === "string") return Buffer.from(entry);
  const once =
    entry.base64 === undefined ? Buffer.from(entry.text ?? "") : Buffer.from(entry.base64, "base64");
  return Buffer.concat(Array(entry.repeat ?? 1).fill(once));
}

const mode = (entry, usual) => Number.parseInt(entry.mode ?? usual, 8);

/** The blocks of an entry in a tar archive. */
export function block(name, entry, time) {
  const kinds = { dir: "5", hardlink: "1", symlink: "2" };
  const link = Object.keys(kinds).find((kind) => entry[kind] !== undefined);
  const kind = entry.kind ?? kinds[link] ?? "0";
  const content = link === undefined ? bytes(entry) : Buffer.alloc(0);
  const usual = { 2: "0777", 5: "0755" }[kind] ?? "0644";
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long a name for an archive`);
  const head = Buffer.alloc(512);
  const field = (at, length, number) => head.write(number.toString(8).padStart(length - 1, "0"), at);
  head.write(name, 0);
  field(100, 8, mode(entry, usual));
  field(108, 8, entry.uid ?? 0);
  field(116, 8, entry.gid ?? 0);
  field(124, 12, content.length);
  field(136, 12, time);
  head.write("        ", 148);
  head.write(kind, 156);
  head.write(entry.symlink ?? entry.hardlink ?? "", 157);
  head.write("ustar\u000000", 257);
  head.write(
    `${head
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\u0000 `,
    148,
  );
  return [head, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
}

/** A tar archive of these files, the same bytes whenever it is made: paths in order, root's unless owners are said. */
export function archive(files, time = NEW_YEAR) {
  const blocks = Object.keys(files)
    .sort()
    .flatMap((path) => {
      const entry = typeof files[path] === "string" ? { text: files[path] } : files[path];
      return block(entry.dir ? `${path}/` : path, entry, time);
    });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** A folder whose entries have the modes and times that a scenario gives them. */
export class Folder {
  constructor(root) {
    this.root = root;
    this.clock = START;
    mkdirSync(root, { recursive: true });
  }

  #path(name) {
    const path = normalize(join(this.root, name));
    if (path !== this.root && !path.startsWith(this.root + sep))
      throw new Error(`${name} leaves the context`);
    return path;
  }

  #stamp(path, time = this.clock) {
    lutimesSync(path, time, time);
  }

  #folder(path, bits) {
    if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      rmSync(path, { force: true });
      mkdirSync(path);
    }
    chmodSync(path, bits);
  }

  #parents(name) {
    const parts = name.split("/").slice(0, -1);
    for (const end of parts.keys()) {
      const path = this.#path(parts.slice(0, end + 1).join("/"));
      if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) continue;
      this.#folder(path, 0o755);
      this.#stamp(path);
    }
  }

  write(name, given) {
    const entry = typeof given === "string" ? { text: given } : given;
    const path = this.#path(name);
    this.#parents(name);
    if (entry.dir) {
      this.#folder(path, mode(entry, "0755"));
    } else {
      rmSync(path, { recursive: true, force: true });
      if (entry.symlink !== undefined) symlinkSync(entry.symlink, path);
      else if (entry.hardlink !== undefined) linkSync(this.#path(entry.hardlink), path);
      else {
        writeFileSync(path, bytes(entry));
        chmodSync(path, mode(entry, "0644"));
      }
    }
    this.#stamp(path, entry.mtime);
  }

  /** The files' part of the edit before build `number`; all that it names gets that build's time. */
  apply(edit, number) {
    this.clock = START + HOUR * number;
    for (const [from, to] of Object.entries(edit.rename ?? {})) {
      this.#parents(to);
      renameSync(this.#path(from), this.#path(to));
    }
    for (const name of edit.delete ?? []) rmSync(this.#path(name), { recursive: true, force: true });
    for (const [name, entry] of Object.entries(edit.write ?? {})) this.write(name, entry);
    for (const [name, bits] of Object.entries(edit.chmod ?? {}))
      chmodSync(this.#path(name), Number.parseInt(bits, 8));
    for (const name of edit.touch ?? []) this.#stamp(this.#path(name));
  }

  has(name) {
    return existsSync(this.#path(name));
  }
}
