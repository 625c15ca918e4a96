/** Which action a key press means, and how shortcuts are written. */

import { useEffect } from "react";

import { ACTIONS, run, type Action } from "./actions";
import { copySelected, cutSelected, pasteText } from "./state/clipboard";
import { useDesigner } from "./state/store";

const MAC = typeof navigator !== "undefined" && /mac/i.test(navigator.platform);

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input:not([type=checkbox],[type=radio]), textarea, select") !== null;
}

type Keys = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

interface Chord {
  mod: boolean;
  shift: boolean;
  alt: boolean;
  key: string;
}

function chordOf(shortcut: string): Chord {
  const parts = shortcut.split("+");
  const key = parts.at(-1) ?? "";
  return { mod: parts.includes("Mod"), shift: parts.includes("Shift"), alt: parts.includes("Alt"), key };
}

function matches(shortcut: string, event: Keys): boolean {
  const chord = chordOf(shortcut);
  if (chord.mod !== (MAC ? event.metaKey : event.ctrlKey) || chord.alt !== event.altKey) return false;
  // "?" and "=" need Shift on some keyboards: what was typed counts, not how.
  const letter = /^[A-Za-z]$/.test(chord.key);
  if (letter || chord.key.length > 1) return chord.shift === event.shiftKey && event.key.toLowerCase() === chord.key.toLowerCase();
  if (/^\d$/.test(chord.key)) return chord.shift === event.shiftKey && event.code === `Digit${chord.key}`;
  return event.key === chord.key;
}

/** A letter alone means something on the canvas, not on a button beside it. */
function isHeard(action: Action, shortcut: string, target: EventTarget | null): boolean {
  if (action.always === true) return true;
  if (isTyping(target)) return false;
  const isPlain = !/^(Mod|Alt)\+/.test(shortcut) && action.onStates === true;
  return !isPlain || target === document.body || (target instanceof Element && target.closest(".graph") !== null);
}

export function actionFor(event: Keys & Pick<KeyboardEvent, "target">): Action | undefined {
  return ACTIONS.find((action) => !action.byBrowser && action.shortcuts?.some((shortcut) => isHeard(action, shortcut, event.target) && matches(shortcut, event)));
}

const NAMES: Record<string, string> = { Mod: MAC ? "⌘" : "Ctrl", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };

/** Would this key act on the selected states, also where the browser does it (copy, cut)? */
export function isAboutStates(event: Keys): boolean {
  return ACTIONS.some(({ id, onStates, shortcuts }) => (onStates === true || id === "add" || id === "paste") && shortcuts?.some((shortcut) => matches(shortcut, event)));
}

/** "Mod+Shift+Z" as keys to show: Ctrl, Shift, Z. */
export function keysOf(shortcut: string): string[] {
  if (shortcut === "+") return ["+"];
  return shortcut.split("+").map((key) => NAMES[key] ?? key);
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
    const onCut = (event: ClipboardEvent): void => {
      if (isTyping(event.target) || (window.getSelection()?.toString() ?? "") !== "" || !useDesigner.getState().boot.permissions.design) return;
      const text = cutSelected();
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
    window.addEventListener("cut", onCut);
    window.addEventListener("paste", onPaste);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener("copy", onCopy);
      window.removeEventListener("cut", onCut);
      window.removeEventListener("paste", onPaste);
    };
  }, []);
}
