/**
 * What the Dockerfiles of much used official images say of their configuration.
 *
 * Each entry rests on its `source` at the commit named there. A variable whose value differs from release to release
 * (`PYTHON_VERSION`) is named without a value unless the tag says it. A tag that is not covered is not known; nothing
 * is guessed from what other tags have.
 */
import type { BaseImage } from "../types.ts";
import { alpine, buildpackDeps, busybox, debian, PATH, ubuntu } from "./distributions.ts";
import { distributionOf, only, type Tag } from "./tag.ts";

export interface Entry {
  names: readonly string[];
  /** What is known of a tag; undefined if it is not covered. */
  image: (tag: Tag) => BaseImage | undefined;
  source: string;
}

/**
 * A distribution that is given up keeps its tags, with what the last Dockerfile for it said. For those given up before
 * 2024 that is not what the others say: Python's set `PYTHON_PIP_VERSION`, Ruby's `RUBY_MAJOR`.
 */
const LINUX = /^(alpine(3\.(19|[2-9]\d))?|slim|bullseye|bookworm|trixie|latest)$/;
const UBUNTU = /^(focal|jammy|noble|resolute)$/;

interface Known extends BaseImage {
  env: string[];
}

/** An image with variables in order: those that are set to a value, and those of which only the name is known. */
function image(
  tag: Tag,
  usual: string,
  env: readonly string[],
  unknownEnv: readonly string[],
  more: BaseImage = {},
): Known {
  const path = env.some((each) => each.startsWith("PATH=")) ? [] : [`PATH=${PATH}`];
  const known: Known = { env: [...path, ...env], distribution: distributionOf(tag.words) ?? usual, ...more };
  if (unknownEnv.length > 0) known.unknownEnv = [...unknownEnv];
  return known;
}

/** A variable that has the version: with its value if the tag says all of it. */
function version(name: string, tag: Tag): { env: string[]; unknown: string[] } {
  const isWhole = tag.version.split(".").length === 3;
  return isWhole ? { env: [`${name}=${tag.version}`], unknown: [] } : { env: [], unknown: [name] };
}

const isOn = ({ words }: Tag, linux: RegExp): boolean => words.some((word) => linux.test(word));
const isPatch = (tag: Tag): boolean => tag.version.split(".").length > 2;
const has = ({ words }: Tag, word: string): boolean => words.includes(word);
const isAlpine = (tag: Tag): boolean => distributionOf(tag.words) === "alpine";

function python(tag: Tag): BaseImage | undefined {
  // "3" and no number at all: the newest, 3.14; but of a distribution given up before it, 3.13.
  const isNewest = tag.version === "" || tag.version === "3";
  const newest = isOn(tag, /^(bullseye|alpine3\.(19|20))$/) ? 3013 : 3014;
  const order = isNewest ? newest : tag.order;
  // Older releases of one version had other variables: what a whole version number means is not told.
  if (!only(tag, LINUX) || order < 3009 || order > 3014 || isPatch(tag)) return undefined;
  const unknown = [...(order < 3014 ? ["GPG_KEY"] : []), "PYTHON_VERSION", "PYTHON_SHA256"];
  const env = [`PATH=/usr/local/bin:${PATH}`, ...(order < 3013 ? ["LANG=C.UTF-8"] : [])];
  return image(tag, "debian", env, unknown, { cmd: ["python3"] });
}

function node(tag: Tag): BaseImage | undefined {
  // "lts" is 24 and from the end of October 2026 on 26: then without YARN_VERSION, which stays unknown. No number at
  // all is 26, but of a distribution given up before it an older one, which had that.
  const newest = isOn(tag, /^alpine3\.(19|20|21)$/) ? 25 : 26;
  const major = has(tag, "lts") ? 24 : tag.version === "" ? newest : Math.floor(tag.order / 1000);
  if (!only(tag, LINUX, /^(lts|current)$/) || ![18, 20, 22, 24, 25, 26].includes(major)) return undefined;
  const own = version("NODE_VERSION", tag);
  const unknown = [...own.unknown, ...(major < 26 ? ["YARN_VERSION"] : [])];
  return image(tag, "debian", own.env, unknown, { entrypoint: ["docker-entrypoint.sh"], cmd: ["node"] });
}

