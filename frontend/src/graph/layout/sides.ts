/**
 * Where lines leave and enter boxes: at a side, from below, from above, and at which of a side's ports.
 *
 * A line leaves at the side that its column is on. If a box is in the way, or another line runs at the same height, it
 * leaves from below instead, through the gap. Of the lines at one side, those that go up are above those that go down, and
 * the outer ones on the outside, so that the lines of one box don't cross each other.
 */
import { at } from "./at";
import { BOX, boxRow, gapAbove, type Columns, type Route } from "./columns";
import { CONTAINER_PORT, CORNER_CLEAR, PORT } from "./constants";
import type { ScopeInput } from "./scopeInput";
import type { Structure } from "./structure";

export type Sign = 1 | -1;

/** A horizontal at the height of a box: from the box's side to a column. `offset` is its height below the row's top. */
export interface SideLine {
  readonly box: number;
  readonly column: number;
  readonly sign: Sign;
  readonly offset: number;
}

export interface Line {
  readonly route: Route;
  /** null: from below. */
  exit: SideLine | null;
  /** null: from above. */
  entry: SideLine | null;
  /** Where it enters the top, for lines that do. */
  entryX: number;
  /** It comes down on its column without a last horizontal. */
  direct: boolean;
}

interface Use {
  readonly line: Line;
  readonly end: "exit" | "entry";
  readonly box: number;
  readonly column: number;
  readonly sign: Sign;
  readonly up: boolean;
}

export function sides(input: ScopeInput, shape: Structure, lines: Columns, x: ArrayLike<number>): Line[] {
  const forced = new Set<string>();
  const context = { input, shape, lines, x };
  for (let attempt = 0; ; attempt++) {
    const uses: Use[] = [];
    const all = lines.routes.map((route) => lineOf(context, route, forced, uses));
    assignPorts(context, uses);
    if (attempt > 20 || !forceClashes(context, uses, forced)) return all;
  }
}

interface Context {
  readonly input: ScopeInput;
  readonly shape: Structure;
  readonly lines: Columns;
  readonly x: ArrayLike<number>;
}

const keyOf = (use: Use): string => `${use.line.route.link.id} ${use.end}`;

function lineOf(context: Context, route: Route, forced: ReadonlySet<string>, uses: Use[]): Line {
  const { shape, x, lines } = context;
  const { link, how, column } = route;
  const line: Line = { route, exit: null, entry: null, entryX: at(x, at(shape.chainOf, link.target)), direct: false };
  if (how === "chain") return { ...line, direct: true };
  const chainOf = (box: number): number => at(shape.chainOf, box);
  const sideUse = (end: "exit" | "entry", box: number): void => {
    const use: Use = {
      line, end, box, column,
      sign: at(x, column) >= at(x, chainOf(box)) ? 1 : -1,
      up: how === "loop" && end === "exit",
    };
    if (!forced.has(keyOf(use)) && isFree(context, boxRow(at(shape.rank, box)), box, column)) uses.push(use);
  };
  if (how !== "drop") sideUse("exit", link.source);
  if (how === "loop") sideUse("entry", link.target);
  else if (how === "tap") {
    const owner = at(lines.columns, column);
    const { left, right } = at(context.input.boxes, link.target);
    const beside = at(x, column) - line.entryX;
    line.direct = owner.role === "chain" || (beside <= right - CORNER_CLEAR && -beside <= left - CORNER_CLEAR);
    if (line.direct) line.entryX = at(x, column);
    else if (link.caught && hasPlainEntry(context, link.target)) {
      const sign = beside > 0 ? 1 : -1;
      line.entryX += sign * (Math.min(left, right, 64 + CORNER_CLEAR) - CORNER_CLEAR);
    }
  }
  return line;
}

/** Then a Catch enters beside the middle. */
function hasPlainEntry({ lines }: Context, target: number): boolean {
  return lines.routes.some(({ link, how }) => link.target === target && !link.caught && how !== "loop");
}

/** No other column's box stands in the row between the box and the column. */
export function isFree({ shape, lines, x }: Context, row: number, box: number, column: number): boolean {
  const own = at(shape.chainOf, box);
  const lo = Math.min(at(x, own), at(x, column));
  const hi = Math.max(at(x, own), at(x, column));
  return lines.columns.every((other, index) => {
    const item = other.items[row - other.top];
    if (index === own || index === column || item?.kind !== BOX) return true;
    return at(x, index) + item.right <= lo || at(x, index) - item.left >= hi;
  });
}

/** One port for all plain lines that go down, one for each trunk of Catches, one for each lane out, one for all lanes in. */
function assignPorts({ input, x }: Context, uses: readonly Use[]): void {
  const bySide = new Map<string, Use[]>();
  for (const use of uses) {
    const side = `${use.box} ${use.sign}`;
    bySide.set(side, [...(bySide.get(side) ?? []), use]);
  }
  for (const group of bySide.values()) {
    const ports = new Map<string, Use[]>();
    for (const use of group) {
      const caught = use.line.route.link.caught;
      const key = use.end === "entry" ? "in" : use.up || caught ? `${use.column}` : "out";
      ports.set(key, [...(ports.get(key) ?? []), use]);
    }
    const reach = (users: readonly Use[]): number => Math.max(...users.map(({ column }) => Math.abs(at(x, column))));
    // A line that enters comes from below: at this box it goes down, like one that leaves downwards.
    const isUp = (users: readonly Use[]): boolean => at(users, 0).up;
    const sorted = [...ports.values()].sort((a, b) => {
      if (isUp(a) !== isUp(b)) return isUp(a) ? -1 : 1;
      return isUp(a) ? reach(a) - reach(b) : reach(b) - reach(a);
    });
    const { container, length } = at(input.boxes, at(group, 0).box);
    const step = sorted.length > 1 ? Math.min(PORT, (Math.min(length, 48) - 10) / (sorted.length - 1)) : 0;
    sorted.forEach((users, i) => {
      const offset = container ? CONTAINER_PORT + i * PORT : length / 2 + (i - (sorted.length - 1) / 2) * step;
      for (const { line, end, box, column, sign } of users) line[end] = { box, column, sign, offset: Math.round(offset) };
    });
  }
}

/** Lines of different boxes at one height that would lie on one another: the later one takes the gap. */
function forceClashes({ shape, x }: Context, uses: readonly Use[], forced: Set<string>): boolean {
  const byRow = new Map<number, Use[]>();
  const before = forced.size;
  for (const use of uses) {
    const row = boxRow(at(shape.rank, use.box));
    const others = byRow.get(row) ?? [];
    const clashes = (other: Use): boolean => {
      if (other.box === use.box && other.sign === use.sign) return false;
      if (other.column === use.column && other.end === use.end && other.end === "exit") return false;
      const [a, b] = [span(use, shape, x), span(other, shape, x)];
      const apart = Math.abs((use.line[use.end]?.offset ?? 0) - (other.line[other.end]?.offset ?? 0));
      return apart < 5 && a[0] < b[1] && b[0] < a[1];
    };
    if (others.some(clashes)) forced.add(keyOf(use));
    else byRow.set(row, [...others, use]);
  }
  return forced.size > before;
}

function span(use: Use, shape: Structure, x: ArrayLike<number>): [number, number] {
  const a = at(x, at(shape.chainOf, use.box));
  const b = at(x, use.column);
  return [Math.min(a, b), Math.max(a, b)];
}

/** The gap that a line from below leaves through. */
export function exitGap(shape: Structure, box: number): number {
  return gapAbove(at(shape.rank, box) + at(shape.span, box));
}
