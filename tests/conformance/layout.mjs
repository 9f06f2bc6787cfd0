/** Images in one folder in OCI layout, out of files and settings: nothing is pulled. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { archive } from "./files.mjs";

const CREATED = "2022-01-01T00:00:00Z";

const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const media = (kind) => `application/vnd.oci.image.${kind}`;

export class Layout {
  constructor(folder) {
    /** The folder in OCI layout. */
    this.layout = join(folder, "layout");
    mkdirSync(join(this.layout, "blobs", "sha256"), { recursive: true });
    writeFileSync(join(this.layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    writeFileSync(join(this.layout, "index.json"), '{"schemaVersion":2,"manifests":[]}');
  }

  /** Where what has this digest lies. */
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

  /** A layer of these files, whose modification time is that of 2022 unless another is given. */
  layer(files, time) {
    return this.#store(archive(files, time));
  }

  /** An image of these layers, by its digests. `about` says of each layer what it is. */
  image(config, layers, about = layers.map(() => "files")) {
    const image = {
      architecture: "amd64",
      os: "linux",
      created: CREATED,
      config,
      rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.digest) },
      history: about.map((what) => ({ created: CREATED, created_by: what })),
    };
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
}
