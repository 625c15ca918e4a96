/** Lays out one scope, its containers being boxes of known size. */
import { columns, type Columns } from "./columns";
import { at } from "./at";
import { draw, type DrawnScope } from "./draw";
import { crossings, faults, isFaultless } from "./faults";
import { findOrder } from "./order";
import { pack, snap } from "./pack";
import { rows } from "./rows";
import type { ScopeInput } from "./scopeInput";
import { sides } from "./sides";
import { structure, type Structure } from "./structure";

export interface ScopeLayout extends DrawnScope {
  readonly shape: Structure;
  /** Place of every column from left to right, by the ids of its boxes or the key of the line. */
  readonly order: ReadonlyMap<string, number>;
  /** Boxes that end the scope with a dot below them. */
  readonly stubs: readonly number[];
}

export function layoutScope(input: ScopeInput): ScopeLayout {
  const tall = attempt(input, true);
  if (tall.layout && (!tall.spans || isFaultless(faults(tall.layout)))) return tall.layout;
  // A line has no way past a container that spans several ranks: let every box take one rank.
  const flat = attempt(input, false).layout;
  if (!flat) throw new Error("Without spanning containers every gap is free");
  return flat;
}

/** Columns in a scope whose drawings may be compared one by one; and how many are. */
const FEW = 24;
const COMPARED = 240;

function attempt(input: ScopeInput, spansAllowed: boolean): { layout: ScopeLayout | null; spans: boolean } {
  const shape = structure(input, spansAllowed);
  const spans = shape.span.some((span) => span > 1);
  const lines = columns(input, shape);
  const order = findOrder(input, shape, lines);
  const first = drawIn(order, input, shape, lines);
  const isSmall = !input.keepsOrder && lines.columns.length > 2 && lines.columns.length <= FEW;
  return { layout: first && isSmall ? withFewerCrossings(first, order, input, shape, lines) : first, spans };
}

/** What the search's estimate of crossings missed: columns are moved one by one for as long as the drawing itself gains. */
function withFewerCrossings(first: ScopeLayout, start: readonly number[], input: ScopeInput, shape: Structure, lines: Columns): ScopeLayout {
  let best = first;
  let order = start;
  let least = crossings(first);
  let left = COMPARED;
  for (let gained = true; gained && least > 0 && left > 0; ) {
    gained = false;
    let next: { order: readonly number[]; layout: ScopeLayout; cost: number } | null = null;
    for (const tried of neighbours(order)) {
      if (left-- <= 0) break;
      const layout = drawIn(tried, input, shape, lines);
      if (!layout || !isFaultless(faults(layout))) continue;
      const count = crossings(layout);
      if (count >= least) continue;
      const cost = count * CROSSING + extent(layout);
      if (!next || cost < next.cost) next = { order: tried, layout, cost };
    }
    if (next) {
      ({ order, layout: best } = next);
      least = crossings(best);
      gained = true;
    }
  }
  return best;
}

/** In pixels of width: what a crossing fewer may cost. */
const CROSSING = 400;

/** Every order with one column elsewhere. */
function* neighbours(order: readonly number[]): Generator<number[]> {
  for (let from = 0; from < order.length; from++) {
    const rest = order.filter((_, index) => index !== from);
    for (let to = 0; to < order.length; to++) if (to !== from) yield [...rest.slice(0, to), at(order, from), ...rest.slice(to)];
  }
}

function extent({ boxes, links }: DrawnScope): number {
  const xs = [...boxes.flatMap(({ x, width }) => [x, x + width]), ...links.flatMap(({ points }) => points.map(({ x }) => x))];
  return Math.max(...xs) - Math.min(...xs);
}

function drawIn(order: readonly number[], input: ScopeInput, shape: Structure, lines: Columns): ScopeLayout | null {
  const x = new Float64Array(lines.columns.length);
  pack(lines.columns, order, lines.rows, x);
  snap(lines.columns, order, lines.rows, x);
  const drawn = sides(input, shape, lines, x);
  const heights = rows(input, shape, lines, drawn, x);
  if (!heights) return null;
  const places = new Map<string, number>();
  order.forEach((index, place) => {
    const column = at(lines.columns, index);
    if (column.role === "chain") for (const box of at(shape.chains, column.chain)) places.set(at(input.boxes, box).id, place);
    else places.set(column.key, place);
  });
  return { ...draw(input, shape, lines, drawn, heights, x), shape, order: places, stubs: lines.stubs };
}