function golang(tag: Tag): BaseImage | undefined {
  const isNewest = tag.version === "" || tag.version === "1";
  if (!only(tag, LINUX) || (!isNewest && (tag.order < 1021 || tag.order > 1027))) return undefined;
  // The only one of 1.21 without GOTOOLCHAIN.
  if (tag.version === "1.21.0") return undefined;
  const own = version("GOLANG_VERSION", tag);
  const path = `PATH=/go/bin:/usr/local/go/bin:${PATH}`;
  const cmd = [isAlpine(tag) ? "/bin/sh" : "bash"];
  return image(tag, "debian", [path, ...own.env, "GOTOOLCHAIN=local", "GOPATH=/go"], own.unknown, {
    workingDir: "/go",
    cmd,
  });
}

function rust(tag: Tag): BaseImage | undefined {
  if (!only(tag, LINUX) || (tag.version !== "" && Math.floor(tag.order / 1000) !== 1)) return undefined;
  const own = version("RUST_VERSION", tag);
  const env = [
    `PATH=/usr/local/cargo/bin:${PATH}`,
    "RUSTUP_HOME=/usr/local/rustup",
    "CARGO_HOME=/usr/local/cargo",
  ];
  return image(tag, "debian", [...env, ...own.env], own.unknown);
}

function ruby(tag: Tag): BaseImage | undefined {
  const isNewest = ["", "3", "4"].includes(tag.version);
  if (!only(tag, LINUX) || (!isNewest && ![3001, 3002, 3003, 3004, 4000].includes(tag.order)))
    return undefined;
  // Until the end of 2023, releases had RUBY_MAJOR and no RUBY_DOWNLOAD_URL.
  if (isPatch(tag) && tag.order < 3003) return undefined;
  const own = version("RUBY_VERSION", tag);
  const env = [
    `PATH=/usr/local/bundle/bin:${PATH}`,
    "LANG=C.UTF-8",
    ...own.env,
    "GEM_HOME=/usr/local/bundle",
    "BUNDLE_SILENCE_ROOT_WARNING=1",
    "BUNDLE_APP_CONFIG=/usr/local/bundle",
  ];
  const unknown = [...own.unknown, "RUBY_DOWNLOAD_URL", "RUBY_DOWNLOAD_SHA256"];
  return image(tag, "debian", env, unknown, { cmd: ["irb"] });
}

function php(tag: Tag): BaseImage | undefined {
  const isNewest = tag.version === "" || tag.version === "8";
  const kinds = /^(cli|fpm|apache|zts)$/;
  if (!only(tag, LINUX, kinds) || (!isNewest && (tag.order < 8001 || tag.order > 8005))) return undefined;
  const own = version("PHP_VERSION", tag);
  const isApache = has(tag, "apache");
  const flags = "-fstack-protector-strong -fpic -fpie -O2 -D_LARGEFILE_SOURCE -D_FILE_OFFSET_BITS=64";
  const env = [
    "PHP_INI_DIR=/usr/local/etc/php",
    ...(isApache ? ["APACHE_CONFDIR=/etc/apache2", "APACHE_ENVVARS=/etc/apache2/envvars"] : []),
    `PHP_CFLAGS=${flags}`,
    `PHP_CPPFLAGS=${flags}`,
    "PHP_LDFLAGS=-Wl,-O1 -pie",
    ...own.env,
  ];
  const unknown = ["PHPIZE_DEPS", "GPG_KEYS", ...own.unknown, "PHP_URL", "PHP_ASC_URL", "PHP_SHA256"];
  const served = isApache || has(tag, "fpm");
  const cmd = isApache ? ["apache2-foreground"] : has(tag, "fpm") ? ["php-fpm"] : ["php", "-a"];
  return image(tag, "debian", env, unknown, {
    ...(served ? { workingDir: "/var/www/html" } : {}),
    entrypoint: ["docker-php-entrypoint"],
    cmd,
  });
}

