/**
 * Finds the order of columns from left to right by trying.
 *
 * Scopes are small, so each column is put where it costs least and then moved for as long as a move pays. There is no
 * clock in it, only a count of tries: the same text gives the same picture on every machine.
 */
import { at } from "./at";
import { BOX, boxRow, gapAbove, type Column, type Columns } from "./columns";
import { CORNER_CLEAR } from "./constants";
import { pack } from "./pack";
import type { ScopeInput } from "./scopeInput";
import type { Structure } from "./structure";

const COST = {
  crossing: 5,
  /** A horizontal with a box in its way: it must leave by the gap below. */
  blocked: 7,
  /** One with no other way. */
  stuck: 60,
  overlap: 4,
  length: 0.012,
  width: 0.006,
  imbalance: 0.0015,
  catchOnLeft: 1.5,
  failOnLeft: 1,
  laneOnRight: 1,
};
/** What left-to-right in rule order may cost. */
const RULE_ORDER = 0.6;
/** A column that a person has seen in its place moves only for a gain as large as this. */
const KEEP_IN_PLACE = 3;
const SWEEPS = 4;
const MANY = 24;
/** Steps of all tries together. */
const WORK = 1e7;

interface Horizontal {
  readonly row: number;
  readonly from: number;
  readonly to: number;
  readonly source: number;
  readonly target: number;
  readonly caught: boolean;
  readonly stuck: boolean;
  /** Within this distance of the target's axis the line goes straight in. */
  readonly direct: number;
}

export function findOrder(input: ScopeInput, shape: Structure, lines: Columns): number[] {
  const search = new Search(input, shape, lines);
  return search.run();
}

class Search {
  private readonly horizontals: Horizontal[] = [];
  /** For each horizontal those of other lines that leave or enter boxes of the same row. */
  private readonly rivals: Horizontal[][] = [];
  private readonly byRow: number[][];
  private readonly x: Float64Array;
  private readonly placed: Uint8Array;
  /** The widest item of each column. */
  private readonly extents: readonly { left: number; right: number }[];
  private readonly caughtTaps: [column: number, source: number][] = [];
  private tries = 0;
  private readonly mostTries: number;

  constructor(
    private readonly input: ScopeInput,
    private readonly shape: Structure,
    private readonly lines: Columns,
  ) {
    const { columns, rows } = lines;
    this.x = new Float64Array(columns.length);
    this.placed = new Uint8Array(columns.length);
    this.byRow = Array.from({ length: rows }, () => []);
    columns.forEach((column, index) => column.items.forEach((_, i) => at(this.byRow, column.top + i).push(index)));
    this.extents = columns.map(({ items }) => ({ left: Math.max(...items.map(({ left }) => left)), right: Math.max(...items.map(({ right }) => right)) }));
    this.collect();
    const seen = new Map<number, Horizontal[]>();
    for (const line of this.horizontals) {
      const row = seen.get(line.row) ?? [];
      this.rivals.push(line.stuck ? [] : row.filter((other) => other.source !== line.source && other.target !== line.target));
      seen.set(line.row, [...row, line]);
    }
    this.mostTries = this.allowance();
  }

  /** Fewer tries where each costs more: a scope of a thousand states must not take a minute. */
  private allowance(): number {
    const { columns } = this.lines;
    const items = columns.reduce((sum, { items: own }) => sum + own.length, 0);
    const meetings = this.horizontals.reduce((sum, { row }) => sum + at(this.byRow, row).length, 0);
    return Math.max(20, Math.min(columns.length > MANY ? 1500 : 6000, Math.floor(WORK / (items + meetings))));
  }

  private collect(): void {
    const { rank, chainOf } = this.shape;
    for (const { link, how, column } of this.lines.routes) {
      const { source, target } = link;
      const ends = { source, target, caught: link.caught };
      const entry = (from: number): void => {
        const { left, right } = at(this.input.boxes, target);
        const direct = Math.min(left, right) - CORNER_CLEAR;
        this.horizontals.push({ ...ends, row: gapAbove(at(rank, target)), from, to: at(chainOf, target), stuck: true, direct: how === "tap" ? direct : 0 });
      };
      if (how === "tap" || how === "loop")
        this.horizontals.push({ ...ends, row: boxRow(at(rank, source)), from: at(chainOf, source), to: column, stuck: false, direct: 0 });
      if (how === "loop")
        this.horizontals.push({ ...ends, row: boxRow(at(rank, target)), from: column, to: at(chainOf, target), stuck: false, direct: 0 });
      if (how === "drop") entry(column);
      if (how === "tap") {
        if (at(this.lines.columns, column).role === "wire") entry(column);
        if (link.caught) this.caughtTaps.push([column, at(chainOf, source)]);
      }
    }
  }

  run(): number[] {
    const { columns } = this.lines;
    const known = this.knownColumns();
    if (this.input.keepsOrder && known.length === columns.length) return known;
    let order = known.length > 0 ? known : [0];
    for (const index of order) this.placed[index] = 1;
    for (let index = 1; index < columns.length; index++) {
      if (this.placed[index]) continue;
      this.placed[index] = 1;
      order = this.bestPlace(order, index).order;
    }
    const remembered = new Set(known);
    order = this.improve(order, (index) => (remembered.has(index) ? KEEP_IN_PLACE : 1e-6));
    return known.length > 1 ? order : this.sortRules(order);
  }

