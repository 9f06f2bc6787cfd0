/** How the elements are laid out around the steps. */
export const EMBED_STYLE: string = `
:host { display: block; font-size: 0.95rem; line-height: 1.45; container-type: inline-size; }
:host([hidden]) { display: none; }
.lw-root { color-scheme: light dark; color: var(--lw-text); }
.lw-root[data-theme="light"] { color-scheme: light; }
.lw-root[data-theme="dark"] { color-scheme: dark; }
.lw-columns { display: grid; gap: 0.8rem; grid-template-columns: minmax(0, 1fr); }
@container (min-width: 44rem) {
  .lw-columns[data-view="split"], .lw-columns[data-view="full"] { grid-template-columns: minmax(0, 4fr) minmax(0, 5fr); align-items: start; }
}
.lw-source { min-inline-size: 0; }
.lw-source ::slotted(pre) { margin-block: 0; overflow: auto; }
.lw-code { display: block; box-sizing: border-box; inline-size: 100%; resize: vertical; field-sizing: content; min-block-size: 6rem; max-block-size: 32rem; font: 0.9em/1.5 var(--lw-mono); tab-size: 4; white-space: pre; overflow: auto; color: var(--lw-text); background: var(--lw-raised); border: 1px solid var(--lw-rule); border-radius: var(--lw-radius); padding: 0.6rem 0.7rem; }
@media (max-width: 45rem) { .lw-code { font-size: 16px; } }
.lw-label { display: block; font-size: 0.8em; color: var(--lw-muted); margin-block-end: 0.2rem; }
.lw-files { list-style: none; margin: 0.5rem 0 0; padding: 0; border: 1px solid var(--lw-rule); border-radius: var(--lw-radius); max-block-size: 16rem; overflow: auto; }
.lw-files li { display: flex; align-items: center; gap: 0.4rem; padding: 0.15rem 0.5rem; border-block-end: 1px solid var(--lw-rule); }
.lw-files li:last-child { border-block-end: 0; }
.lw-files code { font-family: var(--lw-mono); font-size: 0.88em; flex: 1; overflow-wrap: anywhere; }
.lw-files [data-ignored] code { text-decoration: line-through; color: var(--lw-muted); }
.lw-files small { color: var(--lw-muted); }
.lw-toolbar { display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; margin-block-end: 0.5rem; }
.lw-toolbar .lw-open { margin-inline-start: auto; color: var(--lw-accent); font-size: 0.85em; }
.lw-button { font: inherit; font-size: 0.85em; min-block-size: 26px; padding: 0.15rem 0.6rem; color: var(--lw-text); background: var(--lw-raised); border: 1px solid var(--lw-rule); border-radius: var(--lw-radius); cursor: pointer; }
.lw-button[data-main] { background: var(--lw-accent); color: var(--lw-back); border-color: var(--lw-accent); font-weight: 600; }
.lw-button:disabled { opacity: 0.55; cursor: default; }
.lw-button:focus-visible, .lw-code:focus-visible, .lw-open:focus-visible { outline: 2px solid var(--lw-accent); outline-offset: 2px; }
.lw-summary { margin: 0 0 0.5rem; overflow-wrap: anywhere; }
.lw-note { font-size: 0.85em; color: var(--lw-muted); border-inline-start: 3px solid var(--lw-rule); padding-inline-start: 0.6rem; margin-block: 0.5rem 0; }
`;
