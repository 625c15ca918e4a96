/**
 * The definition as text, in step with the canvas both ways.
 *
 * The store holds the text. What's typed here goes there; what changes there comes here as its smallest
 * difference, so that the cursor stays. Undo is the store's, for text and canvas are one document.
 */

import { lintGutter, setDiagnostics, type Diagnostic as Mark } from "@codemirror/lint";
import { highlightSelectionMatches, openSearchPanel, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, RangeSetBuilder, StateEffect, StateField, type ChangeSet, type Transaction } from "@codemirror/state";
import { Decoration, EditorView, keymap, type DecorationSet } from "@codemirror/view";
import { PanelBottom, PanelRight, Search, X } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";

import { pointerAt } from "../../asl/document";
import { machineOf, stateAround } from "../../asl/machine";
import { applyEdits, difference, type TextEdit } from "../../asl/textEdits";
import { action, run } from "../actions";
import { problemsOf, selectedState, type Problem } from "../state/derive";
import { setCodeScroll } from "../state/jumping";
import { redoStep, select, typeText, undoStep, useDesigner } from "../state/store";
import { editingKeys, fullEditing, jsonEditing } from "./editing";
import { normalised, offsetOf, positionOf, withLineEndsOf } from "./lineEnds";

const fromStore = Annotation.define<boolean>();
const showState = StateEffect.define<{ from: number; to: number } | undefined>();

/** The lines of the selected state, on a quiet ground. */
const stateLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, transaction) => {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(showState)) next = linesOf(transaction.state, effect.value);
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function linesOf(state: EditorState, range: { from: number; to: number } | undefined): DecorationSet {
  if (range === undefined || range.to > state.doc.length) return Decoration.none;
  const builder = new RangeSetBuilder<Decoration>();
  const last = state.doc.lineAt(range.to).number;
  for (let number = state.doc.lineAt(range.from).number; number <= last; number += 1) {
    const { from } = state.doc.line(number);
    builder.add(from, from, Decoration.line({ class: "cm-state" }));
  }
  return builder.finish();
}

const storeKeys = keymap.of([
  { key: "Mod-z", run: () => (undoStep(), true), preventDefault: true },
  { key: "Mod-Shift-z", run: () => (redoStep(), true), preventDefault: true },
  { key: "Mod-y", run: () => (redoStep(), true), preventDefault: true },
]);

/** Moved by the person, or by a search of theirs; not by a scroll to somewhere. */
function byHand(transaction: Transaction): boolean {
  return transaction.isUserEvent("select") || transaction.isUserEvent("input") || transaction.isUserEvent("delete");
}

function followCursor(position: number): void {
  const state = useDesigner.getState();
  if (state.problems.length > 0) return;
  const machine = machineOf(state.good);
  const found = stateAround(machine, pointerAt(state.good, offsetOf(state.text, position)));
  select(found === undefined ? [] : [found.pointer], "code");
}

function openEditor(parent: HTMLElement): EditorView {
  const { text, boot } = useDesigner.getState();
  return new EditorView({
    parent,
    doc: text,
    extensions: [
      storeKeys,
      fullEditing,
      jsonEditing,
      stateLines,
      lintGutter(),
      highlightSelectionMatches(),
      keymap.of(searchKeymap),
      editingKeys,
      EditorState.readOnly.of(!boot.permissions.design),
      EditorView.contentAttributes.of({ "aria-label": "Definition, as JSON", tabindex: "0" }),
      EditorView.updateListener.of((update) => {
        const ours = update.transactions.some((transaction) => transaction.annotation(fromStore) === true);
        if (ours) return;
        if (update.docChanged) typeText(typed(useDesigner.getState().text, update.changes));
        if (update.selectionSet && update.transactions.some(byHand)) followCursor(update.state.selection.main.head);
      }),
    ],
  });
}

/** The store's text with what was typed; lines that weren't touched keep their own line ends. */
function typed(text: string, changes: ChangeSet): string {
  const edits: TextEdit[] = [];
  changes.iterChanges((fromA, toA, _fromB, _toB, inserted) => {
    edits.push({ from: offsetOf(text, fromA), to: offsetOf(text, toA), insert: withLineEndsOf(text, inserted.toString()) });
  });
  return applyEdits(text, edits);
}

function positionIn(state: EditorState, offset: number, text: string): number {
  return Math.min(Math.max(0, positionOf(text, offset)), state.doc.length);
}

