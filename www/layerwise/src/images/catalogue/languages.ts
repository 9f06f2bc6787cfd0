/** Programming languages: the base images that most Dockerfiles build on. */
import type { BaseImage } from "../../types.ts";
import { only, type Tag } from "../tag.ts";
import {
  type Entry,
  github,
  has,
  image,
  isAlpine,
  isOn,
  isPatch,
  LINUX,
  majorOf,
  OLDER,
  PATH,
  patchOf,
  version,
} from "./entry.ts";

/** The releases, by version, that first left pip to its own devices and had a checksum of the source instead. */
const PLAIN_PYTHON: Readonly<Record<number, number>> = { 3008: 20, 3009: 20, 3010: 15, 3011: 10, 3012: 6 };

function python(tag: Tag): BaseImage | undefined {
  // "3" and no number at all: the newest, 3.14; but of a distribution given up before it, 3.13.
  const isNewest = tag.version === "" || tag.version === "3";
  const newest = isOn(tag, /^(bullseye|alpine3\.(19|20))$/) ? 3013 : 3014;
  const order = isNewest ? newest : tag.order;
  if (!only(tag, LINUX, isPatch(tag) ? OLDER : LINUX) || order < 3008 || order > 3014) return undefined;
  // The last release of 3.8 for it came before the others.
  if (order === 3008 && !isPatch(tag) && has(tag, "alpine3.19")) return undefined;
  const plain = PLAIN_PYTHON[order] ?? 0;
  const own = version("PYTHON_VERSION", tag);
  const unknown = [...(order < 3014 ? ["GPG_KEY"] : []), ...own.unknown];
  if (patchOf(tag) < plain) {
    unknown.push("PYTHON_PIP_VERSION", "PYTHON_GET_PIP_URL", "PYTHON_GET_PIP_SHA256");
    const first = { 3008: 12, 3009: 7, 3012: 99 }[order] ?? 0;
    if (patchOf(tag) >= first) unknown.push("PYTHON_SETUPTOOLS_VERSION");
  } else if (order !== 3008 && tag.version !== "3.12.6") {
    unknown.push("PYTHON_SHA256");
  }
  const env = [`PATH=/usr/local/bin:${PATH}`, ...(order < 3013 ? ["LANG=C.UTF-8"] : []), ...own.env];
  return image(tag, "debian", env, unknown, { cmd: ["python3"] });
}

function node(tag: Tag): BaseImage | undefined {
  // "lts" is 24 and from the end of October 2026 on 26: then without YARN_VERSION, which stays unknown. No number at
  // all is 26, but of a distribution given up before it an older one, which had that.
  const newest = isOn(tag, /^alpine3\.(19|20|21)$/) ? 25 : 26;
  const major = has(tag, "lts") ? 24 : tag.version === "" ? newest : majorOf(tag);
  if (!only(tag, LINUX, /^(lts|current)$/) || !(major >= 14 && major <= 26)) return undefined;
  const own = version("NODE_VERSION", tag);
  const unknown = [...own.unknown, ...(major < 26 ? ["YARN_VERSION"] : [])];
  return image(tag, "debian", own.env, unknown, { entrypoint: ["docker-entrypoint.sh"], cmd: ["node"] });
}

function golang(tag: Tag): BaseImage | undefined {
  const isNewest = tag.version === "" || tag.version === "1";
  const order = isNewest ? 1027 : tag.order;
  if (!only(tag, LINUX, isPatch(tag) ? OLDER : LINUX) || order < 1016 || order > 1027) return undefined;
  // The first release of each was without its zero until 1.21, which was the first to have GOTOOLCHAIN, but for one.
  const own = version("GOLANG_VERSION", order < 1021 && patchOf(tag) === 0 ? { ...tag, version: "" } : tag);
  const chain = order < 1021 || tag.version === "1.21.0" ? [] : ["GOTOOLCHAIN=local"];
  const env = [`PATH=/go/bin:/usr/local/go/bin:${PATH}`, ...own.env, ...chain, "GOPATH=/go"];
  return image(tag, "debian", env, own.unknown, {
    workingDir: "/go",
    cmd: [isAlpine(tag) ? "/bin/sh" : "bash"],
  });
}

