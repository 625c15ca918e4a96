/**
 * Drag a line to another state: the edge's end follows the pointer, and lets go on a state of the same scope
 * or on End. (The inspector's connection form does the same by keyboard.)
 */

import { useCallback, useEffect, useState, type PointerEvent } from "react";

import type { Graph, GraphEdge } from "../../graph";
import { canReconnect, reconnectEdge } from "../state/connecting";
import { select } from "../state/store";

interface Pull {
  edge: GraphEdge;
  from: { x: number; y: number };
  to: { x: number; y: number };
  /** Moved far enough to be a drag, not a click. */
  moving: boolean;
}

const ENOUGH = 8;

/** The state under the pointer, End as undefined, or null for neither. */
function targetAt(x: number, y: number, scope: string): string | undefined | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const node = element.closest<HTMLElement>("[data-node]");
    if (node !== null) return node.dataset["node"] ?? null;
    if (element.closest<HTMLElement>(".react-flow__node")?.dataset["id"] === `${scope}#end`) return undefined;
  }
  return null;
}

export function useReconnect(graph: Graph, enabled: boolean) {
  const [pull, setPull] = useState<Pull>();

  const onPointerDown = useCallback(
    (event: PointerEvent) => {
      const id = (event.target as Element).closest<SVGElement>(".graph-edge-hit")?.dataset["edge"];
      const edge = id === undefined ? undefined : graph.edges.get(id);
      if (!enabled || event.button !== 0 || edge === undefined || !canReconnect(edge)) return;
      const at = { x: event.clientX, y: event.clientY };
      setPull({ edge, from: at, to: at, moving: false });
    },
    [graph, enabled],
  );

  useEffect(() => {
    if (pull === undefined) return;
    const onMove = (event: globalThis.PointerEvent): void => {
      const far = Math.hypot(event.clientX - pull.from.x, event.clientY - pull.from.y) > ENOUGH;
      setPull({ ...pull, to: { x: event.clientX, y: event.clientY }, moving: pull.moving || far });
    };
    const onUp = (event: globalThis.PointerEvent): void => {
      setPull(undefined);
      if (!pull.moving) return;
      const target = targetAt(event.clientX, event.clientY, pull.edge.scope);
      if (target === null) select([pull.edge.id]);
      else reconnectEdge(pull.edge, target);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") setPull(undefined);
    };
    window.addEventListener("pointermove", onMove);
    window.addEventListener("pointerup", onUp);
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("pointermove", onMove);
      window.removeEventListener("pointerup", onUp);
      window.removeEventListener("keydown", onKey);
    };
  }, [pull]);

  return { onPointerDown, pull: pull?.moving === true ? pull : undefined };
}

/** The line being pulled, over everything. */
export function PulledLine({ pull }: { pull: { from: { x: number; y: number }; to: { x: number; y: number } } }) {
  return (
    <svg className="fixed inset-0 w-full h-full pointer-events-none z-30" aria-hidden>
      <line x1={pull.from.x} y1={pull.from.y} x2={pull.to.x} y2={pull.to.y} className="stroke-base-content" strokeWidth="1.75" strokeDasharray="5 4" />
      <circle cx={pull.to.x} cy={pull.to.y} r="5" className="fill-base-content" />
    </svg>
  );
}
