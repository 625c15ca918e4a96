/** What is looked through: the drawing's layer lies in it, and moves under the hand (gestures.ts). */
import { useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import { followGestures } from "./gestures";
import type { Viewport } from "./viewport";

interface PaneProps {
  viewport: Viewport;
  isPannedByDrag: boolean;
  onMove: () => void;
  /** On the ground, where nothing is. */
  onClick: () => void;
  children: ReactNode;
}

export function Pane({ viewport, isPannedByDrag, onMove, onClick, children }: PaneProps) {
  const pane = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const now = useRef({ isPannedByDrag, onMove });
  useLayoutEffect(() => {
    now.current = { isPannedByDrag, onMove };
  });

  useLayoutEffect(() => {
    const element = pane.current;
    if (element === null) return;
    viewport.attach(element, layer.current);
    const observer = new ResizeObserver(() => viewport.measure());
    observer.observe(element);
    return () => {
      observer.disconnect();
      viewport.attach(null, null);
    };
  }, [viewport]);

  useEffect(() => {
    if (pane.current === null) return;
    return followGestures(pane.current, viewport, { isPannedByDrag: () => now.current.isPannedByDrag, onMove: () => now.current.onMove() });
  }, [viewport]);

  return (
    <div
      ref={pane}
      className="graph-pane"
      onClick={(event) => {
        if (event.target === event.currentTarget) onClick();
      }}
    >
      <div ref={layer} className="graph-layer">
        {children}
      </div>
    </div>
  );
}
