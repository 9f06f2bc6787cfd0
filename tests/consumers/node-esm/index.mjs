import { optimize, render, simulate, Workspace } from "layerwise";

const dockerfile = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
const context = { "index.js": { text: "1\n" }, "package.json": { text: "{}\n" } };
const builds = [{ edit: {} }, { edit: { write: { "index.js": { text: "2\n" } } } }];
const timeline = simulate({ dockerfile, context, builds });
const workspace = new Workspace({ dockerfile, context });
workspace.build();
console.log(
  JSON.stringify({
    statuses: timeline.builds[1].steps.map((step) => step.status),
    text: render(timeline, { build: 2 }).split("\n")[0],
    next: workspace.next().cost,
    advice: typeof optimize({ dockerfile, context }).dockerfile,
  }),
);
