/** A scenario done by a real builder: its files written, its edits applied, its builds run in order. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { bytes, Folder } from "./files.mjs";

const editOf = (build) => build.edit ?? {};
const buildsOf = (scenario) => scenario.builds ?? [{ edit: {} }];

const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object ?? {}).map(([name, value]) => [name, change(value)]));

/** The scenario with what its base images say of themselves, and their digests, on this machine. */
export function described(scenario, images) {
  const describe = (entries) => mapValues(entries, (entry) => images.describe(entry));
  const builds = buildsOf(scenario).map((build) => {
    const edit = editOf(build);
    return { ...build, edit: { ...edit, ...(edit.baseImages && { baseImages: describe(edit.baseImages) }) } };
  });
  return { ...scenario, baseImages: describe(scenario.baseImages), builds };
}

/** What `builder` does with it on an empty cache: `{ version, builds }` as recordings hold it. */
export async function perform(scenario, builder, images) {
  const work = mkdtempSync(join(builder.folder, "s-"));
  const socket = scenario.ssh ? join(work, "ssh") : undefined;
  const server = socket && createServer((connection) => connection.destroy()).listen(socket);
  try {
    await builder.reset();
    const context = new Folder(join(work, "context"));
    const outside = new Folder(join(work, "dockerfile"));
    for (const [path, entry] of Object.entries(scenario.context ?? {})) context.write(path, entry);
    const others = {};
    for (const [name, files] of Object.entries(scenario.buildContexts ?? {})) {
      others[name] = new Folder(join(work, `context-${name}`));
      others[name].apply({ write: files }, 0);
    }
    const place = scenario.dockerfilePath === undefined ? "Dockerfile" : scenario.dockerfilePath;
    const state = {
      buildArgs: scenario.buildArgs ?? {},
      target: scenario.target,
      contextFolder: context.root,
      contexts: mapValues(others, (folder) => folder.root),
      dockerfile: scenario.dockerfile,
      dockerfileFolder: place === null ? outside.root : context.root,
      dockerfileName: place ?? "Dockerfile",
      secretFiles: {},
      socket,
    };
    const secrets = { ...scenario.secrets };
    const entries = { ...scenario.baseImages };
    let made;
    const builds = [];
    for (const [number, build] of buildsOf(scenario).entries()) {
      const edit = editOf(build);
      context.apply(edit, number);
      for (const [name, files] of Object.entries(edit.buildContexts ?? {}))
        others[name].apply({ write: files }, number);
      if (edit.dockerfile !== undefined || number === 0) {
        state.dockerfile = edit.dockerfile ?? scenario.dockerfile;
        const folder = place === null ? outside : context;
        folder.apply({ write: { [state.dockerfileName]: state.dockerfile } }, number);
      }
      if (edit.buildArgs) state.buildArgs = edit.buildArgs;
      if (edit.target !== undefined) state.target = edit.target;
      Object.assign(secrets, edit.secrets);
      for (const [id, entry] of Object.entries(secrets)) {
        state.secretFiles[id] = join(work, `secret-${id}`);
        writeFileSync(state.secretFiles[id], bytes(entry));
      }
      if (made === undefined || edit.baseImages) {
        Object.assign(entries, edit.baseImages);
        made = mapValues(entries, (entry) => images.make(entry));
        await builder.load(images, made);
      }
      builds.push(await builder.build(state));
    }
    return { version: builder.version, builds };
  } finally {
    server?.close();
    rmSync(work, { recursive: true, force: true });
  }
}
