/** Runs before the first paint, so that a dark page does not flash. Kept tiny: the page waits for it. */
try {
  document.documentElement.dataset.theme = localStorage.getItem("layerwise/theme") ?? "auto";
} catch {
  document.documentElement.dataset.theme = "auto";
}
document.documentElement.dataset.script = "";
