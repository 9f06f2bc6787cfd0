/**
 * Base images out of the recipes in `bases/` and a static busybox: nothing is pulled. They lie in one folder in
 * OCI layout, which BuildKit reads by digest; the classic builder gets the same layers and configs by `docker load`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { archive } from "./files.mjs";
import { Layout } from "./layout.mjs";

const RECIPES = new URL("bases/", import.meta.url);

const APPLETS =
  `sh ash awk basename cat chgrp chmod chown cmp cp cut date dd dirname du echo env expr false find grep head
  hostname id install ln ls md5sum mkdir mktemp mv nproc od printf pwd readlink realpath rm rmdir sed seq sha256sum
  sleep sort stat tail tar tee test touch tr true uname uniq wc which whoami xargs yes gzip gunzip addgroup adduser
  diff rev`.split(/\s+/);
const FOLDERS =
  `bin dev etc home lib mnt opt proc run sbin srv sys usr usr/bin usr/lib usr/local usr/local/bin usr/local/lib
  usr/sbin usr/share usr/src var var/cache var/lib var/log var/run`.split(/\s+/);
const OPEN_FOLDERS = ["root", "tmp", "var/tmp"];

export class Images extends Layout {
  #busybox;
  #made = new Map();
  #recipes = {};
  #shell;

  constructor(folder, busybox) {
    super(folder);
    this.#busybox = busybox;
    for (const name of readdirSync(RECIPES)) {
      if (name.endsWith(".json"))
        this.#recipes[name.slice(0, -5)] = JSON.parse(readFileSync(new URL(name, RECIPES), "utf8"));
    }
  }

  /** The first layer of every image: folders, busybox with its names, and who there is. */
  #shellLayer() {
    const files = Object.fromEntries(FOLDERS.map((path) => [path, { dir: true }]));
    files.root = { dir: true, mode: "0700" };
    files.tmp = files["var/tmp"] = { dir: true, mode: "1777" };
    files["bin/busybox"] = { base64: readFileSync(this.#busybox).toString("base64"), mode: "0755" };
    for (const name of APPLETS) files[`bin/${name}`] = { symlink: "busybox" };
    files["usr/bin/env"] = { symlink: "/bin/busybox" };
    files["etc/passwd"] =
      "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/bin/sh\n" +
      "app:x:1000:1000:app:/home/app:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n";
    files["etc/group"] = "root:x:0:\nwww-data:x:33:\napp:x:1000:\nnogroup:x:65534:\n";
    return this.layer(files);
  }

  /** The second: the scripts that stand for the tools of the image, and further files. */
  #toolLayer(recipe, extra) {
    const links = recipe.tools ?? {};
    const files = {};
    const put = (path, entry) => {
      const parts = path.replace(/^\//, "").split("/");
      for (const end of parts.keys()) {
        const parent = parts.slice(0, end).join("/");
        if (end > 0 && !FOLDERS.includes(parent) && !OPEN_FOLDERS.includes(parent))
          files[parent] ??= { dir: true };
      }
      files[parts.join("/")] = entry;
    };
    for (const script of new Set(["lib.sh", ...Object.values(links)])) {
      const text = readFileSync(new URL(`tools/${script}`, RECIPES), "utf8");
      put(`usr/local/lib/fake/${script}`, { text, mode: "0755" });
    }
    for (const [path, script] of Object.entries(links))
      put(path, { symlink: `/usr/local/lib/fake/${script}` });
    for (const [path, entry] of Object.entries({ ...recipe.files, ...extra })) put(path, entry);
    return this.layer(files);
  }

  /** The image for an entry of `baseImages`: what makes it (`copyOf`, `config`, `env`, `files`) decides. */
  make({ copyOf = "base", config = {}, env, files = {} }) {
    const key = JSON.stringify([copyOf, config, env, files]);
    if (!this.#made.has(key)) this.#made.set(key, this.#make(copyOf, config, env, files));
    return this.#made.get(key);
  }

  #make(copyOf, given, env, extra) {
    const recipe = this.#recipes[copyOf];
    if (!recipe) throw new Error(`no recipe for a base image is called ${copyOf}`);
    const config = { ...recipe.config, ...given, ...(env && { Env: env }) };
    this.#shell ??= this.#shellLayer();
    const layers = [this.#shell, this.#toolLayer(recipe, extra)];
    return this.image(config, layers, ["shell", `tools of ${copyOf}`]);
  }

  /** An entry of `baseImages` as the engine reads it: with all that the image says of itself, and its digests. */
  describe(entry) {
    const { manifest, config, layers, imageConfig: own } = this.make(entry);
    return {
      ...entry,
      env: own.Env ?? [],
      workingDir: own.WorkingDir ?? "",
      user: own.User ?? "",
      shell: own.Shell ?? [],
      onBuild: own.OnBuild ?? [],
      cmd: own.Cmd ?? [],
      entrypoint: own.Entrypoint ?? [],
      labels: own.Labels ?? {},
      exposedPorts: Object.keys(own.ExposedPorts ?? {}),
      volumes: Object.keys(own.Volumes ?? {}),
      stopSignal: own.StopSignal ?? "",
      digest: manifest,
      configDigest: config,
      diffIds: layers,
    };
  }

  /** Writes the archive that `docker load` takes for these images, by the name each is to have. */
  writeArchive(images, path) {
    const files = {};
    const read = (digest) => ({ base64: readFileSync(this.blob(digest)).toString("base64") });
    const bare = (digest) => digest.slice("sha256:".length);
    const list = Object.entries(images).map(([name, image]) => {
      files[`${bare(image.config)}.json`] = read(image.config);
      for (const layer of image.layers) files[`${bare(layer)}.tar`] = read(layer);
      return {
        Config: `${bare(image.config)}.json`,
        RepoTags: [/:[^/]*$/.test(name) ? name : `${name}:latest`],
        Layers: image.layers.map((layer) => `${bare(layer)}.tar`),
      };
    });
    files["manifest.json"] = JSON.stringify(list);
    writeFileSync(path, archive(files));
  }
}
