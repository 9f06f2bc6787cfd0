/**
 * Files that a Dockerfile lets one guess: for a Dockerfile shown without its project, so that there is something to
 * edit. They are stand-ins; what is guessed is small and plausible, never needed for a hit or a miss to be right.
 */
import type { Dockerfile, FileEntry, Files, Instruction } from "../types.ts";

/** The guess. */
export interface AssumedContext {
  files: Files;
  /** The file that a person would edit most often: undefined if nothing is copied. */
  source: string | undefined;
}

/** What the COPYs name, and what the programs in the RUNs are known to read. */
export function assumeContext(dockerfile: Dockerfile): AssumedContext {
  const sources = dockerfile.instructions.flatMap(copied);
  const everything = sources.some((source) => source === "." || source === "*");
  const scripts = dockerfile.instructions.filter((each) => each.name === "RUN").map((each) => each.original);
  const ecosystem = ECOSYSTEMS.find(({ command }) => scripts.some((script) => command.test(script)));
  const paths = sources.flatMap((source) => guess(source, ecosystem));
  if (everything) paths.push(...(ecosystem?.files ?? []), ecosystem?.source ?? "src/main.txt", "README.md");
  const unique = [...new Set(paths)];
  // `app` and `app/main.py` cannot both be files.
  const kept = unique.filter((path) => !unique.some((other) => other.startsWith(`${path}/`)));
  const files: Files = Object.fromEntries(kept.map((path) => [path, content(path)]));
  return { files, source: kept.find(isSource) ?? kept.at(-1) };
}

interface Ecosystem {
  command: RegExp;
  files: string[];
  source: string;
}

const ECOSYSTEMS: Ecosystem[] = [
  { command: /\bpnpm\b/, files: ["package.json", "pnpm-lock.yaml"], source: "src/index.js" },
  { command: /\byarn\b/, files: ["package.json", "yarn.lock"], source: "src/index.js" },
  { command: /\bnpm\b/, files: ["package.json", "package-lock.json"], source: "src/index.js" },
  { command: /\buv\s+(sync|pip)\b/, files: ["pyproject.toml", "uv.lock"], source: "app.py" },
  { command: /\bpoetry\b/, files: ["pyproject.toml", "poetry.lock"], source: "app.py" },
  { command: /\bpip3?\b/, files: ["requirements.txt"], source: "app.py" },
  { command: /\bcargo\b/, files: ["Cargo.toml", "Cargo.lock"], source: "src/main.rs" },
  { command: /\bgo\s+(build|mod|install|test)\b/, files: ["go.mod", "go.sum"], source: "main.go" },
  { command: /\bbundle\b/, files: ["Gemfile", "Gemfile.lock"], source: "app.rb" },
  { command: /\bcomposer\b/, files: ["composer.json", "composer.lock"], source: "src/index.php" },
  { command: /\bmvnw?\b/, files: ["pom.xml"], source: "src/main/java/App.java" },
  { command: /\bgradlew?\b/, files: ["build.gradle"], source: "src/main/java/App.java" },
  { command: /\bdotnet\b/, files: ["App.csproj"], source: "Program.cs" },
];

/** The sources of a COPY or ADD from the context, without `./` and trailing slashes made `/`. */
function copied(instruction: Instruction): string[] {
  if (instruction.name !== "COPY" && instruction.name !== "ADD") return [];
  if (instruction.flags.some((flag) => flag.name === "from")) return [];
  const rest = instruction.original.replace(/^\s*\S+\s+/, "").replace(/^(--\S+\s+)*/, "");
  return words(rest)
    .slice(0, -1)
    .filter((word) => !/^<<|[$\\]|:\/\//.test(word))
    .map((word) => word.replace(/^(\.?\/)+/, "") || ".")
    .filter((word) => !word.split("/").includes(".."));
}

function words(text: string): string[] {
  if (text.startsWith("[")) {
    try {
      const list: unknown = JSON.parse(text);
      if (Array.isArray(list)) return list.map(String);
    } catch {
      // Not the JSON form after all: the builder reads it as words, too.
    }
  }
  return text.split(/\s+/).filter((word) => word !== "");
}

/** Files without an extension that are files all the same. */
const PLAIN_FILES =
  /^(Makefile|Gemfile|Procfile|Rakefile|Dockerfile|LICENSE|README|gradlew|mvnw|requirements|.*file|go\.(mod|sum))$/i;

function guess(source: string, ecosystem: Ecosystem | undefined): string[] {
  if (source === "." || source === "*") return [];
  // `package*.json` stands for package.json and package-lock.json.
  if (source.includes("package*.json")) return ["package.json", "package-lock.json"];
  if (source === "*.csproj") return ["App.csproj"];
  const path = source.replace(/\[[^\]]*\]|[*?]/g, (part) => (part.startsWith("[") ? (part[1] ?? "") : ""));
  const name = path.split("/").at(-1) ?? "";
  const isFolder = source.endsWith("/") || name === "" || !(name.includes(".") || PLAIN_FILES.test(name));
  if (!isFolder) return [path];
  const folder = path.replace(/\/+$/, "");
  const extension = ecosystem?.source.slice(ecosystem.source.lastIndexOf(".")) ?? ".txt";
  return [`${folder === "" ? "src" : folder}/main${extension}`];
}

function isSource(path: string): boolean {
  return /\.(js|ts|tsx|py|rs|go|rb|php|java|cs)$/.test(path);
}

function content(path: string): FileEntry {
  const name = path.split("/").at(-1) ?? "";
  if (/^(gradlew|mvnw)$|\.sh$/.test(name)) return { text: "#!/bin/sh\n", mode: "0755" };
  return { text: CONTENTS[name] ?? "" };
}

const CONTENTS: Record<string, string> = {
  "package.json": '{\n  "name": "app",\n  "version": "1.0.0",\n  "private": true\n}\n',
  "package-lock.json": '{\n  "lockfileVersion": 3,\n  "requires": true,\n  "packages": {}\n}\n',
  "requirements.txt": "flask==3.0.3\n",
  "pyproject.toml": '[project]\nname = "app"\nversion = "1.0.0"\n',
  "Cargo.toml": '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2024"\n',
  "go.mod": "module example.com/app\n\ngo 1.23\n",
  "composer.json": '{\n  "require": {}\n}\n',
  "README.md": "# App\n",
};
