/**
 * What may come a frame later: the canvas shows an edit first, the forms and lists beside it then.
 *
 * React's own deferring would run before the frame as often as after it; here the frame has been painted.
 */

import { startTransition, useEffect, useState } from "react";
import { useShallow } from "zustand/react/shallow";

import { useDesigner, type DesignerState } from "./store";

/** Calls `run` once the next frame is on the screen; answers how to take that back. */
export function afterPaint(run: () => void): () => void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    run();
  };
  const frame = requestAnimationFrame(() => port2.postMessage(0));
  return () => {
    cancelAnimationFrame(frame);
    port1.close();
  };
}

let behind = 0;

/** Is everything on the page as new as the canvas? Those who look for a field of what was just selected wait for this. */
export function isCaughtUp(): boolean {
  return behind === 0;
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