function nginx(tag: Tag): BaseImage | undefined {
  if (!only(tag, LINUX, /^(stable|mainline|perl)$/)) return undefined;
  const own = version("NGINX_VERSION", tag);
  const njs = has(tag, "slim") ? [] : ["NJS_VERSION", "NJS_RELEASE"];
  const unknown = [...own.unknown, ...njs, "PKG_RELEASE", "DYNPKG_RELEASE"];
  return image(tag, "debian", own.env, unknown, {
    entrypoint: ["/docker-entrypoint.sh"],
    cmd: ["nginx", "-g", "daemon off;"],
    exposedPorts: ["80/tcp"],
    stopSignal: "SIGQUIT",
  });
}

function httpd(tag: Tag): BaseImage | undefined {
  if (!only(tag, LINUX) || !["", "2", "2.4"].includes(tag.version)) return undefined;
  const env = [`PATH=/usr/local/apache2/bin:${PATH}`, "HTTPD_PREFIX=/usr/local/apache2", "HTTPD_PATCHES="];
  return image(tag, "debian", env, ["HTTPD_VERSION", "HTTPD_SHA256"], {
    workingDir: "/usr/local/apache2",
    cmd: ["httpd-foreground"],
    exposedPorts: ["80/tcp"],
    stopSignal: "SIGWINCH",
  });
}

function redis(tag: Tag): BaseImage | undefined {
  if (!only(tag, LINUX) || ![6002, 7000, 7002, 7004].includes(tag.order) || tag.version === "7")
    return undefined;
  const own = version("REDIS_VERSION", tag);
  const unknown = ["GOSU_VERSION", ...own.unknown, "REDIS_DOWNLOAD_URL", "REDIS_DOWNLOAD_SHA"];
  return image(tag, "debian", own.env, unknown, {
    workingDir: "/data",
    entrypoint: ["docker-entrypoint.sh"],
    cmd: ["redis-server"],
    exposedPorts: ["6379/tcp"],
    volumes: ["/data"],
  });
}

function postgres(tag: Tag): BaseImage | undefined {
  const major = Math.floor(tag.order / 1000);
  if (!only(tag, LINUX) || !(major >= 14 && major <= 18)) return undefined;
  const path = isAlpine(tag) ? [] : [`PATH=${PATH}:/usr/lib/postgresql/${major}/bin`];
  const data = major < 18 ? "/var/lib/postgresql/data" : `/var/lib/postgresql/${major}/docker`;
  const env = [...path, "LANG=en_US.utf8", `PG_MAJOR=${major}`, `PGDATA=${data}`];
  const unknown = [
    "GOSU_VERSION",
    "PG_VERSION",
    ...(isAlpine(tag) ? ["PG_SHA256", "DOCKER_PG_LLVM_DEPS"] : []),
  ];
  return image(tag, "debian", env, unknown, {
    entrypoint: ["docker-entrypoint.sh"],
    cmd: ["postgres"],
    exposedPorts: ["5432/tcp"],
    volumes: [major < 18 ? "/var/lib/postgresql/data" : "/var/lib/postgresql"],
    stopSignal: "SIGINT",
  });
}

function mysql(tag: Tag): BaseImage | undefined {
  if (tag.words.length > 0 || !["8.4", "9.7", "9"].includes(tag.version)) return undefined;
  const unknown = ["GOSU_VERSION", "MYSQL_MAJOR", "MYSQL_VERSION", "MYSQL_SHELL_VERSION"];
  return image(tag, "oraclelinux", [], unknown, {
    entrypoint: ["docker-entrypoint.sh"],
    cmd: ["mysqld"],
    exposedPorts: ["3306/tcp", "33060/tcp"],
    volumes: ["/var/lib/mysql"],
  });
}

/** The variables of eclipse-temurin, which Maven and Gradle stand on. */
const TEMURIN = [
  `PATH=/opt/java/openjdk/bin:${PATH}`,
  "JAVA_HOME=/opt/java/openjdk",
  "LANG=en_US.UTF-8",
  "LANGUAGE=en_US:en",
  "LC_ALL=en_US.UTF-8",
];
const TEMURIN_ENTRYPOINT = ["/__cacert_entrypoint.sh"];

