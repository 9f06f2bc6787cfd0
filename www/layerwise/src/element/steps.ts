/** `<layerwise-steps>`: the steps of one build of a scenario, to read. */

import { summary } from "../wording.ts";
import { LayerwiseElement } from "./embed.ts";
import { h } from "./node.ts";
import { buildsView, buildView, legendView, pieces } from "./view.ts";

/**
 * Shows which steps run again and why. Attributes: `build` (number from 1; the last if left out), `builder`,
 * `target`, `build-arg`, `src`, `for`, `theme`, `loading`.
 */
export class LayerwiseSteps extends LayerwiseElement {
  static override readonly observedAttributes: readonly string[] = [
    ...LayerwiseElement.observedAttributes,
    "build",
  ];
  #selected: number | undefined;

  constructor() {
    super();
    this.root.addEventListener("click", (event) => {
      const button = (event.target as Element).closest("[data-build]");
      if (button === null) return;
      this.#selected = Number(button.getAttribute("data-build"));
      void this.attempt(() => this.refresh());
    });
  }

  override attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (name !== "build") {
      super.attributeChangedCallback(name, before, after);
      return;
    }
    this.#selected = undefined;
    void this.attempt(() => this.refresh());
  }

  protected override begun(): void {
    this.#selected = undefined;
  }

  protected override refresh(): void {
    const timeline = this.timeline;
    if (timeline === undefined) return;
    const last = timeline.builds.length - 1;
    const wanted = this.#selected ?? Number(this.getAttribute("build") ?? Number.NaN) - 1;
    const index = Number.isInteger(wanted) && wanted >= 0 && wanted <= last ? wanted : last;
    const build = timeline.builds[index];
    if (build === undefined) return;
    this.paint([
      h("slot", {}),
      h(
        "div",
        { class: "lw-result", part: "result" },
        ...(last > 0 ? [buildsView(timeline, index)] : []),
        h(
          "p",
          { class: "lw-summary", part: "summary", role: "status" },
          ...pieces(summary(build, index + 1)),
        ),
        ...buildView(build),
        legendView(),
      ),
    ]);
  }
}
