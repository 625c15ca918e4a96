/** Measures a whole drawing, all scopes together, for the tests. */
import type { Graph } from "../model";
import { isAcross, overlaps, segments } from "./faults";
import type { Layout, Rect } from "./index";

export interface Metrics {
  boxOverlaps: string[];
  linesThroughBoxes: string[];
  labelOverlaps: string[];
  labelsOnForeignLines: string[];
  linesOnOneAnother: string[];
  mainEdges: number;
  straightMainEdges: number;
  crossings: number;
  bends: number;
}

export function measure(graph: Graph, drawing: Layout): Metrics {
  const found: Metrics = {
    boxOverlaps: [], linesThroughBoxes: [], labelOverlaps: [], labelsOnForeignLines: [], linesOnOneAnother: [],
    mainEdges: 0, straightMainEdges: 0, crossings: 0, bends: 0,
  };
  const nodes = [...drawing.nodes];
  const isInside = (inner: string, outer: string): boolean => inner.startsWith(`${outer}/`);
  nodes.forEach(([id, rect], i) => {
    for (const [other, otherRect] of nodes.slice(i + 1)) {
      if (isInside(id, other) || isInside(other, id)) {
        const [inner, outer] = isInside(id, other) ? [rect, otherRect] : [otherRect, rect];
        if (!contains(outer, inner)) found.boxOverlaps.push(`${id} sticks out of ${other}`);
      } else if (overlaps(rect, otherRect)) found.boxOverlaps.push(`${id} on ${other}`);
    }
  });
  const edges = [...drawing.edges].map(([id, line]) => ({ id, ...line, edge: graph.edges.get(id), parts: segments(line.points) }));
  const scopeOf = (id: string): string => graph.edges.get(id)?.scope ?? "";
  const ends = (id: string): readonly string[] => {
    const edge = graph.edges.get(id);
    return edge ? [edge.source, edge.target] : id.split(">");
  };
  edges.forEach(({ id, parts, label, points }, i) => {
    found.bends += Math.max(0, points.length - 2);
    for (const [node, rect] of nodes) {
      if (isInside(scopeOf(id), node) || scopeOf(id) === node || scopeOf(id).startsWith(`${node}/`)) continue;
      const inset = shrink(rect, 1);
      if (parts.some((part) => touches(part, inset))) found.linesThroughBoxes.push(`${id} through ${node}`);
      if (label && overlaps(label, rect)) found.labelOverlaps.push(`label of ${id} on ${node}`);
    }
    for (const other of edges.slice(i + 1)) {
      if (label && other.label && overlaps(label, other.label)) found.labelOverlaps.push(`labels of ${id} and ${other.id}`);
      const apart = !ends(id).some((end) => ends(other.id).includes(end));
      if (apart && other.parts.some((part) => parts.some((own) => isAlong(own, part)))) found.linesOnOneAnother.push(`${id} along ${other.id}`);
      if (apart && other.parts.some((part) => parts.some((own) => isAcross(own, part)))) found.crossings++;
    }
    if (label)
      for (const other of edges)
        if (other.id !== id && !ends(other.id).some((end) => ends(id).includes(end)) && other.parts.some((part) => touches(part, shrink(label, 1))))
          found.labelsOnForeignLines.push(`label of ${id} on ${other.id}`);
  });
  for (const path of drawing.mainPaths.values())
    path.slice(1).forEach((target, i) => {
      const line = drawing.edges.get(`${path[i]}>${target}`);
      if (!line || line.points.length === 0) return;
      found.mainEdges++;
      if (line.points.length === 2) found.straightMainEdges++;
    });
  return found;
}

function contains(outer: Rect, inner: Rect): boolean {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;
}

function shrink(rect: Rect, by: number): Rect {
  return { x: rect.x + by, y: rect.y + by, width: rect.width - 2 * by, height: rect.height - 2 * by };
}

function touches(part: Rect, rect: Rect): boolean {
  return part.x < rect.x + rect.width && part.x + part.width > rect.x && part.y < rect.y + rect.height && part.y + part.height > rect.y;
}

/** Two stretches in the same direction that lie on one another for more than a corner. */
function isAlong(a: Rect, b: Rect): boolean {
  if (a.width === 0 && b.width === 0) return Math.abs(a.x - b.x) < 3 && Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 4;
  if (a.height === 0 && b.height === 0) return Math.abs(a.y - b.y) < 3 && Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 4;
  return false;
}
