/**
 * What a first result takes: runs an engine over typical Dockerfiles and the page's scenarios, asks it what an embed
 * asks, and edits as its reader does. `prune.mjs` keeps what is reached.
 *
 * The Dockerfiles of `profile/` are kinds that are met most, one for each common tool, over one folder that has what
 * they copy. A kind that is missing costs its readers the wait for the whole engine, never a wrong answer.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { www } from "./paths.mjs";

const FOLDER = join(www, "profile");
const SCENARIOS = join(www, "site", "scenarios");

/**
 * @param {string} folder where the module's glue `engine.js` is, and notes may be left
 * @param {Uint8Array} module the engine that calls `profile.reached` with each place that it comes to
 * @returns {Promise<Set<number>>} the places
 */
export async function reachedPlaces(folder, module) {
  const reached = new Set();
  const engine = await start(folder, module, (place) => reached.add(place));
  for (const scenario of scenarios()) use(engine, scenario);
  return reached;
}

async function start(folder, module, reached) {
  const glue = readFileSync(join(folder, "engine.js"), "utf8");
  const imports = '"./engine_bg.js": import0,';
  if (!glue.includes(imports)) throw new Error("the glue names its imports in another way than expected");
  const path = join(folder, "profile.mjs");
  await build({
    stdin: {
      contents: glue.replace(imports, `${imports} profile: { reached: (n) => reachedPlace(n) },`),
      resolveDir: folder,
    },
    banner: { js: "let reachedPlace; export const listen = (listener) => { reachedPlace = listener; };" },
    outfile: path,
    bundle: true,
    format: "esm",
    logLevel: "warning",
  });
  const engine = await import(`${pathToFileURL(path).href}?${Date.now()}`);
  engine.listen(reached);
  engine.initSync({ module });
  return engine;
}

function scenarios() {
  const json = (path) => JSON.parse(readFileSync(path, "utf8"));
  const { ".dockerignore": ignored, ...files } = json(join(FOLDER, "context.json"));
  const dockerfiles = readdirSync(FOLDER).filter((name) => name.endsWith(".Dockerfile"));
  const typical = dockerfiles.sort().map((name, at) => ({
    dockerfile: readFileSync(join(FOLDER, name), "utf8"),
    context: at % 2 ? files : { ...files, ".dockerignore": ignored },
    builds: [{ edit: {} }, { edit: { write: { "server.js": { text: "listen(80);\n" } } } }],
  }));
  const shown = readdirSync(SCENARIOS).filter((name) => name.endsWith(".json"));
  return [
    // Every member of a document once, and hardly one.
    json(join(FOLDER, "complete.json")),
    json(join(FOLDER, "sparse.json")),
    ...typical,
    ...shown.map((name) => json(join(SCENARIOS, name))),
  ].filter(({ builder }) => builder !== "legacy");
}

/** What an embed asks, and what its reader does. */
function use(engine, { name, about, pending, ...scenario }) {
  engine.parse(scenario.dockerfile);
  engine.simulate(scenario);
  const workspace = new engine.Workspace(scenario);
  const look = () => [workspace.next(), workspace.timeline(), workspace.facts()];
  look();
  for (const edit of edits(scenario)) {
    edit(workspace);
    look();
  }
  workspace.build();
  look();
  workspace.free();
}

function edits({ dockerfile, context }) {
  const files = Object.keys(context).filter((path) => context[path].text !== undefined);
  const lines = dockerfile.trimEnd().split("\n");
  const isContinued = (at) => /\\$|<</.test(lines[at] ?? "");
  const instructions = lines.filter(
    (line, at) => /^[A-Z]/.test(line) && !isContinued(at) && !isContinued(at - 1),
  );
  const changed = (from, to) => (workspace) => workspace.setDockerfile(dockerfile.replace(from, to));
  return [
    ...files.slice(0, 6).map((path) => (workspace) => workspace.write(path, { text: "edited\n" })),
    (workspace) => workspace.touch(files[0]),
    (workspace) => workspace.write("added/new.txt", { text: "new\n" }),
    (workspace) => workspace.build(),
    changed(/$/, "\n# a comment\n"),
    changed(/RUN /, "RUN true && "),
    changed(/ENV /, "ENV MORE=1 "),
    changed(lines[0], `${lines[0]}\nRUN echo`),
    ...instructions.slice(1).map((line) => changed(line, "")),
    changed("", ""),
  ];
}
