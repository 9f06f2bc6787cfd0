const { simulate } = require("layerwise");

const { builds } = simulate({ dockerfile: "FROM scratch\nCOPY a /\n", context: { a: { text: "1" } } });
console.log(JSON.stringify({ statuses: builds[0].steps.map((step) => step.status) }));
