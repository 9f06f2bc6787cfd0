/**
 * What the page is about: a document, its history, and the engine's answers.
 *
 * The session holds the document itself, so that nothing is lost when the engine is not there, breaks, or refuses an
 * edit. The engine's workspace follows it: an edit sends what changed, and the answers come back.
 */
import type { AdviceOptions } from "../layerwise/src/engine.ts";
import { isEarly } from "../layerwise/src/error.ts";
import type { KnownImage } from "../layerwise/src/images/index.ts";
import type {
  Advice,
  BaseImage,
  Builder,
  BuildResult,
  Diagnostic,
  Dockerfile,
  Edit,
  FileEntry,
  PathFact,
  Scenario,
  Token,
} from "../layerwise/src/types.ts";
import type { Workspace } from "../layerwise/src/workspace.ts";
import { type Document, readDocument, writeDocument } from "./document.ts";
import { difference, equal, type Snapshot } from "./snapshot.ts";

/** Which moves are asked for that are a matter of taste. */
export type AskedMoves = Pick<AdviceOptions, "bindMounts" | "dummySources">;

export type Catalogue = typeof import("../layerwise/src/images/index.ts");

/** What the engine says about the document. */
export interface Answers {
  readonly next: BuildResult;
  readonly builds: readonly BuildResult[];
  readonly facts: readonly PathFact[];
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined until the whole engine is there. */
  readonly tokens: readonly Token[] | undefined;
}

/** How the session gets a workspace. */
export type Engine = (scenario: Scenario) => Workspace;
/** How it reads a Dockerfile on its own. */
export type Parser = (text: string) => Dockerfile;

interface Change {
  label: string;
  before: Document;
  after: Document;
  /** Changes with the same key that follow each other closely are one. */
  key: string | undefined;
  time: number;
}

/** A person who pauses this long has finished a thought: what comes after is undone by itself. */
const PAUSE = 1000;
/** Beyond this the text is kept but not read: nobody waits for an answer about such a file. */
export const LONGEST_DOCKERFILE = 1_000_000;

export class Session {
  #document: Document;
  #engine: Engine | undefined;
  #parser: Parser | undefined;
  #parsed: { text: string; dockerfile: Dockerfile }[] = [];
  #whole = false;
  #workspace: Workspace | undefined;
  #answers: Answers | undefined;
  #advice: Advice | undefined;
  #advised = false;
  #asked: AskedMoves = {};
  #problem: string | undefined;
  #isEarly = false;
  #catalogue: Catalogue | undefined;
  /** Images that the workspace has from the catalogue. */
  #filled = new Set<string>();
  #past: Change[] = [];
  #future: Change[] = [];
  readonly #changed: (edited: boolean) => void;

  /** `changed` is called after every change: of the document by a person (`edited`), or of the answers alone. */
  constructor(scenario: Scenario, changed: (edited: boolean) => void) {
    this.#document = readDocument(scenario);
    this.#changed = changed;
  }

  get document(): Document {
    return this.#document;
  }

  get current(): Snapshot {
    return this.#document.current;
  }

  /** Undefined as long as the engine is not there, or cannot read the document. */
  get answers(): Answers | undefined {
    return this.#answers;
  }

