/** A frame drawn with Shift on the empty canvas: it selects every state that it touches. */
import { useEffect, useRef, useState, type MouseEvent, type PointerEvent } from "react";
import type { Layout, Rect } from "./layout";
import { HEADER } from "./layout/constants";
import type { Graph } from "./model";
import type { Viewport } from "./viewport";

interface Frame {
  from: { x: number; y: number };
  to: { x: number; y: number };
}

/** Less than this is a click. */
const ENOUGH = 4;

export function useMarquee(viewport: Viewport, graph: Graph, drawing: Layout, onSelect: ((ids: readonly string[]) => void) | undefined) {
  const isChoosing = useShift() && onSelect !== undefined;
  const [frame, setFrame] = useState<Frame | null>(null);
  const swallow = useRef(false);
  const size = frame && { width: Math.abs(frame.to.x - frame.from.x), height: Math.abs(frame.to.y - frame.from.y) };
  const handlers = {
    onPointerDownCapture: (event: PointerEvent<HTMLElement>) => {
      swallow.current = false;
      if (!isChoosing || event.button !== 0 || !(event.target as Element).classList.contains("graph-pane")) return;
      const at = { x: event.clientX, y: event.clientY };
      event.currentTarget.setPointerCapture(event.pointerId);
      setFrame({ from: at, to: at });
    },
    onPointerMove: (event: PointerEvent) => {
      if (frame) setFrame({ ...frame, to: { x: event.clientX, y: event.clientY } });
    },
    onPointerUp: () => {
      setFrame(null);
      if (!frame || !size || size.width + size.height < ENOUGH) return;
      swallow.current = true;
      const [a, b] = [viewport.toDrawing(frame.from), viewport.toDrawing(frame.to)];
      onSelect?.(touched(graph, drawing, { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) }));
    },
    // The click that ends the drawing would take the selection away again.
    onClickCapture: (event: MouseEvent) => {
      if (!swallow.current) return;
      swallow.current = false;
      event.stopPropagation();
    },
  };
  const pane = frame === null ? undefined : document.querySelector(".graph .graph-pane")?.getBoundingClientRect();
  const shape =
    frame && size && pane
      ? { left: Math.min(frame.from.x, frame.to.x) - pane.left, top: Math.min(frame.from.y, frame.to.y) - pane.top, ...size }
      : null;
  return { isChoosing, handlers, frame: shape && <div className="graph-marquee" style={shape} aria-hidden /> };
}

/** Is the key held down? */
function useShift(): boolean {
  const [isDown, setDown] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Shift") setDown(event.type === "keydown");
    };
    window.addEventListener("keydown", onKey, stop);
    window.addEventListener("keyup", onKey, stop);
    // It may be let go elsewhere.
    window.addEventListener("blur", () => setDown(false), stop);
    return () => stop.abort();
  }, []);
  return isDown;
}

/** A container is taken when its header is touched; what lies in it goes with it. */
export function touched(graph: Graph, drawing: Layout, frame: Rect): string[] {
  const meets = (rect: Rect): boolean => rect.x < frame.x + frame.width && rect.x + rect.width > frame.x && rect.y < frame.y + frame.height && rect.y + rect.height > frame.y;
  const found = [...graph.nodes.values()].flatMap(({ id, scopes }) => {
    const rect = drawing.nodes.get(id);
    if (!rect) return [];
    const isOpen = scopes.length > 0 && rect.height > HEADER + 24;
    return meets(isOpen ? { ...rect, height: HEADER } : rect) ? [id] : [];
  });
  return found.filter((id) => !found.some((other) => id.startsWith(`${other}/`)));
}
