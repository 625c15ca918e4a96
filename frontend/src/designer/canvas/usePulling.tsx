/**
 * Lines drawn by hand: from a state's dot to another state, or a line's end to somewhere else. It follows the pointer and lets
 * go on a state of the same scope, or on End. (Menus and the inspector's connection form do the same by keyboard.)
 */

import { useCallback, useEffect, useState, type PointerEvent } from "react";

import type { Graph, GraphEdge } from "../../graph";
import { canReconnect, connect, end, reconnectEdge } from "../state/connecting";
import { select } from "../state/store";

interface Pull {
  what: { edge: GraphEdge } | { source: string };
  graph: Graph;
  scope: string;
  from: { x: number; y: number };
  to: { x: number; y: number };
  /** Moved far enough to be a drag, not a click. */
  moving: boolean;
}

const ENOUGH = 8;

/** The state under the pointer, End as undefined, or null for neither. */
function targetAt(x: number, y: number, { scope, graph }: Pull): string | undefined | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const id = element.closest<HTMLElement>(".graph-place")?.dataset["id"];
    if (id === `${scope}#end`) return undefined;
    if (id !== undefined && graph.nodes.has(id)) return id;
  }
  return null;
}

/** What a press there would pull. */
function pulledAt(target: Element, graph: Graph): Pick<Pull, "what" | "scope"> | undefined {
  const source = target.closest<HTMLElement>("[data-dot]")?.dataset["dot"];
  const node = source === undefined ? undefined : graph.nodes.get(source);
  if (node !== undefined) return { what: { source: node.id }, scope: node.scope };
  const edge = graph.edges.get(target.closest<SVGElement>(".graph-edge-hit")?.dataset["edge"] ?? "");
  return edge !== undefined && canReconnect(edge) ? { what: { edge }, scope: edge.scope } : undefined;
}

function letGo(pull: Pull, at: { x: number; y: number }): void {
  const { what } = pull;
  const target = targetAt(at.x, at.y, pull);
  if ("edge" in what) {
    if (target === null) select([what.edge.id]);
    else reconnectEdge(what.edge, target);
  } else if (target === undefined) end(what.source);
  else if (target !== null && target !== what.source) connect(what.source, target);
}

export function usePulling(graph: Graph, enabled: boolean) {
  const [pull, setPull] = useState<Pull>();

  const onPointerDown = useCallback(
    (event: PointerEvent) => {
      const pulled = enabled && event.button === 0 ? pulledAt(event.target as Element, graph) : undefined;
      if (pulled === undefined) return;
      const at = { x: event.clientX, y: event.clientY };
      setPull({ ...pulled, graph, from: at, to: at, moving: false });
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
      if (pull.moving) letGo(pull, { x: event.clientX, y: event.clientY });
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
