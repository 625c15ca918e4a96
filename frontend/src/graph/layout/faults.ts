/** What a drawing must never show. Used by the layout on itself, and by the tests on every definition. */
import type { DrawnScope, Point, Rect } from "./draw";

export interface Faults {
  boxOverlaps: number;
  linesThroughBoxes: number;
  labelOverlaps: number;
}

export const NO_FAULTS: Faults = { boxOverlaps: 0, linesThroughBoxes: 0, labelOverlaps: 0 };

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

export function segments(points: readonly Point[]): Rect[] {
  return points.slice(1).flatMap((b, i) => {
    const a = points[i];
    if (!a) return [];
    return [{ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) }];
  });
}

/** A line may touch the boxes at its two ends, and run along nothing. `inset` forgives rounding. */
function crosses(segment: Rect, box: Rect, inset = 1): boolean {
  return (
    segment.x < box.x + box.width - inset && segment.x + segment.width > box.x + inset &&
    segment.y < box.y + box.height - inset && segment.y + segment.height > box.y + inset
  );
}

export function faults({ boxes, links }: DrawnScope): Faults {
  const found: Faults = { ...NO_FAULTS };
  boxes.forEach((box, i) => {
    for (const other of boxes.slice(i + 1)) if (overlaps(box, other)) found.boxOverlaps++;
  });
  const labels = links.flatMap(({ label }) => (label ? [label] : []));
  labels.forEach((label, i) => {
    for (const other of labels.slice(i + 1)) if (overlaps(label, other)) found.labelOverlaps++;
    for (const box of boxes) if (overlaps(label, box)) found.labelOverlaps++;
  });
  for (const { points } of links) {
    const parts = segments(points);
    for (const box of boxes) if (parts.some((part) => crosses(part, box))) found.linesThroughBoxes++;
  }
  return found;
}

export function isFaultless(found: Faults): boolean {
  return found.boxOverlaps + found.linesThroughBoxes + found.labelOverlaps === 0;
}

/** Pairs of lines without a common end that cross. */
export function crossings({ links }: DrawnScope): number {
  const drawn = links.map(({ ends, points }) => ({ ends, parts: segments(points) }));
  let count = 0;
  drawn.forEach((a, i) => {
    for (const b of drawn.slice(i + 1)) {
      if (a.ends.some((end) => b.ends.includes(end))) continue;
      if (a.parts.some((part) => b.parts.some((other) => isAcross(part, other)))) count++;
    }
  });
  return count;
}

export function isAcross(a: Rect, b: Rect): boolean {
  const [flat, tall] = a.height === 0 ? [a, b] : [b, a];
  if (flat.height !== 0 || tall.width !== 0) return false;
  return tall.x > flat.x && tall.x < flat.x + flat.width && flat.y > tall.y && flat.y < tall.y + tall.height;
}
