/** From columns, sides and rows to points: the lines and labels of one scope, relative to its axis and its top. */
import { at } from "./at";
import { boxRow, LABEL, type Columns } from "./columns";
import type { ScopeInput } from "./scopeInput";
import { isShort, type Rows } from "./rows";
import type { Line, SideLine } from "./sides";
import type { Structure } from "./structure";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface DrawnLink {
  readonly id: string;
  /** The boxes at its two ends. */
  readonly ends: readonly [number, number];
  readonly points: readonly Point[];
  readonly label: (Rect & { text: string }) | null;
}

export interface DrawnScope {
  /** By index of the box. `x` is the box's left edge. */
  readonly boxes: readonly Rect[];
  readonly links: readonly DrawnLink[];
}

export function draw(input: ScopeInput, shape: Structure, lines: Columns, drawn: readonly Line[], rows: Rows, x: ArrayLike<number>): DrawnScope {
  const axis = (box: number): number => at(x, at(shape.chainOf, box));
  const topOf = (box: number): number => at(rows.top, boxRow(at(shape.rank, box)));
  const boxes = input.boxes.map(({ left, right, length }, index) => ({ x: axis(index) - left, y: topOf(index), width: left + right, height: length }));

  const side = (line: SideLine): Point => {
    const { left, right } = at(input.boxes, line.box);
    return { x: axis(line.box) + (line.sign === 1 ? right : -left), y: topOf(line.box) + line.offset };
  };

  const points = (line: Line): Point[] => {
    const { link, how, column } = line.route;
    const here = at(x, column);
    const bottom = { x: axis(link.source), y: topOf(link.source) + at(input.boxes, link.source).length };
    const path: Point[] = [];
    if (line.exit) path.push(side(line.exit), { x: here, y: topOf(link.source) + line.exit.offset });
    else if (how === "chain" || how === "drop" || isShort(line, shape, lines)) path.push(bottom);
    else path.push(bottom, { x: bottom.x, y: rows.exitY(line) }, { x: here, y: rows.exitY(line) });
    if (line.entry) {
      const end = side(line.entry);
      path.push({ x: here, y: end.y }, end);
    } else {
      if (!line.direct) {
        const from = isShort(line, shape, lines) ? bottom.x : here;
        path.push({ x: from, y: rows.entryY(line) }, { x: line.entryX, y: rows.entryY(line) });
      }
      path.push({ x: line.entryX, y: topOf(link.target) });
    }
    return straighten(path);
  };

  const labels = new Map<string, Rect & { text: string }>();
  for (const placed of lines.labels) {
    const { links, column, row } = placed;
    const { label, id, source, target } = at(links, 0);
    if (!label) continue;
    const inBox = row % 2 === 1 && at(lines.columns, column).items[row - at(lines.columns, column).top]?.kind === LABEL;
    const centre = inBox && source === target ? topOf(source) + at(input.boxes, source).length / 2 : null;
    const y = centre === null ? rows.labelY(placed, label) : centre - label.along / 2;
    labels.set(id, { x: at(x, column) - label.across / 2, y, width: label.across, height: label.along, text: label.text });
  }
  return { boxes, links: drawn.map((line) => ({ id: line.route.link.id, ends: [line.route.link.source, line.route.link.target], points: points(line), label: labels.get(line.route.link.id) ?? null })) };
}

/** Without points that lie on the line between their neighbours. */
export function straighten(path: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of path) {
    const last = kept.at(-1);
    if (last && last.x === point.x && last.y === point.y) continue;
    const before = kept.at(-2);
    if (last && before && ((before.x === last.x && last.x === point.x) || (before.y === last.y && last.y === point.y))) kept.pop();
    kept.push(point);
  }
  return kept;
}
