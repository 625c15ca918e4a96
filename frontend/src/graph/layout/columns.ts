/**
 * Every vertical line of a scope as a column: chains of states, shared trunks of lines, lanes of lines that lead back.
 *
 * Rows count along the flow: row 2r+1 holds rank r, rows 2r and 2r+2 are the gaps above and under it. A column has one
 * item in each row from its top to its bottom: a box, a label or the bare wire, each with its extents to both sides. Two
 * columns may not touch in any row that both have: that is all the placing needs to know.
 */
import { at } from "./at";
import type { Link, ScopeInput } from "./scopeInput";
import type { Structure } from "./structure";

export const WIRE = 1;
export const LABEL = 2;
export const BOX = 3;
export type ItemKind = typeof WIRE | typeof LABEL | typeof BOX;

export interface Item {
  kind: ItemKind;
  left: number;
  right: number;
}

export interface Column {
  /** Names the column from one drawing to the next. */
  readonly key: string;
  readonly role: "chain" | "wire" | "lane";
  /** Chain: its number. Otherwise -1. */
  readonly chain: number;
  /** The state that the wire or lane leads to; -1 for a chain. */
  readonly target: number;
  readonly caught: boolean;
  top: number;
  items: Item[];
  /** Sources that join it at their side. */
  readonly sources: number[];
}

/** How a link is drawn: straight in its chain, down its own column, by a column it joins, or back by a lane. */
export interface Route {
  readonly link: Link;
  readonly how: "chain" | "drop" | "tap" | "loop";
  readonly column: number;
}

export interface PlacedLabel {
  /** All links that share the words: several Catches to one state. */
  readonly links: readonly Link[];
  readonly column: number;
  readonly row: number;
}

export interface Columns {
  readonly columns: readonly Column[];
  readonly routes: readonly Route[];
  readonly labels: readonly PlacedLabel[];
  readonly rows: number;
  /** Column of a chain is the chain's own number. */
  readonly stubs: readonly number[];
}

export const boxRow = (rank: number): number => 2 * rank + 1;
export const gapAbove = (rank: number): number => 2 * rank;

export function columns(input: ScopeInput, shape: Structure): Columns {
  const builder = new ColumnBuilder(input, shape);
  builder.addChains();
  builder.addForwardLines();
  builder.addLanes();
  return builder.done();
}

class ColumnBuilder {
  private readonly columns: Column[] = [];
  private readonly routes: Route[] = [];
  private readonly labels: PlacedLabel[] = [];
  private readonly stubs: number[] = [];
  private rows = 0;

  constructor(
    private readonly input: ScopeInput,
    private readonly shape: Structure,
  ) {}

  private rank(box: number): number {
    return at(this.shape.rank, box);
  }

  private lastRank(box: number): number {
    return this.rank(box) + at(this.shape.span, box) - 1;
  }

  private gapUnder(box: number): number {
    return gapAbove(this.lastRank(box) + 1);
  }

  addChains(): void {
    const between = new Map<string, Link>();
    for (const link of this.input.links) if (!link.back) between.set(`${link.source}>${link.target}`, link);
    this.shape.chains.forEach((chain, index) => {
      const first = chain[0];
      const column: Column = {
        key: first === undefined ? "" : at(this.input.boxes, first).id,
        role: "chain", chain: index, target: -1, caught: false,
        top: first === undefined ? 0 : boxRow(this.rank(first)),
        items: [], sources: [],
      };
      this.columns.push(column);
      chain.forEach((box, place) => {
        const { left, right } = at(this.input.boxes, box);
        for (let row = boxRow(this.rank(box)); row <= boxRow(this.lastRank(box)); row++) this.set(column, row, { kind: BOX, left, right });
        const link = place === 0 ? undefined : between.get(`${at(chain, place - 1)}>${box}`);
        if (!link) return;
        this.routes.push({ link, how: "chain", column: index });
        if (link.label) this.label(index, gapAbove(this.rank(box)), [link]);
      });
      const last = chain.at(-1);
      if (last !== undefined && this.input.stubs.has(last) && last !== this.input.endPill) {
        this.set(column, this.gapUnder(last), { kind: WIRE, left: 4, right: 4 });
        this.stubs.push(last);
      }
    });
  }

  /** Drops first (a chain's last state goes on straight down), then taps, grouped by target. */
  addForwardLines(): void {
    const drawn = new Set(this.routes.map(({ link }) => link));
    const dropped = new Set<number>();
    const groups = new Map<string, Link[]>();
    for (const link of this.input.links) {
      if (link.back || drawn.has(link)) continue;
      const chain = at(this.shape.chainOf, link.source);
      const isLast = at(this.shape.chains, chain).at(-1) === link.source;
      if (isLast && !link.caught && !dropped.has(link.source)) {
        dropped.add(link.source);
        this.addDrop(link, chain);
      } else {
        const key = `${link.target}${link.caught ? "!" : ""}`;
        groups.set(key, [...(groups.get(key) ?? []), link]);
      }
    }
    const owned = new Set<number>();
    // Plain lines have the first claim to a state's own column; Catches come in beside them.
    for (const caught of [false, true])
      for (const group of groups.values()) if (at(group, 0).caught === caught) this.addGroup(group, owned);
  }

  private addDrop(link: Link, chain: number): void {
    const column = at(this.columns, chain);
    this.set(column, gapAbove(this.rank(link.target)), { kind: WIRE, left: 0, right: 0 });
    this.routes.push({ link, how: "drop", column: chain });
    if (link.label) this.label(chain, this.gapUnder(link.source), [link]);
  }

