/**
 * Base images for the exam: a static busybox, scripts that stand for the tools of an ecosystem, and the settings of
 * the real image of that name, as `images/flavours.json` lists them. Nothing is pulled.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { Layout } from "../conformance/layout.mjs";

const FOLDER = new URL("images/", import.meta.url);
const TOOLS = new URL("tools/", FOLDER);
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Programs that stand-ins replace. */
const REPLACED = ["busybox", "dpkg", "dpkg-deb", "rpm", "rpm2cpio", "wget"];
/** Programs of the system's administrator. */
const ADMINISTRATION = ["useradd", "groupadd", "adduser", "addgroup", "usermod"];

const link = (symlink) => ({ symlink });
const program = (text) => ({ text, mode: "0755" });

/** The folders above paths, each as an entry. */
function withParents(files) {
  const all = {};
  for (const path of Object.keys(files)) {
    const parts = path.split("/");
    for (let end = 1; end < parts.length; end++) all[parts.slice(0, end).join("/")] ??= { dir: true };
  }
  return { ...all, ...files };
}

export class ExamImages extends Layout {
  #flavours = JSON.parse(readFileSync(new URL("flavours.json", FOLDER), "utf8"));
  #made = new Map();
  #shell;

  constructor(folder, busybox) {
    super(folder);
    this.#shell = this.layer(this.#shellFiles(busybox));
  }

  #shellFiles(busybox) {
    const files = {
      root: { dir: true, mode: "0700" },
      tmp: { dir: true, mode: "1777" },
      "bin/busybox": { base64: readFileSync(busybox).toString("base64"), mode: "0755" },
      "usr/bin/env": link("/bin/busybox"),
      "bin/bash": program('#!/bin/sh\nexec /bin/sh "$@"\n'),
    };
    const folders = `dev etc home opt proc run sbin srv sys usr/sbin usr/local/bin usr/local/share usr/src
      var/cache var/lib var/log`;
    for (const path of folders.split(/\s+/)) files[path] = { dir: true };
    for (const name of ["hosts", "resolv.conf", "hostname"]) files[`etc/${name}`] = { text: "" };
    const applets = spawnSync(busybox, ["--list"], { encoding: "utf8" }).stdout.trim().split("\n");
    for (const name of applets) if (!REPLACED.includes(name)) files[`bin/${name}`] = link("/bin/busybox");
    for (const name of readdirSync(TOOLS)) {
      const text = readFileSync(new URL(name, TOOLS), "utf8");
      if (name.endsWith(".sh")) files[`usr/lib/fake/${name}`] = { text };
      else
        for (const each of [name, ...(this.#flavours.same[name] ?? [])])
          files[`usr/lib/fake/tools/${each}`] = program(text);
    }
    return withParents(files);
  }

  /** The rule for an image of this name, and which distribution's tools it has; undefined if there is none. */
  #flavour(name) {
    const rule = this.#flavours.images.find(({ match }) => new RegExp(match).test(name));
    if (!rule) return undefined;
    const [image, tag = ""] = name.split(":");
    const alpine = name.includes("alpine") || image === "composer";
    const family = rule.family ?? (alpine ? "alpine" : tag.includes("ubi") ? "rhel" : "debian");
    return { rule, family };
  }

  #toolFiles({ rule, family }) {
    const { os, tools, files: own } = this.#flavours.families[family];
    const files = { "etc/os-release": { text: `ID=${os}\n` } };
    const owners = (rule.users ?? []).map((user) => user.split(":"));
    const lines = (root, rest) => [root, ...owners.map(([user, id]) => rest(user, id)), ""].join("\n");
    files["etc/passwd"] = {
      text: lines(
        "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/sh",
        (user, id) => `${user}:x:${id}:${id}::/home/${user}:/bin/sh`,
      ),
    };
    files["etc/group"] = { text: lines("root:x:0:\nnogroup:x:65534:", (user, id) => `${user}:x:${id}:`) };
    for (const [user, id] of owners) files[`home/${user}`] = { dir: true, uid: Number(id), gid: Number(id) };
    for (const [path, content] of Object.entries({ ...own, ...rule.files, ...rule.expose }))
      files[path] = { text: content };
    for (const name of [...this.#flavours.common_tools, ...tools]) {
      const folder = ADMINISTRATION.includes(name) ? "usr/sbin" : "usr/bin";
      files[`${folder}/${name}`] = link(`/usr/lib/fake/tools/${name}`);
    }
    for (const name of rule.tools ?? []) files[`usr/local/bin/${name}`] = link(`/usr/lib/fake/tools/${name}`);
    for (const name of rule.bin_tools_at_root ?? []) files[name] = link(`/usr/lib/fake/tools/${name}`);
    if (rule.workdir) files[rule.workdir.slice(1)] = { dir: true };
    return withParents(files);
  }

  /**
   * The manifest of an image by the name that a Dockerfile gives it; undefined if nothing stands for it. Images
   * with another `salt` are other images with the same files: builds on them share nothing.
   */
  manifest(name, salt) {
    const found = this.#flavour(name);
    if (!found) return undefined;
    const { rule, family } = found;
    const key = JSON.stringify([rule.match, family]);
    if (!this.#made.has(key)) this.#made.set(key, this.layer(this.#toolFiles(found)));
    const salted = this.layer({ tmp: { dir: true, mode: "1777" } }, 1_000_000_000 + salt);
    const config = {
      Env: [`PATH=${rule.path ? `${rule.path}:` : ""}${PATH}`, ...(rule.env ?? [])],
      WorkingDir: rule.workdir ?? "/",
      ...(rule.cmd && { Cmd: rule.cmd }),
      ...(rule.onbuild && { OnBuild: rule.onbuild }),
      ...(rule.stopsignal && { StopSignal: rule.stopsignal }),
    };
    return this.image(config, [this.#shell, this.#made.get(key), salted]).manifest;
  }
}
