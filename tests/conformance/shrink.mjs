/**
 * Makes a scenario smaller while a question about it is still answered with yes: fewer builds, instructions, flags,
 * files and settings, one at a time, until nothing more can go.
 */

const without = (object, name) =>
  Object.fromEntries(Object.entries(object).filter(([other]) => other !== name));
const replaced = (list, at, value) => list.with(at, value);

/** Every text of the Dockerfile in the scenario, changed. An edit that brings no other text goes. */
function withTexts(scenario, change) {
  let last = change(scenario.dockerfile);
  const builds = scenario.builds.map(({ edit }) => {
    if (edit.dockerfile === undefined) return { edit };
    const dockerfile = change(edit.dockerfile);
    const same = dockerfile === last;
    last = dockerfile;
    return { edit: same ? without(edit, "dockerfile") : { ...edit, dockerfile } };
  });
  return { ...scenario, dockerfile: change(scenario.dockerfile), builds };
}

const texts = ({ dockerfile, builds }) =>
  [dockerfile, ...builds.map(({ edit }) => edit.dockerfile)].filter((text) => text !== undefined);

function* fewerBuilds(scenario) {
  const { builds } = scenario;
  for (let at = builds.length - 1; at > 0; at--) yield { ...scenario, builds: builds.toSpliced(at, 1) };
  // What an edit changed, there from the start.
  const [, second] = builds;
  if (second?.edit.dockerfile !== undefined)
    yield {
      ...scenario,
      dockerfile: second.edit.dockerfile,
      builds: [{ edit: {} }, { edit: without(second.edit, "dockerfile") }, ...builds.slice(2)],
    };
}

function* fewerLines(scenario) {
  const lines = [...new Set(texts(scenario).flatMap((text) => text.split("\n")))].filter(
    (line) => line !== "",
  );
  for (const line of lines.reverse())
    yield withTexts(scenario, (text) =>
      text
        .split("\n")
        .filter((other) => other !== line)
        .join("\n"),
    );
}

function* fewerWords(scenario) {
  const lines = [...new Set(texts(scenario).flatMap((text) => text.split("\n")))];
  for (const line of lines) {
    const words = line.split(" ");
    for (const [at, word] of words.entries()) {
      if (at === 0 || (at < 2 && words.length < 3)) continue;
      const shorter = words.toSpliced(at, 1).join(" ");
      if (word !== "")
        yield withTexts(scenario, (text) =>
          text
            .split("\n")
            .map((other) => (other === line ? shorter : other))
            .join("\n"),
        );
    }
  }
}

function* fewerFiles(scenario) {
  for (const path of Object.keys(scenario.context))
    yield { ...scenario, context: without(scenario.context, path) };
}

function* fewerEdits(scenario) {
  for (const [at, { edit }] of scenario.builds.entries()) {
    const edited = (changed) => ({ ...scenario, builds: replaced(scenario.builds, at, { edit: changed }) });
    for (const [member, value] of Object.entries(edit)) {
      yield edited(without(edit, member));
      if (value === null || typeof value !== "object" || Object.keys(value).length < 2) continue;
      if (Array.isArray(value))
        for (const n of value.keys()) yield edited({ ...edit, [member]: value.toSpliced(n, 1) });
      else for (const name of Object.keys(value)) yield edited({ ...edit, [member]: without(value, name) });
    }
  }
}

function* plainerSettings(scenario) {
  for (const name of Object.keys(scenario.buildArgs ?? {}))
    yield { ...scenario, buildArgs: without(scenario.buildArgs, name) };
  if (scenario.dockerfilePath !== null) yield { ...scenario, dockerfilePath: null };
  for (const [name, image] of Object.entries(scenario.baseImages)) {
    yield { ...scenario, baseImages: without(scenario.baseImages, name) };
    for (const member of Object.keys(image.config ?? {}))
      yield {
        ...scenario,
        baseImages: { ...scenario.baseImages, [name]: { ...image, config: without(image.config, member) } },
      };
  }
  const ignore = scenario.context[".dockerignore"]?.text;
  for (const line of ignore?.split("\n") ?? []) {
    const text = ignore
      .split("\n")
      .filter((other) => other !== line)
      .join("\n");
    if (text !== ignore) yield { ...scenario, context: { ...scenario.context, ".dockerignore": { text } } };
  }
}

const WAYS = [fewerBuilds, fewerLines, fewerFiles, fewerEdits, fewerWords, plainerSettings];

/** The smallest scenario found for which `holds` still says yes, trying no more than `tries` of them. */
export async function shrink(scenario, holds, tries = 150) {
  let smallest = scenario;
  let left = tries;
  for (let shrunk = true; shrunk && left > 0; ) {
    shrunk = false;
    for (const way of WAYS) {
      const seen = new Set();
      // After a success the same way starts again from the smaller scenario.
      for (let next = firstNew(way(smallest), seen); next && left > 0; next = firstNew(way(smallest), seen)) {
        left -= 1;
        if (!(await holds(next))) continue;
        smallest = next;
        shrunk = true;
      }
    }
  }
  return smallest;
}

function firstNew(candidates, seen) {
  for (const candidate of candidates) {
    const key = JSON.stringify(candidate);
    if (seen.has(key)) continue;
    seen.add(key);
    return candidate;
  }
  return undefined;
}
