/** The canvas's own handle (zoom, fit, reveal), for actions that stand outside it. */

import type { GraphHandle } from "../../graph";
import { isCaughtUp } from "./later";

let handle: GraphHandle | null = null;

export function setCanvas(next: GraphHandle | null): void {
  handle = next;
}

export function canvas(): GraphHandle | null {
  return handle;
}

/** Put the keyboard somewhere on the page by its data-focus name, once it has been drawn for what is selected now. */
export function focusOn(name: string, tries = 60): void {
  requestAnimationFrame(() => {
    const element = document.querySelector<HTMLElement>(`[data-focus="${name}"]`);
    if (tries > 0 && (element === null || !isCaughtUp())) {
      focusOn(name, tries - 1);
      return;
    }
    element?.focus();
    if (element instanceof HTMLInputElement) element.select();
  });
}
