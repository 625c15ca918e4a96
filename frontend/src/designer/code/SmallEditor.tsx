/** A few lines of JSON in the inspector. */

import { history, historyKeymap } from "@codemirror/commands";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { useEffect, useRef } from "react";

import { difference } from "../../asl/textEdits";
import { editingKeys, jsonEditing } from "./editing";
import { fieldCompletion } from "./fieldCompletion";

interface SmallEditorProps {
  label: string;
  text: string;
  onChange: (text: string) => void;
  onBlur: () => void;
  readOnly: boolean;
  /** Where in the definition the text stands: what may be written there is offered. */
  at?: string;
}

export default function SmallEditor({ label, text, onChange, onBlur, readOnly, at }: SmallEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef({ onChange, onBlur, text });
  useEffect(() => {
    latest.current = { onChange, onBlur, text };
  });

  useEffect(() => {
    if (host.current === null) return;
    const editor = new EditorView({
      parent: host.current,
      doc: latest.current.text,
      extensions: [
        history(),
        keymap.of(historyKeymap),
        jsonEditing,
        at === undefined ? [] : fieldCompletion(at, host.current.closest("dialog") ?? document.body),
        editingKeys,
        EditorView.lineWrapping,
        EditorState.readOnly.of(readOnly),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        EditorView.domEventHandlers({ blur: () => latest.current.onBlur() }),
        EditorView.updateListener.of((update) => {
          const now = update.state.doc.toString();
          if (update.docChanged && now !== latest.current.text) latest.current.onChange(now);
        }),
      ],
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, [label, readOnly, at]);

  useEffect(() => {
    const editor = view.current;
    const change = editor === null ? undefined : difference(editor.state.doc.toString(), text);
    if (change !== undefined) editor?.dispatch({ changes: change });
  }, [text]);

  return <div ref={host} className="rounded-field border border-control overflow-hidden focus-within:outline-2 focus-within:outline-base-content focus-within:outline-offset-2 max-h-72 [&_.cm-editor]:max-h-72" />;
}
