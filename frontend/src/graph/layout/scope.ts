/** Lays out one scope, its containers being boxes of known size. */
import { columns } from "./columns";
import { at } from "./at";
import { draw, type DrawnScope } from "./draw";
import { faults, isFaultless } from "./faults";
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

function attempt(input: ScopeInput, spansAllowed: boolean): { layout: ScopeLayout | null; spans: boolean } {
  const shape = structure(input, spansAllowed);
  const spans = shape.span.some((span) => span > 1);
  const lines = columns(input, shape);
  const order = findOrder(input, shape, lines);
  const x = new Float64Array(lines.columns.length);
  pack(lines.columns, order, lines.rows, x);
  snap(lines.columns, order, lines.rows, x);
  const drawn = sides(input, shape, lines, x);
  const heights = rows(input, shape, lines, drawn, x);
  if (!heights) return { layout: null, spans };
  const places = new Map<string, number>();
  order.forEach((index, place) => {
    const column = at(lines.columns, index);
    if (column.role === "chain") for (const box of at(shape.chains, column.chain)) places.set(at(input.boxes, box).id, place);
    else places.set(column.key, place);
  });
  return { layout: { ...draw(input, shape, lines, drawn, heights, x), shape, order: places, stubs: lines.stubs }, spans };
}
