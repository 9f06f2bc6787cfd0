/**
 * The editor itself, CodeMirror 6: a chunk of its own, loaded when the page has been drawn.
 *
 * It is mounted in a shadow root: there its styles are constructed sheets, which a policy of `style-src 'self'`
 * allows. Colours come from the engine's tokens, so there is no second grammar.
 */
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { type Diagnostic as Lint, setDiagnostics } from "@codemirror/lint";
import {
  Compartment,
  EditorState,
  type Extension,
  RangeSet,
  RangeSetBuilder,
  StateEffect,
  StateField,
  type Text,
} from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  GutterMarker,
  gutter,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { Diagnostic, Status, Token } from "../layerwise/src/types.ts";
import { builderMessage, STATUS } from "../layerwise/src/wording.ts";
import type { LineMarks } from "./highlight.ts";

/** What happens in the editor. */
export interface EditorEvents {
  /** A person changed the text. */
  changed(text: string): void;
  undo(): void;
  redo(): void;
  /** The cursor went to another line. */
  line(line: number): void;
  /** The instruction at the cursor is to change places. False if the text has no instructions: a line moves then. */
  move(line: number, column: number, direction: "up" | "down"): boolean;
}

/** What is drawn over the text. */
export interface Overlay {
  /** Undefined if they are not known yet: colours stay as they are. */
  tokens: readonly Token[] | undefined;
  diagnostics: readonly Diagnostic[];
  marks: LineMarks;
  /** Lines that belong to what is pointed at. */
  linked: ReadonlySet<number>;
}

const setTokens = StateEffect.define<readonly Token[]>();
const setMarks = StateEffect.define<LineMarks>();
const setLinked = StateEffect.define<ReadonlySet<number>>();

const CLASSES = new Map<string, Decoration>(
  ["keyword", "flag", "comment", "directive", "string", "variable", "heredoc", "operator"].map((kind) => [
    kind,
    Decoration.mark({ class: `tok-${kind}` }),
  ]),
);

const tokenField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(decorations, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setTokens)) return decorate(effect.value, transaction.state.doc.length);
    }
    return decorations.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorate(tokens: readonly Token[], length: number): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const token of tokens) {
    const decoration = CLASSES.get(token.kind);
    if (decoration !== undefined && token.from < token.to && token.to <= length) {
      builder.add(token.from, token.to, decoration);
    }
  }
  return builder.finish();
}

class StatusMarker extends GutterMarker {
  readonly status: Status;

  constructor(status: Status) {
    super();
    this.status = status;
  }

  override eq(other: StatusMarker): boolean {
    return other.status === this.status;
  }

  override toDOM(): Node {
    const sign = document.createElement("span");
    sign.className = "status-sign";
    sign.dataset.status = this.status;
    sign.textContent = STATUS[this.status].sign;
    sign.title = STATUS[this.status].word;
    return sign;
  }
}

const MARKERS = Object.fromEntries(
  (Object.keys(STATUS) as Status[]).map((status) => [status, new StatusMarker(status)]),
) as Record<Status, StatusMarker>;

const markField = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(markers, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setMarks)) continue;
      const { doc } = transaction.state;
      const ranges = [...effect.value]
        .filter(([line]) => line <= doc.lines)
        .sort(([left], [right]) => left - right)
        .map(([line, status]) => MARKERS[status].range(doc.line(line).from));
      return RangeSet.of(ranges);
    }
    return markers.map(transaction.changes);
  },
});

const linkedLine = Decoration.line({ class: "cm-linked" });

const linkedField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(decorations, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setLinked)) continue;
      const { doc } = transaction.state;
      const lines = [...effect.value].filter((line) => line <= doc.lines).sort((left, right) => left - right);
      return Decoration.set(lines.map((line) => linkedLine.range(doc.line(line).from)));
    }
    return decorations.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** A key that does this and nothing else. */
function does(action: () => void): () => boolean {
  return () => {
    action();
    return true;
  };
}

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "var(--code-size)", color: "var(--text)", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "var(--code-line)", overflow: "auto" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 16px 0 6px" },
  ".cm-gutters": { backgroundColor: "transparent", border: "none", color: "var(--faint)" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.4em", padding: "0 8px 0 0" },
  ".cm-activeLine": { backgroundColor: "var(--line-active)" },
  ".cm-linked": { backgroundColor: "var(--linked)" },
  ".cm-cursor": { borderLeftColor: "var(--text)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
  ".cm-statuses": { width: "24px" },
  ".status-sign": { display: "block", textAlign: "center", fontWeight: "700" },
  ...Object.fromEntries(
    (Object.keys(STATUS) as Status[]).map((status) => [
      `.status-sign[data-status=${status}]`,
      { color: `var(--${status})` },
    ]),
  ),
  ...Object.fromEntries([...CLASSES.keys()].map((kind) => [`.tok-${kind}`, { color: `var(--tok-${kind})` }])),
  ".cm-line .tok-keyword": { fontWeight: "650" },
  ".cm-line .tok-comment": { fontStyle: "italic" },
  ".cm-lintRange-error": {
    textDecoration: "underline wavy var(--failed) 1px",
    textUnderlineOffset: "3px",
    backgroundImage: "none",
  },
  ".cm-lintRange-warning, .cm-lintRange-info": {
    textDecoration: "underline wavy var(--depends) 1px",
    textUnderlineOffset: "3px",
    backgroundImage: "none",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--panel)",
    border: "1px solid var(--rule)",
    borderRadius: "6px",
    color: "var(--text)",
    fontFamily: "var(--sans)",
    fontSize: "13px",
    maxWidth: "60ch",
  },
  ".cm-diagnostic": { padding: "6px 10px", borderLeft: "4px solid var(--failed)", whiteSpace: "pre-wrap" },
});

