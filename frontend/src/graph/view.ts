/** Looking: fit, zoom and reveal, and when the drawing fits itself into its pane again. */
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from "react";
import type { Layout } from "./layout";
import { START } from "./model";

const MARGIN = 16;
export const ZOOM = { least: 0.1, most: 2, step: 1.25, readable: 0.5 };
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

export function useView(frame: RefObject<HTMLDivElement | null>, drawing: Layout, refit: "never" | "first" | "always"): View {
  const flow = useReactFlow();
  const store = useStoreApi();
  const touched = useRef(false);
  const fitted = useRef(false);
  const shown = useRef(drawing);
  const [isSettled, setSettled] = useState(false);

  const place = useCallback(() => {
    const { width, height } = frame.current?.getBoundingClientRect() ?? { width: 0, height: 0 };
    if (width === 0 || height === 0) return;
    void flow.setViewport(fitView(shown.current, width, height));
    fitted.current = true;
  }, [frame, flow]);

  useEffect(() => {
    shown.current = drawing;
    if (refit === "always" && !touched.current) place();
    else if (!fitted.current) place();
  }, [drawing, place, refit]);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (!touched.current) place();
    });
    observer.observe(element);
    const timer = setTimeout(() => setSettled(true), 400);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
    };
  }, [frame, place]);

  return useMemo(() => {
    const zoom = (factor: number): void => {
      touched.current = true;
      void flow.zoomTo(flow.getZoom() * factor, { duration: 120 });
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
        const [x, y, zoomNow] = store.getState().transform;
        const { width, height } = frame.current?.getBoundingClientRect() ?? { width: 0, height: 0 };
        if (!rect || width === 0) return;
        const left = rect.x * zoomNow + x;
        const top = rect.y * zoomNow + y;
        const isSeen = left >= 0 && top >= 0 && left + rect.width * zoomNow <= width && top + Math.min(rect.height, 48) * zoomNow <= height;
        if (isSeen && !centre) return;
        touched.current = true;
        void flow.setCenter(rect.x + rect.width / 2, rect.y + Math.min(rect.height, 96) / 2, { zoom: zoomNow, duration: 120 });
      },
    };
  }, [frame, flow, isSettled, place, store]);
}

/** As large as fits, at most 100%; from the top, in the middle; never so small that nothing can be read. */
function fitView(drawing: Layout, width: number, height: number): { x: number; y: number; zoom: number } {
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
