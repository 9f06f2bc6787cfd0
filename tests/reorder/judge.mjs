/** Whether two Dockerfiles build the same, and what the edits of a case cost with each. */

const MOST = 5;

/** The differences of two images, in words; none if they are the same. */
function differences(one, two) {
  const found = [];
  for (const name of new Set([...Object.keys(one.config), ...Object.keys(two.config)])) {
    const [before, after] = [one, two].map(({ config }) => JSON.stringify(config[name]) ?? "nothing");
    if (before !== after) found.push(`${name} was ${before}, is ${after}`);
  }
  for (const [path, what] of one.files) {
    const other = two.files.get(path);
    if (other !== what) found.push(other ? `${path} was ${what}, is ${other}` : `${path} is gone`);
  }
  for (const path of two.files.keys()) if (!one.files.has(path)) found.push(`${path} is new`);
  return found.length > MOST ? [...found.slice(0, MOST), `and ${found.length - MOST} more`] : found;
}

/**
 * `same`, or what is wrong with the rewrite: `broken` if it fails where the original does not, `different` if an
 * image differs or the original fails where it does not.
 */
export function compare(exam, original, rewrite) {
  for (const [number, build] of original.entries()) {
    const when = number === 0 ? "first build" : exam.edits[number - 1].name;
    for (const [target, one] of build) {
      const two = rewrite[number]?.get(target) ?? { failure: "not built" };
      if (one.failure && two.failure) continue;
      if (two.failure) return { verdict: "broken", why: [`${when}: ${two.failure}`] };
      if (one.failure)
        return { verdict: "different", why: [`${when}: the original fails, the rewrite does not`] };
      const why = differences(one, two);
      if (why.length > 0) return { verdict: "different", why: [`${when}:`, ...why] };
    }
  }
  return { verdict: "same", why: [] };
}

/** What an edit costs on average, by the edits' weights. */
export function cost(exam, builds) {
  const weights = exam.edits.map(({ weight }) => weight);
  const costs = exam.edits.map((_, number) =>
    [...(builds[number + 1]?.values() ?? [])].reduce((sum, build) => sum + (build.cost ?? 0), 0),
  );
  const sum = (list) => list.reduce((all, each) => all + each, 0);
  return sum(costs.map((each, number) => each * weights[number])) / sum(weights);
}

/** What a rewrite must keep of the text: comments with what they are about, directives on top, line ends. */
export function remarks(exam, text) {
  const before = exam.dockerfile;
  const bare = (each) => each.replace(/\r\n/g, "").includes("\n");
  const found = [];
  if (
    before.includes("\n") &&
    (bare(before) !== bare(text) || before.includes("\r\n") !== text.includes("\r\n"))
  )
    found.push("the line ends are others");
  const lines = text.split("\n").map((line) => line.trim());
  for (const line of before.split(/\r?\n/)) {
    if (!/^#\s*(syntax|escape|check)\s*=/i.test(line)) break;
    if (!lines.slice(0, 3).includes(line.trim())) found.push(`${line} does not stand on top`);
  }
  for (const [comment, about] of exam.comments ?? []) {
    const at = lines.indexOf(comment);
    const next = lines.slice(at + 1).find((line) => line !== "" && !line.startsWith("#")) ?? "";
    if (at < 0) found.push(`${comment} is gone`);
    else if (!next.includes(about)) found.push(`${comment} stands before ${next}`);
  }
  return found;
}
