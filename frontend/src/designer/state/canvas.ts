/** The canvas's own handle (zoom, fit, reveal), for actions that stand outside it. */

import type { GraphHandle } from "../../graph";

let handle: GraphHandle | null = null;

export function setCanvas(next: GraphHandle | null): void {
  handle = next;
}

export function canvas(): GraphHandle | null {
  return handle;
}

/** Put the keyboard somewhere on the page by its data-focus name, once it has been drawn. */
export function focusOn(name: string): void {
  requestAnimationFrame(() => {
    const element = document.querySelector<HTMLElement>(`[data-focus="${name}"]`);
    element?.focus();
    if (element instanceof HTMLInputElement) element.select();
  });
}
