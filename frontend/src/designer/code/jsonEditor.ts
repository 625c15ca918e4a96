/**
 * CodeMirror for the definition as JSON, in step with the store both ways.
 *
 * What's typed goes to the store; what changes there comes here as its smallest difference, so that the cursor stays. Undo is
 * the store's, for text and canvas are one document.
 */

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionContext } from "@codemirror/autocomplete";
import { lintGutter, lintKeymap, setDiagnostics, type Action, type Diagnostic as Mark } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, Prec, RangeSetBuilder, StateEffect, StateField, type ChangeSet, type Extension, type Transaction } from "@codemirror/state";
import { Decoration, EditorView, keymap, tooltips, type DecorationSet } from "@codemirror/view";

import { pointerAt } from "../../asl/document";
import { machineOf, stateAround } from "../../asl/machine";
import { applyEdits, type TextEdit } from "../../asl/textEdits";
import type { Problem } from "../state/derive";
import { redoStep, select, typeText, undoStep, useDesigner } from "../state/store";
import { complete } from "./completion";
import { editingKeys, fullEditing, jsonEditing } from "./editing";
import { formatDefinition } from "./formatting";
import { hovering } from "./hover";
import { normalised, offsetOf, positionOf, withLineEndsOf } from "./lineEnds";
import { goOrBack, goToCanvas, goToName, renameHere } from "./navigation";
import { askForFixes, fixes, offersFor } from "./quickFix";

export const fromStore = Annotation.define<boolean>();
export const showState = StateEffect.define<{ from: number; to: number } | undefined>();

/** The lines of the selected state, on a quiet ground. */
export const stateLines = StateField.define<DecorationSet>({
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

export const storeKeys = keymap.of([
  { key: "Mod-z", run: () => (undoStep(), true), preventDefault: true },
  { key: "Mod-Shift-z", run: () => (redoStep(), true), preventDefault: true },
  { key: "Mod-y", run: () => (redoStep(), true), preventDefault: true },
]);

const languageKeys = keymap.of([
  { key: "Mod-.", run: askForFixes, preventDefault: true },
  { key: "F12", run: goOrBack, preventDefault: true },
  { key: "Shift-F12", run: goToCanvas, preventDefault: true },
  { key: "F2", run: renameHere, preventDefault: true },
  { key: "Shift-Alt-f", run: () => (formatDefinition(), true), preventDefault: true },
  { key: "Tab", run: acceptCompletion },
]);

/** Ctrl-click (Command-click on a Mac) on a name goes there. */
const clickToGo = EditorView.domEventHandlers({
  mousedown: (event, view) => {
    if (!(event.ctrlKey || event.metaKey) || event.button !== 0) return false;
    const position = view.posAtCoords({ x: event.clientX, y: event.clientY });
    if (position === null || !goToName(view, position)) return false;
    event.preventDefault();
    return true;
  },
});

/** Moved by the person, or by a search of theirs; not by a scroll to somewhere. */
function byHand(transaction: Transaction): boolean {
  return transaction.isUserEvent("select") || transaction.isUserEvent("input") || transaction.isUserEvent("delete");
}

function followCursor(position: number): void {
  const state = useDesigner.getState();
  if (state.problems.length > 0) return;
  const found = stateAround(machineOf(state.good), pointerAt(state.good, offsetOf(state.text, position)));
  select(found === undefined ? [] : [found.pointer], "code");
}

/** One list at a time: what was asked for by Ctrl-., or what may be written here. */
const offered = (context: CompletionContext) => fixes(context) ?? complete(context);

const helping: Extension = [
  Prec.high(languageKeys),
  keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap]),
  closeBrackets(),
  autocompletion({ override: [offered], icons: false, maxRenderedOptions: 80, defaultKeymap: false }),
  hovering,
  clickToGo,
  tooltips({ parent: document.body }),
];

export function openEditor(parent: HTMLElement, onCursor: (position: number) => void): EditorView {
  const { text, boot } = useDesigner.getState();
  return new EditorView({
    parent,
    doc: text,
    extensions: [
      storeKeys,
      helping,
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
        if (update.selectionSet || update.docChanged) onCursor(update.state.selection.main.head);
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

export function positionIn(state: EditorState, offset: number, text: string): number {
  return Math.min(Math.max(0, positionOf(text, offset)), state.doc.length);
}

/** The first repairs of a problem, as buttons under its message. */
function actionsOf(problem: Problem, all: readonly Problem[]): Action[] {
  return offersFor(problem, all)
    .slice(0, 4)
    .map(({ label, run }) => ({ name: label, apply: () => run() }));
}

function markOf(view: EditorView, text: string, problem: Problem, all: readonly Problem[]): Mark {
  const from = positionIn(view.state, problem.from, text);
  const line = view.state.doc.lineAt(from);
  const to = Math.min(Math.max(positionIn(view.state, problem.to, text), from + 1), Math.max(line.to, from + 1), view.state.doc.length);
  const actions = actionsOf(problem, all);
  return { from: Math.min(from, to), to, severity: problem.severity === "ERROR" ? "error" : "warning", message: problem.message, actions };
}

export function showProblems(view: EditorView, problems: readonly Problem[]): void {
  const { text } = useDesigner.getState();
  // What was found in another text than the one that is shown has its marks moved along by CodeMirror until the answer for this one comes.
  if (normalised(text) !== view.state.doc.toString()) return;
  view.dispatch(setDiagnostics(view.state, problems.map((problem) => markOf(view, text, problem, problems))));
}