  /** Links to one state: they share one trunk, which is the state's own column when the state is the head of a chain. */
  private addGroup(group: readonly Link[], owned: Set<number>): void {
    const { target, caught } = at(group, 0);
    const chain = at(this.shape.chainOf, target);
    const isHead = chain > 0 && at(this.shape.chains, chain)[0] === target;
    const { together, apart } = this.separate(group);
    if (isHead && !owned.has(target)) {
      owned.add(target);
      this.join(together, chain);
    } else this.join(together, this.addWire(target, caught, together));
    for (const link of apart) this.join([link], this.addWire(target, caught, [link]));
  }

  /** Two different labels that would stand in the same gap need two trunks. */
  private separate(group: readonly Link[]): { together: Link[]; apart: Link[] } {
    const taken = new Map<number, string>();
    const together: Link[] = [];
    const apart: Link[] = [];
    for (const link of group) {
      const rank = this.rank(link.source);
      const text = link.label?.text ?? "";
      const held = taken.get(rank);
      if (held !== undefined && held !== text) apart.push(link);
      else {
        taken.set(rank, text);
        together.push(link);
      }
    }
    return { together, apart };
  }

  private addWire(target: number, caught: boolean, links: readonly Link[]): number {
    const first = links.reduce((a, b) => (this.rank(b.source) < this.rank(a.source) ? b : a));
    const column: Column = {
      key: `${caught ? "!" : ""}${first.id}`,
      role: "wire", chain: -1, target, caught, top: gapAbove(this.rank(target)),
      items: [{ kind: WIRE, left: 0, right: 0 }], sources: [],
    };
    return this.columns.push(column) - 1;
  }

  private join(links: readonly Link[], index: number): void {
    const column = at(this.columns, index);
    const shared = new Map<string, Link[]>();
    for (const link of links) {
      this.set(column, boxRow(this.rank(link.source)), { kind: WIRE, left: 0, right: 0 });
      column.sources.push(link.source);
      this.routes.push({ link, how: "tap", column: index });
      // Catches with the same words say them once, at the first tap; other lines once in each gap.
      const text = link.label?.text ?? "";
      const key = link.caught ? text : `${this.rank(link.source)} ${text}`;
      shared.set(key, [...(shared.get(key) ?? []), link]);
    }
    const alone = links.length === 1 && column.role === "chain" && !at(links, 0).caught;
    for (const same of shared.values()) {
      const first = same.reduce((a, b) => (this.rank(b.source) < this.rank(a.source) ? b : a));
      if (first.label) this.label(index, alone ? gapAbove(this.rank(first.target)) : gapAbove(this.rank(first.source) + 1), same);
    }
  }

  /** One lane for each target and chain of sources; it can be left and entered by the gaps beyond both ends. */
  addLanes(): void {
    const groups = new Map<string, Link[]>();
    for (const link of this.input.links)
      if (link.back) {
        const key = link.source === link.target ? link.id : `${link.target}<${at(this.shape.chainOf, link.source)}${link.caught ? "!" : ""}`;
        groups.set(key, [...(groups.get(key) ?? []), link]);
      }
    for (const group of groups.values()) {
      const { together, apart } = this.separate(group);
      this.addLane(together);
      for (const link of apart) this.addLane([link]);
    }
  }

  private addLane(links: readonly Link[]): void {
    const { target, caught, id } = at(links, 0);
    const column: Column = {
      key: `<${id}`, role: "lane", chain: -1, target, caught, top: gapAbove(this.rank(target)),
      items: [{ kind: WIRE, left: 0, right: 0 }], sources: [],
    };
    const index = this.columns.push(column) - 1;
    for (const link of links) {
      this.set(column, this.gapUnder(link.source), { kind: WIRE, left: 0, right: 0 });
      column.sources.push(link.source);
      this.routes.push({ link, how: "loop", column: index });
      if (link.label) this.label(index, this.laneLabelRow(link), [link]);
    }
  }

  /** In a gap that has a label already, so that it needn't grow; else the one above the source. */
  private laneLabelRow(link: Link): number {
    if (link.source === link.target) return boxRow(this.rank(link.source));
    const nearest = gapAbove(this.rank(link.source));
    const lane = at(this.columns, this.columns.length - 1);
    const free = (row: number): boolean => lane.items[row - lane.top]?.kind !== LABEL;
    for (let row = nearest; row > boxRow(this.rank(link.target)); row -= 2)
      if (free(row) && this.labels.some((label) => label.row === row)) return row;
    return nearest;
  }

  private label(column: number, row: number, links: readonly Link[]): void {
    const label = at(links, 0).label;
    if (!label) return;
    this.set(at(this.columns, column), row, { kind: LABEL, left: label.across / 2, right: label.across / 2 });
    this.labels.push({ links, column, row });
  }

  /** Puts an item into a row, and bare wire into the rows between it and the column as it was. */
  private set(column: Column, row: number, item: Item): void {
    const wire = (): Item => ({ kind: WIRE, left: 0, right: 0 });
    while (row < column.top) {
      column.items.unshift(wire());
      column.top--;
    }
    while (row >= column.top + column.items.length) column.items.push(wire());
    const place = row - column.top;
    if (item.kind >= at(column.items, place).kind) column.items[place] = item;
    this.rows = Math.max(this.rows, row + 1);
  }

  done(): Columns {
    return { columns: this.columns, routes: this.routes, labels: this.labels, rows: this.rows + 1, stubs: this.stubs };
  }
}
