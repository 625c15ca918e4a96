/** The boxes of a drawing as React Flow's nodes. One that looks as it did stays the same object, and isn't drawn again. */
import { useMemo, useState, type CSSProperties } from "react";
import type { Node } from "@xyflow/react";
import { ARIA } from "./aria";
import type { DropZone } from "./DropZones";
import type { EmptyFlowNode, PillFlowNode, StateData, StateFlowNode } from "./GraphNodes";
import type { Layout, Rect } from "./layout";
import { EMPTY, END, START, type Graph, type GraphNode } from "./model";
import { insideWords } from "./project";
import { isIn } from "./region";
import type { NodeDecoration } from "./types";

export interface Shown {
  graph: Graph;
  drawing: Layout;
  decorations: ReadonlyMap<string, NodeDecoration> | undefined;
  selected: ReadonlySet<string>;
  roving: string | null;
  collapsed: ReadonlySet<string>;
  emptyText: string;
  active: DropZone | null;
  isDraggable: boolean;
  region: Rect | null;
}

/** Containers are below the lines (graph.css), states above them. */
const ABOVE_LINES = 1000;
const STYLE: Record<"through" | "solid", CSSProperties> = { through: { pointerEvents: "none" }, solid: { pointerEvents: "all" } };

/** A node's look and its place are kept apart: one that only moves isn't drawn again, only put elsewhere. */
interface Made {
  look: readonly unknown[];
  place: readonly unknown[];
  node: Node;
}

class NodeCache {
  private last = new Map<string, Made>();

  nodes(shown: Shown): Node[] {
    const made = new Map<string, Made>();
    for (const [id, rect] of shown.drawing.nodes) {
      if (!isIn(shown.region, rect) && id !== shown.roving) continue;
      const look = lookOf(shown, id, rect);
      const place = [rect.x, rect.y, rect.width, rect.height];
      const before = this.last.get(id);
      const keepsLook = before !== undefined && isSame(before.look, look);
      if (keepsLook && isSame(before.place, place)) made.set(id, before);
      else made.set(id, { look, place, node: keepsLook ? { ...before.node, ...frameOf(id, rect) } : nodeOf(shown, id, rect) });
    }
    this.last = made;
    return [...made.values()].map(({ node }) => node);
  }
}

export function useFlowNodes({ graph, drawing, decorations, selected, roving, collapsed, emptyText, active, isDraggable, region }: Shown): Node[] {
  const [cache] = useState(() => new NodeCache());
  return useMemo(
    () => cache.nodes({ graph, drawing, decorations, selected, roving, collapsed, emptyText, active, isDraggable, region }),
    [cache, graph, drawing, decorations, selected, roving, collapsed, emptyText, active, isDraggable, region],
  );
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

/** Everything that the node's look depends on, its place apart. */
function lookOf({ graph, drawing, decorations, selected, roving, collapsed, emptyText, active, isDraggable }: Shown, id: string, rect: Rect): unknown[] {
  const node = graph.nodes.get(id);
  if (!node) return [emptyText, id.endsWith(EMPTY) && isTargetOf(active, id.slice(0, -EMPTY.length)), roving === graph.scopes.get(id.slice(0, -EMPTY.length))?.parent];
  const isCollapsed = node.scopes.length > 0 && collapsed.has(id);
  const parted = node.scopes.length > 1 && !isCollapsed ? dividers(drawing, node, rect).flatMap(({ x, y, width, height }) => [x, y, width, height]) : [];
  return [drawing.direction, node, graph.scopes.get(node.scope), decorations?.get(id), selected.has(id), id === roving, isCollapsed, isDraggable, isCollapsed ? graph : null, ...parted];
}

function frameOf(id: string, { x, y, width, height }: Rect): Pick<Node, "id" | "position" | "width" | "height" | "measured" | "draggable" | "selectable"> {
  return { id, position: { x, y }, width, height, measured: { width, height }, draggable: false, selectable: false };
}

function isTargetOf(active: DropZone | null, scope: string): boolean {
  return active?.target.kind === "scope" && active.target.scope === scope && active.refusal === undefined;
}

function nodeOf(shown: Shown, id: string, rect: Rect): Node {
  const { graph, drawing, decorations, selected, roving, collapsed, emptyText, active, isDraggable } = shown;
  const frame = frameOf(id, rect);
  const node = graph.nodes.get(id);
  if (!node) {
    if (!id.endsWith(EMPTY)) return { ...frame, type: "pill", zIndex: ABOVE_LINES, data: { text: id.endsWith(START) ? "Start" : id.endsWith(END) ? "End" : "" } } satisfies PillFlowNode;
    const scope = id.slice(0, -EMPTY.length);
    const owner = graph.scopes.get(scope)?.parent ?? null;
    const data = { text: emptyText, scope, isTarget: isTargetOf(active, scope), label: ARIA.emptyPlace(graph, scope), isReachable: owner === null || owner === roving };
    return { ...frame, type: "empty", zIndex: ABOVE_LINES, style: STYLE.solid, data } satisfies EmptyFlowNode;
  }
  const isCollapsed = node.scopes.length > 0 && collapsed.has(id);
  const isBox = node.scopes.length > 0 && !isCollapsed;
  const decoration = decorations?.get(id);
  const data: StateData = {
    node,
    decoration,
    selected: selected.has(id),
    isCurrent: id === roving,
    line: decoration?.line ?? (isCollapsed ? insideWords(graph, id) : node.line),
    collapsed: isCollapsed,
    ariaLabel: ARIA.node(graph, node, decoration),
    dividers: isBox ? dividers(drawing, node, rect) : [],
  };
  // React Flow lets no pointer through to nodes that it neither drags nor selects itself; ours are buttons.
  const flowNode: StateFlowNode = { ...frame, type: isBox ? "box" : "state", zIndex: isBox ? id.split("/States/").length : ABOVE_LINES, data, style: isBox ? STYLE.through : STYLE.solid };
  // A press on a state begins a drag of that state, not a pan.
  if (isDraggable) flowNode.className = "nopan";
  return flowNode;
}

/** Hairlines between the branches of a Parallel, relative to its box. */
function dividers(drawing: Layout, node: GraphNode, box: Rect): Rect[] {
  const inner = node.scopes.map((scope) => drawing.scopes.get(scope)).filter((rect) => rect !== undefined);
  return inner.slice(1).flatMap((rect, i) => {
    const before = inner[i];
    if (!before) return [];
    return drawing.direction === "TB"
      ? [{ x: Math.round((before.x + before.width + rect.x) / 2 - box.x), y: Math.min(before.y, rect.y) - box.y - 2, width: 1, height: Math.max(before.height, rect.height) + 4 }]
      : [{ x: Math.min(before.x, rect.x) - box.x - 2, y: Math.round((before.y + before.height + rect.y) / 2 - box.y), width: Math.max(before.width, rect.width) + 4, height: 1 }];
  });
}