  /** Why there are no answers, if that is not because the engine is still loading. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get undoLabel(): string | undefined {
    return this.#past.at(-1)?.label;
  }

  get redoLabel(): string | undefined {
    return this.#future.at(-1)?.label;
  }

  /** What could be reordered: asked for once after each change. An answer that fails costs the advice, nothing else. */
  get advice(): Advice | undefined {
    if (!this.#whole || this.#answers === undefined || this.#advised) return this.#advice;
    this.#advised = true;
    try {
      this.#advice = this.#workspace?.advice(this.#asked);
    } catch (error) {
      if (isRefusal(error)) return undefined;
      this.#reopen();
      this.#advised = true;
    }
    return this.#advice;
  }

  /** Kinds of moves that are offered only to those who ask. It is no part of the document. */
  get asked(): AskedMoves {
    return this.#asked;
  }

  ask(kind: keyof AskedMoves, isAsked: boolean): void {
    this.#asked = { ...this.#asked, [kind]: isAsked };
    this.#advised = false;
  }

  /** Whether the answers take the whole engine, which has still to come. */
  get isWaiting(): boolean {
    return this.#isEarly && !this.#whole;
  }

  /** Whether the whole engine is there: advice takes it. */
  get isWhole(): boolean {
    return this.#whole;
  }

  /** Reads a Dockerfile on its own; undefined without an engine. */
  parse(text: string): Dockerfile | undefined {
    if (text.length > LONGEST_DOCKERFILE || this.#parser === undefined) return undefined;
    // The page is drawn again whenever something is pointed at, with the same texts.
    const known = this.#parsed.find((each) => each.text === text);
    if (known !== undefined) return known.dockerfile;
    let dockerfile: Dockerfile;
    try {
      dockerfile = this.#parser(text);
    } catch (error) {
      if (isEarly(error)) return undefined;
      throw error;
    }
    this.#parsed = [{ text, dockerfile }, ...this.#parsed.slice(0, 2)];
    return dockerfile;
  }

  /** The Dockerfile with only these moves applied. */
  dockerfileWith(moves: string[]): string | undefined {
    return this.#workspace?.advice({ moves }).dockerfile;
  }

  /** What the catalogue knows of an image that the document says nothing of. */
  listed(reference: string): KnownImage | undefined {
    return this.#catalogue?.knownImage(reference);
  }

  /** The catalogue of official images is there: it is knowledge about all builds alike. */
  consult(catalogue: Catalogue): void {
    this.#catalogue = catalogue;
    const scenario = writeDocument(this.#document);
    if (catalogue.withKnownImages(scenario) === scenario) return;
    this.#reopen();
    this.#changed(false);
  }

  /** Hands over what the catalogue knows of the images that the Dockerfile names now. */
  #fill(): void {
    const { dockerfile, buildArgs, buildContexts, baseImages } = this.current;
    const { references, familiar } = this.#catalogue ?? {};
    if (references === undefined || familiar === undefined) return;
    const own = Object.keys(baseImages).map(familiar);
    for (const { reference } of references(dockerfile, buildArgs, buildContexts)) {
      if (this.#filled.has(reference) || own.includes(familiar(reference))) continue;
      this.#filled.add(reference);
      const known = this.listed(reference);
      if (known !== undefined) this.#workspace?.setBaseImage(reference, known.image);
    }
  }

  /** Begins to answer; `whole` if the engine is: what only that can answer may come later. */
  start(engine: Engine, parser?: Parser, whole = true): void {
    this.#engine = engine;
    this.#parser = parser;
    this.#whole = whole;
    this.#reopen();
    this.#changed(false);
  }

  /** The whole engine is there. What could not be answered without it is answered now. */
  complete(): void {
    this.#whole = true;
    if (this.#answers === undefined) this.#reopen();
    else this.#ask();
    this.#changed(false);
  }

  /** Changes the state that the next build reads. Throws, and leaves everything as it was, if the engine refuses. */
  edit(label: string, next: Snapshot, key?: string): void {
    this.#change(label, { ...this.#document, current: next }, key);
  }

  editFiles(label: string, edit: (files: Map<string, FileEntry>) => void, key?: string): void {
    const files = new Map(this.current.files);
    edit(files);
    this.edit(label, { ...this.current, files }, key);
  }

  /** Replaces the whole document, builds and all. */
  open(label: string, scenario: Scenario): void {
    this.#change(label, readDocument(scenario));
  }

  setBuilder(builder: Builder): void {
    this.#change(`builder ${builder}`, { ...this.#document, builder });
  }

  /** What steps take, in seconds by their text. */
  setCosts(label: string, costs: Readonly<Record<string, number>>): void {
    this.#change(label, { ...this.#document, costs });
  }

  setOutput(instruction: string, output: "same" | "different" | undefined): void {
    const outputs: Record<string, "same" | "different"> = { ...this.#document.outputs };
    delete outputs[instruction];
    if (output !== undefined) outputs[instruction] = output;
    this.#change("output of a step", { ...this.#document, outputs });
  }

  /**
   * What is known of base images. It is knowledge about all builds alike, unless a name has `moved` to another image
   * since the last one: then the next build finds a base that is new.
   */
  setBaseImages(images: Readonly<Record<string, BaseImage>>, moved: boolean): void {
    const learn = (state: Snapshot): Snapshot => ({
      ...state,
      baseImages: { ...state.baseImages, ...images },
    });
    const { built, current } = this.#document;
    const label = moved ? "another base image" : "base image";
    this.#change(label, {
      ...this.#document,
      built: moved ? built : built.map(learn),
      current: learn(current),
    });
  }

  /** Builds the current state: the cache has it from now on. A build is no edit and is not undone. */
  build(): BuildResult | undefined {
    if (this.#workspace === undefined || this.#answers === undefined) return undefined;
    try {
      const result = this.#workspace.build();
      this.#document = { ...this.#document, built: [...this.#document.built, this.current] };
      this.#ask();
      this.#changed(true);
      return result;
    } catch (error) {
      this.#fail(error);
      this.#changed(true);
      return undefined;
    }
  }

  /** Forgets all builds: an empty cache. */
  forget(): void {
    this.#change("empty cache", { ...this.#document, built: [] });
  }

  undo(): string | undefined {
    return this.#travel(this.#past, this.#future, (change) => change.before);
  }

  redo(): string | undefined {
    return this.#travel(this.#future, this.#past, (change) => change.after);
  }

  scenario(): Scenario {
    return writeDocument(this.#document);
  }

  #travel(from: Change[], to: Change[], goal: (change: Change) => Document): string | undefined {
    const change = from.pop();
    if (change === undefined) return undefined;
    to.push(change);
    // An edit leaves the builds that were done since; only opening a document or emptying the cache brings back others.
    const replaced = change.before.built !== change.after.built;
    const wanted = goal(change);
    this.#move(replaced ? wanted : { ...wanted, built: this.#document.built });
    this.#changed(true);
    return change.label;
  }

  #change(label: string, after: Document, key?: string): void {
    const before = this.#document;
    if (equalState(before, after)) return;
    this.#move(after);
    const last = this.#past.at(-1);
    const time = Date.now();
    if (
      key !== undefined &&
      last?.key === key &&
      time - last.time < PAUSE &&
      last.after.built === after.built
    ) {
      last.after = after;
      last.time = time;
    } else {
      this.#past.push({ label, before, after, key, time });
    }
    this.#future = [];
    this.#changed(true);
  }

  #move(after: Document): void {
    const before = this.#document;
    this.#document = after;
    try {
      if (
        this.#workspace === undefined ||
        isTooLong(after) ||
        settings(before) !== settings(after) ||
        before.built !== after.built
      ) {
        this.#reopen();
      } else {
        const edit = difference(before.current, after.current);
        send(this.#workspace, edit, after.current);
        for (const reference of Object.keys(edit.baseImages ?? {})) this.#filled.delete(reference);
        this.#fill();
        this.#ask();
      }
    } catch (error) {
      if (!isRefusal(error)) {
        this.#fail(error);
        return;
      }
      this.#document = before;
      this.#reopen();
      throw error;
    }
  }

  /** Starts a workspace from the document: the builds are done again, then the pending edit is sent. */
  #reopen(): void {
    this.#workspace?.free();
    this.#workspace = undefined;
    this.#answers = undefined;
    this.#advice = undefined;
    this.#advised = false;
    this.#problem = undefined;
    this.#isEarly = false;
    if (this.#engine === undefined) return;
    const { built, current } = this.#document;
    if (isTooLong(this.#document)) {
      const size = (current.dockerfile.length / 1e6).toFixed(1);
      this.#problem = `The Dockerfile has ${size} million characters; layerwise reads up to one million. Your text is kept.`;
      return;
    }
    try {
      const scenario = writeDocument(this.#document, [...built]);
      const filled = this.#catalogue?.withKnownImages(scenario) ?? scenario;
      const workspace = this.#engine(filled);
      this.#workspace = workspace;
      this.#filled = new Set(Object.keys(filled === scenario ? {} : (filled.baseImages ?? {})));
      send(workspace, difference(built.at(-1) ?? current, current), current);
      this.#fill();
      this.#ask();
    } catch (error) {
      this.#fail(error);
    }
  }

  #ask(): void {
    const workspace = this.#workspace;
    this.#advice = undefined;
    this.#advised = false;
    this.#problem = undefined;
    this.#isEarly = false;
    if (workspace === undefined) return;
    this.#answers = {
      next: workspace.next(),
      builds: workspace.timeline().builds,
      facts: workspace.facts(),
      // Until all checks are there, what the builder refuses.
      diagnostics: this.#whole
        ? workspace.diagnostics()
        : (this.parse(this.current.dockerfile)?.diagnostics ?? []),
      tokens: this.#whole ? workspace.tokens() : undefined,
    };
  }

  #fail(error: unknown): void {
    this.#workspace = undefined;
    this.#answers = undefined;
    this.#isEarly = isEarly(error);
    if (!this.#isEarly) this.#problem = error instanceof Error ? error.message : String(error);
  }
}

function settings(document: Document): string {
  return JSON.stringify([document.builder, document.costs, document.outputs, document.current.buildContexts]);
}

function equalState(before: Document, after: Document): boolean {
  return (
    before.built === after.built &&
    settings(before) === settings(after) &&
    (before.current === after.current || equal(difference(before.current, after.current), {}))
  );
}

function isTooLong(document: Document): boolean {
  return document.current.dockerfile.length > LONGEST_DOCKERFILE;
}

/** The engine refuses calls that cannot be carried out; anything else means that it broke. */
function isRefusal(error: unknown): boolean {
  return (error as { code?: string }).code === "call";
}

function send(workspace: Workspace, edit: Edit, after: Snapshot): void {
  for (const path of edit.delete ?? []) workspace.remove(path);
  for (const [path, entry] of Object.entries(edit.write ?? {})) workspace.write(path, entry);
  for (const [path, mode] of Object.entries(edit.chmod ?? {})) workspace.chmod(path, mode);
  for (const path of edit.touch ?? []) workspace.touch(path);
  if (edit.dockerfile !== undefined) workspace.setDockerfile(edit.dockerfile);
  if (edit.buildArgs !== undefined) workspace.setBuildArgs(edit.buildArgs);
  if (edit.target !== undefined) workspace.setTarget(after.target ?? undefined);
  for (const [reference, image] of Object.entries(edit.baseImages ?? {})) {
    workspace.setBaseImage(reference, image as BaseImage);
  }
}
