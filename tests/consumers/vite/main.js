import { simulate } from "layerwise";
import "layerwise/element/define";

const { builds } = simulate({ dockerfile: "FROM scratch\nCOPY a /\n", context: { a: { text: "1" } } });
await document.querySelector("layerwise-steps").ready;
document.title = builds[0].steps.map((step) => step.status).join(" ");