function temurin(tag: Tag): BaseImage | undefined {
  const major = Math.floor(tag.order / 1000);
  const isKnown = tag.version === "" || [11, 17, 21, 25].includes(major);
  if (!only(tag, /^(latest|jdk|jre|alpine[\d.]*)$/, UBUNTU) || !isKnown || isPatch(tag)) return undefined;
  return image(tag, "ubuntu", TEMURIN, ["JAVA_VERSION"], {
    entrypoint: TEMURIN_ENTRYPOINT,
    ...(has(tag, "jre") ? {} : { cmd: ["jshell"] }),
  });
}

/** `maven:3.9-eclipse-temurin-21-alpine`. */
function maven(tag: Tag): BaseImage | undefined {
  const isTemurin = has(tag, "eclipse") && has(tag, "temurin");
  if (!isTemurin || !only(tag, /^(eclipse|temurin|11|17|21|25|alpine|noble)$/)) return undefined;
  const env = [...TEMURIN, "MAVEN_HOME=/usr/share/maven", "MAVEN_CONFIG=/root/.m2"];
  return image(tag, "ubuntu", env, ["JAVA_VERSION"], {
    entrypoint: ["/usr/local/bin/mvn-entrypoint.sh"],
    cmd: ["mvn"],
  });
}

/** `gradle:8-jdk21-alpine`. */
function gradle(tag: Tag): BaseImage | undefined {
  const jdk = tag.words.some((word) => /^jdk(17|21|25)$/.test(word));
  if (!jdk || !only(tag, /^(jdk(17|21|25)|alpine)$/, UBUNTU)) return undefined;
  return image(tag, "ubuntu", [...TEMURIN, "GRADLE_HOME=/opt/gradle"], ["JAVA_VERSION", "GRADLE_VERSION"], {
    workingDir: "/home/gradle",
    user: "root",
    entrypoint: TEMURIN_ENTRYPOINT,
    cmd: ["gradle"],
    volumes: ["/home/gradle/.gradle"],
  });
}

/** The last ones on Debian; those without a word of it stand on Oracle Linux, where the folder is another. */
function openjdk(tag: Tag): BaseImage | undefined {
  const isCovered = [8, 11, 17, 21].includes(Number(tag.version)) && has(tag, "slim");
  if (!isCovered || !only(tag, /^(jdk|slim|bullseye|bookworm)$/)) return undefined;
  const home = `/usr/local/openjdk-${tag.version}`;
  const env = [`PATH=${home}/bin:${PATH}`, `JAVA_HOME=${home}`, "LANG=C.UTF-8"];
  return image(tag, "debian", env, ["JAVA_VERSION"], {
    cmd: [tag.version === "8" ? "bash" : "jshell"],
  });
}

/** `mcr.microsoft.com/dotnet/sdk`, `aspnet`, `runtime`, `runtime-deps`. */
function dotnet(tag: Tag): BaseImage | undefined {
  const kind = tag.name.slice(tag.name.lastIndexOf("/") + 1);
  const isWords = only(tag, /^(slim|bookworm)$/, UBUNTU);
  if (!["8.0", "9.0", "10.0"].includes(tag.version) || !isWords) return undefined;
  const env = ["APP_UID=1654", "ASPNETCORE_HTTP_PORTS=8080", "DOTNET_RUNNING_IN_CONTAINER=true"];
  const unknown: string[] = [];
  if (kind !== "runtime-deps") unknown.push("DOTNET_VERSION");
  if (kind === "aspnet" || kind === "sdk") unknown.push("ASPNET_VERSION");
  if (kind === "sdk") {
    env.push("DOTNET_GENERATE_ASPNET_CERTIFICATE=false", "DOTNET_NOLOGO=true");
    unknown.push("DOTNET_SDK_VERSION");
    env.push("DOTNET_USE_POLLING_FILE_WATCHER=true", "NUGET_XMLDOC_MODE=skip");
    unknown.push("POWERSHELL_DISTRIBUTION_CHANNEL");
  }
  return image(tag, tag.version === "10.0" ? "ubuntu" : "debian", env, unknown);
}

