/** Which action a key press means, and how shortcuts are written. */

import { useEffect } from "react";

import { ACTIONS, run, type Action } from "./actions";
import { copySelected, pasteText } from "./state/clipboard";
import { useDesigner } from "./state/store";

const MAC = typeof navigator !== "undefined" && /mac/i.test(navigator.platform);

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input:not([type=checkbox],[type=radio]), textarea, select") !== null;
}

interface Chord {
  mod: boolean;
  shift: boolean;
  key: string;
}

function chordOf(shortcut: string): Chord {
  const parts = shortcut.split("+");
  const key = parts.at(-1) ?? "";
  return { mod: parts.includes("Mod"), shift: parts.includes("Shift"), key };
}

function matches(shortcut: string, event: KeyboardEvent): boolean {
  const chord = chordOf(shortcut);
  if (chord.mod !== (MAC ? event.metaKey : event.ctrlKey) || event.altKey) return false;
  // "?" and "=" need Shift on some keyboards: what was typed counts, not how.
  const letter = /^[A-Za-z]$/.test(chord.key);
  if (letter || chord.key.length > 1) return chord.shift === event.shiftKey && event.key.toLowerCase() === chord.key.toLowerCase();
  if (/^\d$/.test(chord.key)) return chord.shift === event.shiftKey && event.code === `Digit${chord.key}`;
  return event.key === chord.key;
}

export function actionFor(event: KeyboardEvent): Action | undefined {
  const typing = isTyping(event.target);
  return ACTIONS.find(
    (action) => !action.byBrowser && (action.always === true || !typing) && action.shortcuts?.some((shortcut) => matches(shortcut, event)),
  );
}

/** "Mod+Shift+Z" as keys to show: Ctrl, Shift, Z. */
export function keysOf(shortcut: string): string[] {
  return shortcut.split("+").map((key) => (key === "Mod" ? (MAC ? "⌘" : "Ctrl") : key === "" ? "+" : key));
}

export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
      const found = actionFor(event);
      if (found === undefined) return;
      // Also when it's disabled: Ctrl-S must never open the browser's own dialog here.
      event.preventDefault();
      run(found);
    };
    const onCopy = (event: ClipboardEvent): void => {
      if (isTyping(event.target) || (window.getSelection()?.toString() ?? "") !== "") return;
      const text = copySelected();
      if (text === undefined) return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (isTyping(event.target) || document.querySelector("dialog[open]") !== null || !useDesigner.getState().boot.permissions.design) return;
      event.preventDefault();
      pasteText(event.clipboardData?.getData("text/plain") ?? "");
    };
    window.addEventListener("keydown", onKey);
    window.addEventListener("copy", onCopy);
    window.addEventListener("paste", onPaste);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener("copy", onCopy);
      window.removeEventListener("paste", onPaste);
    };
  }, []);
}
