/**
 * The page before any script: the first scenario, computed while the site is built. The live page draws the same
 * views over it, so nothing moves when it takes over.
 */
import { type MarkupNode, toHtml } from "../layerwise/src/element/node.ts";
import type { Scenario } from "../layerwise/src/types.ts";
import { adviceView } from "./advice.ts";
import { filesView } from "./files.ts";
import { barView, headlineView } from "./headline.ts";
import { codeView } from "./highlight.ts";
import { firstModel, marked } from "./model.ts";
import { shownText } from "./page.ts";
import { aboutView, diagnosticsView, settingsView, tabsView } from "./panels.ts";
import { type Engine, Session } from "./session.ts";
import { stackView } from "./stack.ts";
import { timelineView } from "./timeline.ts";

/** Markup for each part of `index.html`, by its name there. */
export function prerender(scenario: Scenario, engine: Engine): Record<string, string> {
  const session = new Session(scenario, () => undefined);
  session.start(engine);
  if (session.answers === undefined)
    throw new Error(`the first scenario cannot be computed: ${session.problem}`);
  const model = firstModel(session, scenario);
  const shown = shownText(model, marked(model));
  const parts: Record<string, MarkupNode[]> = {
    about: aboutView(model),
    tabs: tabsView(model),
    "editor-tabs": tabsView(model, "editor"),
    editor: codeView(shown.text, shown.tokens ?? [], shown.marks),
    diagnostics: diagnosticsView(model),
    settings: settingsView(model),
    files: filesView(model),
    headline: headlineView(model),
    steps: stackView(model),
    builds: timelineView(model),
    advice: adviceView(model),
    bar: barView(model),
  };
  return Object.fromEntries(Object.entries(parts).map(([name, nodes]) => [name, nodes.map(toHtml).join("")]));
}
