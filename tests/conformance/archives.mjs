/** Archives at random, as ADD may find them: their entries, and how these are written and packed. */
import { gzipSync } from "node:zlib";
import { block } from "./files.mjs";

const ENTRIES = [
  { name: "a.txt", text: "a\n" },
  { name: "b.txt", text: "b\n", mode: "0600" },
  { name: "run.sh", text: "#!/bin/sh\n", mode: "0755" },
  { name: "d/b.txt", text: "b\n" },
  { name: "d/e/c.txt", text: "c\n", uid: 2005, gid: 2006 },
  { name: "./d/dot.txt", text: "dot\n" },
  { name: "../up.txt", text: "up\n" },
  { name: "/root.txt", text: "root\n" },
  { name: "d/../over.txt", text: "over\n" },
  { name: "set", text: "s\n", mode: "4755" },
  { name: "d/", dir: true, mode: "0700" },
  { name: "d", dir: true, mode: "0711", uid: 2001 },
  { name: "hollow/", dir: true },
  { name: "./", dir: true, mode: "0700" },
  { name: "a.txt", dir: true },
  { name: "link", symlink: "a.txt" },
  { name: "folder", symlink: "d" },
  { name: "far", symlink: "/d/e" },
  { name: "out", symlink: "../../etc" },
  { name: "lost", symlink: "nowhere" },
  { name: "folder/in.txt", text: "in\n" },
  { name: "far/in.txt", text: "in\n" },
  { name: "hard", hardlink: "a.txt" },
  { name: "d/hard", hardlink: "/b.txt", mode: "0600" },
  { name: "a.txt", text: "again\n" },
  { name: `${"long/".repeat(18)}name-of-a-file.txt`, text: "long\n" },
];

/** What may be asked for of an unpacked archive. */
const PLACES = ["", "a.txt", "d", "d/b.txt", "d/e", "folder", "link", "hard", "hollow", "*.txt", "d/*"];

/** Some entries in the order of the list, mostly. */
function entries(random) {
  const count = random.between(1, 8);
  const chosen = new Set(random.some([...ENTRIES.keys()], count));
  const list = ENTRIES.filter((_, at) => chosen.has(at));
  return random.chance(0.2) ? random.shuffled(list) : list;
}

/** An archive: entries, and how they are written. */
export function archive(random) {
  return { entries: entries(random), time: 5, gzip: random.chance(0.6), level: 9, cut: random.chance(0.03) };
}

/** The archive after an edit, of which some change nothing of what comes out. */
export function edited(random, before) {
  const list = [...before.entries];
  const at = random.between(0, list.length - 1);
  const kind = random.weighted({
    time: 2,
    packing: 2,
    order: 2,
    add: 2,
    remove: 1.5,
    content: 3,
    mode: 1,
    cut: 0.4,
  });
  if (kind === "time") return { ...before, time: before.time + 5 };
  if (kind === "packing") return { ...before, gzip: random.chance(0.7), level: random.pick([1, 6, 9]) };
  if (kind === "cut") return { ...before, cut: !before.cut };
  if (kind === "order") return { ...before, entries: random.shuffled(list) };
  if (kind === "add") list.splice(at, 0, random.pick(ENTRIES));
  else if (kind === "remove" && list.length > 1) list.splice(at, 1);
  else if (kind === "mode") list[at] = { ...list[at], mode: random.pick(["0755", "0644", "1777"]) };
  else if (list[at].text !== undefined) list[at] = { ...list[at], text: random.pick(["other\n", "a\n", ""]) };
  return { ...before, entries: list };
}

/** A file of a scenario with the bytes of an archive. */
export function packed({ entries, time, gzip, level, cut }) {
  const blocks = entries.flatMap((entry) => written(entry, time));
  const bytes = Buffer.concat([...blocks, Buffer.alloc(1024)]);
  const whole = gzip ? gzipSync(bytes, { level }) : bytes;
  return { base64: (cut ? whole.subarray(0, whole.length / 2) : whole).toString("base64") };
}

function written({ name, ...entry }, time) {
  if (Buffer.byteLength(name) <= 100) return block(name, entry, time);
  // A record of its own holds a long name.
  const record = ` path=${name}\n`;
  const length = [...Array(5).keys()]
    .map((n) => `${record.length + n}`)
    .find((text) => Number(text) === record.length + text.length);
  return [
    ...block("PaxHeaders/long", { text: `${length}${record}`, kind: "x" }, time),
    ...block(name.slice(0, 100), entry, time),
  ];
}

/** Where files lie once an archive is unpacked to a folder. */
export const unpacked = (folder) => PLACES.map((place) => `${folder}/${place}`.replace(/\/+/g, "/"));
