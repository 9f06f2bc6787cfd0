/** The images that the stages of a Dockerfile begin with. */

export interface Reference {
  /** Index of the stage. */
  stage: number;
  line: number;
  /** As the builder looks it up: variables replaced. */
  reference: string;
}

/** One for each stage that stands on an image, not on another stage, a named context or nothing. */
export function references(
  dockerfile: string,
  buildArgs: Readonly<Record<string, string>> = {},
  contexts: Readonly<Record<string, unknown>> = {},
): Reference[] {
  const found: Reference[] = [];
  const names = new Set<string>();
  const globals = new Map<string, string>();
  let stage = -1;
  dockerfile.split("\n").forEach((text, index) => {
    const [, name = "", value] = (stage < 0 && /^\s*ARG\s+(\w+)(?:=["']?([^\s"']*))?/i.exec(text)) || [];
    const given = Object.hasOwn(buildArgs, name) ? buildArgs[name] : value;
    if (name !== "" && given !== undefined) globals.set(name, given);
    const match = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$/i.exec(text);
    if (match === null) return;
    stage++;
    const reference = expand(match[1] ?? "", globals);
    const isStage = names.has(reference.toLowerCase());
    if (match[2] !== undefined) names.add(match[2].toLowerCase());
    if (isStage || reference === "scratch" || Object.hasOwn(contexts, reference)) return;
    found.push({ stage, line: index + 1, reference });
  });
  return found;
}

function expand(text: string, globals: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g,
    (whole, braced: string | undefined, other: string | undefined, bare: string | undefined) =>
      globals.get(braced ?? bare ?? "") || (other ?? whole),
  );
}
