/** Light or dark, as the page around says it: documentation sites each have their own switch. */

/** A theme that was found, or undefined if only the reader's system decides. */
export type Theme = "light" | "dark" | undefined;

const ATTRIBUTES = ["data-theme", "data-color-mode", "data-md-color-scheme", "data-bs-theme"];
const DARK = /\b(dark|slate|navy|coal|ayu|theme-dark|dark-mode)\b/;
const LIGHT = /\b(light|default|rust|theme-light|light-mode)\b/;

/** What the page says: Docusaurus, Starlight, VitePress, mdBook, Material for MkDocs, Bootstrap and others. */
export function pageTheme(document: Document): Theme {
  for (const element of [document.documentElement, document.body]) {
    if (element === null) continue;
    const named = ATTRIBUTES.map((name) => element.getAttribute(name) ?? "").join(" ");
    for (const words of [named, element.className]) {
      if (DARK.test(words)) return "dark";
      if (LIGHT.test(words)) return "light";
    }
  }
  return undefined;
}

/** Calls back now and whenever the page's switch is used. Returns how to stop. */
export function watchTheme(document: Document, changed: (theme: Theme) => void): () => void {
  const observer = new MutationObserver(() => changed(pageTheme(document)));
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributes: true, attributeFilter: ["class", ...ATTRIBUTES] });
  }
  changed(pageTheme(document));
  return () => observer.disconnect();
}