/** All since 1.26 say the same. */
function rust(tag: Tag): BaseImage | undefined {
  const isNewest = tag.version === "" || tag.version === "1";
  if (!only(tag, LINUX, OLDER) || !(isNewest || (tag.order >= 1026 && tag.order < 2000))) return undefined;
  const own = version("RUST_VERSION", tag);
  const env = [
    `PATH=/usr/local/cargo/bin:${PATH}`,
    "RUSTUP_HOME=/usr/local/rustup",
    "CARGO_HOME=/usr/local/cargo",
  ];
  return image(tag, "debian", [...env, ...own.env], own.unknown, {
    cmd: [isAlpine(tag) ? "/bin/sh" : "bash"],
  });
}

function ruby(tag: Tag): BaseImage | undefined {
  const isNewest = ["", "3", "4"].includes(tag.version);
  if (!only(tag, LINUX) || (!isNewest && ![3001, 3002, 3003, 3004, 4000].includes(tag.order)))
    return undefined;
  // Until the end of 2023, releases had RUBY_MAJOR and no RUBY_DOWNLOAD_URL.
  if (patchOf(tag) < ({ 3001: 5, 3002: 3 }[tag.order] ?? 0)) return undefined;
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
  if (!only(tag, LINUX, OLDER, kinds) || isOn(tag, /^alpine3\.([0-9]|1[0-3])$/)) return undefined;
  // Until September 2021, releases had other variables.
  if (patchOf(tag) < ({ 7004: 24, 8000: 11 }[tag.order] ?? 0)) return undefined;
  if (!isNewest && tag.order !== 7004 && (tag.order < 8000 || tag.order > 8005)) return undefined;
  const own = version("PHP_VERSION", tag);
  const flags = "-fstack-protector-strong -fpic -fpie -O2 -D_LARGEFILE_SOURCE -D_FILE_OFFSET_BITS=64";
  const env = [
    "PHP_INI_DIR=/usr/local/etc/php",
    `PHP_CFLAGS=${flags}`,
    `PHP_CPPFLAGS=${flags}`,
    "PHP_LDFLAGS=-Wl,-O1 -pie",
    ...own.env,
  ];
  const unknown = ["PHPIZE_DEPS", "GPG_KEYS", ...own.unknown, "PHP_URL", "PHP_ASC_URL", "PHP_SHA256"];
  const entrypoint = ["docker-php-entrypoint"];
  const served = { workingDir: "/var/www/html", entrypoint };
  if (has(tag, "apache")) {
    env.push("APACHE_CONFDIR=/etc/apache2", "APACHE_ENVVARS=/etc/apache2/envvars");
    const more = { cmd: ["apache2-foreground"], exposedPorts: ["80/tcp"], stopSignal: "SIGWINCH" };
    return image(tag, "debian", env, unknown, { ...served, ...more });
  }
  if (has(tag, "fpm")) {
    const more = { cmd: ["php-fpm"], exposedPorts: ["9000/tcp"], stopSignal: "SIGQUIT" };
    return image(tag, "debian", env, unknown, { ...served, ...more });
  }
  return image(tag, "debian", env, unknown, { entrypoint, cmd: ["php", "-a"] });
}

export const LANGUAGES: readonly Entry[] = [
  {
    names: ["python"],
    image: python,
    source: github("docker-library/python", "4f07059567fa"),
  },
  {
    names: ["node"],
    image: node,
    source: github("nodejs/docker-node", "f27d936f7d7c"),
  },
  {
    names: ["golang"],
    image: golang,
    source: github("docker-library/golang", "7c8c182bfc19"),
  },
  {
    names: ["rust"],
    image: rust,
    source: github("rust-lang/docker-rust", "7668ee290612"),
  },
  {
    names: ["ruby"],
    image: ruby,
    source: github("docker-library/ruby", "d55e25ae7098"),
  },
  {
    names: ["php"],
    image: php,
    source: github("docker-library/php", "445bf414f1d5"),
  },
];
