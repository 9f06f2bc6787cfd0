/** Microsoft's .NET. */
import type { BaseImage } from "../../types.ts";
import { only, type Tag } from "../tag.ts";
import {
  type Entry,
  github,
  has,
  image,
  isAlpine,
  LINUX,
  majorOf,
  patchOf,
  UBUNTU,
  version,
} from "./entry.ts";

const FOLDER = "mcr.microsoft.com/dotnet/";

/**
 * `runtime` stands on `runtime-deps`, `aspnet` on that, `sdk` on that. Chiseled ones and those on Azure Linux are not
 * covered: what they stand on was not read.
 */
function dotnet(tag: Tag): BaseImage | undefined {
  const kind = tag.name.slice(FOLDER.length);
  const major = tag.version === "" ? 10 : majorOf(tag);
  const isKnown = [6, 7, 8, 9, 10].includes(major) && /^\d+\.0/.test(tag.version);
  if ((tag.version !== "" && !isKnown) || !only(tag, LINUX, UBUNTU, /^(amd64|arm64v8|arm32v7)$/))
    return undefined;
  const isSdk = kind === "sdk";
  // The first releases of 6.0 had one variable more.
  if (major === 6 && patchOf(tag) <= (isSdk ? 400 : 4)) return undefined;
  const env = [
    ...(major < 8
      ? [`ASPNETCORE_URLS=${isSdk ? "" : "http://+:80"}`]
      : ["APP_UID=1654", "ASPNETCORE_HTTP_PORTS=8080"]),
    "DOTNET_RUNNING_IN_CONTAINER=true",
    ...(isAlpine(tag) ? [`DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=${!isSdk}`] : []),
  ];
  const unknown: string[] = [];
  if (isSdk) {
    const own = version("DOTNET_SDK_VERSION", tag);
    env.push("DOTNET_GENERATE_ASPNET_CERTIFICATE=false", "DOTNET_NOLOGO=true", ...own.env);
    env.push("DOTNET_USE_POLLING_FILE_WATCHER=true", "NUGET_XMLDOC_MODE=skip");
    // Until 10.0.302, which Alpine 3.22 was given up before.
    if (major === 10 && (patchOf(tag) < 302 || has(tag, "alpine3.22"))) env.push("DOTNET_ROLL_FORWARD=Major");
    unknown.push("DOTNET_VERSION", "ASPNET_VERSION", ...own.unknown, "POWERSHELL_DISTRIBUTION_CHANNEL");
  } else if (kind !== "runtime-deps") {
    for (const name of kind === "aspnet" ? ["DOTNET_VERSION", "ASPNET_VERSION"] : ["DOTNET_VERSION"]) {
      const own = version(name, tag);
      env.push(...own.env);
      unknown.push(...own.unknown);
    }
  }
  const known = image(tag, major < 10 ? "debian" : "ubuntu", env, unknown);
  const shells: Readonly<Record<string, string>> = { alpine: "/bin/sh", debian: "bash", ubuntu: "/bin/bash" };
  return { ...known, cmd: [shells[known.distribution ?? ""] ?? "bash"] };
}

export const DOTNET: readonly Entry[] = [
  {
    names: ["sdk", "aspnet", "runtime", "runtime-deps"].map((kind) => FOLDER + kind),
    image: dotnet,
    source: github("dotnet/dotnet-docker", "3ed00b611cc8"),
  },
];
