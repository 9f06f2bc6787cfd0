/** Java, and the build tools that stand on it. */
import type { BaseImage } from "../../types.ts";
import { distributionOf, only, type Tag } from "../tag.ts";
import {
  type Entry,
  github,
  has,
  image,
  isAlpine,
  isOn,
  isPatch,
  majorOf,
  PATH,
  patchOf,
  UBUNTU,
  version,
} from "./entry.ts";

/** The variables of eclipse-temurin, which Maven and Gradle stand on. */
const TEMURIN = [
  `PATH=/opt/java/openjdk/bin:${PATH}`,
  "JAVA_HOME=/opt/java/openjdk",
  "LANG=en_US.UTF-8",
  "LANGUAGE=en_US:en",
  "LC_ALL=en_US.UTF-8",
];
const TEMURIN_ENTRYPOINT = ["/__cacert_entrypoint.sh"];
/** `alpine-3.21`, as temurin's tags say it, is two words. */
const ALPINE = /^(alpine|3\.\d+)$/;

/** `21-jre-alpine-3.21`, `21.0.11_10-jdk-noble`, `8u492-b09-jdk`: a whole version is the value of the variable too. */
function temurin(tag: Tag): BaseImage | undefined {
  const major = majorOf(tag);
  if (tag.version !== "" && ![8, 11, 17, 21, 22, 23, 24, 25, 26].includes(major)) return undefined;
  const [first = "", second = ""] = tag.words;
  const build = major === 8 ? /^u\d+$/.test(first) && /^b\d+$/.test(second) : /^_\d+(\.\d+)*$/.test(first);
  const words = tag.words.slice(build ? (major === 8 ? 2 : 1) : 0);
  if (!only({ words }, /^(latest|jdk|jre)$/, ALPINE, UBUNTU) || (isPatch(tag) && !build)) return undefined;
  // Releases before the middle of 2023 had no entrypoint.
  const release = major === 8 ? Number(first.slice(1)) : patchOf(tag) || 0;
  if (build && release < ({ 8: 382, 11: 20, 17: 8 }[major] ?? 0)) return undefined;
  const whole = major === 8 ? `jdk8${first}-${second}` : `jdk-${tag.version}${first.replace("_", "+")}`;
  const env = build ? [...TEMURIN, `JAVA_VERSION=${whole}`] : TEMURIN;
  return image(tag, "ubuntu", env, build ? [] : ["JAVA_VERSION"], {
    entrypoint: TEMURIN_ENTRYPOINT,
    ...(has(tag, "jre") || major === 8 ? {} : { cmd: ["jshell"] }),
  });
}

const MAVEN = ["MAVEN_HOME=/usr/share/maven", "MAVEN_CONFIG=/root/.m2"];

/** `maven:3.9-eclipse-temurin-21-alpine`, which tags that name no Java are too; `maven:3.8-openjdk-17-slim`. */
function maven(tag: Tag): BaseImage | undefined {
  const run = { entrypoint: ["/usr/local/bin/mvn-entrypoint.sh"], cmd: ["mvn"] };
  const [version = ""] = tag.words.filter((word) => Number(word) > 0);
  if (version !== "" && isOn(tag, /jdk/)) {
    const isKnown = ["3", "3.6", "3.6.3"].includes(tag.version) || tag.order === 3008;
    if (!isKnown || !only(tag, /^(openjdk|jdk|8|11|17|slim)$/)) return undefined;
    const words = tag.words.filter((word) => word === "slim");
    const java = openjdk({ name: "openjdk", version, order: Number(version) * 1000, words });
    // They did not follow each release of it.
    const env = java?.env?.filter((each) => !each.startsWith("JAVA_VERSION=")) ?? [];
    return java && { ...java, env: [...env, ...MAVEN], unknownEnv: ["JAVA_VERSION"], ...run };
  }
  const isTemurin = only(tag, /^latest$/) || (has(tag, "eclipse") && has(tag, "temurin"));
  const isKnown = tag.version === "" || tag.version === "3" || (tag.order >= 3009 && tag.order < 4001);
  const words = /^(latest|eclipse|temurin|8|11|17|2\d|rc|\d)$/;
  if (!isTemurin || !isKnown || !only(tag, words, ALPINE, UBUNTU)) return undefined;
  return image(tag, "ubuntu", [...TEMURIN, ...MAVEN], ["JAVA_VERSION"], run);
}