  /** The columns that the last drawing had, in its order. */
  private knownColumns(): number[] {
    const { previous } = this.input;
    const places: [place: number, index: number][] = [];
    this.lines.columns.forEach((column, index) => {
      const keys = column.role === "chain" ? at(this.shape.chains, column.chain).map((box) => at(this.input.boxes, box).id) : [column.key];
      const found = keys.map((key) => previous.get(key)).filter((place) => place !== undefined);
      if (index === 0 || found.length > 0) places.push([index === 0 ? (found[0] ?? Infinity) : Math.min(...found), index]);
    });
    if (places.length === 1 || places.some(([place]) => place === Infinity)) return [];
    return places.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, index]) => index);
  }

  private bestPlace(order: readonly number[], index: number): { order: number[]; cost: number } {
    let best: { order: number[]; cost: number } | null = null;
    for (const place of this.places(order, index)) {
      const tried = [...order.slice(0, place), index, ...order.slice(place)];
      if (this.tries >= this.mostTries && best === null) return { order: tried, cost: Infinity };
      if (this.tries >= this.mostTries) break;
      const cost = this.cost(tried);
      if (best === null || cost < best.cost - 1e-9) best = { order: tried, cost };
    }
    return best ?? { order: [...order, index], cost: Infinity };
  }

  /** Everywhere; in a large scope only around the columns that it has to do with. */
  private places(order: readonly number[], index: number): number[] {
    const all = Array.from({ length: order.length + 1 }, (_, place) => place);
    if (this.lines.columns.length <= MANY) return all;
    const column = at(this.lines.columns, index);
    const partner = column.sources[0] ?? column.target;
    const home = order.indexOf(partner === -1 ? 0 : at(this.shape.chainOf, partner));
    const centre = Math.max(0, home) + 1;
    return [centre, ...all.filter((place) => place !== centre && place >= centre - 4 && place < centre + 4)];
  }

  private improve(start: number[], needed: (index: number) => number): number[] {
    let order = start;
    let cost = this.cost(order);
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      let moved = false;
      for (let index = 0; index < this.lines.columns.length && this.tries < this.mostTries; index++) {
        const rest = order.filter((other) => other !== index);
        if (rest.length === 0) continue;
        const best = this.bestPlace(rest, index);
        if (best.cost < cost - needed(index)) {
          ({ order, cost } = best);
          moved = true;
        }
      }
      if (!moved) break;
    }
    return order;
  }

  /** The side branches of a Choice from left to right in the order of its rules, where that costs next to nothing. */
  private sortRules(start: number[]): number[] {
    let order = start;
    let cost = this.cost(order);
    const bySource = new Map<number, number[]>();
    for (const { link, how, column } of this.lines.routes) {
      const owner = at(this.lines.columns, column);
      if (how !== "tap" || link.caught || owner.role !== "chain") continue;
      bySource.set(link.source, [...(bySource.get(link.source) ?? []), column]);
    }
    for (const siblings of bySource.values()) {
      const unique = [...new Set(siblings)];
      if (unique.length < 2) continue;
      const sites = unique.map((column) => order.indexOf(column)).sort((a, b) => a - b);
      const tried = [...order];
      sites.forEach((site, i) => (tried[site] = at(unique, i)));
      const price = this.cost(tried);
      if (price <= cost + RULE_ORDER) [order, cost] = [tried, price];
    }
    return order;
  }

  private cost(order: readonly number[]): number {
    this.tries++;
    const { columns, rows } = this.lines;
    const { x, placed } = this;
    pack(columns, order, rows, x);
    let total = 0;
    let [left, right] = [0, 0];
    for (const index of order) {
      const here = at(x, index);
      const { left: before, right: beyond } = at(this.extents, index);
      if (here - before < left) left = here - before;
      if (here + beyond > right) right = here + beyond;
    }
    total += COST.width * (right - left) + COST.imbalance * Math.abs(right + left);
    for (const [column, source] of this.caughtTaps)
      if (placed[column] && placed[source] && at(x, column) < at(x, source)) total += COST.catchOnLeft;
    for (const index of order) {
      const column = at(columns, index);
      const here = at(x, index);
      if (column.role === "lane" && placed[at(this.shape.chainOf, column.target)] && here > at(x, at(this.shape.chainOf, column.target))) total += COST.laneOnRight;
      if (column.role === "chain" && here < 0 && at(this.input.boxes, at(at(this.shape.chains, column.chain), 0)).ending === "failure") total += COST.failOnLeft;
    }
    return total + this.horizontalCost();
  }

  /** Lines of one kind to one state meet; a Catch that crosses a plain line to the same state is a crossing all the same. */
  private isTogether(column: Column, line: Horizontal): boolean {
    return column.target === line.target && column.caught === line.caught;
  }

  private horizontalCost(): number {
    const { x, placed } = this;
    let total = 0;
    for (let i = 0; i < this.horizontals.length; i++) {
      const line = at(this.horizontals, i);
      if (!placed[line.from] || !placed[line.to]) continue;
      const a = at(x, line.from);
      const b = at(x, line.to);
      const length = Math.abs(a - b);
      if (length <= line.direct) continue;
      total += COST.length * length;
      const lo = Math.min(a, b);
      const hi = Math.max(a, b);
      for (const index of at(this.byRow, line.row)) {
        if (index === line.from || index === line.to || !placed[index]) continue;
        const here = at(x, index);
        const column = at(this.lines.columns, index);
        const item = at(column.items, line.row - column.top);
        if (item.kind === BOX) {
          if (here + item.right > lo && here - item.left < hi) total += line.stuck ? COST.stuck : COST.blocked;
        } else if (here > lo && here < hi && !this.isTogether(column, line) && !column.sources.includes(line.source)) total += COST.crossing;
      }
      for (const other of at(this.rivals, i)) {
        if (!placed[other.from] || !placed[other.to]) continue;
        const c = at(x, other.from);
        const d = at(x, other.to);
        if (Math.min(c, d) < hi && Math.max(c, d) > lo) total += COST.overlap;
      }
    }
    return total;
  }
}
