/** Which state an arrow key leads to: the nearest one in that direction, those straight ahead before those aside. */
import type { Layout, Rect } from "./layout";
import { HEADER } from "./layout/constants";
import type { Graph } from "./model";

export type Arrow = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight";

export function isArrow(key: string): key is Arrow {
  return key === "ArrowUp" || key === "ArrowDown" || key === "ArrowLeft" || key === "ArrowRight";
}

export function neighbour(graph: Graph, drawing: Layout, from: string, arrow: Arrow): string | null {
  const start = place(graph, drawing, from);
  if (!start) return null;
  let best: string | null = null;
  let least = Infinity;
  for (const id of graph.nodes.keys()) {
    const there = id === from ? null : place(graph, drawing, id);
    if (!there) continue;
    const [ahead, aside] = distances(start, there, arrow);
    if (ahead <= 0) continue;
    const cost = ahead + 2.5 * aside;
    if (cost < least) [best, least] = [id, cost];
  }
  return best;
}

/** A container is where its header is. */
function place(graph: Graph, drawing: Layout, id: string): Rect | null {
  const rect = drawing.nodes.get(id);
  if (!rect) return null;
  const isOpen = (graph.nodes.get(id)?.scopes.length ?? 0) > 0 && rect.height > HEADER + 24;
  return isOpen ? { ...rect, height: HEADER } : rect;
}

function distances(a: Rect, b: Rect, arrow: Arrow): [ahead: number, aside: number] {
  const x = b.x + b.width / 2 - (a.x + a.width / 2);
  const y = b.y + b.height / 2 - (a.y + a.height / 2);
  const gapX = Math.max(0, Math.max(a.x, b.x) - Math.min(a.x + a.width, b.x + b.width));
  const gapY = Math.max(0, Math.max(a.y, b.y) - Math.min(a.y + a.height, b.y + b.height));
  switch (arrow) {
    case "ArrowUp":
      return [gapY > 0 || y < -10 ? -y : 0, gapX + Math.abs(x) / 100];
    case "ArrowDown":
      return [gapY > 0 || y > 10 ? y : 0, gapX + Math.abs(x) / 100];
    case "ArrowLeft":
      return [gapX > 0 ? -x : 0, gapY + Math.abs(y) / 100];
    case "ArrowRight":
      return [gapX > 0 ? x : 0, gapY + Math.abs(y) / 100];
  }
}
