/** What `--help` prints. A test holds it against the options. */
import type { Command } from "./options.ts";

const COMMON = `What is built
  -f, --file FILE        the Dockerfile (default: Dockerfile, then Containerfile)
      --context DIR      the build context (default: the Dockerfile's folder)
      --scenario FILE    a scenario instead of a folder; - reads standard input
      --builder NAME     buildkit (default) or legacy, the classic builder
      --target STAGE     the stage to build
      --build-arg N=V    a build argument; may be repeated
      --platform NAME    such as linux/arm64
      --log FILE         what steps took: what docker build printed, best with --progress=plain

How it is printed
      --json             the result as one JSON document
      --color WHEN       auto (default), always, never; NO_COLOR is honoured
`;

const EXIT = `Exit status: 0 nothing found, 1 findings, 2 could not run.
`;

/** The whole help. */
export const HELP: string = `layerwise: which steps of a Docker build run again after an edit, and why.
Nothing is built, nothing is sent anywhere.

  layerwise [DIR]             steps, what likely edits cost, the best reorder
  layerwise why [PATH…]       which steps run again if these files change, and why
  layerwise optimize [FILE]   the reordered Dockerfile as a diff
  layerwise plan [DIR]        cache keys and checksums
  layerwise check [FILE]      what is wrong or doubtful in the Dockerfile
  layerwise replay FILE       the timeline of a scenario
  layerwise render [FILE]     a timeline as text, Markdown, SVG or HTML
  layerwise history [DIR]     what the last commits cost, and would cost reordered
  layerwise open [DIR]        a link that opens this in the playground
  layerwise help COMMAND      more on a command

${COMMON}
  -h, --help                  this text
  -V, --version               the version

${EXIT}`;

const DETAILS: Record<Command, string> = {
  why: `layerwise why [PATH…]
  Changes the content of each PATH (a file or folder of the context, in memory only) and says which steps run again.
  Without a path: what an edit of each file or folder at the top of the context costs.
  Exit status 1 if a step runs again.
`,
  optimize: `layerwise optimize [FILE|-]
  Prints the difference between the Dockerfile and a better ordered one. FILE is a Dockerfile, - standard input.
      --write     writes the Dockerfile; lines that an ignore file lacks are only shown
      --check     prints one line; exit status 1 if the Dockerfile can be improved
      --share P   with --check: only if that makes an edit more than P % cheaper on average
      --format F  text (default), or github (annotations for a workflow)
      --take ID   also makes this one of the moves that a person should look at; may be repeated
      --leave ID  leaves this one of the safe moves; may be repeated
      --bind-mounts    also tells where a RUN can mount files instead of copying them
      --dummy-sources  also tells where cargo can compile dependencies before the sources come
      --last N    so many commits of the folder's git history say how often files change (default: 200)
  Only moves that keep the image the same are made, and those that --take names. All are listed below the diff.
`,
  plan: `layerwise plan [DIR]
  The steps with their whole cache keys and checksums, to be held against what the builder writes.
      --build N   of a scenario's build N (default: the last)
`,
  check: `layerwise check [FILE|-]
      --format F   text (default), json, or github (annotations for a workflow)
  Exit status 1 if there is a warning or an error.
`,
  replay: `layerwise replay FILE|-
  Runs a scenario's builds one after the other against one cache.
      --build N   only build N
  Exit status 1 if a build fails.
`,
  render: `layerwise render [FILE|-]
  FILE is a scenario; without one, the folder is built once.
      --format F   text (default), markdown, svg, html
      --build N    only build N
`,
  history: `layerwise history [DIR]
  Replays the last commits of a git repository: which steps each made run again, and what that cost.
      --last N    so many commits (default: 20)
`,
  open: `layerwise open [DIR]
  Prints a link. The scenario is in the part after #, which browsers do not send to the server.
      --base URL   another playground
      --json       the scenario as a document, for what is too long for a link
`,
};

/** The help on a command, or all of it. */
export function helpFor(command: string | undefined): string {
  const detail = command === undefined ? undefined : (DETAILS as Record<string, string>)[command];
  return detail === undefined ? HELP : `${detail}\n${COMMON}\n${EXIT}`;
}
