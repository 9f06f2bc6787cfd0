/**
 * How a timeline looks. Adopted as a constructed style sheet, which a strict content security policy allows.
 *
 * Colours are set on `scope`, where a page can override them; they follow the `color-scheme` in which they are used.
 * Blue and orange are Okabe and Ito's, darkened on white until text reaches a contrast of 4.5.
 */
export function styleSheet(scope: ":host" | ".lw-root"): string {
  return `${scope} {${COLOURS}}${RULES}`;
}

const COLOURS = `
  --lw-text: light-dark(#1b1d21, #e8eaed);
  --lw-muted: light-dark(#565c66, #a3abb6);
  --lw-back: light-dark(#ffffff, #15171b);
  --lw-raised: light-dark(#f5f6f8, #1e2127);
  --lw-rule: light-dark(#d5d9df, #363b44);
  --lw-accent: light-dark(#005a8d, #7cc6f2);
  --lw-cached: light-dark(#0072b2, #56b4e9);
  --lw-executed: light-dark(#a34700, #e69f00);
  --lw-depends: light-dark(#8a3a6a, #d992b8);
  --lw-failed: light-dark(#8a1c00, #ff9d6b);
  --lw-skipped: light-dark(#565c66, #a3abb6);
  --lw-mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  --lw-radius: 6px;
`;

const RULES = `
.lw-stage + .lw-stage { margin-block-start: 1rem; }
.lw-stage :is(h2, h3, h4) { font-size: 0.95em; margin: 0 0 0.4rem; }
.lw-steps, .lw-builds, .lw-legend, .lw-unaffected { list-style: none; margin: 0; padding: 0; }
.lw-step {
  border: 1px solid var(--lw-rule);
  border-inline-start: 4px solid var(--lw-status);
  border-radius: var(--lw-radius);
  background: var(--lw-back);
  color: var(--lw-text);
  margin-block-end: 0.35rem;
  padding: 0.4rem 0.7rem;
}
[data-status="cached"] { --lw-status: var(--lw-cached); }
[data-status="executed"] { --lw-status: var(--lw-executed); }
[data-status="depends"] { --lw-status: var(--lw-depends); }
[data-status="failed"] { --lw-status: var(--lw-failed); }
[data-status="skipped"] { --lw-status: var(--lw-skipped); }
.lw-step[data-status="cached"] { border-inline-start-width: 2px; padding-inline-start: calc(0.7rem + 2px); }
.lw-step[data-status="executed"] { background: var(--lw-raised); }
.lw-step[data-status="depends"] { border-style: dashed; border-inline-start-style: dashed; }
.lw-step[data-status="failed"] { border-inline-start: 6px double var(--lw-status); }
.lw-step[data-status="skipped"] { border-style: dotted; }
.lw-step[data-marked] { outline: 2px solid var(--lw-accent); outline-offset: 1px; }
.lw-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.2rem 0.6rem; }
.lw-status { color: var(--lw-status); font-weight: 650; font-size: 0.8em; letter-spacing: 0.02em; min-inline-size: 7.2em; white-space: nowrap; }
.lw-number { color: var(--lw-muted); font-variant-numeric: tabular-nums; min-inline-size: 1.2em; text-align: end; }
.lw-name { font-family: var(--lw-mono); font-size: 0.9em; flex: 1 1 12ch; overflow-wrap: anywhere; white-space: pre-wrap; }
.lw-step[data-status="skipped"] .lw-name { color: var(--lw-muted); }
.lw-cost { color: var(--lw-muted); font-variant-numeric: tabular-nums; font-size: 0.85em; white-space: nowrap; position: relative; padding-block-end: 4px; margin-inline-start: auto; min-inline-size: 6em; text-align: end; }
.lw-cost::after { content: ""; position: absolute; inset-block-end: 0; inset-inline-end: 0; block-size: 3px; border-radius: 2px; background: var(--lw-status); inline-size: 100%; }
${Array.from({ length: 9 }, (_, index) => `.lw-cost[data-share="${index + 1}"]::after { inline-size: ${(index + 1) * 10}%; }`).join("\n")}
.lw-cause, .lw-mount, .lw-checksum { margin: 0.25rem 0 0; font-size: 0.9em; overflow-wrap: anywhere; }
.lw-mount, .lw-checksum { color: var(--lw-muted); }
.lw-checksum { font-size: 0.8em; }
.lw-checksum del { text-decoration: line-through; }
.lw-checksum ins { text-decoration: none; font-weight: 650; }
.lw-cause code, .lw-mount code, .lw-checksum code, .lw-unaffected code { font-family: var(--lw-mono); font-size: 0.95em; }
.lw-error { border: 1px solid var(--lw-failed); border-inline-start-width: 4px; border-radius: var(--lw-radius); color: var(--lw-text); margin: 0 0 0.5rem; padding: 0.4rem 0.7rem; overflow-wrap: anywhere; white-space: pre-wrap; }
.lw-unaffected { color: var(--lw-muted); font-size: 0.9em; margin-block-start: 0.5rem; }
.lw-link { all: unset; cursor: pointer; color: inherit; text-decoration: underline dotted; text-underline-offset: 0.2em; }
.lw-link:focus-visible, .lw-build:focus-visible { outline: 2px solid var(--lw-accent); outline-offset: 2px; border-radius: 2px; }
.lw-builds { display: flex; flex-wrap: wrap; gap: 0.35rem; margin-block-end: 0.6rem; }
.lw-build { font: inherit; font-size: 0.85em; color: var(--lw-text); background: var(--lw-back); border: 1px solid var(--lw-rule); border-radius: var(--lw-radius); padding: 0.3rem 0.55rem; min-block-size: 24px; cursor: pointer; display: flex; flex-wrap: wrap; gap: 0 0.5em; }
.lw-build[aria-current] { border-color: var(--lw-accent); box-shadow: inset 0 0 0 1px var(--lw-accent); }
.lw-marks { font-family: var(--lw-mono); }
.lw-marks > span { color: var(--lw-status); }
.lw-build-cost { color: var(--lw-muted); }
.lw-legend { display: flex; flex-wrap: wrap; gap: 0 1rem; color: var(--lw-muted); font-size: 0.8em; margin-block-start: 0.5rem; }
.lw-hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (forced-colors: active) {
  .lw-step { border-inline-start-color: CanvasText; }
  .lw-cost::after { background: CanvasText; }
  .lw-build[aria-current] { border-color: Highlight; }
}
@media print {
  .lw-step { break-inside: avoid; }
}
`;
