/** The scenarios that come with the page. Their list is in the page; each one's text is fetched when it is chosen. */
import type { Scenario } from "../layerwise/src/types.ts";
import { validate } from "../layerwise/src/validate.ts";

/** Gets a scenario by its name in the address, such as `01-copy-all`. */
export async function fetchScenario(slug: string): Promise<Scenario> {
  const link = document.querySelector<HTMLElement>(`[data-scenario="${CSS.escape(slug)}"]`);
  const address = link?.dataset.address;
  if (address === undefined) throw new Error(`There is no scenario called ${slug}.`);
  const response = await fetch(new URL(address, document.baseURI));
  if (!response.ok) throw new Error(`The scenario ${slug} could not be fetched (${response.status}).`);
  return validate(await response.json());
}

/** The scenario that the page was rendered with: it lies in the page, so that it needs no request. */
export function renderedScenario(): Scenario {
  const element = document.getElementById("first-scenario");
  return validate(JSON.parse(element?.textContent ?? "{}"));
}
