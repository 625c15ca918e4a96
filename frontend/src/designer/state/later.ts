/**
 * What may come a frame later: the canvas shows an edit first, the forms and lists beside it then.
 *
 * React's own deferring would run before the frame as often as after it; here the frame has been painted.
 */

import { startTransition, useEffect, useState, useSyncExternalStore } from "react";
import { useShallow } from "zustand/react/shallow";

import type { ParsedDocument } from "../../asl/document";
import { useDesigner, type DesignerState } from "./store";

/** Calls `run` once the next frame is on the screen, and after what waits for just that; answers how to take that back. */
export function afterPaint(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    // A timer that is due by the time the frame is painted comes before whatever else waits for that; one that it sets comes after.
    timer = setTimeout(() => {
      timer = setTimeout(run);
    });
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/** Calls `run` when the browser has nothing else to do, at the latest after half a second; answers how to take that back. */
export function whenIdle(run: () => void): () => void {
  // Safari has no idle callback.
  if (typeof requestIdleCallback === "undefined") {
    const timer = setTimeout(run, 50);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(run, { timeout: 500 });
  return () => cancelIdleCallback(handle);
}

let behind = 0;

/** Is everything on the page as new as the canvas? Those who look for a field of what was just selected wait for this. */
export function isCaughtUp(): boolean {
  return behind === 0 && !isDocumentAwaited;
}

/** Like `useDesigner`, a frame later; several things that belong together are asked for as one object. */
export function useLater<T>(selector: (state: DesignerState) => T): T {
  const now = useDesigner(useShallow(selector));
  const [shown, setShown] = useState(now);
  useEffect(() => {
    if (now === shown) return;
    behind += 1;
    const cancel = afterPaint(() => startTransition(() => setShown(() => now)));
    return () => {
      behind -= 1;
      cancel();
    };
  }, [now, shown]);
  return shown;
}

let shownDocument: ParsedDocument | undefined;
let shownFor: DesignerState["boot"] | undefined;
let isDocumentAwaited = false;
const readers = new Set<() => void>();

function showDocument(): void {
  const { good, boot } = useDesigner.getState();
  isDocumentAwaited = false;
  [shownDocument, shownFor] = [good, boot];
  for (const reader of readers) reader();
}

useDesigner.subscribe((state, before) => {
  if (state.good === before.good || isDocumentAwaited || readers.size === 0) return;
  isDocumentAwaited = true;
  afterPaint(showDocument);
});

function readDocument(reader: () => void): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}

function documentNow(): ParsedDocument {
  const { good, boot } = useDesigner.getState();
  // Nobody has read yet, or another workflow was opened: there is nothing older to show.
  if (shownDocument === undefined || shownFor !== boot || (readers.size === 0 && !isDocumentAwaited)) [shownDocument, shownFor] = [good, boot];
  return shownDocument;
}

/**
 * The definition for forms and lists: everyone's is the same one, and a frame after the canvas's. (What is being typed is the
 * field's own until then; a single value is read at once by `useValue`.)
 */
export function useDocument(): ParsedDocument {
  return useSyncExternalStore(readDocument, documentNow);
}
