/** A scenario as the text of a file: its members a line each, its recordings a line for each step. */

const line = JSON.stringify;

function build({ steps, ...rest }) {
  const members = Object.entries(rest).map(([name, value]) => `${line(name)}:${line(value)}`);
  return `{${[`"steps":[${steps.map(line).join(",\n ")}]`, ...members].join(",\n ")}}`;
}

function recording([name, { version, builds }]) {
  return `${line(name)}:{"version":${line(version)},"builds":[\n${builds.map(build).join(",\n")}\n]}`;
}

/** The text, which ends with a line break. */
export function vector({ recorded, builds, ...scenario }) {
  const members = Object.entries(scenario)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${line(name)}:${line(value)}`);
  members.push(`"builds":[\n${builds.map(line).join(",\n")}\n]`);
  if (recorded) members.push(`"recorded":{${Object.entries(recorded).map(recording).join(",\n")}}`);
  return `{\n${members.join(",\n")}\n}\n`;
}