/** `gradle:8-jdk21-alpine`: on temurin, as are the tags that name no Java. */
function gradle(tag: Tag): BaseImage | undefined {
  const isLast = ["", "6", "6.9", "7", "7.6", "8", "8.10", "9"].includes(tag.version);
  // Releases before 8.5 had no entrypoint, and the first ones of 8.10 another one.
  const isKnown = isLast || (tag.order >= 8005 && tag.order < 10_000 && tag.order !== 8010);
  if (!isKnown || !only(tag, /^(latest|jdk(8|11|17|2\d)?)$/, ALPINE, UBUNTU)) return undefined;
  // Until 9, the tag `8.14.0` was of Gradle 8.14.
  const isShort = majorOf(tag) < 9 && patchOf(tag) === 0;
  const own = version("GRADLE_VERSION", isShort ? { ...tag, version: "" } : tag);
  const env = [...TEMURIN, "GRADLE_HOME=/opt/gradle", ...own.env];
  return image(tag, "ubuntu", env, ["JAVA_VERSION", ...own.unknown], {
    workingDir: "/home/gradle",
    user: "root",
    entrypoint: TEMURIN_ENTRYPOINT,
    cmd: ["gradle"],
    volumes: ["/home/gradle/.gradle"],
  });
}

/** The last release of those that are given up; later ones were given up with their first, which has no patch. */
const LAST: Readonly<Record<number, string>> = { 8: "8u342", 11: "11.0.16", 17: "17.0.2", 18: "18.0.2.1" };

/** A tag without a number is 18, the last release that got such tags. */
function openjdk(tag: Tag): BaseImage | undefined {
  const major = tag.version === "" ? 18 : Number(tag.version);
  const isKnown = major === 8 || major === 11 || (major >= 17 && major <= 25);
  const words = /^(latest|jdk|jre|slim|buster|bullseye|bookworm|trixie|alpine|oracle(linux([89]|10))?)$/;
  if (!isKnown || !only(tag, words) || (tag.version === "" && has(tag, "jre"))) return undefined;
  // Given up before the release.
  if (major > 20 && has(tag, "buster")) return undefined;
  if (isAlpine(tag)) return major === 8 ? openjdkAlpine(tag) : undefined;
  const isDebian = has(tag, "slim") || distributionOf(tag.words) === "debian";
  const isOracle = isOn(tag, /^oracle/) || (major > 11 && !isDebian);
  const home = `/usr/${isOracle ? "java" : "local"}/openjdk-${major}`;
  const java = `JAVA_VERSION=${LAST[major] ?? major}`;
  const env = [`PATH=${home}/bin:${PATH}`, `JAVA_HOME=${home}`, "LANG=C.UTF-8", java];
  const shell = isOracle ? "/bin/bash" : "bash";
  return image(tag, isOracle ? "oraclelinux" : "debian", env, [], {
    cmd: [major === 8 || has(tag, "jre") ? shell : "jshell"],
  });
}

/** Alpine's own package, given up in 2019. */
function openjdkAlpine(tag: Tag): BaseImage {
  const home = "/usr/lib/jvm/java-1.8-openjdk";
  const env = [
    `PATH=${PATH}:${home}/jre/bin:${home}/bin`,
    `JAVA_HOME=${home}${has(tag, "jre") ? "/jre" : ""}`,
    "LANG=C.UTF-8",
    "JAVA_VERSION=8u212",
    "JAVA_ALPINE_VERSION=8.212.04-r0",
  ];
  return image(tag, "alpine", env, [], { cmd: ["/bin/sh"] });
}

export const JAVA: readonly Entry[] = [
  {
    names: ["eclipse-temurin"],
    image: temurin,
    source: github("adoptium/containers", "d8d18d67a32e"),
  },
  {
    names: ["maven"],
    image: maven,
    source: github("carlossg/docker-maven", "0170c5bc5c25"),
  },
  {
    names: ["gradle"],
    image: gradle,
    source: github("gradle/docker-gradle", "528a647c5a65"),
  },
  {
    names: ["openjdk"],
    image: openjdk,
    source: github("docker-library/openjdk", "da2d75fdafc1"),
  },
];
