/** Scenarios at random: a Dockerfile, a context and edits, from a seed and a number. */
import { archive, edited, packed } from "./archives.mjs";
import { instruction, stages, text } from "./grammar.mjs";
import { Random } from "./random.mjs";

const FILES = {
  "a.txt": { text: "a\n" },
  "b.txt": { text: "b\n" },
  "app.py": { text: "print(1)\n" },
  "README.md": { text: "# read\n" },
  "package.json": { text: "{}\n" },
  empty: { text: "" },
  "run.sh": { text: "#!/bin/sh\n", mode: "0755" },
  "src/main.c": { text: "int main;\n" },
  "src/util.c": { text: "int util;\n", mode: "0600" },
  "src/deep/x.txt": { text: "x\n" },
  "src/deep/y.md": { text: "y\n" },
  "docs/a.md": { text: "a\n" },
  "docs/b.md": { text: "b\n" },
  "lib/.hidden": { text: "h\n" },
  "lib/z": { text: "z\n" },
  "x[1].txt": { text: "brackets\n" },
  "with space.txt": { text: "space\n" },
  "src/ünï.txt": { text: "u\n" },
  hollow: { dir: true },
  "src/private": { dir: true, mode: "0700" },
  link: { symlink: "a.txt" },
  "src/up": { symlink: "../b.txt" },
  folder: { symlink: "src" },
  lost: { symlink: "nowhere" },
  absolute: { symlink: "/a.txt" },
  "docs/out": { symlink: "../../../etc/passwd" },
};

const IGNORES = [
  "*.md",
  "!README.md",
  "src/deep",
  "**/*.txt",
  "!src/deep/x.txt",
  "docs/",
  "*",
  "!src",
  "!a.txt",
];
IGNORES.push(
  "# said",
  "a.tx?",
  "/lib",
  "src/*/y*",
  ".dockerignore",
  "**/.hidden",
  "[ab].txt",
  "",
  "src/",
  "!**/x.txt",
);
IGNORES.push("Dockerfile", "link", "folder", "!docs/b.md", "src/**", " b.txt ", "./a.txt", "**/deep/");

const ignoreText = (random) => `${random.some(IGNORES, random.between(1, 4)).join("\n")}\n`;

function baseImages(random) {
  const config = {};
  if (random.chance(0.15))
    config.OnBuild = random.some(["RUN true", "COPY . /on", "ENV B=on", "WORKDIR /on", "ARG V=on"], 2);
  if (random.chance(0.15)) config.WorkingDir = "/base";
  if (random.chance(0.1)) config.User = "app";
  if (random.chance(0.1)) config.Shell = ["/bin/sh", "-ec"];
  const env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
  if (random.chance(0.2)) config.Env = [...env, "A=base", "V=image"];
  const images = { "base:1": { copyOf: "base", ...(Object.keys(config).length > 0 && { config }) } };
  if (random.chance(0.3)) images["other/two"] = { copyOf: "base", config: { Env: [...env, "B=two"] } };
  return images;
}

const buildArgs = (random) =>
  Object.fromEntries(
    random
      .some(["A", "B", "V", "HTTP_PROXY", "UNUSED"], random.between(0, 2))
      .map((name) => [name, random.pick(["1", "2", "a-b-c", ""])]),
  );

/** The archives of a scenario, by path: mostly none. */
function archivesOf(random) {
  const paths = random.chance(0.25)
    ? random.some(["pack.tar", "src/pack.tgz", "pack2.tar"], random.between(1, 2))
    : [];
  return Object.fromEntries(paths.map((path) => [path, archive(random)]));
}

/** Scenario `number` of `seed`; with `classic` for the classic builder, without most of what that one refuses. */
export function generate(seed, number, classic = false) {
  const random = new Random("layerwise", seed, number);
  const chosen = random.some(Object.keys(FILES), random.between(4, 12));
  const context = Object.fromEntries([...new Set(["a.txt", ...chosen])].map((path) => [path, FILES[path]]));
  const paths = Object.keys(context);
  const archives = archivesOf(new Random("archives", seed, number));
  for (const [path, made] of Object.entries(archives)) context[path] = packed(made);
  if (random.chance(0.35)) context[".dockerignore"] = { text: ignoreText(random) };
  const images = baseImages(random);
  const world = {
    classic,
    /** Whether what a RUN mounts of the context is mounted to write on. */
    writable: new Random("writable", seed, number).chance(0.3),
    paths,
    archives: Object.keys(archives),
    images: Object.fromEntries(Object.keys(images).map((name, at) => [name, at === 0 ? 6 : 2])),
    places: [{ name: "base:1", paths: ["/etc/passwd", "/bin/busybox", "/etc"] }],
  };
  const head = [];
  if (random.chance(0.15)) head.push("# syntax=docker/dockerfile:1");
  if (random.chance(0.05)) head.push("# escape=\\");
  if (random.chance(0.25)) head.push(`ARG ${random.pick(["A", "V"])}=${random.pick(["1", "g"])}`);
  const scenario = {
    name: `generated-${seed}-${number}`,
    about: "Made at random.",
    dockerfile: "",
    dockerfilePath: random.weighted({ null: 6, Dockerfile: 3, "sub/Dockerfile": 1 }),
    context,
    baseImages: images,
    buildArgs: random.chance(0.4) ? buildArgs(random) : {},
    builds: [{ edit: {} }],
  };
  if (scenario.dockerfilePath === "null") scenario.dockerfilePath = null;
  const file = { stages: stages(random, world), head };
  scenario.dockerfile = text(file.stages, head);
  const state = {
    ...scenario,
    context: { ...context },
    file,
    texts: [scenario.dockerfile],
    first: context,
    archives,
  };
  const count = random.between(2, 5);
  for (let n = 1; n < count; n++) {
    const edit = {};
    const steps = random.chance(0.25) ? 2 : 1;
    for (let m = 0; m < steps; m++) Object.assign(edit, change(random, state, edit));
    scenario.builds.push({ edit });
  }
  return scenario;
}

