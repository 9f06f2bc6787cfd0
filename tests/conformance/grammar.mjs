/**
 * Dockerfiles at random: valid ones, nearly always, and biased to what a cache is easily wrong about. A stage is
 * an object with its FROM line and its instructions, so that edits can change one and leave the rest.
 */

import { unpacked } from "./archives.mjs";

const WORKDIRS = ["/app", "/app/", "sub", "/", "deep/er", "$DIR", "/srv/${V:-x}"];
const USERS = ["root", "app", "1000", "1000:1000", "nobody", "app:app", "0"];
const PATTERNS = [
  "*.txt",
  "src/*",
  "s*",
  "[ab].txt",
  "a.tx?",
  "docs/*.md",
  "*",
  "src/*/*.md",
  "*/*.c",
  "src/d*",
  "*.json",
];
const PARENT_PATTERNS = [
  "src/**/*.md",
  "./src/./deep",
  "**/*.txt",
  "src/./deep/x.txt",
  "docs/*.md",
  "src/*/x.txt",
  "lib/.",
];
const EXCLUDES = [
  "*.md",
  "**/*.md",
  "src/deep",
  "deep",
  "**/x.txt",
  "*.txt",
  "src/**",
  "!src/deep/y.md",
  "a*",
];
const VALUES = ["1", "2", "long value", "a-b-c", "", "x/y", '"q"', "1.2.3"];
const NAMES = ["A", "B", "V", "DIR"];

/** A variable as it may be written where variables are replaced. */
function use(random, name = random.pick(NAMES)) {
  const forms = [
    "$N",
    "${N}",
    "${N:-d}",
    "${N:+set}",
    "${N-d}",
    "${N#a}",
    "${N%%c}",
    "${N/-/_}",
    "${N:-${A}}",
    "\\$N",
  ];
  return random.pick(forms).replaceAll("N", name);
}

