/** The definition as JSON: one CodeMirror, kept in step with the store. */

import { EditorView } from "@codemirror/view";
import { useEffect, useMemo, useRef } from "react";

import { difference } from "../../asl/textEdits";
import { problemsOf, selectedState } from "../state/derive";
import { setCodeScroll } from "../state/jumping";
import { useDesigner } from "../state/store";
import { fromStore, openEditor, positionIn, showProblems, showState } from "./jsonEditor";
import { normalised } from "./lineEnds";

interface JsonEditorProps {
  /** Given the view while there is one. */
  onView: (view: EditorView | null) => void;
  onCursor: (position: number) => void;
}

export function JsonEditor({ onView, onCursor }: JsonEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef({ onView, onCursor });
  const text = useDesigner((state) => state.text);
  const good = useDesigner((state) => state.good);
  const syntax = useDesigner((state) => state.problems);
  const diagnostics = useDesigner((state) => state.diagnostics);
  const deployProblems = useDesigner((state) => state.deployProblems);
  const selection = useDesigner((state) => state.selection);
  const problems = useMemo(() => problemsOf({ problems: syntax, good, diagnostics, deployProblems }), [syntax, good, diagnostics, deployProblems]);
  const selected = useMemo(() => selectedState({ good, selection }), [good, selection]);
  useEffect(() => {
    latest.current = { onView, onCursor };
  });

  useEffect(() => {
    if (host.current === null) return;
    const editor = openEditor(host.current, (position) => latest.current.onCursor(position));
    view.current = editor;
    latest.current.onView(editor);
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
      latest.current.onView(null);
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
    if (view.current !== null) showProblems(view.current, problems);
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

  return <div ref={host} className="flex-1 min-h-0 overflow-hidden [&_.cm-editor]:h-full" />;
}
