/** Dragging onto the canvas: which zones show, which one is meant, and what is told when it's let go. */
import { useMemo, useState, type DragEvent } from "react";
import { dropZones, nearestZone, type DropZone } from "./DropZones";
import type { Layout } from "./layout";
import type { WorkflowGraphProps } from "./types";
import type { Viewport } from "./viewport";

export function useDrop({ graph, dragging, accepts, onDropOn, onRefused }: WorkflowGraphProps, drawing: Layout, viewport: Viewport) {
  const [nearest, setNearest] = useState<DropZone | null>(null);
  const isDragging = dragging !== undefined && dragging !== null && onDropOn !== undefined;
  const zones = useMemo(() => (isDragging ? dropZones(graph, drawing, accepts) : []), [isDragging, graph, drawing, accepts]);
  const active = isDragging ? nearest : null;
  const zoneAt = (event: DragEvent): DropZone | null => {
    const all = zones.length > 0 ? zones : dropZones(graph, drawing, accepts);
    return nearestZone(all, viewport.toDrawing({ x: event.clientX, y: event.clientY }));
  };
  const handlers =
    onDropOn === undefined
      ? {}
      : {
          onDragOver: (event: DragEvent) => {
            if (!isDragging) return;
            const zone = zoneAt(event);
            // A refused zone takes the drop as well, to say why once more when it's let go there.
            if (zone) event.preventDefault();
            if (zone?.id !== nearest?.id) setNearest(zone);
          },
          onDragLeave: (event: DragEvent) => {
            if (!event.currentTarget.contains(event.relatedTarget as globalThis.Node | null)) setNearest(null);
          },
          onDrop: (event: DragEvent) => {
            const zone = zoneAt(event);
            setNearest(null);
            if (!zone) return;
            event.preventDefault();
            if (zone.refusal === undefined) onDropOn(zone.target, dragging ?? null, event.nativeEvent);
            else onRefused?.(zone.refusal);
          },
        };
  return { zones, active, handlers };
}
