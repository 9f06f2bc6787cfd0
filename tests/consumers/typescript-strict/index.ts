import {
  type Advice,
  type Cause,
  LayerwiseError,
  type Scenario,
  type Step,
  simulate,
  type Timeline,
  toFragment,
  Workspace,
} from "layerwise";
import type { LayerwisePlayground } from "layerwise/element";
import "layerwise/element/define";
import { init as initSlim } from "layerwise/slim";
import { init, isReady } from "layerwise/url";

const scenario: Scenario = {
  dockerfile: "FROM scratch\nCOPY a /\n",
  context: {
    a: { text: "1" },
    run: { text: "", mode: "0755" },
    link: { symlink: "a" },
    empty: { dir: true },
  },
  builds: [{ edit: {} }, { edit: { touch: ["a"] } }],
};
const timeline: Timeline = simulate(scenario);
const steps: Step[] = timeline.builds.flatMap((build) => build.steps);

function first(cause: Cause | undefined): string {
  switch (cause?.kind) {
    case "files":
      return cause.changes[0]?.path ?? "";
    case "parent":
      return String(cause.root);
    default:
      return cause?.kind ?? "";
  }
}

const workspace = new Workspace(scenario);
const advice: Advice = workspace.advice({ moves: ["a"] });
try {
  workspace.write("../x", { text: "" });
} catch (error) {
  if (error instanceof LayerwiseError) console.log(error.code satisfies string, error.at);
}
// @ts-expect-error a file is text, bytes, a link or a folder
workspace.write("x", { content: "" });
// @ts-expect-error there are two builders
workspace.setBuilder("kaniko");

const started: Promise<void> = init();
void initSlim(new Uint8Array());
const element: LayerwisePlayground = document.createElement("layerwise-playground");
element.addEventListener("lw-build", (event) =>
  console.log(event.detail.result.steps.length, event.detail.number),
);
element.scenario = scenario;
export const used = [
  steps.map((step) => first(step.cause)),
  advice,
  started,
  isReady(),
  toFragment(scenario),
];
