/**
 * Places columns across: from the main path outwards, each as near as its rows allow.
 *
 * `order` is the columns from left to right, the main path (column 0, at x = 0) among them.
 */
import { at } from "./at";
import { BOX, LABEL, WIRE, type Column, type ItemKind } from "./columns";
import { LABEL_CLEAR, NODE_TO_NODE, SNAP, WIRE_TO_NODE, WIRE_TO_WIRE } from "./constants";

/** A row that the main path doesn't occupy has a wall at x = 0, or left and right would overlap under its end. */
const WALL = 0;
type Neighbour = ItemKind | typeof WALL;

export function clearance(a: Neighbour, b: Neighbour): number {
  if (a === WALL || b === WALL) return (a === BOX || b === BOX ? NODE_TO_NODE : WIRE_TO_WIRE) / 2;
  if (a === LABEL || b === LABEL) return LABEL_CLEAR;
  if (a === BOX && b === BOX) return NODE_TO_NODE;
  return a === WIRE && b === WIRE ? WIRE_TO_WIRE : WIRE_TO_NODE;
}

/** The same as a table: placing columns is what the search for their order spends its time on. */
const KINDS = 4;
const CLEARANCE = Float64Array.from({ length: KINDS * KINDS }, (_, pair) => clearance(Math.floor(pair / KINDS) as Neighbour, (pair % KINDS) as Neighbour));

export function pack(columns: readonly Column[], order: readonly number[], rows: number, x: Float64Array): void {
  const centre = order.indexOf(0);
  x[0] = 0;
  side(columns, order.slice(centre + 1), rows, x, 1);
  side(columns, order.slice(0, centre).reverse(), rows, x, -1);
}

function side(columns: readonly Column[], outwards: readonly number[], rows: number, x: Float64Array, sign: 1 | -1): void {
  const edge = new Float64Array(rows);
  const kind = new Uint8Array(rows);
  extend(at(columns, 0), 0, edge, kind, sign);
  for (const index of outwards) {
    const column = at(columns, index);
    let near = -Infinity;
    let row = column.top;
    for (const item of column.items) {
      const inner = sign === 1 ? item.left : item.right;
      const reach = (edge[row] ?? 0) + (CLEARANCE[(kind[row] ?? 0) * KINDS + item.kind] ?? 0) + inner;
      if (reach > near) near = reach;
      row++;
    }
    near = Math.round(near);
    x[index] = sign * near;
    extend(column, near, edge, kind, sign);
  }
}

function extend(column: Column, distance: number, edge: Float64Array, kind: Uint8Array, sign: 1 | -1): void {
  let row = column.top;
  for (const item of column.items) {
    edge[row] = distance + (sign === 1 ? item.right : item.left);
    kind[row] = item.kind;
    row++;
  }
}

/** Moves chains outwards onto another chain's axis where that is free, so that columns line up. */
export function snap(columns: readonly Column[], order: readonly number[], rows: number, x: Float64Array): void {
  const centre = order.indexOf(0);
  snapSide(columns, order.slice(centre + 1).reverse(), rows, x, 1);
  snapSide(columns, order.slice(0, centre), rows, x, -1);
}

function snapSide(columns: readonly Column[], inwards: readonly number[], rows: number, x: Float64Array, sign: 1 | -1): void {
  const edge = new Float64Array(rows).fill(Infinity);
  const kind = new Uint8Array(rows);
  for (const index of inwards) {
    const column = at(columns, index);
    const now = sign * at(x, index);
    if (column.role === "chain") {
      let most = Infinity;
      for (let i = 0, row = column.top; i < column.items.length; i++, row++) {
        const item = at(column.items, i);
        if (at(edge, row) === Infinity) continue;
        most = Math.min(most, at(edge, row) - clearance(at(kind, row) as Neighbour, item.kind) - (sign === 1 ? item.right : item.left));
      }
      const goals = inwards
        .filter((other) => other !== index && at(columns, other).role === "chain")
        .map((other) => sign * at(x, other))
        .filter((goal) => goal > now && goal <= Math.min(most, now + SNAP));
      if (goals.length > 0) x[index] = sign * Math.min(...goals);
    }
    const placed = sign * at(x, index);
    for (let i = 0, row = column.top; i < column.items.length; i++, row++) {
      const item = at(column.items, i);
      edge[row] = placed - (sign === 1 ? item.left : item.right);
      kind[row] = item.kind;
    }
  }
}
