/** Which paths the ignore file keeps out, answered by the engine: there is one implementation of Docker's rules. */
import type { Files, Scenario } from "../types.ts";
import { Workspace } from "../workspace.ts";

/** The ignore file of a context and where its Dockerfile lies: a Dockerfile may bring its own. */
export interface IgnoreFile {
  /** `.dockerignore`, or `Dockerfile.dockerignore` beside a Dockerfile of that name. */
  path: string;
  text: string;
  dockerfilePath: string;
}

/** Those of `paths` that the ignore file keeps out of the context. */
export function ignoredPaths(ignore: IgnoreFile, paths: readonly string[]): Set<string> {
  if (paths.length === 0) return new Set();
  const entries: [string, { text: string }][] = paths.map((path) => [path, { text: "" }]);
  const context: Files = Object.fromEntries([...entries, [ignore.path, { text: ignore.text }]]);
  const scenario: Scenario = {
    dockerfile: "FROM scratch\n",
    dockerfilePath: ignore.dockerfilePath,
    context,
    builds: [],
  };
  const workspace = new Workspace(scenario);
  try {
    return new Set(
      workspace
        .facts()
        .filter((fact) => fact.ignoredBy !== undefined)
        .map((fact) => fact.path),
    );
  } finally {
    workspace.free();
  }
}

/**
 * Whether an exception (`!…`) may take something below an ignored folder back in: then the folder still has to be
 * looked into. A wildcard counts as a yes, so that nothing is missed.
 */
export function mayReturn(ignore: IgnoreFile, folder: string): boolean {
  const parts = folder.split("/");
  return ignore.text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("!"))
    .some((line) => {
      const pattern = line.slice(1).trim().replace(/^\/+/, "").split("/");
      return parts.every((part, index) => {
        const other = pattern[index];
        // The exception ends above the folder: it takes back all that is below.
        if (other === undefined) return true;
        return pattern.slice(0, index + 1).includes("**") || /[*?[\\]/.test(other) || other === part;
      });
    });
}
