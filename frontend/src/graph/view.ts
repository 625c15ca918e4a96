/** Looking: fit, zoom and reveal, and when the drawing fits itself into its pane again. */
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Layout } from "./layout";
import { START } from "./model";
import { ZOOM, type Transform, type Viewport } from "./viewport";

const MARGIN = 16;
/** Milliseconds. */
const GLIDE = 120;
/** Below these a state shows its name alone, then its name large, then only its shape. */
const LEVELS = [[0.22, "far"], [0.42, "tiny"], [0.7, "small"]] as const;

export type Detail = "full" | (typeof LEVELS)[number][1];

export function detailAt(zoom: number): Detail {
  return LEVELS.find(([below]) => zoom < below)?.[1] ?? "full";
}

export interface View {
  isSettled: boolean;
  fit: () => void;
  zoomIn: () => void;
  zoomOut: () => void;
  touch: () => void;
  reveal: (nodeId: string, centre: boolean) => void;
}

export function useView(viewport: Viewport, drawing: Layout, refit: "never" | "first" | "always"): View {
  const touched = useRef(false);
  const fitted = useRef(false);
  const shown = useRef(drawing);
  const [isSettled, setSettled] = useState(false);

  const place = useCallback(() => {
    if (viewport.width === 0 || viewport.height === 0) return;
    viewport.set(fitView(shown.current, viewport.width, viewport.height));
    fitted.current = true;
  }, [viewport]);

  useLayoutEffect(() => {
    shown.current = drawing;
    if (refit === "always" && !touched.current) place();
    else if (!fitted.current) place();
  }, [drawing, place, refit]);

  useEffect(() => {
    let [width, height] = [viewport.width, viewport.height];
    const stop = viewport.follow(() => {
      if (viewport.width === width && viewport.height === height) return;
      [width, height] = [viewport.width, viewport.height];
      if (!touched.current) place();
    });
    const timer = setTimeout(() => setSettled(true), 400);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [viewport, place]);

  return useMemo(() => {
    const zoom = (factor: number): void => {
      touched.current = true;
      viewport.zoomTo(viewport.transform.zoom * factor, undefined, GLIDE);
    };
    return {
      isSettled,
      fit: () => {
        touched.current = false;
        place();
      },
      zoomIn: () => zoom(ZOOM.step),
      zoomOut: () => zoom(1 / ZOOM.step),
      touch: () => {
        touched.current = true;
      },
      reveal: (nodeId: string, centre: boolean) => {
        const rect = shown.current.nodes.get(nodeId);
        if (!rect || viewport.width === 0) return;
        const { x, y, zoom: zoomNow } = viewport.transform;
        const left = rect.x * zoomNow + x;
        const top = rect.y * zoomNow + y;
        const isSeen = left >= 0 && top >= 0 && left + rect.width * zoomNow <= viewport.width && top + Math.min(rect.height, 48) * zoomNow <= viewport.height;
        if (isSeen && !centre) return;
        touched.current = true;
        viewport.centre({ x: rect.x + rect.width / 2, y: rect.y + Math.min(rect.height, 96) / 2 }, GLIDE);
      },
    };
  }, [viewport, isSettled, place]);
}

/** As large as fits, at most 100%; from the top, in the middle; never so small that nothing can be read. */
function fitView(drawing: Layout, width: number, height: number): Transform {
  const room = { width: width - 2 * MARGIN, height: height - 2 * MARGIN };
  const whole = Math.min(1, room.width / drawing.width, room.height / drawing.height);
  const zoom = Math.max(ZOOM.readable, whole);
  const x = drawing.width * zoom <= room.width ? (width - drawing.width * zoom) / 2 : startOffset(drawing, zoom, width);
  const y = drawing.direction === "LR" && drawing.height * zoom <= room.height ? (height - drawing.height * zoom) / 2 : startTop(drawing, zoom, height);
  return { x: Math.round(x), y: Math.round(y), zoom };
}

/** A drawing wider than the pane begins with Start in view. */
function startOffset(drawing: Layout, zoom: number, width: number): number {
  const start = drawing.nodes.get(START);
  if (!start || drawing.direction === "LR") return MARGIN;
  return width / 2 - (start.x + start.width / 2) * zoom;
}

function startTop(drawing: Layout, zoom: number, height: number): number {
  const start = drawing.nodes.get(START);
  if (!start || drawing.direction === "TB") return MARGIN;
  return height / 2 - (start.y + start.height / 2) * zoom;
}
