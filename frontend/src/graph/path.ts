/** Points to an SVG path with rounded corners. */
import { CORNER_RADIUS } from "./layout/constants";
import type { Point } from "./layout";

export interface RoundedPath {
  readonly d: string;
  /** Shifts dashes so that their pattern is anchored at the target: Catches that share a trunk then fall on one another. */
  readonly dashOffset: number;
}

const DASH = 9;

export function roundedPath(points: readonly Point[], radius = CORNER_RADIUS): RoundedPath {
  const [first, ...rest] = points;
  if (!first) return { d: "", dashOffset: 0 };
  let d = `M${first.x},${first.y}`;
  let length = 0;
  let from = first;
  rest.forEach((corner, i) => {
    const next = rest[i + 1];
    length += distance(from, corner);
    if (!next) {
      d += `L${corner.x},${corner.y}`;
      return;
    }
    const r = Math.min(radius, distance(from, corner) / 2, distance(corner, next) / 2);
    const a = towards(corner, from, r);
    const b = towards(corner, next, r);
    d += `L${a.x},${a.y}Q${corner.x},${corner.y} ${b.x},${b.y}`;
    // A quarter turn as a quadratic curve is 1.623 r long; the corner it cuts was 2 r.
    length -= 0.377 * r;
    from = corner;
  });
  return { d, dashOffset: Math.round((DASH - (length % DASH)) * 100) / 100 };
}

function distance(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

function towards(from: Point, to: Point, by: number): Point {
  const length = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) / length) * by, y: from.y + ((to.y - from.y) / length) * by };
}
