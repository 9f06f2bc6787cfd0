/**
 * What the images of the distributions themselves set: a search path and a shell, nothing else but labels. Those are
 * not told, as they differ among the images that one tag named in turn (Ubuntu's have the time of the build).
 */
import type { BaseImage } from "../../types.ts";
import { only, type Tag } from "../tag.ts";
import { type Entry, github, PATH } from "./entry.ts";

/** Images of a day: `bookworm-20260803-slim`, `resolute-20260811.1`. Ubuntu's before 2023 had another command. */
const DAY = /^202[4-9]\d{4}(\.\d+)?$/;
const DEBIAN = /^(buster|bullseye|bookworm|trixie|forky|sid|(old)*stable|testing|unstable)$/;
const DEBIAN_KIND = /^(latest|slim|backports|experimental|rc|buggy)$/;
const UBUNTU = /^(bionic|focal|jammy|noble|questing|resolute|stonking)$/;
const UBUNTU_VERSIONS = ["", "18.04", "20.04", "22.04", "24.04", "25.10", "26.04", "26.10"];

const image = (distribution: string, shell: string): BaseImage => ({
  env: [`PATH=${PATH}`],
  distribution,
  cmd: [shell],
});

/** Every suite has the same configuration. */
function debian(tag: Tag): BaseImage | undefined {
  const isVersion = tag.version === "" || (tag.order >= 10_000 && tag.order < 14_000);
  return isVersion && only(tag, DEBIAN, DEBIAN_KIND, DAY) ? image("debian", "bash") : undefined;
}

function ubuntu(tag: Tag): BaseImage | undefined {
  const isKnown = UBUNTU_VERSIONS.includes(tag.version) && only(tag, UBUNTU, DAY, /^(latest|rolling|devel)$/);
  return isKnown ? image("ubuntu", "/bin/bash") : undefined;
}

/** Packages on top of Debian or Ubuntu, whose configuration stays. */
function buildpackDeps(tag: Tag): BaseImage | undefined {
  const words = tag.words.filter((word) => word !== "scm" && word !== "curl");
  if (tag.version === "" && only({ words }, DEBIAN, /^latest$/)) return image("debian", "bash");
  return only({ words }, UBUNTU) ? ubuntu({ ...tag, words }) : undefined;
}

/** `3.24`, `edge`, and images of a day of it: `20260805`. */
function alpine(tag: Tag): BaseImage | undefined {
  const isVersion = tag.version === "" || tag.version === "3" || (tag.order >= 3009 && tag.order <= 3024);
  const isKnown = isVersion || DAY.test(tag.version);
  return isKnown && only(tag, /^(latest|edge)$/) ? image("alpine", "/bin/sh") : undefined;
}

function busybox(tag: Tag): BaseImage | undefined {
  const isVersion = tag.version === "" || tag.version === "1" || (tag.order >= 1035 && tag.order <= 1038);
  const isKnown = isVersion && only(tag, /^(latest|stable|unstable|glibc|musl|uclibc)$/);
  return isKnown ? image("busybox", "sh") : undefined;
}

export const DISTRIBUTIONS: readonly Entry[] = [
  {
    // `oci/blobs/image-config.json` of each suite.
    names: ["debian"],
    image: debian,
    source: github("debuerreotype/docker-debian-artifacts", "f5527c9b0224"),
  },
  {
    names: ["buildpack-deps"],
    image: buildpackDeps,
    source: github("docker-library/buildpack-deps", "8330ca1d2319"),
  },
  {
    // The published images, inspected; so is Alpine.
    names: ["ubuntu"],
    image: ubuntu,
    source: `${github("docker-library/repo-info", "1c2b9d920fdd")}/repos/ubuntu`,
  },
  {
    names: ["alpine"],
    image: alpine,
    source: `${github("docker-library/repo-info", "7859ce442d87")}/repos/alpine`,
  },
  {
    // `image-config.json` of each variant.
    names: ["busybox"],
    image: busybox,
    source: github("docker-library/busybox", "9c2087811429"),
  },
];
