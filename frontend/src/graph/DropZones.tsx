/** Where something may be dropped, and which place is nearest to the pointer. */
import type { EdgeLayout, Layout, Point } from "./layout";
import { NODE } from "./layout/constants";
import type { Graph } from "./model";
import type { DropTarget } from "./types";

export interface DropZone {
  readonly id: string;
  readonly target: DropTarget;
  readonly at: Point;
  /** Why what is being dragged can't go here; undefined when it can. */
  readonly refusal: string | undefined;
}

export function dropZones(graph: Graph, drawing: Layout, accepts: ((target: DropTarget) => boolean | string) | undefined): DropZone[] {
  const zones: DropZone[] = [];
  for (const [id, line] of drawing.edges) {
    const edge = graph.edges.get(id);
    if (!edge?.insertable) continue;
    const target: DropTarget = edge.kind === "empty" ? { kind: "scope", scope: edge.scope } : { kind: "edge", edge };
    const answer = accepts?.(target) ?? true;
    if (answer !== false) zones.push({ id, target, at: centre(line, drawing.direction === "TB"), refusal: answer === true ? undefined : answer });
  }
  return zones;
}

/** On a labelled line the zone is just past the label, so that its words stay readable. */
function centre({ label, insertAt }: EdgeLayout, isDown: boolean): Point {
  if (!label) return insertAt;
  return isDown ? { x: label.x + label.width / 2, y: label.y + label.height + 6 } : { x: label.x + label.width + 6, y: label.y + label.height / 2 };
}

/** The zone whose place is nearest, if it is near enough to be meant. */
export function nearestZone(zones: readonly DropZone[], point: Point): DropZone | null {
  let best: DropZone | null = null;
  let least = Infinity;
  for (const zone of zones) {
    const reach = zone.target.kind === "scope" ? { x: NODE.width / 2 + 40, y: NODE.height / 2 + 40 } : { x: NODE.width / 2 + 20, y: NODE.height };
    const dx = Math.abs(zone.at.x - point.x) / reach.x;
    const dy = Math.abs(zone.at.y - point.y) / reach.y;
    const cost = dx * dx + dy * dy;
    if (dx <= 1 && dy <= 1 && cost < least) [best, least] = [zone, cost];
  }
  return best;
}

export function DropZones({ zones, active }: { zones: readonly DropZone[]; active: DropZone | null }) {
  return zones.map((zone) => {
    const isActive = zone.id === active?.id;
    const isRefused = zone.refusal !== undefined;
    return (
      <div key={zone.id} className="graph-zone-place" style={{ left: zone.at.x, top: zone.at.y }} aria-hidden>
        {zone.target.kind === "scope" ? null : (
          <div className={`graph-zone ${isRefused ? "graph-zone-refused" : ""} ${isActive ? (isRefused ? "graph-zone-no" : "graph-zone-active") : ""}`} data-zone={zone.id} data-refused={isRefused ? "" : undefined} />
        )}
        {isActive && isRefused ? <p className="graph-zone-reason">{zone.refusal}</p> : null}
      </div>
    );
  });
}
