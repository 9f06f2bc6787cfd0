// @ts-check
// The command line: exit statuses, what goes to standard output, JSON, colour.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { fromFragment, optimize, simulate } from "../../www/layerwise/dist/index.js";

const bin = fileURLToPath(new URL("../../www/layerwise/bin/layerwise.js", import.meta.url));
const folders = mkdtempSync(join(tmpdir(), "layerwise-cli-"));
after(() => rmSync(folders, { recursive: true, force: true }));

const DOCKERFILE =
  "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nRUN python -m compileall src\n";
const SHOP = makeFolder("shop", {
  Dockerfile: DOCKERFILE,
  ".dockerignore": "node_modules\nREADME.md\nDockerfile\n",
  "requirements.txt": "flask==3.0.3\n",
  "src/app.py": "1\n",
  "README.md": "# Shop\n",
});
const TIDY = makeFolder("tidy", { Dockerfile: 'FROM alpine:3.20\nCMD ["true"]\n' });
const SCENARIO = join(folders, "scenario.json");
writeFileSync(
  SCENARIO,
  JSON.stringify({
    dockerfile: DOCKERFILE,
    context: { "src/app.py": { text: "1\n" }, "requirements.txt": { text: "flask==3.0.3\n" } },
    builds: [{ edit: {} }, { edit: { write: { "src/app.py": { text: "2\n" } } } }],
  }),
);

