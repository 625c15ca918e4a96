/**
 * Heights: tracks in the gaps, room for labels, and the top of every row.
 *
 * From top to bottom a gap holds the tracks of lines that leave from below, the labels, and the tracks of lines that enter
 * the next rank. So no horizontal ever meets a label.
 */
import { at } from "./at";
import { BOX, boxRow, gapAbove, WIRE, type Columns, type PlacedLabel } from "./columns";
import { CORNER_CLEAR, FIRST_TRACK, GAP, LABEL_ABOVE, LABEL_BELOW, LABEL_CLEAR, LAST_TRACK, TRACK, TRACK_TO_LABEL } from "./constants";
import type { LabelSize, ScopeInput } from "./scopeInput";
import { exitGap, type Line } from "./sides";
import type { Structure } from "./structure";

export interface Rows {
  readonly top: readonly number[];
  /** Height of the line's track below the gap's top. */
  exitY(line: Line): number;
  entryY(line: Line): number;
  /** Top of a label. */
  labelY(label: PlacedLabel, size: LabelSize): number;
}

interface Track {
  readonly row: number;
  lo: number;
  hi: number;
  lane: number;
}

export function rows(input: ScopeInput, shape: Structure, lines: Columns, drawn: readonly Line[], x: ArrayLike<number>): Rows | null {
  const exits = new Map<string, Track>();
  const entries = new Map<string, Track>();
  for (const line of drawn) {
    const { link, how, column } = line.route;
    if (how === "chain") continue;
    const here = at(x, column);
    const sourceX = at(x, at(shape.chainOf, link.source));
    const entryRow = gapAbove(at(shape.rank, link.target));
    if (isShort(line, shape, lines)) widen(entries, entryKey(line), entryRow, sourceX, line.entryX);
    else {
      if (how !== "drop" && line.exit === null) widen(exits, exitKey(line), exitGap(shape, link.source), sourceX, here);
      if (how === "loop" ? line.entry === null : !line.direct) widen(entries, entryKey(line), entryRow, here, line.entryX);
    }
  }
  if (isBlocked(lines, x, [...exits.values(), ...entries.values()])) return null;
  const exitCount = allot(exits, lines.rows);
  const entryCount = allot(entries, lines.rows);
  const floating = new Set(lines.labels.filter((label) => isFloating(label, input, shape, lines, drawn, x, [...exits.values(), ...entries.values()])));
  const thickest = labelThickness(lines, floating);

  const below = (row: number): number => {
    const count = at(entryCount, row);
    return count === 0 ? 0 : LAST_TRACK + (count - 1) * TRACK;
  };
  const above = (row: number): number => {
    const count = at(exitCount, row);
    return count === 0 ? 0 : FIRST_TRACK + (count - 1) * TRACK;
  };
  const labelBelow = (row: number): number => (below(row) === 0 ? LABEL_BELOW : below(row) + TRACK_TO_LABEL);
  const gapHeight = (row: number): number => {
    const thick = at(thickest, row);
    const inner = row === 0 || row === lines.rows - 1 ? 0 : GAP;
    if (thick > 0) return (above(row) === 0 ? LABEL_ABOVE : above(row) + TRACK_TO_LABEL) + thick + labelBelow(row);
    if (above(row) > 0 && below(row) > 0) return above(row) + TRACK + below(row);
    return Math.max(inner, above(row) > 0 ? above(row) + LAST_TRACK : 0, below(row) > 0 ? below(row) + FIRST_TRACK : 0);
  };

  const top = tops(input, shape, lines.rows, gapHeight);
  const rowEnd = (row: number): number => at(top, row + 1);
  return {
    top,
    exitY: (line) => {
      const track = exits.get(exitKey(line));
      return track ? at(top, track.row) + FIRST_TRACK + track.lane * TRACK : 0;
    },
    entryY: (line) => {
      const track = entries.get(entryKey(line));
      return track ? rowEnd(track.row) - LAST_TRACK - track.lane * TRACK : 0;
    },
    labelY: (label, size) => (floating.has(label) ? at(top, label.row) + 1 : rowEnd(label.row) - labelBelow(label.row) - size.along),
  };
}

/** A line that leaves from below and enters in the same gap needs one track, not two, if it has no label to carry. */
export function isShort(line: Line, shape: Structure, lines: Columns): boolean {
  const { link, how, column } = line.route;
  return (
    how === "tap" && line.exit === null && link.label === null && at(lines.columns, column).role === "wire" &&
    exitGap(shape, link.source) === gapAbove(at(shape.rank, link.target))
  );
}

