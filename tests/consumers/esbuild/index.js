import { simulate } from "layerwise";

const { builds } = simulate({ dockerfile: "FROM scratch\nCOPY a /\n", context: { a: { text: "1" } } });
document.title = builds[0].steps.map((step) => step.status).join(" ");
