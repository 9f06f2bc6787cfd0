/** Web servers and databases. */
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

/**
 * The variables grew with the releases. A tag without a whole version is the last release of its kind; of a
 * distribution that was given up before that, an older one, which is not told.
 */
function nginx(tag: Tag): BaseImage | undefined {
  if (!only(tag, LINUX, OLDER, /^(stable|mainline|perl|otel)$/)) return undefined;
  const isNewest = tag.version === "" || tag.version === "1";
  const patch = isPatch(tag) ? patchOf(tag) : 999;
  const release = isNewest ? 31_999 : (tag.order - 1000) * 1000 + patch;
  if (!(release >= 22_000 && release < 32_000)) return undefined;
  const isLast = !isOn(tag, /^(bu.*|alpine3\.(?!2[34]).*)$/) && (release < 28_000 || !has(tag, "bookworm"));
  if (!isPatch(tag) && !isLast) return undefined;
  const own = version("NGINX_VERSION", tag);
  const unknown = [...own.unknown, "PKG_RELEASE"];
  // Since that release, or that of the stable branch beside it.
  const since = (mainline: number, stable: number): boolean =>
    release >= mainline || (release >= stable && Math.floor(release / 1000) === Math.floor(stable / 1000));
  if (since(27_001, 26_002)) unknown.push("DYNPKG_RELEASE");
  if (!has(tag, "slim")) {
    unknown.push("NJS_VERSION");
    if (release >= 25_005) unknown.push("NJS_RELEASE");
    if (since(29_004, 28_001)) unknown.push("ACME_VERSION");
  }
  if (has(tag, "otel")) unknown.push("OTEL_VERSION");
  return image(tag, "debian", own.env, unknown, {
    entrypoint: ["/docker-entrypoint.sh"],
    cmd: ["nginx", "-g", "daemon off;"],
    exposedPorts: ["80/tcp"],
    stopSignal: "SIGQUIT",
  });
}

function httpd(tag: Tag): BaseImage | undefined {
  const isKnown = ["", "2", "2.4"].includes(tag.version) || (tag.order === 2004 && patchOf(tag) >= 58);
  // Until 2.4.57 there could be patches.
  if (!only(tag, LINUX) || isOn(tag, /^(slim|bullseye)$/) || !isKnown) return undefined;
  const own = version("HTTPD_VERSION", tag);
  const path = `PATH=/usr/local/apache2/bin:${PATH}`;
  const env = [path, "HTTPD_PREFIX=/usr/local/apache2", ...own.env, "HTTPD_PATCHES="];
  return image(tag, "debian", env, [...own.unknown, "HTTPD_SHA256"], {
    workingDir: "/usr/local/apache2",
    cmd: ["httpd-foreground"],
    exposedPorts: ["80/tcp"],
    stopSignal: "SIGWINCH",
  });
}

/** What a whole version has is not told: within one branch, releases lost variables, and 8.6 its volume. */
function redis(tag: Tag): BaseImage | undefined {
  const branch = { "": 8010, 6: 6002, 7: 7004, 8: 8010 }[tag.version] ?? tag.order;
  const isKnown = [6002, 7002, 7004, 8002, 8004, 8006, 8008, 8010].includes(branch);
  if (!only(tag, /^(alpine|bookworm|trixie|latest)$/) || !isKnown || isPatch(tag)) return undefined;
  // Bookworm until 8.2, Trixie after it. What was on the other is an older release.
  const isOther = has(tag, branch > 8002 ? "bookworm" : "trixie");
  if (isOther) return undefined;
  return image(tag, "debian", [], ["REDIS_VERSION"], {
    workingDir: "/data",
    entrypoint: ["docker-entrypoint.sh"],
    cmd: ["redis-server"],
    exposedPorts: ["6379/tcp"],
    ...(branch < 8006 ? { volumes: ["/data"] } : {}),
  });
}

function postgres(tag: Tag): BaseImage | undefined {
  const major = majorOf(tag);
  if (!only(tag, LINUX) || has(tag, "slim") || !(major >= 12 && major <= 18)) return undefined;
  // Releases before these had no gosu on Alpine, and no signal to stop.
  const minor = tag.version.includes(".") ? tag.order % 1000 : 999;
  const first = isAlpine(tag) ? [19, 15, 12, 7, 3] : [4];
  if (minor < (first[major - 12] ?? 0)) return undefined;
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
  const isKnown = tag.order === 5007 || [8, 9].includes(majorOf(tag)) || has(tag, "lts");
  // Before these, the usual distribution was Debian.
  const isOld = isPatch(tag) && patchOf(tag) < ({ 5007: 38, 8000: 29 }[tag.order] ?? 0);
  if (!only(tag, /^(oracle(linux[789])?|lts)$/) || !isKnown || isOld) return undefined;
  const unknown = ["GOSU_VERSION", "MYSQL_MAJOR", "MYSQL_VERSION", "MYSQL_SHELL_VERSION"];
  return image(tag, "oraclelinux", [], unknown, {
    entrypoint: ["docker-entrypoint.sh"],
    cmd: ["mysqld"],
    exposedPorts: ["3306/tcp", "33060/tcp"],
    volumes: ["/var/lib/mysql"],
  });
}

export const SERVERS: readonly Entry[] = [
  {
    names: ["nginx"],
    image: nginx,
    source: github("nginx/docker-nginx", "b8590bd36b45"),
  },
  {
    names: ["httpd"],
    image: httpd,
    source: github("docker-library/httpd", "9b63b37c9be3"),
  },
  {
    // Each branch is a commit of its own; this is 8.8.
    names: ["redis"],
    image: redis,
    source: github("redis/docker-library-redis", "52223e0e4f01"),
  },
  {
    names: ["postgres"],
    image: postgres,
    source: github("docker-library/postgres", "6edb0a8c4def"),
  },
  {
    names: ["mysql"],
    image: mysql,
    source: github("docker-library/mysql", "7f30fdb07380"),
  },
];
