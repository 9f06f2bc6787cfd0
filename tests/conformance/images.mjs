/**
 * Base images out of the recipes in `bases/` and a static busybox: nothing is pulled. They lie in one folder in
 * OCI layout, which BuildKit reads by digest; the classic builder gets the same layers and configs by `docker load`.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { archive } from "./files.mjs";

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

const sha256 = (data) => createHash("sha256").update(data).digest("hex");

export class Images {
  #busybox;
  #made = new Map();
  #recipes = {};
  #shell;

  constructor(folder, busybox) {
    this.#busybox = busybox;
    /** The folder in OCI layout. */
    this.layout = join(folder, "layout");
    mkdirSync(join(this.layout, "blobs", "sha256"), { recursive: true });
    writeFileSync(join(this.layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    writeFileSync(join(this.layout, "index.json"), '{"schemaVersion":2,"manifests":[]}');
    for (const name of readdirSync(RECIPES)) {
      if (name.endsWith(".json"))
        this.#recipes[name.slice(0, -5)] = JSON.parse(readFileSync(new URL(name, RECIPES), "utf8"));
    }
  }

  blob(digest) {
    return join(this.layout, "blobs", "sha256", digest.slice("sha256:".length));
  }

  #store(data) {
    const digest = `sha256:${sha256(data)}`;
    if (!existsSync(this.blob(digest))) {
      writeFileSync(`${this.blob(digest)}.new`, data);
      renameSync(`${this.blob(digest)}.new`, this.blob(digest));
    }
    return { digest, size: data.length };
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
    return this.#store(archive(files));
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
    return this.#store(archive(files));
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
    const created = "2022-01-01T00:00:00Z";
    const image = {
      architecture: "amd64",
      os: "linux",
      created,
      config,
      rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.digest) },
      history: [
        { created, created_by: "shell" },
        { created, created_by: `tools of ${copyOf}` },
      ],
    };
    const media = (kind) => `application/vnd.oci.image.${kind}`;
    const stored = this.#store(Buffer.from(JSON.stringify(image)));
    const manifest = {
      schemaVersion: 2,
      mediaType: media("manifest.v1+json"),
      config: { mediaType: media("config.v1+json"), ...stored },
      layers: layers.map((layer) => ({ mediaType: media("layer.v1.tar"), ...layer })),
    };
    return {
      manifest: this.#store(Buffer.from(JSON.stringify(manifest))).digest,
      config: stored.digest,
      layers: image.rootfs.diff_ids,
      imageConfig: config,
    };
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