function markOf(view: EditorView, text: string, problem: Problem): Mark {
  const from = positionIn(view.state, problem.from, text);
  const line = view.state.doc.lineAt(from);
  const to = Math.min(Math.max(positionIn(view.state, problem.to, text), from + 1), Math.max(line.to, from + 1), view.state.doc.length);
  return { from: Math.min(from, to), to, severity: problem.severity === "ERROR" ? "error" : "warning", message: problem.message };
}

export default function CodePane() {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const text = useDesigner((state) => state.text);
  const good = useDesigner((state) => state.good);
  const syntax = useDesigner((state) => state.problems);
  const diagnostics = useDesigner((state) => state.diagnostics);
  const deployProblems = useDesigner((state) => state.deployProblems);
  const selection = useDesigner((state) => state.selection);
  const dock = useDesigner((state) => state.codeDock);
  const problems = useMemo(
    () => problemsOf({ problems: syntax, good, diagnostics, deployProblems }),
    [syntax, good, diagnostics, deployProblems],
  );
  const selected = useMemo(() => selectedState({ good, selection }), [good, selection]);

  useEffect(() => {
    if (host.current === null) return;
    const editor = openEditor(host.current);
    view.current = editor;
    setCodeScroll((from, to) => {
      const source = useDesigner.getState().text;
      const anchor = positionIn(editor.state, from, source);
      editor.dispatch({
        selection: { anchor },
        annotations: fromStore.of(true),
        effects: [EditorView.scrollIntoView(anchor, { y: "center" }), showState.of({ from: anchor, to: positionIn(editor.state, to, source) })],
      });
      editor.focus();
    });
    return () => {
      setCodeScroll(undefined);
      editor.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const change = difference(editor.state.doc.toString(), normalised(text));
    if (change !== undefined) editor.dispatch({ changes: change, annotations: fromStore.of(true) });
  }, [text]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    editor.dispatch(setDiagnostics(editor.state, problems.map((problem) => markOf(editor, text, problem))));
  }, [problems, text]);

  useEffect(() => {
    const editor = view.current;
    const { selectedBy, text: now, good: document } = useDesigner.getState();
    if (editor === null || now !== document.text) return;
    const node = selected?.node.parent ?? selected?.node;
    const range =
      node === undefined
        ? undefined
        : { from: positionIn(editor.state, node.offset, now), to: positionIn(editor.state, node.offset + node.length, now) };
    const scroll = range !== undefined && selectedBy === "canvas" ? [EditorView.scrollIntoView(editor.state.doc.lineAt(range.from).from, { y: "start", yMargin: 20 })] : [];
    editor.dispatch({ effects: [showState.of(range), ...scroll], annotations: fromStore.of(true) });
  }, [selected]);

  return (
    <section aria-label="Definition" data-code className="h-full min-h-0 min-w-0 bg-base-100 flex flex-col">
      <div className="flex items-center gap-2 h-9 pl-4 pr-2 border-b border-base-300 flex-none">
        <h2 className="text-s font-medium">Definition</h2>
        {syntax.length > 0 ? <span className="chip chip-fail">Doesn't parse; the canvas shows the last text that did</span> : null}
        <span className="text-xs text-ink-3 font-mono ml-1 truncate">{selected === undefined ? "" : pathWords(selected.pointer)}</span>
        <span className="ml-auto flex flex-none">
          <PaneButton label="Find in the definition" onClick={() => view.current !== null && openSearchPanel(view.current)}>
            <Search size={16} aria-hidden />
          </PaneButton>
          {dock === "bottom" ? (
            <PaneButton label="Dock at the right" onClick={() => run(action("code-right"))}>
              <PanelRight size={16} aria-hidden />
            </PaneButton>
          ) : (
            <PaneButton label="Dock at the bottom" onClick={() => run(action("code-bottom"))}>
              <PanelBottom size={16} aria-hidden />
            </PaneButton>
          )}
          <PaneButton label="Hide the definition" onClick={() => run(action("code"))}>
            <X size={16} aria-hidden />
          </PaneButton>
        </span>
      </div>
      <div ref={host} className="flex-1 min-h-0 overflow-hidden [&_.cm-editor]:h-full" />
    </section>
  );
}

/** "Propose titles / Bedrock title": the states that lie around. */
function pathWords(pointer: string): string {
  const tokens = pointer.split("/");
  return tokens
    .flatMap((token, index) => (tokens[index - 1] === "States" ? token.replaceAll("~1", "/").replaceAll("~0", "~") : []))
    .join(" / ");
}

function PaneButton({ label, onClick, children }: { label: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <button type="button" className="btn btn-ghost btn-square btn-sm" aria-label={label} title={label} onClick={onClick}>
      {children}
    </button>
  );
}