const isFile = (entry) => entry?.text !== undefined;

/** One change more. `state` is followed, so that edits name only what is there. */
function change(random, state, before) {
  const { context } = state;
  const all = Object.keys(context);
  const files = all.filter((path) => isFile(context[path]) && path !== ".dockerignore");
  const path = random.pick(files);
  const named = JSON.stringify(before);
  const kind = random.weighted({
    write: 5,
    back: 3,
    dockerfile: 6,
    add: 2,
    touch: 1.5,
    chmod: 1.5,
    chmodFolder: 0.5,
    rename: 1.2,
    delete: 1.2,
    link: 0.8,
    ignore: 1.2,
    buildArgs: 1.8,
    target: 0.7,
    image: 0.8,
    nothing: 0.8,
    archive: Object.keys(state.archives).length > 0 ? 8 : 0,
  });
  // One edit names a path once: the order of its members decides otherwise what was meant.
  const free = path !== undefined && !named.includes(JSON.stringify(path));
  const write = (name, entry) => {
    context[name] = entry;
    return { write: { ...before.write, [name]: entry } };
  };
  switch (kind) {
    case "write":
      return free
        ? write(path, { ...context[path], text: random.pick(["changed\n", "a\n", "other text\n", ""]) })
        : {};
    case "back": {
      const [known] = random.some(
        Object.keys(state.first).filter((name) => isFile(state.first[name])),
        1,
      );
      return known && !named.includes(JSON.stringify(known)) && !context[known]?.dir
        ? write(known, state.first[known])
        : {};
    }
    case "add": {
      const name = random.pick(["c.txt", "src/new.c", "src/deep/new.md", "docs/c.md", "fresh/file", "a.pyc"]);
      return named.includes(JSON.stringify(name)) ? {} : write(name, { text: "new\n" });
    }
    case "archive": {
      const name = random.pick(Object.keys(state.archives));
      if (named.includes(JSON.stringify(name))) return {};
      state.archives = { ...state.archives, [name]: edited(random, state.archives[name]) };
      return write(name, packed(state.archives[name]));
    }
    case "link":
      return free && !before.write
        ? write("turned", { symlink: random.pick(["a.txt", "b.txt", "src", "gone"]) })
        : {};
    case "ignore":
      return write(".dockerignore", { text: ignoreText(random) });
    case "touch":
      return free ? { touch: [...(before.touch ?? []), path] } : {};
    case "chmod": {
      if (!free) return {};
      const mode = random.pick(["0755", "0600", "0644"]);
      context[path] = { ...context[path], mode };
      return { chmod: { ...before.chmod, [path]: mode } };
    }
    case "chmodFolder": {
      const folder = random.pick(all.filter((name) => name.includes("/")).map((name) => name.split("/")[0]));
      return folder && !before.rename && !before.delete
        ? { chmod: { ...before.chmod, [folder]: random.pick(["0700", "0755"]) } }
        : {};
    }
    case "rename": {
      if (!free || before.rename || before.write) return {};
      const name = random.pick(["moved.txt", "src/moved.c", `${path}.old`]);
      if (context[name]) return {};
      context[name] = context[path];
      delete context[path];
      return { rename: { [path]: name } };
    }
    case "delete":
      if (!free || files.length < 3 || before.chmod || before.rename) return {};
      delete context[path];
      return { delete: [...(before.delete ?? []), path] };
    case "dockerfile":
      return { dockerfile: otherText(random, state) };
    case "buildArgs":
      return { buildArgs: buildArgs(random) };
    case "target": {
      const stage = random.pick(state.file.stages);
      return { target: random.chance(0.3) ? null : (stage.name ?? String(stage.number)) };
    }
    case "image": {
      const entry = structuredClone(state.baseImages["base:1"]);
      const change = random.pick(["label", "env", "files"]);
      if (change === "files") entry.files = { "/etc/extra": { text: "more\n" } };
      else if (change === "label") entry.config = { ...entry.config, Labels: { changed: "yes" } };
      else entry.config = { ...entry.config, Env: [...(entry.config?.Env ?? ["PATH=/bin"]), "C=new"] };
      return { baseImages: { "base:1": entry } };
    }
    default:
      return {};
  }
}

/** Another Dockerfile: one instruction changed, or an earlier text again. */
function otherText(random, state) {
  if (random.chance(0.25)) return random.pick(state.texts);
  const stage = random.pick(state.file.stages);
  const list = [...stage.instructions];
  const at = random.between(0, list.length - 1);
  const another = () => instruction(random, stage, stage.world);
  const kind = random.weighted({ insert: 4, remove: 2, replace: 3, swap: 2, spell: 2 });
  if (kind === "insert") list.splice(random.between(0, list.length), 0, another());
  else if (kind === "remove" && list.length > 1) list.splice(at, 1);
  else if (kind === "swap" && list.length > 1) [list[0], list[at]] = [list[at], list[0]];
  else if (kind === "spell")
    list[at] = random.pick([
      () => list[at].replace(/ /, "  "),
      () => list[at].replace(/^\w+/, (word) => word.toLowerCase()),
      () => `# about it\n${list[at]}`,
      () => list[at].replace(/ (\S+)$/, " \\\n  $1"),
    ])();
  else list[at] = another();
  const changed = state.file.stages.map((other) =>
    other === stage ? { ...stage, instructions: list } : other,
  );
  if (random.chance(0.6)) state.file = { ...state.file, stages: changed };
  const result = text(changed, state.file.head);
  state.texts.push(result);
  return result;
}