export class CodeEditor {
  readonly #view: EditorView;
  readonly #label = new Compartment();
  readonly #events: EditorEvents;
  #quiet = false;
  #line = 0;

  constructor(root: ShadowRoot, parent: Element, label: string, events: EditorEvents) {
    this.#events = events;
    const extensions: Extension[] = [
      gutter({ class: "cm-statuses", markers: (view) => view.state.field(markField) }),
      lineNumbers(),
      highlightActiveLine(),
      drawSelection(),
      EditorView.lineWrapping,
      tokenField,
      markField,
      linkedField,
      theme,
      this.#label.of(this.#attributes(label)),
      keymap.of([
        { key: "Mod-z", run: does(events.undo), preventDefault: true },
        { key: "Mod-Shift-z", run: does(events.redo), preventDefault: true },
        { key: "Mod-y", run: does(events.redo), preventDefault: true },
        // Left to the page: build.
        { key: "Mod-Enter", run: () => true, stopPropagation: false },
        { key: "Alt-ArrowUp", run: (view) => this.#moves(view, "up") },
        { key: "Alt-ArrowDown", run: (view) => this.#moves(view, "down") },
        indentWithTab,
        ...defaultKeymap.filter((binding) => binding.key !== "Mod-Enter"),
      ]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged && !this.#quiet) events.changed(update.state.doc.toString());
        const line = update.state.doc.lineAt(update.state.selection.main.head).number;
        if (line !== this.#line) {
          this.#line = line;
          if (update.view.hasFocus) events.line(line);
        }
      }),
    ];
    this.#view = new EditorView({ root, parent, state: EditorState.create({ extensions }) });
    // Tab leaves the editor; Ctrl-M makes it indent, as the line above the editor says.
    this.#view.setTabFocusMode(true);
  }

  #attributes(label: string): Extension {
    return EditorView.contentAttributes.of({
      "aria-label": label,
      tabindex: "0",
      spellcheck: "false",
      autocorrect: "off",
      autocapitalize: "off",
    });
  }

  #moves(view: EditorView, direction: "up" | "down"): boolean {
    const { head } = view.state.selection.main;
    const line = view.state.doc.lineAt(head);
    return this.#events.move(line.number, head - line.from, direction);
  }

  /** Shows a text. If it differs in one place only, as after an undo, the cursor stays where it was. */
  show(label: string, text: string, replaced: boolean): void {
    const present = this.#view.state.doc.toString();
    this.#quiet = true;
    if (replaced) {
      this.#view.dispatch({
        changes: { from: 0, to: present.length, insert: text },
        selection: { anchor: 0 },
        effects: [this.#label.reconfigure(this.#attributes(label)), EditorView.scrollIntoView(0)],
      });
    } else if (present !== text) {
      let from = 0;
      while (from < present.length && from < text.length && present[from] === text[from]) from++;
      let end = 0;
      const most = Math.min(present.length, text.length) - from;
      while (end < most && present[present.length - 1 - end] === text[text.length - 1 - end]) end++;
      this.#view.dispatch({
        changes: { from, to: present.length - end, insert: text.slice(from, text.length - end) },
      });
    }
    this.#quiet = false;
  }

  draw(overlay: Overlay): void {
    const { doc } = this.#view.state;
    const { length } = doc;
    const found: Lint[] = overlay.diagnostics
      .filter((each) => each.to <= length)
      .map((each) => ({
        from: each.from,
        to: each.to,
        severity: each.severity === "information" ? "info" : each.severity,
        message: [builderMessage(each.message), each.hint].filter(Boolean).join("\n"),
        actions: (each.edits ?? []).length === 0 ? [] : [{ name: "Fix", apply: () => this.#fix(doc, each) }],
      }));
    this.#view.dispatch({
      effects: [
        ...(overlay.tokens === undefined ? [] : [setTokens.of(overlay.tokens)]),
        setMarks.of(overlay.marks),
        setLinked.of(overlay.linked),
      ],
    });
    this.#view.dispatch(setDiagnostics(this.#view.state, found));
  }

  /** Mends a finding, unless the text has changed since. */
  #fix(doc: Text, { edits = [] }: Diagnostic): void {
    if (!this.#view.state.doc.eq(doc)) return;
    const changes = edits.map(({ from, to, text }) => ({ from, to, insert: text }));
    this.#view.dispatch({ changes, userEvent: "input.fix" });
  }

  focus(line?: number, column = 0): void {
    if (line !== undefined) {
      const { doc } = this.#view.state;
      const { from, to } = doc.line(Math.max(1, Math.min(line, doc.lines)));
      const at = Math.min(from + column, to);
      this.#view.dispatch({
        selection: { anchor: at },
        effects: EditorView.scrollIntoView(at, { y: column > 0 ? "nearest" : "center" }),
      });
    }
    this.#view.focus();
  }

  /** Brings a line into view without taking the focus. */
  reveal(line: number): void {
    const { doc } = this.#view.state;
    if (line <= doc.lines)
      this.#view.dispatch({ effects: EditorView.scrollIntoView(doc.line(line).from, { y: "nearest" }) });
  }
}
