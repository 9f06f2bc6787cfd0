/** Starts the page: what to show first, the engine, the events. */
import type { Scenario } from "../layerwise/src/types.ts";
import { init, initWhole, isWhole, parse, Workspace } from "../layerwise/src/url.ts";
import { listen } from "./events.ts";
import { type Message, readLink, workIsKept } from "./links.ts";
import { firstModel } from "./model.ts";
import { element, Page } from "./page.ts";
import { fetchScenario, renderedScenario } from "./scenarios.ts";
import { type Engine, Session } from "./session.ts";
import { savedWork, setAside, tabWork } from "./storage.ts";
import { startTheme } from "./theme.ts";

/** Addresses of the engine's part for a first result and of the whole, written in by the build. */
declare const ENGINE: string;
declare const WHOLE: string;

/** How long the editor waits for colours, in milliseconds. */
const PATIENCE = 2000;

interface Start {
  scenario: Scenario;
  message?: Message;
}

/** A link comes first, then the kept work, then the scenario that the page was rendered with. */
function whatToShow(): Start {
  const here = tabWork(location.hash);
  if (here !== undefined) return { scenario: here };
  const own = savedWork();
  const mine = own ?? renderedScenario();
  const link = readLink(location.hash);
  if (link === undefined) return { scenario: mine };
  if ("problem" in link) {
    const instead = own === undefined ? "The first scenario" : "Your own work";
    return {
      scenario: mine,
      message: { kind: "error", text: `${link.problem} ${instead} is shown instead.` },
    };
  }
  if (own === undefined || JSON.stringify(own) === JSON.stringify(link.scenario)) return link;
  setAside();
  return { ...link, message: workIsKept("a shared link") };
}

const { scenario, message } = whatToShow();
let page: Page | undefined;
const session = new Session(scenario, (edited) => page?.changed(edited));
const model = firstModel(session, scenario);
page = new Page(model);
page.begin(JSON.stringify(scenario) === JSON.stringify(renderedScenario()));
startTheme(element("theme") as HTMLButtonElement);
listen(page);
if (message !== undefined) page.notify(message);
document.addEventListener("layerwise-retry", () => void start());
void openExample();
void start();

/** `?example=06-node` opens a scenario of the menu. */
async function openExample(): Promise<void> {
  const slug = new URLSearchParams(location.search).get("example");
  if (slug === null || location.hash.length > 1) return;
  const own = savedWork();
  if (own !== undefined) setAside();
  if ((await openScenario(slug)) && own !== undefined) page?.notify(workIsKept("an example"));
}

async function openScenario(slug: string): Promise<boolean> {
  try {
    const chosen = await fetchScenario(slug);
    page?.openDocument(`opening ${chosen.name ?? slug}`, chosen);
    return true;
  } catch (error) {
    page?.notify({ kind: "error", text: `${(error as Error).message} What you had is still here.` });
    return false;
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
  const link = readLink(location.hash);
  if (page === undefined || link === undefined || location.hash === page.ownFragment) return;
  if ("problem" in link) {
    page.notify({ kind: "error", text: `${link.problem} What you had is still here.` });
    return;
  }
  setAside();
  page.openDocument("opening a shared link", link.scenario);
  page.notify(workIsKept("a shared link"));
});

async function start(): Promise<void> {
  if (page === undefined) return;
  model.engineProblem = undefined;
  model.wholeProblem = undefined;
  const loadWhole = () => initWhole(new URL(WHOLE, document.baseURI));
  try {
    // The part that answers first comes first, and alone; if it does not come at all, the whole does as well.
    await init(new URL(ENGINE, document.baseURI)).catch((error: unknown) =>
      loadWhole().catch(() => {
        throw error;
      }),
    );
    const engine: Engine = (document) => new Workspace(document);
    session.start(engine, parse, isWhole());
  } catch (error) {
    // The hint is for whoever writes a page, not for who reads it.
    model.engineProblem = (error as Error).message;
    page.changed(false);
  }
  // Colours come with the whole engine: the editor waits for it, but not long. Whoever wants to type makes it come.
  const patience = setTimeout(
    () => void page?.editor.load(),
    model.engineProblem === undefined ? PATIENCE : 0,
  );
  if (model.engineProblem !== undefined) return;
  try {
    await loadWhole();
    session.complete();
    // Without it, images of which nothing is said are unknown.
    import("../layerwise/src/images/index.ts").then(
      (catalogue) => session.consult(catalogue),
      () => undefined,
    );
  } catch (error) {
    model.wholeProblem = (error as Error).message;
    const lost = `Reordering, checks and the classic builder are missing: ${model.wholeProblem}.`;
    page.notify({ kind: "error", text: lost, action: { name: "retry", word: "Try again" } });
  }
  clearTimeout(patience);
  void page.editor.load();
  model.promised = undefined;
  page.drawAdvice();
}