const assigned = (random) => {
  const value = random.pick([...VALUES, use(random)]);
  return /[ "]/.test(value) ? `"${value.replaceAll('"', '\\"')}"` : value;
};

const flags = (list) =>
  list
    .filter(Boolean)
    .map((flag) => `${flag} `)
    .join("");

/** A source in the build context: a path that is there, or a pattern. */
function source(random, paths) {
  const path = random.pick(paths);
  return random.weighted({
    [path]: 6,
    [`./${path}`]: 0.5,
    [`/${path}`]: 0.5,
    [`${path.split("/")[0]}`]: 2,
    [`${path.split("/")[0]}/`]: 0.5,
    ".": 3,
    "./": 0.3,
    [`../${path}`]: 0.2,
    [`src/../${path}`]: 0.2,
    [random.pick(PATTERNS)]: 3,
  });
}

function destination(random, many) {
  const folder = random.pick(["./", "/x/", "/app/", "dst/", "/x/y/", "$DIR/", "/", "/x/../z/"]);
  if (many || random.chance(0.55)) return folder;
  return random.pick([".", "/x", "dst", "/app/file", "/x/$V", "..", "./dst", "/app"]);
}

/** ADD of an archive, and now and then a COPY, which leaves it as it is. */
function add(random, stage, world) {
  const sources = [random.pick(world.archives), ...(random.chance(0.1) ? ["a.txt"] : [])];
  if (random.chance(0.1)) sources[0] = random.pick(["*.tar", "pack*", "src/*.tgz"]);
  const options = flags([
    random.chance(0.15) && `--chown=${random.pick(["2000:2001", "0", "2007"])}`,
    random.chance(0.06) && "--chmod=0644",
    random.chance(0.06) && `--unpack=${random.pick(["true", "false"])}`,
    random.chance(0.12) && "--link",
    random.chance(0.05) && `--exclude=${random.pick(["*.tar", "a.txt", "d"])}`,
  ]);
  const target = random.pick([
    "/x/",
    "/x",
    "/app/",
    "/app",
    "./",
    ".",
    "/",
    "/x/y/",
    "dst",
    "/x/d/",
    "/x/folder/",
  ]);
  const folder = target.startsWith("/") ? target : `${stage.workdir}/${target}`;
  stage.paths.push(...random.some(unpacked(folder.replace(/\/\.?$/, "")), 4));
  const many = sources.length > 1 || /[*]/.test(sources[0]);
  return `${random.chance(0.9) ? "ADD" : "COPY"} ${options}${sources.join(" ")} ${many && !/[/.]$/.test(target) ? `${target}/` : target}`.replace(
    /^(COPY .*)--unpack=\S+ /,
    "$1",
  );
}

/** COPY or ADD of the context, a heredoc, a stage or an image. */
function copy(random, stage, world) {
  if (world.archives.length > 0 && random.chance(0.35)) return add(random, stage, world);
  const unpacks = world.archives.length > 0;
  const from =
    random.chance(unpacks ? 0.5 : 0.3) && world.places.length > 0 ? random.pick(world.places) : undefined;
  const parents = !from && random.chance(0.12);
  const word = !from && !parents && random.chance(0.15) ? "ADD" : "COPY";
  const count = random.chance(0.2) ? 2 : 1;
  let sources;
  if (from) sources = random.some(from.paths, 1);
  else if (parents) sources = random.some(PARENT_PATTERNS, count);
  else sources = Array.from({ length: count }, () => source(random, world.paths));
  const several = sources.length > 1 || sources.some((path) => /[*?[]/.test(path));
  const link = random.chance(0.2);
  const options = flags([
    link && "--link",
    !link &&
      random.chance(0.12) &&
      `--chown=${random.pick(["1000:1000", "app", "app:root", "0", "$V"].slice(0, stage.scratch ? 1 : 4))}`,
    random.chance(0.12) && `--chmod=${random.pick(["0644", "755", "0600", "u=rwX,go=rX", "a+x"])}`,
    parents && "--parents",
    random.chance(parents ? 0.4 : 0.15) && `--exclude=${random.pick(EXCLUDES)}`,
    !from && random.chance(0.04) && `--exclude=${random.pick(EXCLUDES)}`,
    from && `--from=${from.name}`,
  ]);
  if (!from && !parents && random.chance(0.12)) {
    const name = random.pick(["EOF", "one.txt"]);
    const quoted = random.chance(0.4) ? `"${name}"` : name;
    const dash = random.chance(0.3) ? "-" : "";
    const body = [`first ${use(random)}`, `${dash ? "\t" : ""}second`].slice(0, random.between(1, 2));
    return [
      `COPY ${options}<<${dash}${quoted} ${random.pick(["/h", "/x/h.txt", "h", "/h/"])}`,
      ...body,
      name,
    ].join("\n");
  }
  const target = destination(random, several || parents);
  stage.paths.push(...sources.map((path) => landing(stage, path, target)));
  if (random.chance(0.08)) return `${word} ${options}${JSON.stringify([...sources, target])}`;
  return `${word} ${options}${sources.join(" ")} ${target}`;
}

/** About where a source lands: what a later `COPY --from` may ask for. */
function landing(stage, path, target) {
  const base = target.startsWith("/") ? target : `${stage.workdir}/${target}`;
  const name = /[*?[]|^\.$/.test(path) ? "" : path.split("/").at(-1);
  const place = target.endsWith("/") || target === "." ? `${base}/${name}` : base;
  return (
    place
      .replaceAll("$DIR", "dir")
      .replaceAll("$V", "")
      .replace(/\/\.?\/+/g, "/") || "/"
  );
}

const COMMANDS = [
  "true",
  "cat a.txt > /out 2>/dev/null || true",
  "echo $A $B > /out || true",
  "ls > /tmp/list",
  "mkdir -p /tmp/made && echo made > /tmp/made/file",
  "rm -rf src || true",
  "echo ${V:-none} > /tmp/v",
  "find src docs -name '*.md' > /tmp/found || true",
  "ln -sf /etc/passwd /tmp/link",
  "cat /m/* > /tmp/m 2>/dev/null || true",
];

function mount(random, world) {
  // A number is no stage here, but the name of an image.
  const named = world.places.filter(({ name }) => !/^\d+$/.test(name));
  const stage = named.length > 0 ? random.pick(named) : undefined;
  const path = random.pick(world.paths);
  const kinds = [
    "type=bind,target=/m",
    `type=bind,source=${path},target=/m/file`,
    "type=bind,source=src,target=/m,ro",
    "source=.,target=m",
    "type=cache,target=/root/.cache",
    "type=cache,target=/c,sharing=locked",
    "type=cache,id=mine,target=/c",
    "type=cache,target=/c,uid=1000,mode=0700",
    "type=tmpfs,target=/t",
    "type=secret,id=none",
    ...(stage
      ? [
          `from=${stage.name},target=/m`,
          `type=bind,from=${stage.name},source=${random.pick(stage.paths)},target=/m/f`,
        ]
      : []),
    ...(stage ? [`type=cache,from=${stage.name},target=/c2`] : []),
  ];
  const kind = random.pick(kinds);
  const context = /^(type=bind,(target|source)|source)=/.test(kind) && !kind.endsWith(",ro");
  return `--mount=${kind}${context && world.writable ? ",rw" : ""}`;
}

function command(random, stage, world) {
  stage.paths.push("/tmp");
  const options = flags([
    random.chance(0.2) && mount(random, world),
    random.chance(0.08) && mount(random, world),
    random.chance(0.04) && `--network=${random.pick(["none", "default"])}`,
  ]);
  const [one, two] = [random.pick(COMMANDS), random.pick(COMMANDS)];
  return random.weighted({
    [`RUN ${options}${one}`]: 8,
    [`RUN ${options}${one} && \\\n    ${two}`]: 1.5,
    [`RUN ${options}${one} && \\\n# said in between\n  ${two}`]: 0.6,
    [`RUN ${options}["/bin/sh", "-c", ${JSON.stringify(one)}]`]: 1,
    [`RUN ${options}["/bin/echo", "$A"]`]: 0.4,
    [`RUN ${options}<<EOF\n${one}\n${two}\nEOF`]: 1,
    [`RUN ${options}<<-'EOF'\n\t${one}\nEOF`]: 0.4,
    [`RUN ${options}<<EOF sh\n${one}\nEOF`]: 0.3,
    [`run ${options}${one}`]: 0.2,
  });
}

/** Instructions that make no layer of BuildKit's, and change what others mean. */
function setting(random, stage) {
  const name = random.pick(NAMES);
  const kind = random.weighted({ env: 5, arg: 5, workdir: 4, user: 1.5, label: 2, shell: 0.5, other: 2 });
  if (kind === "env") {
    if (random.chance(0.2)) return `ENV A=${assigned(random)} B=${assigned(random)}`;
    if (random.chance(0.1)) return `ENV ${name} old form ${use(random)}`;
    return `ENV ${name}=${name === "DIR" ? "dir" : assigned(random)}`;
  }
  if (kind === "arg") {
    if (random.chance(0.1))
      return `ARG ${random.pick(["TARGETPLATFORM", "TARGETARCH", "HTTP_PROXY", "BUILDPLATFORM"])}`;
    if (random.chance(0.15)) return `ARG A=${assigned(random)} V`;
    return random.chance(0.3) ? `ARG ${name}` : `ARG ${name}=${name === "DIR" ? "dir" : assigned(random)}`;
  }
  if (kind === "workdir") {
    const folder = random.pick(WORKDIRS);
    stage.workdir = folder.startsWith("/") ? folder.replace(/\/?(\$.*)?$/, "") : `${stage.workdir}/${folder}`;
    return `WORKDIR ${folder}`;
  }
  if (kind === "user") return `USER ${stage.scratch ? "1000" : random.pick(USERS)}`;
  if (kind === "label") return `LABEL ${random.pick(["a", "b.c"])}=${assigned(random)}`;
  if (kind === "shell") return 'SHELL ["/bin/sh", "-ec"]';
  return random.pick([
    "EXPOSE 80",
    'VOLUME ["/data"]',
    "STOPSIGNAL 9",
    'CMD ["sh"]',
    `ENTRYPOINT ["/bin/echo", "${name}"]`,
    "HEALTHCHECK CMD true",
    "# a comment",
    "",
    "ONBUILD RUN true",
    "ONBUILD COPY . /on",
    "MAINTAINER nobody",
  ]);
}

/** One instruction more for this stage. */
export function instruction(random, stage, world) {
  for (;;) {
    const made = anyInstruction(random, stage, world);
    if (!world.classic || !NEEDS_BUILDKIT.test(made)) return made;
  }
}

/** What the classic builder refuses with the whole file, so that hardly one would come to its steps. */
const NEEDS_BUILDKIT = /--(?!from=|chown=|platform=|interval|timeout|retries|start-period)\w|<</;

function anyInstruction(random, stage, world) {
  const kind = random.weighted({ copy: 5, run: stage.scratch ? 0 : 3.2, setting: 4 });
  if (kind === "copy") return copy(random, stage, world);
  return kind === "run" ? command(random, stage, world) : setting(random, stage);
}

/** Some stages, the last of them needing some of those before. `world` holds paths and base images. */
export function stages(random, world) {
  const all = [];
  const count = Number(
    random.weighted(world.archives.length > 0 ? { 1: 1, 2: 5, 3: 3 } : { 1: 5, 2: 4, 3: 2 }),
  );
  for (let number = 0; number < count; number++) {
    const parent = number > 0 && random.chance(0.25) ? random.pick(all) : undefined;
    const image = random.weighted({ ...world.images, scratch: 1.5 });
    const stage = {
      name: random.chance(0.75) ? `s${number}` : undefined,
      number,
      scratch: parent ? parent.scratch : image === "scratch",
      workdir: parent?.workdir ?? "",
      paths: [...(parent?.paths ?? (image === "scratch" ? [] : ["/bin/sh", "/etc/passwd", "/etc"]))],
      instructions: [],
    };
    const reference = parent ? (parent.name ?? image) : image;
    if (parent && !parent.name) stage.scratch = image === "scratch";
    const platform = random.chance(0.04) ? "--platform=linux/amd64 " : "";
    stage.from = `FROM ${platform}${reference}${stage.name ? ` AS ${stage.name}` : ""}`;
    const before = all
      .filter((other) => other.paths.length > 0)
      .map((other) => ({ name: other.name ?? String(other.number), paths: other.paths }));
    stage.world = { ...world, places: random.chance(0.1) ? [...before, ...world.places] : before };
    const length = random.between(1, 5);
    for (let n = 0; n < length; n++) stage.instructions.push(instruction(random, stage, stage.world));
    all.push(stage);
  }
  return all;
}

/** The text of a Dockerfile with these stages. */
export function text(stages, head) {
  return `${[...head, ...stages.flatMap(({ from, instructions }) => [from, ...instructions])].join("\n")}\n`;
}
