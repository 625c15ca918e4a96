/**
 * The definition as YAML, comments kept. What is typed becomes the smallest change of the JSON, which stays the truth; what
 * changes there comes here node by node.
 */

import { setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { useEffect, useMemo, useRef, useState } from "react";

import { pointerAt, valueOf, type JsonObject, type ParsedDocument } from "../../../asl/document";
import { machineOf, stateAround } from "../../../asl/machine";
import { patched } from "../../../asl/patch";
import { join, tokensOf } from "../../../asl/pointer";
import { difference } from "../../../asl/textEdits";
import { problemsOf, selectedState, type Problem } from "../../state/derive";
import { setCodeScroll } from "../../state/jumping";
import { select, typeYaml, useDesigner } from "../../state/store";
import { editingKeys, fullEditing, textLook } from "../editing";
import { fromStore, positionIn, showState, stateLines, storeKeys } from "../jsonEditor";
import { keepYaml, keptYaml } from "./keeping";
import { rangeInYaml, readYaml, syncYaml, tokensInYaml, type YamlDocument } from "./sync";
import { yamlLanguage } from "./yamlLanguage";

/** What the text of the pane says, as far as it could be read. */
function documentOf(text: string): YamlDocument | undefined {
  const read = readYaml(text);
  return read.ok ? read.document : undefined;
}

function typed(yaml: string): void {
  const { good } = useDesigner.getState();
  const read = readYaml(yaml);
  if (read.ok) typeYaml(yaml, patched(good, read.value), []);
  else typeYaml(yaml, good.text, read.problems);
  keepYaml(yaml);
}

function followCursor(text: string, position: number): void {
  const state = useDesigner.getState();
  const document = state.problems.length > 0 ? undefined : documentOf(text);
  if (document === undefined) return;
  const found = stateAround(machineOf(state.good), join("", ...tokensInYaml(document, position)));
  select(found === undefined ? [] : [found.pointer], "code");
}

function openYaml(parent: HTMLElement, doc: string): EditorView {
  const { boot } = useDesigner.getState();
  return new EditorView({
    parent,
    doc,
    extensions: [
      storeKeys,
      fullEditing,
      textLook,
      yamlLanguage,
      stateLines,
      highlightSelectionMatches(),
      keymap.of(searchKeymap),
      editingKeys,
      EditorState.readOnly.of(!boot.permissions.design),
      EditorView.contentAttributes.of({ "aria-label": "Definition, as YAML", tabindex: "0" }),
      EditorView.updateListener.of((update) => {
        if (update.transactions.some((transaction) => transaction.annotation(fromStore) === true)) return;
        const text = update.state.doc.toString();
        if (update.docChanged) typed(text);
        if (update.selectionSet && update.transactions.some((transaction) => transaction.isUserEvent("select"))) followCursor(text, update.state.selection.main.head);
      }),
    ],
  });
}

/** The YAML to show: what was typed last while it can't be read or says what the JSON says; else that, brought up to date. */
function shownYaml(yaml: string, good: ParsedDocument, isBroken: boolean): string {
  return isBroken && yaml !== "" ? yaml : syncYaml(yaml, valueOf(good.root) as JsonObject);
}

/** Where a problem stands in the YAML; a syntax error is the YAML's own. */
function rangeOf(problem: Problem, good: ParsedDocument, document: YamlDocument | undefined, text: string): { from: number; to: number } {
  if (document === undefined || problem.code === "SYNTAX") return { from: problem.from, to: problem.to };
  return rangeInYaml(document, tokensOf(problem.path ?? pointerAt(good, problem.from)), text);
}

export default function YamlEditor({ onView }: { onView: (view: EditorView | null) => void }) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(onView);
  const [first] = useState(() => {
    const { yaml, savedYaml, good, problems } = useDesigner.getState();
    const kept = yaml === savedYaml ? keptYaml() : undefined;
    return shownYaml(kept ?? yaml, good, problems.length > 0 && kept === undefined);
  });
  const yaml = useDesigner((state) => state.yaml);
  const good = useDesigner((state) => state.good);
  const syntax = useDesigner((state) => state.problems);
  const diagnostics = useDesigner((state) => state.diagnostics);
  const deployProblems = useDesigner((state) => state.deployProblems);
  const selection = useDesigner((state) => state.selection);
  const problems = useMemo(() => problemsOf({ problems: syntax, good, diagnostics, deployProblems }), [syntax, good, diagnostics, deployProblems]);
  const selected = useMemo(() => selectedState({ good, selection }), [good, selection]);
  useEffect(() => {
    latest.current = onView;
  });

  useEffect(() => {
    if (host.current === null) return;
    const editor = openYaml(host.current, first);
    view.current = editor;
    latest.current(editor);
    setCodeScroll((from, to) => {
      const { good: document, problems: broken } = useDesigner.getState();
      const text = editor.state.doc.toString();
      const read = broken.length > 0 ? undefined : documentOf(text);
      const place = read === undefined ? { from, to } : rangeInYaml(read, tokensOf(pointerAt(document, from)), text);
      const anchor = positionIn(editor.state, place.from, text);
      const range = { from: anchor, to: positionIn(editor.state, place.to, text) };
      editor.dispatch({ selection: { anchor }, annotations: fromStore.of(true), effects: [EditorView.scrollIntoView(anchor, { y: "center" }), showState.of(range)] });
      editor.focus();
    });
    return () => {
      setCodeScroll(undefined);
      latest.current(null);
      editor.destroy();
      view.current = null;
    };
  }, [first]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const now = editor.state.doc.toString();
    // What was typed says the same already: it stays as it was typed.
    const change = difference(now, shownYaml(yaml === "" ? now : yaml, good, syntax.length > 0));
    if (change !== undefined) editor.dispatch({ changes: change, annotations: fromStore.of(true) });
  }, [yaml, good, syntax]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const text = editor.state.doc.toString();
    const document = documentOf(text);
    const marks = problems.map((problem) => {
      const range = rangeOf(problem, good, document, text);
      const from = positionIn(editor.state, range.from, text);
      const line = editor.state.doc.lineAt(from);
      const to = Math.max(Math.min(positionIn(editor.state, range.to, text), line.to), Math.min(from + 1, editor.state.doc.length));
      return { from: Math.min(from, to), to, severity: problem.severity === "ERROR" ? ("error" as const) : ("warning" as const), message: problem.message };
    });
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [problems, good, yaml]);

  useEffect(() => {
    const editor = view.current;
    const { selectedBy, problems: broken } = useDesigner.getState();
    if (editor === null || broken.length > 0) return;
    const text = editor.state.doc.toString();
    const document = documentOf(text);
    const place = selected === undefined || document === undefined ? undefined : rangeInYaml(document, tokensOf(selected.pointer), text);
    const range = place === undefined ? undefined : { from: positionIn(editor.state, place.from, text), to: positionIn(editor.state, place.to, text) };
    const scroll = range !== undefined && selectedBy === "canvas" ? [EditorView.scrollIntoView(range.from, { y: "start", yMargin: 20 })] : [];
    editor.dispatch({ effects: [showState.of(range), ...scroll], annotations: fromStore.of(true) });
  }, [selected]);

  return <div ref={host} className="flex-1 min-h-0 overflow-hidden [&_.cm-editor]:h-full" />;
}