const github = (path: string, commit: string): string => `https://github.com/${path}/tree/${commit}`;

export const CATALOGUE: readonly Entry[] = [
  {
    names: ["python"],
    image: python,
    source: github("docker-library/python", "4f07059567fa61c80397126e8063dbbde011b794"),
  },
  {
    names: ["node"],
    image: node,
    source: github("nodejs/docker-node", "f27d936f7d7ccdeec25cd2de33584c1a841f561d"),
  },
  {
    names: ["golang"],
    image: golang,
    source: github("docker-library/golang", "7c8c182bfc19ee3169d0596ae63917d2c7166f94"),
  },
  {
    names: ["rust"],
    image: rust,
    source: github("rust-lang/docker-rust", "7668ee290612ac3ac42dbfcbdfae75120263d2c9"),
  },
  {
    names: ["ruby"],
    image: ruby,
    source: github("docker-library/ruby", "d55e25ae709885250a4e9718c27a09f1e963ca79"),
  },
  {
    names: ["php"],
    image: php,
    source: github("docker-library/php", "445bf414f1d5866f7aef715f1203eae043710070"),
  },
  {
    names: ["nginx"],
    image: nginx,
    source: github("nginx/docker-nginx", "b430becb8f0f6b8d69e68cc73a82ea2873c38639"),
  },
  {
    names: ["httpd"],
    image: httpd,
    source: github("docker-library/httpd", "9b63b37c9be3b42d16b924ebb40af3cc40793119"),
  },
  {
    names: ["redis"],
    image: redis,
    source: github("redis/docker-library-redis", "e92049967d6baa9b4b3d6fd950553e6458e61f13"),
  },
  {
    names: ["postgres"],
    image: postgres,
    source: github("docker-library/postgres", "6edb0a8c4def40c371514b34aef9037ec82d9110"),
  },
  {
    names: ["mysql"],
    image: mysql,
    source: github("docker-library/mysql", "7f30fdb0738041fc5125e8218e393e0a891243e9"),
  },
  {
    names: ["eclipse-temurin"],
    image: temurin,
    source: github("adoptium/containers", "d8d18d67a32e2cbc765de68c30ea0998009df325"),
  },
  {
    names: ["maven"],
    image: maven,
    source: github("carlossg/docker-maven", "0170c5bc5c25ffede66d5c2b4be718450ea2a05a"),
  },
  {
    names: ["gradle"],
    image: gradle,
    source: github("gradle/docker-gradle", "528a647c5a6566c7204a46e423da6294df499a1a"),
  },
  {
    names: ["openjdk"],
    image: openjdk,
    source: github("docker-library/openjdk", "da2d75fdafc1da23b6c86e3bea2c2f63aacc9170"),
  },
  {
    names: ["sdk", "aspnet", "runtime", "runtime-deps"].map((kind) => `mcr.microsoft.com/dotnet/${kind}`),
    image: dotnet,
    source: github("dotnet/dotnet-docker", "3ed00b611cc88eaa5995525a0549a5703965cd02"),
  },
  {
    // `oci/blobs/image-config.json` of each suite.
    names: ["debian"],
    image: debian,
    source: github("debuerreotype/docker-debian-artifacts", "f5527c9b022448b28981cf274721d9749d8fc5c4"),
  },
  {
    names: ["buildpack-deps"],
    image: buildpackDeps,
    source: github("docker-library/buildpack-deps", "8330ca1d2319b779c8b7a8aa64bb40dbe568e1e2"),
  },
  {
    // The published images, inspected; so is Alpine.
    names: ["ubuntu"],
    image: ubuntu,
    source: `${github("docker-library/repo-info", "1c2b9d920fdd20f9cb58fbd6cd771fe434b465d6")}/repos/ubuntu`,
  },
  {
    names: ["alpine"],
    image: alpine,
    source: `${github("docker-library/repo-info", "7859ce442d87572265f77dfce85c80f8d40ff85b")}/repos/alpine`,
  },
  {
    // `image-config.json` of each variant.
    names: ["busybox"],
    image: busybox,
    source: github("docker-library/busybox", "9c2087811429374737832a4c936fc411c1b4a22b"),
  },
];
