/** The document of the page: a scenario, with its builds as states that were built and the one that would be built now. */
import type { Builder, Scenario } from "../layerwise/src/types.ts";
import { afterEdit, difference, firstSnapshot, type Snapshot } from "./snapshot.ts";

/** All that a link or a reload brings back. */
export interface Document {
  /** Members of the scenario that the page does not change, unknown ones too. */
  readonly rest: Omit<Scenario, "dockerfile">;
  readonly builder: Builder;
  readonly costs: Readonly<Record<string, number>>;
  readonly outputs: Readonly<Record<string, "same" | "different">>;
  /** The states that were built. */
  readonly built: readonly Snapshot[];
  /** The state that the next build would read. */
  readonly current: Snapshot;
}

/** Reads a scenario: all builds but the last are done, the last one is what would be built now. */
export function readDocument(scenario: Scenario): Document {
  const { dockerfile: _, ...rest } = scenario;
  const states: Snapshot[] = [];
  for (const build of scenario.builds ?? [{ edit: {} }]) {
    states.push(afterEdit(states.at(-1) ?? firstSnapshot(scenario), build.edit));
  }
  const current = states.pop() ?? firstSnapshot(scenario);
  return {
    rest,
    builder: scenario.builder ?? "buildkit",
    costs: scenario.costs ?? {},
    outputs: scenario.outputs ?? {},
    built: states,
    current,
  };
}

/** Writes it again; `states` are the builds that are listed. */
export function writeDocument(document: Document, states = [...document.built, document.current]): Scenario {
  const first = states[0] ?? document.current;
  const builds = states.map((state, index) => ({
    edit: difference(states[index - 1] ?? state, state),
  }));
  return {
    ...document.rest,
    dockerfile: first.dockerfile,
    context: Object.fromEntries(first.files),
    baseImages: { ...first.baseImages },
    buildContexts: { ...first.buildContexts },
    buildArgs: { ...first.buildArgs },
    target: first.target,
    builder: document.builder,
    costs: { ...document.costs },
    outputs: { ...document.outputs },
    builds,
  };
}
