/** The boxes of a drawing with what is to be seen in them. One that looks as it did stays the same object, and isn't drawn again. */
import { useMemo, useState } from "react";
import { ARIA } from "./aria";
import type { DropZone } from "./DropZones";
import type { EmptyData, PillData, StateData } from "./GraphNodes";
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
  region: Rect | null;
}

/** A box and what is in it. Which kind says which part of GraphNodes.tsx draws it. */
export type Place = Rect & { readonly id: string } & (
    | { readonly kind: "state" | "box"; readonly data: StateData }
    | { readonly kind: "pill"; readonly data: PillData }
    | { readonly kind: "empty"; readonly data: EmptyData }
  );

/** Open containers are drawn below the lines, all others above them. */
export interface Places {
  readonly below: readonly Place[];
  readonly above: readonly Place[];
}

/** A box's look and its place are kept apart: one that only moves isn't drawn again, only put elsewhere. */
interface Made {
  look: readonly unknown[];
  place: Place;
}

class PlaceCache {
  private last = new Map<string, Made>();

  places(shown: Shown): Places {
    const made = new Map<string, Made>();
    const [below, above]: [Place[], Place[]] = [[], []];
    for (const [id, rect] of shown.drawing.nodes) {
      if (!isIn(shown.region, rect) && id !== shown.roving) continue;
      const look = lookOf(shown, id, rect);
      const place = this.placeOf(shown, id, rect, look);
      made.set(id, { look, place });
      (place.kind === "box" ? below : above).push(place);
    }
    this.last = made;
    return { below, above };
  }

  private placeOf(shown: Shown, id: string, rect: Rect, look: readonly unknown[]): Place {
    const before = this.last.get(id);
    if (before === undefined || !isSame(before.look, look)) return newPlace(shown, id, rect);
    const { x, y, width, height } = before.place;
    if (x === rect.x && y === rect.y && width === rect.width && height === rect.height) return before.place;
    return { ...before.place, x: rect.x, y: rect.y, width: rect.width, height: rect.height };
  }
}

export function usePlaces({ graph, drawing, decorations, selected, roving, collapsed, emptyText, active, region }: Shown): Places {
  const [cache] = useState(() => new PlaceCache());
  return useMemo(
    () => cache.places({ graph, drawing, decorations, selected, roving, collapsed, emptyText, active, region }),
    [cache, graph, drawing, decorations, selected, roving, collapsed, emptyText, active, region],
  );
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

/** Everything that the node's look depends on, its place apart. */
function lookOf({ graph, drawing, decorations, selected, roving, collapsed, emptyText, active }: Shown, id: string, rect: Rect): unknown[] {
  const node = graph.nodes.get(id);
  if (!node) return [emptyText, id.endsWith(EMPTY) && isTargetOf(active, id.slice(0, -EMPTY.length)), roving === graph.scopes.get(id.slice(0, -EMPTY.length))?.parent];
  const isCollapsed = node.scopes.length > 0 && collapsed.has(id);
  const parted = node.scopes.length > 1 && !isCollapsed ? dividers(drawing, node, rect).flatMap(({ x, y, width, height }) => [x, y, width, height]) : [];
  return [node, graph.scopes.get(node.scope), decorations?.get(id), selected.has(id), id === roving, isCollapsed, isCollapsed ? graph : null, ...parted];
}

function isTargetOf(active: DropZone | null, scope: string): boolean {
  return active?.target.kind === "scope" && active.target.scope === scope && active.refusal === undefined;
}

function newPlace(shown: Shown, id: string, { x, y, width, height }: Rect): Place {
  const { graph, drawing, decorations, selected, roving, collapsed, emptyText, active } = shown;
  const frame = { id, x, y, width, height };
  const node = graph.nodes.get(id);
  if (!node) {
    if (!id.endsWith(EMPTY)) return { ...frame, kind: "pill", data: { text: id.endsWith(START) ? "Start" : id.endsWith(END) ? "End" : "" } };
    const scope = id.slice(0, -EMPTY.length);
    const owner = graph.scopes.get(scope)?.parent ?? null;
    return { ...frame, kind: "empty", data: { text: emptyText, scope, isTarget: isTargetOf(active, scope), label: ARIA.emptyPlace(graph, scope), isReachable: owner === null || owner === roving } };
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
    dividers: isBox ? dividers(drawing, node, frame) : [],
  };
  return { ...frame, kind: isBox ? "box" : "state", data };
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
