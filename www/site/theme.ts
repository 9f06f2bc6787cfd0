/** Light, dark, or as the system has it. */
import { savedTheme, saveTheme } from "./storage.ts";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

/** Applies the kept choice; `early.ts` has done so before the first paint, where it could. */
export function startTheme(button: HTMLButtonElement): void {
  let theme: Theme = THEMES.find((each) => each === savedTheme()) ?? "auto";
  const apply = (): void => {
    document.documentElement.dataset.theme = theme;
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    button.setAttribute("aria-label", `Theme: ${theme}. Change to ${next}`);
    button.title = `Theme: ${theme}`;
  };
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
    saveTheme(theme);
    apply();
  });
  apply();
}