/** @param {string} name @param {Record<string, string>} files */
function makeFolder(name, files) {
  const folder = join(folders, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** @param {string[]} args @param {{ cwd?: string, input?: string, env?: Record<string, string> }} [more] */
function layerwise(args, { cwd = SHOP, input = "", env = {} } = {}) {
  const { NO_COLOR: _, FORCE_COLOR: __, ...clean } = process.env;
  const result = spawnSync(process.execPath, [bin, ...args], {
    cwd,
    input,
    encoding: "utf8",
    env: { ...clean, LC_ALL: "C.UTF-8", ...env },
  });
  return { status: result.status, stdout: result.stdout, stderr: result.stderr };
}

/** @param {string[]} args @param {RegExp} message @param {object} [more] */
function cannotRun(args, message, more) {
  const { status, stdout, stderr } = layerwise(args, more);
  assert.equal(status, 2, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, message);
  assert.doesNotMatch(stderr, /\n\s+at /, "no stack");
}

test("in a folder: steps, what edits cost, the best reorder; status 1 as there is something to do", () => {
  const { status, stdout, stderr } = layerwise([]);
  assert.equal(status, 1);
  assert.equal(stderr, "");
  assert.match(stdout, /^Dockerfile: 4 steps/);
  assert.match(stdout, /RUN pip install/);
  assert.match(stdout, /What an edit costs/);
  assert.match(stdout, /Safe: /);
});

test("status 0 if there is nothing to do", () => {
  const { status, stdout } = layerwise([], { cwd: TIDY });
  assert.equal(status, 0, stdout);
});

test("a folder or a Dockerfile can be named", () => {
  const here = layerwise(["--json"]).stdout;
  assert.equal(layerwise(["--json", SHOP], { cwd: folders }).stdout, here);
  assert.equal(layerwise(["--json", join(SHOP, "Dockerfile")], { cwd: folders }).stdout, here);
  assert.equal(layerwise(["--json", "-f", join(SHOP, "Dockerfile")], { cwd: folders }).stdout, here);
});

test("--json is one document", () => {
  const overview = JSON.parse(layerwise(["--json"]).stdout);
  assert.deepEqual(Object.keys(overview), ["timeline", "advice", "diagnostics"]);
  assert.equal(overview.timeline.builds.length, 1);
  const scenario = JSON.parse(readFileSync(SCENARIO, "utf8"));
  assert.deepEqual(JSON.parse(layerwise(["replay", SCENARIO, "--json"]).stdout), simulate(scenario));
  assert.deepEqual(
    JSON.parse(layerwise(["optimize", "--scenario", SCENARIO, "--json"]).stdout),
    optimize(scenario),
  );
  const plan = JSON.parse(layerwise(["plan", "--json"]).stdout);
  assert.equal(plan.steps.length, 4);
  assert.ok(Array.isArray(JSON.parse(layerwise(["check", "--json"]).stdout)));
  assert.ok(Array.isArray(JSON.parse(layerwise(["why", "--json"]).stdout)));
});

test("replay: from a file, from standard input, one build", () => {
  const all = layerwise(["replay", SCENARIO]);
  assert.equal(all.status, 0);
  assert.match(all.stdout, /^Build 1: /);
  assert.match(all.stdout, /^Build 2: 3 of 4 steps run again/m);
  assert.match(all.stdout, /`src\/app\.py` has other content, which\s+`COPY \. \.` on line 3 takes in/);
  assert.deepEqual(layerwise(["replay", "-"], { input: readFileSync(SCENARIO, "utf8") }), all);
  const one = layerwise(["replay", SCENARIO, "--build", "2"]).stdout;
  assert.match(one, /^Build 2: /);
  assert.doesNotMatch(one, /Build 1/);
});

test("replay: a build that fails is a finding", () => {
  const input = JSON.stringify({ dockerfile: "FROM scratch\nCOPY nowhere /\n" });
  const { status, stdout } = layerwise(["replay", "-"], { input });
  assert.equal(status, 1);
  assert.match(stdout, /fails on line 2/);
});

test("optimize: the diff on standard output, all else beside it", () => {
  const { status, stdout, stderr } = layerwise(["optimize"]);
  assert.equal(status, 0);
  assert.match(stdout, /^--- Dockerfile\n\+\+\+ Dockerfile\n@@ /);
  assert.match(stdout, /^\+COPY requirements\.txt \./m);
  assert.match(stderr, /Safe reorder-0-0: /);
  const folder = join(folders, "patched");
  cpSync(SHOP, folder, { recursive: true });
  const patch = spawnSync("patch", ["-p0", "-s"], { cwd: folder, input: stdout, encoding: "utf8" });
  if (patch.error === undefined) {
    assert.equal(patch.status, 0, patch.stdout + patch.stderr);
    const { advice } = JSON.parse(layerwise(["--json"]).stdout);
    assert.equal(readFileSync(join(folder, "Dockerfile"), "utf8"), advice.dockerfile);
  }
});

test("optimize --check: status 1 until it is done; --write does it", () => {
  const folder = join(folders, "write");
  cpSync(SHOP, folder, { recursive: true });
  const check = layerwise(["optimize", "--check"], { cwd: folder });
  assert.equal(check.status, 1);
  assert.match(check.stdout, /^Dockerfile: an edit costs .* on average, .* reordered\n$/);
  assert.equal(readFileSync(join(folder, "Dockerfile"), "utf8"), DOCKERFILE);
  const write = layerwise(["optimize", "--write"], { cwd: folder });
  assert.equal(write.status, 0);
  assert.equal(write.stdout, "");
  assert.notEqual(readFileSync(join(folder, "Dockerfile"), "utf8"), DOCKERFILE);
  const ignored = readFileSync(join(folder, ".dockerignore"), "utf8");
  assert.equal(ignored, readFileSync(join(SHOP, ".dockerignore"), "utf8"), "its lines change the image");
  const again = layerwise(["optimize", "--check"], { cwd: folder });
  assert.equal(again.status, 0, again.stdout);
  assert.match(again.stdout, /nothing to improve/);
});

test("optimize: moves are taken and left by their names", () => {
  const { stderr } = layerwise(["optimize"]);
  const mount = /Review (mount-\d+): /.exec(stderr)?.[1] ?? "";
  assert.match(layerwise(["optimize"]).stdout, /^(?![^]*^\+RUN --mount)/m);
  const both = layerwise(["optimize", "--take", mount]).stdout;
  assert.match(both, /^\+COPY requirements\.txt \./m);
  assert.match(both, /^\+RUN --mount=type=cache/m);
  const alone = layerwise(["optimize", "--take", mount, "--leave", "reorder-0-0"]).stdout;
  assert.doesNotMatch(alone, /^\+COPY/m);
  assert.match(alone, /^\+RUN --mount=type=cache/m);
  assert.doesNotMatch(layerwise(["optimize", "--leave", "reorder-0-0"]).stdout, /^--- Dockerfile/m);
  cannotRun(["optimize", "--take", "mount-99"], /there is no move mount-99[^]*There are reorder-0-0, /);
});

test("optimize: cargo compiles with empty sources only if it is asked to", () => {
  const folder = makeFolder("rust", {
    Dockerfile: "FROM rust:1.80\nWORKDIR /app\nCOPY . .\nRUN cargo build --release\n",
    ".dockerignore": "Dockerfile\n.dockerignore\ntarget\n",
    "Cargo.toml": '[package]\nname = "shop"\nversion = "1.0.0"\n\n[dependencies]\nserde = "1"\n',
    "Cargo.lock": "",
    "src/main.rs": "fn main() {}\n",
  });
  assert.doesNotMatch(layerwise(["optimize"], { cwd: folder }).stderr, /dummy-/);
  const told = layerwise(["optimize", "--dummy-sources"], { cwd: folder });
  assert.match(told.stderr, /Review dummy-4: /);
  assert.doesNotMatch(told.stdout, /src\/main\.rs/);
  const { stdout } = layerwise(["optimize", "--take", "dummy-4"], { cwd: folder });
  assert.match(stdout, /^\+COPY Cargo\.toml Cargo\.lock \.\/\n\+RUN mkdir src && echo 'fn main\(\) \{\}' > src\/main\.rs && /m);
});

test("optimize: a Dockerfile from standard input, the context from the folder", () => {
  const { status, stdout } = layerwise(["optimize", "-"], { input: DOCKERFILE });
  assert.equal(status, 0);
  assert.match(stdout, /^--- standard input/);
  cannotRun(["optimize", "-", "--write"], /needs a Dockerfile on disk/, { input: DOCKERFILE });
});

test("why: what runs again if a file changes", () => {
  const { status, stdout } = layerwise(["why", "src/app.py"]);
  assert.equal(status, 1);
  assert.match(stdout, /^If src\/app\.py changes: 3 of 4 steps run again/);
  const below = layerwise(["why", "app.py", "--context", SHOP, "-f", join(SHOP, "Dockerfile")], {
    cwd: join(SHOP, "src"),
  });
  assert.match(below.stdout, /^If src\/app\.py changes/);
});

test("why: a change without effect has its reason, and status 0", () => {
  const { status, stdout } = layerwise(["why", "README.md"]);
  assert.equal(status, 0);
  assert.match(stdout, /all 4 steps cached/);
  assert.match(stdout, /`README\.md` on line 2 of the ignore file/);
  cannotRun(["why", "nowhere.py"], /nowhere\.py is not in the build context/);
});

test("why without a path: each file and folder at the top, the dearest first", () => {
  const { status, stdout } = layerwise(["why"]);
  assert.equal(status, 0);
  assert.match(stdout, /^src\/\s+3 steps, about /m);
  const costs = JSON.parse(layerwise(["why", "--json"]).stdout).map(
    (/** @type {{cost: number}} */ row) => row.cost,
  );
  assert.deepEqual(
    costs,
    [...costs].sort((a, b) => b - a),
  );
});

test("plan: whole keys and checksums", () => {
  const { status, stdout } = layerwise(["plan"]);
  assert.equal(status, 0);
  assert.match(
    stdout,
    /^\[3\/5\] COPY \. \.\n {2}key {7}sha256:[0-9a-f]{64}\n {2}checksum {2}sha256:[0-9a-f]{64}$/m,
  );
});

test("check: findings as compilers print them, and as annotations", () => {
  const input = "FROM node:22\nFROBNICATE x\n";
  const text = layerwise(["check", "-"], { input });
  assert.equal(text.status, 1);
  assert.match(text.stdout, /^standard input:2:1: error: /m);
  const github = layerwise(["check", "-", "--format", "github"], { input });
  assert.match(github.stdout, /^::error file=standard input,line=2,endLine=2,col=1,title=/m);
  assert.equal(layerwise(["check"], { cwd: TIDY }).status, 0);
});

test("render: text, Markdown, SVG, HTML", () => {
  assert.match(layerwise(["render", SCENARIO]).stdout, /^Build 1: /);
  assert.match(layerwise(["render", SCENARIO, "--format", "markdown"]).stdout, /^\| \| Step \| Line/m);
  assert.match(layerwise(["render", SCENARIO, "--format", "svg"]).stdout, /^<svg /);
  assert.match(
    layerwise(["render", SCENARIO, "--format", "html", "--build", "1"]).stdout,
    /^<div class="lw-root">/,
  );
  assert.match(layerwise(["render", "--format", "markdown"]).stdout, /Build 1/);
});

test("open: a link that holds the scenario", () => {
  const { status, stdout } = layerwise(["open", "--scenario", SCENARIO, "--base", "https://example.com/x/"]);
  assert.equal(status, 0);
  const [base, fragment] = stdout.trim().split("#");
  assert.equal(base, "https://example.com/x/");
  const { dockerfile, builds } = fromFragment(fragment ?? "");
  assert.equal(dockerfile, DOCKERFILE);
  assert.equal(builds?.length, 2);
  const scenario = JSON.parse(layerwise(["open", "--json"]).stdout);
  assert.equal(scenario.dockerfile, DOCKERFILE);
  assert.ok(!("README.md" in scenario.context), "ignored files are not read");
});

test("history: what each commit made run again", () => {
  const folder = join(folders, "history", "service");
  const git = (/** @type {string[]} */ ...args) => {
    const identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
    const result = spawnSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" });
    assert.equal(result.status, 0, result.stderr);
  };
  cpSync(SHOP, folder, { recursive: true });
  git("init", "-q", "..");
  /** @param {string} path @param {string} text @param {string} subject */
  const commit = (path, text, subject) => {
    writeFileSync(join(folder, path), text);
    git("add", "-A", ".");
    git("commit", "-q", "-m", subject);
  };
  commit("requirements.txt", "flask==3.0.2\n", "Start");
  cannotRun(["history"], /git cannot tell the history/, { cwd: TIDY });
  assert.match(layerwise(["history"], { cwd: folder }).stdout, /only one commit/);
  commit("src/app.py", "2\n", "Change the source");
  commit("README.md", "# Shop 2\n", "Say more");
  commit("src/blob", "x".repeat(300_000), "Add a large file");
  rmSync(join(folder, "src/blob"));
  commit("src/ä b.js", "1\n", "Rename");
  const { status, stdout } = layerwise(["history"], { cwd: folder });
  assert.equal(status, 0);
  const rows = stdout.split("\n").slice(0, 4);
  const expected = [
    /3 steps .* Change the source/,
    /all cached .* Say more/,
    /3 steps .* large/,
    /3 steps .* Rename/,
  ];
  for (const [index, pattern] of expected.entries()) assert.match(rows[index] ?? "", pattern);
  assert.match(stdout, /With today's Dockerfile a commit costs .* on average, .* reordered\./);
  const json = JSON.parse(layerwise(["history", "--json", "--last", "2"], { cwd: folder }).stdout);
  assert.equal(json.commits.length, 2);
  assert.ok(json.totals.reordered < json.totals.today);
});

test("what steps took is read out of a builder's log", () => {
  const logs = fileURLToPath(new URL("logs/", import.meta.url));
  const dockerfile = readFileSync(join(logs, "Dockerfile"), "utf8");
  const input = JSON.stringify({ dockerfile, context: { busybox: { text: "" } } });
  // The logs are those of three runs of one Dockerfile with a real builder: commands that sleep 1.2 s, 0.4 s and 0.3 s.
  for (const [log, expected] of [
    ["plain.txt", [1400, 500, 500]],
    ["rawjson.txt", [1529, 492, 378]],
    // The terminal was too narrow for the last command.
    ["terminal.txt", [1300, 500, 400]],
  ]) {
    const { status, stdout } = layerwise(["plan", "--scenario", "-", "--json", "--log", join(logs, log)], {
      input,
    });
    assert.equal(status, 0);
    const runs = JSON.parse(stdout).steps.filter((/** @type {any} */ step) =>
      step.instruction.startsWith("RUN"),
    );
    assert.equal(runs.length, 3);
    for (const [index, { cost }] of runs.entries()) {
      assert.equal(cost.source, "set");
      assert.ok(Math.abs(cost.cold - Number(expected[index])) <= 1, `${log}: ${cost.cold}`);
    }
  }
  cannotRun(["plan", "--log", "requirements.txt"], /requirements\.txt tells of no step that was executed/);
  cannotRun(["plan", "--log", "nowhere.txt"], /nowhere\.txt cannot be read: it does not exist/);
});

test("optimize --check fails above a share only; findings for GitHub's pages", () => {
  const check = (/** @type {string[]} */ ...args) => layerwise(["optimize", "--check", ...args]).status;
  assert.equal(check(), 1);
  assert.equal(check("--share", "5"), 1);
  assert.equal(check("--share=99.9%"), 0);
  cannotRun(["optimize", "--share", "5"], /--share belongs to --check/);
  cannotRun(["optimize", "--check", "--share", "x"], /--share is a percentage/);
  cannotRun(["optimize", "--format", "svg"], /--format is text or github/);
  const { status, stdout } = layerwise(["optimize", "--format", "github"]);
  assert.equal(status, 0);
  const [safe, review] = stdout.split("\n");
  assert.match(safe ?? "", /^::warning file=Dockerfile,line=3,endLine=4,title=Safe%3A [^:]+::[^:]+: .*%0A/);
  assert.match(review ?? "", /^::notice file=Dockerfile,line=4,endLine=4,title=/);
  assert.equal(layerwise(["optimize", "--format", "github"], { cwd: TIDY }).stdout, "");
});

test("how often files change comes from git's history", () => {
  const folder = join(makeFolder("committed", {}), "inner");
  const git = (/** @type {string[]} */ ...args) => {
    const identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
    const result = spawnSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" });
    assert.equal(result.status, 0, result.stderr);
  };
  makeFolder("committed/inner", {
    Dockerfile: "FROM debian:12\nCOPY a.conf /etc/own/a/\nCOPY b.conf /etc/own/b/\nRUN ./x\n",
    "a.conf": "",
    "b.conf": "",
  });
  const first = () =>
    /COPY (\w)/.exec(JSON.parse(layerwise(["optimize", "--json"], { cwd: folder }).stdout).dockerfile)?.[1];
  assert.equal(first(), "a");
  git("init", "-q", "..");
  git("add", "..");
  git("commit", "-q", "-m", "Start");
  // The first commit says nothing.
  assert.equal(first(), "a");
  for (const number of [1, 2, 3]) {
    writeFileSync(join(folder, "a.conf"), `${number}`);
    git("commit", "-q", "-a", "-m", "Change");
  }
  assert.equal(first(), "b");
});

test("the classic builder, a target, build arguments", () => {
  const legacy = layerwise(["plan", "--builder", "legacy"]).stdout;
  assert.match(legacy, /^Step 3\/5 : COPY \. \.$/m);
  const input = "FROM scratch AS a\nCOPY src /a\nFROM scratch AS b\nCOPY src /b\n";
  const target = layerwise(["plan", "-f", "-", "--target", "a"], { input }).stdout;
  assert.match(target, /COPY src \/a/);
  const args = "FROM scratch\nARG V\nCOPY $V /\n";
  assert.match(layerwise(["plan", "-f", "-", "--build-arg", "V=src"], { input: args }).stdout, /COPY src \//);
  assert.match(
    layerwise(["plan", "-f", "-", "--build-arg", "V"], { input: args, env: { V: "src" } }).stdout,
    /COPY src \//,
  );
});

test("no colour in a pipe, none with NO_COLOR; colour if it is asked for", () => {
  for (const args of [[], ["replay", SCENARIO], ["optimize"], ["why", "src"], ["plan"]]) {
    const { stdout } = layerwise(args);
    assert.equal(stdout, stripVTControlCharacters(stdout), args.join(" "));
  }
  const colourful = (/** @type {string[]} */ args, /** @type {Record<string, string>} */ env = {}) => {
    const { stdout } = layerwise(["replay", SCENARIO, ...args], { env });
    return stdout !== stripVTControlCharacters(stdout);
  };
  assert.equal(colourful(["--color", "always"]), true);
  assert.equal(colourful(["--color=always"], { NO_COLOR: "1" }), true);
  assert.equal(colourful([], { FORCE_COLOR: "1" }), true);
  assert.equal(colourful([], { FORCE_COLOR: "1", NO_COLOR: "1" }), false);
  assert.equal(colourful(["--color=never"], { FORCE_COLOR: "1" }), false);
  // With colour or without, the words are the same.
  const plain = layerwise(["replay", SCENARIO]).stdout;
  const painted = layerwise(["replay", SCENARIO, "--color=always"]).stdout;
  assert.equal(stripVTControlCharacters(painted), plain);
});

test("signs are ASCII where nothing else can be shown", () => {
  const { stdout } = layerwise(["replay", SCENARIO], { env: { TERM: "dumb" } });
  assert.match(stdout, /^\* RUN AGAIN/m);
  assert.doesNotMatch(stdout, /[↻✓→]/);
});

test("lines keep within the width", () => {
  const { stdout } = layerwise(["replay", SCENARIO], { env: { COLUMNS: "60" } });
  for (const line of stdout.split("\n")) assert.ok(line.length <= 64, line);
});

test("what cannot run: status 2, one sentence, nothing on standard output", () => {
  cannotRun(["frobnicate"], /frobnicate is neither a command nor a file or folder/);
  cannotRun(["--frobnicate"], /Unknown option '--frobnicate'/);
  cannotRun(["replay"], /replay needs one scenario/);
  cannotRun(["replay", "nowhere.json"], /nowhere\.json cannot be read: it does not exist/);
  cannotRun(["replay", "-"], /not JSON/, { input: "{" });
  cannotRun(["replay", "-"], /dockerfile is missing/, { input: "{}" });
  cannotRun(["replay", SCENARIO, "--build", "9"], /there is no build 9: the scenario has 2/);
  cannotRun(["replay", SCENARIO, "--build", "x"], /--build is a number from 1/);
  cannotRun([], /there is no Dockerfile in this folder/, { cwd: join(SHOP, "src") });
  cannotRun(["--builder", "kaniko"], /--builder is buildkit, legacy; not kaniko/);
  cannotRun(["plan", "--write"], /--write belongs to optimize/);
  cannotRun(["optimize", "--write", "--check"], /exclude each other/);
  cannotRun(["render", SCENARIO, "--format", "pdf"], /--format is text, markdown, svg, html; not pdf/);
  cannotRun(["--build-arg", "=x"], /has no name/);
});

test("help and version", () => {
  const manifest = JSON.parse(
    readFileSync(new URL("../../www/layerwise/package.json", import.meta.url), "utf8"),
  );
  assert.deepEqual(layerwise(["--version"]), { status: 0, stdout: `${manifest.version}\n`, stderr: "" });
  const help = layerwise(["--help"]);
  assert.equal(help.status, 0);
  for (const command of ["replay", "optimize", "why", "plan", "check", "render", "open", "history"]) {
    assert.match(help.stdout, new RegExp(`layerwise ${command}`));
    const more = layerwise(["help", command]).stdout;
    assert.match(more, new RegExp(`^layerwise ${command}`));
    assert.equal(layerwise([command, "--help"]).stdout, more);
  }
  const source = readFileSync(new URL("../../www/layerwise/src/cli/options.ts", import.meta.url), "utf8");
  const everything = ["replay", "optimize", "why", "plan", "check", "render", "open", "history"]
    .map((command) => layerwise(["help", command]).stdout)
    .join(help.stdout);
  for (const [, name] of source.matchAll(/^ {2}"?([a-z-]+)"?: \{ type: "(?:string|boolean)"/gm)) {
    assert.ok(everything.includes(`--${name}`), `--${name} is in no help`);
  }
});