const exitKey = (line: Line): string => `${line.route.link.source} ${line.route.how === "loop" ? line.route.column : ""}`;
const entryKey = (line: Line): string => `${line.route.link.target} ${line.entryX}`;

function widen(tracks: Map<string, Track>, key: string, row: number, a: number, b: number): void {
  const track = tracks.get(key) ?? { row, lo: Infinity, hi: -Infinity, lane: 0 };
  track.lo = Math.min(track.lo, a, b);
  track.hi = Math.max(track.hi, a, b);
  tracks.set(key, track);
}

/** A container that spans several ranks stands in the gaps between them. */
function isBlocked(lines: Columns, x: ArrayLike<number>, tracks: readonly Track[]): boolean {
  return tracks.some(({ row, lo, hi }) =>
    lines.columns.some((column, index) => {
      const item = column.items[row - column.top];
      return item?.kind === BOX && at(x, index) + item.right > lo && at(x, index) - item.left < hi;
    }),
  );
}

/** Greedy: the first lane of the gap that is free over the whole length. Returns the number of lanes of each row. */
function allot(tracks: ReadonlyMap<string, Track>, rowCount: number): number[] {
  const lanes: number[][] = Array.from({ length: rowCount }, () => []);
  for (const track of [...tracks.values()].sort((a, b) => a.lo - b.lo || a.hi - b.hi)) {
    const ends = at(lanes, track.row);
    const free = ends.findIndex((end) => end + CORNER_CLEAR <= track.lo);
    track.lane = free === -1 ? ends.length : free;
    ends[track.lane] = track.hi;
  }
  return lanes.map((ends) => ends.length);
}

function labelThickness(lines: Columns, floating: ReadonlySet<PlacedLabel>): number[] {
  const thickest = Array.from({ length: lines.rows }, () => 0);
  for (const label of lines.labels)
    if (!floating.has(label)) thickest[label.row] = Math.max(at(thickest, label.row), at(label.links, 0).label?.along ?? 0);
  return thickest;
}

/** A label with nothing beside it may reach over the next rank, so that its gap needn't grow. */
function isFloating(label: PlacedLabel, input: ScopeInput, shape: Structure, lines: Columns, drawn: readonly Line[], x: ArrayLike<number>, tracks: readonly Track[]): boolean {
  const size = at(label.links, 0).label;
  const column = at(lines.columns, label.column);
  const { row } = label;
  if (!size || row % 2 === 1 || column.items[row + 1 - column.top]?.kind !== WIRE) return false;
  if (size.along >= GAP + input.pitch / 2 - CORNER_CLEAR) return false;
  const lo = at(x, label.column) - size.across / 2 - LABEL_CLEAR;
  const hi = at(x, label.column) + size.across / 2 + LABEL_CLEAR;
  if (tracks.some((track) => track.row === row && track.lo < hi && track.hi > lo)) return false;
  if (size.along > GAP) {
    // It reaches to where lines leave and enter the next rank's boxes.
    for (const line of drawn.flatMap(({ exit, entry }) => [exit, entry])) {
      if (!line || boxRow(at(shape.rank, line.box)) !== row + 1) continue;
      const [a, b] = [at(x, at(shape.chainOf, line.box)), at(x, line.column)];
      if (Math.min(a, b) < hi && Math.max(a, b) > lo && line.offset < size.along + CORNER_CLEAR - GAP) return false;
    }
  }
  return lines.columns.every((other, index) =>
    [row - 1, row, row + 1].every((near) => {
      const item = other.items[near - other.top];
      if (!item || index === label.column) return true;
      const isInWay = item.kind === BOX || near === row + 1;
      return !isInWay || at(x, index) + item.right <= lo || at(x, index) - item.left >= hi;
    }),
  );
}

function tops(input: ScopeInput, shape: Structure, rowCount: number, gapHeight: (row: number) => number): number[] {
  const height = Array.from({ length: rowCount + 1 }, () => 0);
  const ends = Array.from({ length: rowCount + 2 }, (): number[] => []);
  input.boxes.forEach((box, index) => {
    const row = boxRow(at(shape.rank, index));
    const isSingle = at(shape.span, index) === 1;
    height[row] = Math.max(at(height, row), isSingle ? box.length : Math.min(box.length, 48));
    if (!isSingle) ends[exitGap(shape, index)]?.push(index);
  });
  const top = [0];
  for (let row = 0; row < rowCount; row++) {
    let end = at(top, row) + (row % 2 === 0 ? gapHeight(row) : at(height, row));
    for (const index of at(ends, row + 1)) end = Math.max(end, at(top, boxRow(at(shape.rank, index))) + at(input.boxes, index).length);
    top.push(end);
  }
  return top;
}
