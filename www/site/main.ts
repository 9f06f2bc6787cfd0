/** Starts the page: what to show first, the engine, the events. */
import { fromFragment } from "../layerwise/src/link/fragment.ts";
import type { Scenario } from "../layerwise/src/types.ts";
import { init, initAdvice, isWhole, parse, Workspace } from "../layerwise/src/url.ts";
import { listen } from "./events.ts";
import { firstModel } from "./model.ts";
import { element, Page } from "./page.ts";
import { fetchScenario, renderedScenario } from "./scenarios.ts";
import { type Engine, Session } from "./session.ts";
import { savedWork, setAside, tabWork } from "./storage.ts";
import { startTheme } from "./theme.ts";

/** Addresses of the engine's two modules, written in by the build. */
declare const ENGINE: string;
declare const ADVICE: string;

interface Start {
  scenario: Scenario;
  notice?: { kind: "information" | "error"; text: string; action?: { name: string; word: string } };
}

/** A link comes first, then the kept work, then the scenario that the page was rendered with. */
function whatToShow(): Start {
  const here = tabWork(location.hash);
  if (here !== undefined) return { scenario: here };
  const own = savedWork();
  const mine = own ?? renderedScenario();
  if (location.hash.length < 2) return { scenario: mine };
  try {
    const scenario = fromFragment(location.hash);
    if (own === undefined || JSON.stringify(own) === JSON.stringify(scenario)) return { scenario };
    setAside();
    return {
      scenario,
      notice: {
        kind: "information",
        text: "This is a shared link. Your own work is kept.",
        action: { name: "own-work", word: "Back to my work" },
      },
    };
  } catch (error) {
    const { message, hint } = error as Error & { hint?: string };
    return {
      scenario: mine,
      notice: {
        kind: "error",
        text: `The link cannot be opened: ${message}. ${hint ?? ""} ${own === undefined ? "The first scenario is shown instead." : "Your own work is shown instead."}`,
      },
    };
  }
}

const { scenario, notice } = whatToShow();
let page: Page | undefined;
const session = new Session(scenario, (edited) => page?.changed(edited));
const model = firstModel(session, scenario);
page = new Page(model);
page.begin(JSON.stringify(scenario) === JSON.stringify(renderedScenario()));
startTheme(element("theme") as HTMLButtonElement);
listen(page);
if (notice !== undefined) page.notice(notice.kind, notice.text, undefined, notice.action);
document.addEventListener("layerwise-retry", () => void start());
void openExample();
void start();

/** `?example=06-node` opens a scenario of the menu. */
async function openExample(): Promise<void> {
  const slug = new URLSearchParams(location.search).get("example");
  if (slug !== null && location.hash.length < 2) await openScenario(slug);
}

async function openScenario(slug: string): Promise<void> {
  try {
    const chosen = await fetchScenario(slug);
    model.title = chosen.name ?? "";
    model.about = chosen.about ?? "";
    model.file = undefined;
    model.shown = "next";
    model.notices = [];
    model.openSteps.clear();
    session.open(`opening ${chosen.name ?? slug}`, chosen);
    page?.changed();
  } catch (error) {
    page?.notice("error", `${(error as Error).message} What you had is still here.`);
  }
}
document.addEventListener("click", (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-scenario]");
  if (link === null) return;
  event.preventDefault();
  (element("scenarios") as HTMLElement & { hidePopover(): void }).hidePopover();
  void openScenario(link.dataset.scenario ?? "");
});

addEventListener("hashchange", () => {
  if (page === undefined || location.hash === page.ownFragment || location.hash.length < 2) return;
  try {
    const shared = fromFragment(location.hash);
    setAside();
    model.title = shared.name ?? "";
    model.about = shared.about ?? "";
    session.open("opening a shared link", shared);
    page.notice("information", "This is a shared link. Your own work is kept.", undefined, {
      name: "own-work",
      word: "Back to my work",
    });
  } catch (error) {
    const { message, hint } = error as Error & { hint?: string };
    page.notice("error", `The link cannot be opened: ${message}. ${hint ?? ""} What you had is still here.`);
  }
});

async function start(): Promise<void> {
  if (page === undefined) return;
  model.engineProblem = undefined;
  const rest = initAdvice(new URL(ADVICE, document.baseURI));
  // Waited for below; until then a failure of it is nobody's business.
  rest.catch(() => undefined);
  try {
    await init(new URL(ENGINE, document.baseURI));
    if (session.document.builder === "legacy") await rest;
    const engine: Engine = (document) => new Workspace(document);
    session.start(engine, parse, isWhole());
  } catch (error) {
    // The hint is for whoever writes a page, not for who reads it.
    model.engineProblem = (error as Error).message;
    page.changed(false);
  }
  void page.editor.load();
  if (model.engineProblem !== undefined) return;
  try {
    await rest;
    session.complete();
    page.drawAdvice();
  } catch (error) {
    const lost = `Reordering and the classic builder are missing: ${(error as Error).message}.`;
    page.notice("error", lost, undefined, { name: "retry", word: "Try again" });
  }
}
