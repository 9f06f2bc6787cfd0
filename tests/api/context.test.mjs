// @ts-check
// Folders to contexts: what is read, what is left out, and what is guessed for a Dockerfile alone.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { assumeContext } from "../../www/layerwise/dist/context/assume.js";
import { readPickedFolder } from "../../www/layerwise/dist/context/browser.js";
import { readFolder } from "../../www/layerwise/dist/context/node.js";
import { LayerwiseError, parse } from "../../www/layerwise/dist/index.js";

const folders = mkdtempSync(join(tmpdir(), "layerwise-context-"));
after(() => rmSync(folders, { recursive: true, force: true }));

/** @param {string} name @param {Record<string, string | Uint8Array>} files */
function makeFolder(name, files) {
  const folder = join(folders, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content, { mode: 0o644 });
    chmodSync(join(folder, path), 0o644);
  }
  return folder;
}

/** A file as a browser hands it out. @param {string} path @param {string} content */
function pickedFile(path, content) {
  const file = new File([content], path.split("/").at(-1) ?? "");
  Object.defineProperty(file, "webkitRelativePath", { value: path });
  return file;
}

test("text, bytes, modes, links and empty folders", async () => {
  const folder = makeFolder("kinds", {
    Dockerfile: "FROM a\n",
    "bin/run": "#!/bin/sh\n",
    image: Uint8Array.of(0xff, 0),
  });
  chmodSync(join(folder, "bin/run"), 0o755);
  mkdirSync(join(folder, "empty"));
  mkdirSync(join(folder, "private"));
  writeFileSync(join(folder, "private/key"), "");
  chmodSync(join(folder, "private/key"), 0o600);
  chmodSync(join(folder, "private"), 0o700);
  chmodSync(join(folder, "empty"), 0o755);
  chmodSync(join(folder, "bin"), 0o755);
  symlinkSync("bin/run", join(folder, "link"));
  const { files, dockerfile, ignored } = await readFolder(folder);
  assert.equal(dockerfile, "FROM a\n");
  assert.equal(ignored, 0);
  assert.deepEqual(files, {
    Dockerfile: { text: "FROM a\n" },
    "bin/run": { text: "#!/bin/sh\n", mode: "0755" },
    empty: { dir: true },
    image: { base64: "/wA=" },
    link: { symlink: "bin/run" },
    private: { dir: true, mode: "0700" },
    "private/key": { text: "", mode: "0600" },
  });
});

test("the ignore file is honoured before anything is read", async () => {
  const folder = makeFolder("ignore", {
    Dockerfile: "FROM a\n",
    ".dockerignore": "node_modules\n*.md\n!keep.md\nbuild/**\n!build/keep\n",
    "node_modules/big/index.js": "1",
    "a.md": "",
    "keep.md": "",
    "build/out": "",
    "build/keep/x": "",
    "src/a.js": "",
  });
  // Whoever looked into it would fail.
  chmodSync(join(folder, "node_modules"), 0o000);
  const { files, ignored } = await readFolder(folder);
  assert.deepEqual(Object.keys(files).sort(), [
    ".dockerignore",
    "Dockerfile",
    "build/keep/x",
    "keep.md",
    "src/a.js",
  ]);
  assert.equal(ignored, 3);
  chmodSync(join(folder, "node_modules"), 0o755);
});

test("a Dockerfile may bring its own ignore file, and is read even if it is ignored", async () => {
  const folder = makeFolder("own", {
    "deploy/web.Dockerfile": "FROM a\n",
    "deploy/web.Dockerfile.dockerignore": "*\n!src\n",
    ".dockerignore": "src\n",
    "src/a.js": "",
    "other.txt": "",
  });
  const { files, dockerfile } = await readFolder(folder, { dockerfilePath: "deploy/web.Dockerfile" });
  assert.equal(dockerfile, "FROM a\n");
  assert.ok("src/a.js" in files);
  assert.ok(!("other.txt" in files));
});

test("a large file is known by its digest", async () => {
  const content = "x".repeat(2000);
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  const folder = makeFolder("large", { Dockerfile: "FROM a\n", data: content });
  const onDisk = await readFolder(folder, { largest: 1000 });
  assert.deepEqual(onDisk.files.data, { digest, size: 2000 });
  const picked = await readPickedFolder(
    [pickedFile("app/Dockerfile", "FROM a\n"), pickedFile("app/data", content)],
    { largest: 1000 },
  );
  assert.deepEqual(picked.files.data, { digest, size: 2000 });
  assert.equal(picked.dockerfile, "FROM a\n");
});

test("a folder that a browser hands out is read in the same way", async () => {
  const { files, ignored } = await readPickedFolder([
    pickedFile("app/Dockerfile", "FROM a\n"),
    pickedFile("app/.dockerignore", "node_modules\n"),
    pickedFile("app/node_modules/x/index.js", ""),
    pickedFile("app/src/deep/a.js", "1"),
  ]);
  assert.deepEqual(Object.keys(files).sort(), [".dockerignore", "Dockerfile", "src/deep/a.js"]);
  assert.equal(ignored, 1);
});

test("what cannot be read is said", async () => {
  await assert.rejects(readFolder(join(folders, "nowhere")), (error) => {
    assert.ok(error instanceof LayerwiseError);
    assert.equal(error.code, "file");
    assert.match(error.message, /nowhere cannot be read: it does not exist/);
    return true;
  });
  const folder = makeFolder("many", { Dockerfile: "", a: "", b: "", c: "" });
  await assert.rejects(readFolder(folder, { most: 3 }), { code: "file", message: /more than 3 files/ });
});

/** @param {string} dockerfile @param {string[]} paths @param {string | undefined} source */
function assumes(dockerfile, paths, source) {
  const { files, source: found } = assumeContext(parse(dockerfile));
  assert.deepEqual(Object.keys(files).sort(), paths.sort(), dockerfile);
  assert.equal(found, source, dockerfile);
}

test("a Dockerfile alone lets its files be guessed", () => {
  assumes("FROM a\nRUN b\n", [], undefined);
  assumes("FROM node\nCOPY package.json ./\n", ["package.json"], "package.json");
  assumes(
    "FROM node\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n",
    ["package.json", "package-lock.json", "src/index.js", "README.md"],
    "src/index.js",
  );
  assumes("FROM go\nCOPY --chown=1:1 ./cmd/ /src/cmd/\nRUN go build\n", ["cmd/main.go"], "cmd/main.go");
  assumes('FROM a\nCOPY ["my file.py", "/x/"]\n', ["my file.py"], "my file.py");
  assumes("FROM a\nCOPY --from=b /x /y\nCOPY $A ../z https://a/b <<E /\nE\n", [], undefined);
  assumes("FROM a\nCOPY app /app\nCOPY app/main.py /x\n", ["app/main.txt", "app/main.py"], "app/main.py");
  assumes(
    "FROM python\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nADD . /srv\n",
    ["requirements.txt", "app.py", "README.md"],
    "app.py",
  );
});
