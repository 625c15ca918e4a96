/**
 * Lays out a graph: scope by scope, from the inside out. Pure and deterministic; knows nothing of React or the DOM.
 *
 * Lines never cross the border of a Parallel or a Map, so doing one scope at a time is exact. Coordinates in the result
 * are absolute, whole pixels, from the drawing's top left corner.
 */
import { EMPTY, END, START, type Direction, type Graph, type GraphEdge, type GraphNode, type GraphScope } from "../model";
import { at } from "./at";
import { BRANCH_GAP, HEADER, LABEL_HEIGHT, NODE, PADDING, PILL, STUB } from "./constants";
import type { Point, Rect } from "./draw";
import { labelWidth } from "./measure";
import { layoutScope, type ScopeLayout } from "./scope";
import type { Box, LabelSize, Link, ScopeInput } from "./scopeInput";
import { mainTail } from "./structure";

export type { Point, Rect } from "./draw";

export interface EdgeLayout {
  readonly points: readonly Point[];
  readonly label: (Rect & { text: string }) | null;
  /** Where a "+" goes. */
  readonly insertAt: Point;
  /** A dot instead of an arrow: this state ends its scope away from the End pill. */
  readonly stub: boolean;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly direction: Direction;
  /** States, pills ("<scope>#start", "<scope>#end") and the places of empty scopes ("<scope>#empty"). */
  readonly nodes: ReadonlyMap<string, Rect>;
  /** Insides of containers, by scope id: what a branch occupies. */
  readonly scopes: ReadonlyMap<string, Rect>;
  readonly edges: ReadonlyMap<string, EdgeLayout>;
  /** Ids along the main path of each scope, for those who read or test the drawing. */
  readonly mainPaths: ReadonlyMap<string, readonly string[]>;
  /** Hand it in with the next drawing, and what stood left of something stays left of it. */
  readonly order: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Scopes as they were laid out and where they stand, for the next drawing to take over what didn't change. */
  readonly placed: ReadonlyMap<string, Placed>;
}

export interface LayoutOptions {
  readonly direction?: Direction;
  readonly collapsed?: ReadonlySet<string>;
  readonly previous?: Layout["order"] | undefined;
  /** The last drawing: a scope whose states are the very same objects (share.ts) isn't laid out again. */
  readonly reuse?: Layout | undefined;
}

export function layout(graph: Graph, { direction = "TB", collapsed = new Set(), previous, reuse }: LayoutOptions = {}): Layout {
  const drawing = new Drawing(graph, direction, collapsed, previous ?? new Map(), reuse?.direction === direction ? reuse : undefined);
  return drawing.run();
}

/** A scope that is laid out but not yet placed. Canonical: across and along, axis at 0. */
interface Block {
  readonly scope: GraphScope;
  /** What its layout was made of: its states, and the blocks inside them. */
  readonly states: readonly (GraphNode | undefined)[];
  readonly inside: readonly Block[];
  readonly ids: readonly string[];
  readonly layout: ScopeLayout;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Placed {
  readonly block: Block;
  readonly across: number;
  readonly along: number;
}

class Drawing {
  private readonly placed = new Map<string, Placed>();
  private readonly blocks = new Map<string, Block>();
  private readonly nodes = new Map<string, Rect>();
  private readonly scopes = new Map<string, Rect>();
  private readonly edges = new Map<string, EdgeLayout>();
  private readonly mainPaths = new Map<string, readonly string[]>();
  private readonly order = new Map<string, ReadonlyMap<string, number>>();
  private readonly isDown: boolean;

  constructor(
    private readonly graph: Graph,
    private readonly direction: Direction,
    private readonly collapsed: ReadonlySet<string>,
    private readonly previous: Layout["order"],
    private readonly reuse: Layout | undefined,
  ) {
    this.isDown = direction === "TB";
  }

  run(): Layout {
    const root = this.block("");
    this.place("", Math.ceil(root.left), Math.ceil(-root.top));
    const across = Math.ceil(root.left) + Math.ceil(root.right);
    const along = Math.ceil(root.bottom - root.top);
    return {
      width: this.isDown ? across : along,
      height: this.isDown ? along : across,
      direction: this.direction,
      nodes: this.nodes, scopes: this.scopes, edges: this.edges, mainPaths: this.mainPaths, order: this.order, placed: this.placed,
    };
  }

  private innerScopes(nodeId: string): readonly string[] {
    return this.collapsed.has(nodeId) ? [] : (this.graph.nodes.get(nodeId)?.scopes ?? []);
  }

  private block(scopeId: string): Block {
    const done = this.blocks.get(scopeId);
    if (done) return done;
    const scope = this.graph.scopes.get(scopeId);
    if (!scope) throw new Error(`No scope ${scopeId}`);
    const states = scope.nodes.map((id) => this.graph.nodes.get(id));
    const inside = scope.nodes.flatMap((id) => this.innerScopes(id).map((inner) => this.block(inner)));
    const before = this.reuse?.placed.get(scopeId)?.block;
    const isAsBefore = before?.scope === scope && isSame(before.states, states);
    const block = isAsBefore && isSame(before.inside, inside) ? before : this.newBlock(scope, states, inside, isAsBefore && before.inside.length === inside.length);
    this.order.set(scopeId, block.layout.order);
    this.blocks.set(scopeId, block);
    return block;
  }

  private newBlock(scope: GraphScope, states: Block["states"], inside: readonly Block[], keepsOrder: boolean): Block {
    const { input, ids } = this.input(scope, keepsOrder);
    const scopeLayout = layoutScope(input);
    return { scope, states, inside, ids, layout: scopeLayout, ...bounds(scopeLayout) };
  }

  private input(scope: GraphScope, keepsOrder: boolean): { input: ScopeInput; ids: string[] } {
    const isTop = scope.parent === null;
    const isEmpty = scope.nodes.length === 0;
    const ids = isEmpty ? [`${scope.id}${EMPTY}`] : [...scope.nodes];
    const boxes: Box[] = ids.map((id) => this.box(id));
    const indexOf = new Map(ids.map((id, index) => [id, index]));
    const links: Link[] = scope.edges.map((edge) => this.link(edge, indexOf));
    const first = (scope.startAt === null ? undefined : indexOf.get(scope.startAt)) ?? 0;
    const pill = (end: string, ending: Box["ending"], source: (index: number) => [number, number]): number => {
      ids.push(`${scope.id}${end}`);
      const [length, across] = this.isDown ? [PILL.height, PILL.width] : [PILL.width, PILL.height];
      const index = boxes.push({ id: `${scope.id}${end}`, length, left: across / 2, right: across / 2, container: false, weight: 0, ending }) - 1;
      const [from, to] = source(index);
      links.push({ id: `${at(ids, from)}>${at(ids, to)}`, source: from, target: to, caught: false, back: false, label: null });
      return index;
    };
    const hasStart = isTop && (isEmpty || scope.startAt !== null);
    const startPill = hasStart ? pill(START, "none", (index) => [index, first]) : null;
    const stubs = new Set(
      scope.rims.flatMap(({ kind, source, insertable }) => (kind === "end" && insertable ? [indexOf.get(source) ?? -1] : [])),
    );
    const base = {
      boxes, first, startPill, pitch: this.isDown ? NODE.height : NODE.width,
      previous: this.previous.get(scope.id) ?? new Map<string, number>(),
      keepsOrder,
    };
    // The End pill stands under the main path, so the path must be known first.
    const ends = isTop ? this.mainEnd(scope, { ...base, links, endPill: null, stubs: new Set() }, isEmpty) : null;
    const endPill = ends === null ? null : pill(END, at(boxes, ends).ending, (index) => [ends, index]);
    if (ends !== null) stubs.delete(ends);
    return { input: { ...base, links, endPill, stubs }, ids };
  }

  private mainEnd(scope: GraphScope, input: ScopeInput, isEmpty: boolean): number | null {
    if (isEmpty) return 0;
    const out = mainTail(input);
    const id = out === null ? undefined : input.boxes[out]?.id;
    return out !== null && scope.rims.some(({ kind, source }) => kind === "end" && source === id) ? out : null;
  }

  private link(edge: GraphEdge, indexOf: ReadonlyMap<string, number>): Link {
    const text = edge.label;
    const size: LabelSize | null =
      text === "" ? null
      : this.isDown ? { text, across: labelWidth(text), along: LABEL_HEIGHT }
      : { text, across: LABEL_HEIGHT, along: labelWidth(text) };
    const [source = 0, target = 0] = [indexOf.get(edge.source), indexOf.get(edge.target)];
    return { id: edge.id, source, target, caught: edge.kind === "catch", back: edge.back, label: size };
  }

  private box(id: string): Box {
    const node = this.graph.nodes.get(id);
    const ending = node?.type === "Fail" ? "failure" : node?.end ? "success" : "none";
    const inner = this.innerScopes(id).map((scopeId) => this.block(scopeId));
    const [length, across] = this.isDown ? [NODE.height, NODE.width] : [NODE.width, NODE.height];
    if (inner.length === 0) return { id, length, left: across / 2, right: across / 2, container: false, weight: 1, ending };
    const longest = Math.max(...inner.map(({ top, bottom }) => bottom - top));
    const header = this.isDown ? [HEADER, 0] : [0, HEADER];
    const wide = inner.reduce((sum, { left, right }) => sum + left + right, 0) + (inner.length - 1) * BRANCH_GAP + 2 * PADDING + (header[1] ?? 0);
    const only = inner.length === 1 ? inner[0] : undefined;
    let left = only ? Math.ceil((header[1] ?? 0) + PADDING + only.left) : Math.ceil(wide / 2);
    let right = only ? Math.ceil(only.right + PADDING) : Math.ceil(wide / 2);
    // Room for the name in the header.
    const least = this.isDown ? NODE.width / 2 : 0;
    left = Math.max(left, least);
    right = Math.max(right, least);
    return { id, length: Math.max(Math.ceil(longest) + 2 * PADDING + (header[0] ?? 0), this.isDown ? 0 : NODE.width), left, right, container: true, weight: 1.5, ending };
  }

  /** `across` and `along` are the absolute place of the scope's axis and of its rank 0. */
  private place(scopeId: string, across: number, along: number): void {
    const block = this.block(scopeId);
    this.placed.set(scopeId, { block, across, along });
    const last = this.reuse?.placed.get(scopeId);
    if (last?.block === block && last.across === across && last.along === along) {
      this.takeOver(block, across, along);
      return;
    }
    const { layout: drawn, ids, scope } = block;
    drawn.boxes.forEach((rect, index) => {
      const id = at(ids, index);
      const moved = { x: across + rect.x, y: along + rect.y, width: rect.width, height: rect.height };
      this.nodes.set(id, this.turn(moved));
      this.placeInside(id, moved);
    });
    const emptyEdge = scope.rims.find(({ kind }) => kind === "empty");
    for (const link of drawn.links) {
      const points = link.points.map(({ x, y }) => this.point(across + x, along + y));
      const label = link.label && { ...this.turn({ ...link.label, x: across + link.label.x, y: along + link.label.y }), text: link.label.text };
      this.edges.set(link.id, { points, label, insertAt: insertionPoint(points, label), stub: false });
    }
    if (emptyEdge) {
      const rect = this.nodes.get(`${scopeId}${EMPTY}`);
      if (rect) this.edges.set(emptyEdge.id, { points: [], label: null, insertAt: { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 }, stub: false });
    }
    for (const rim of scope.rims) this.placeRim(block, rim, across, along);
    this.mainPaths.set(scopeId, drawn.shape.main.map((box) => at(ids, box)));
  }

  /** A scope that is what and where it was: its rectangles and lines are the last drawing's own. */
  private takeOver({ layout: drawn, ids, scope }: Block, across: number, along: number): void {
    drawn.boxes.forEach((rect, index) => {
      const id = at(ids, index);
      const known = this.reuse?.nodes.get(id);
      const moved = { x: across + rect.x, y: along + rect.y, width: rect.width, height: rect.height };
      this.nodes.set(id, known ?? this.turn(moved));
      this.placeInside(id, moved);
    });
    for (const id of [...drawn.links.map((link) => link.id), ...scope.rims.map((rim) => rim.id)]) {
      const known = this.reuse?.edges.get(id);
      if (known) this.edges.set(id, known);
    }
    this.mainPaths.set(scope.id, drawn.shape.main.map((box) => at(ids, box)));
  }

  /** Rims without a line of their own: the dot under a last state, and where a branch begins. */
  private placeRim({ layout: drawn, ids }: Block, rim: GraphEdge, across: number, along: number): void {
    if (this.edges.has(rim.id)) return;
    const index = ids.indexOf(rim.kind === "start" ? rim.target : rim.source);
    const rect = drawn.boxes[index];
    const box = rect && rim.kind !== "empty" ? rect : null;
    if (!box) return;
    const axis = across + box.x + this.axisOf(at(ids, index));
    if (rim.kind === "start") {
      const middle = this.point(axis, along + box.y - PADDING / 2);
      this.edges.set(rim.id, { points: [], label: null, insertAt: middle, stub: false });
      return;
    }
    const bottom = along + box.y + box.height;
    const isStub = drawn.stubs.includes(index);
    const points = isStub ? [this.point(axis, bottom), this.point(axis, bottom + STUB)] : [];
    this.edges.set(rim.id, { points, label: null, insertAt: this.point(axis, bottom + STUB + 4), stub: isStub });
  }

  private axisOf(id: string): number {
    return this.box(id).left;
  }

  private placeInside(id: string, box: Rect): void {
    const inner = this.innerScopes(id).map((scopeId) => this.block(scopeId));
    if (inner.length === 0) return;
    const used = inner.reduce((sum, { left, right }) => sum + left + right, 0) + (inner.length - 1) * BRANCH_GAP;
    const header = this.isDown ? 0 : HEADER;
    const only = inner.length === 1 ? inner[0] : undefined;
    let across = only ? box.x + this.axisOf(id) - only.left : box.x + header + (box.width - header - used) / 2;
    const along = box.y + (this.isDown ? HEADER : 0) + PADDING;
    for (const block of inner) {
      const width = block.left + block.right;
      this.scopes.set(block.scope.id, this.turn({ x: across, y: along, width, height: box.y + box.height - PADDING - along }));
      this.place(block.scope.id, Math.round(across + block.left), Math.round(along - block.top));
      across += width + BRANCH_GAP;
    }
  }

  private turn(rect: Rect): Rect {
    return this.isDown ? rect : { x: rect.y, y: rect.x, width: rect.height, height: rect.width };
  }

  private point(across: number, along: number): Point {
    return this.isDown ? { x: Math.round(across), y: Math.round(along) } : { x: Math.round(along), y: Math.round(across) };
  }
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function bounds({ boxes, links }: ScopeLayout): Pick<Block, "left" | "right" | "top" | "bottom"> {
  let [left, right, top, bottom] = [0, 0, 0, 0];
  const include = (x: number, y: number): void => {
    left = Math.max(left, -x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  };
  for (const rect of [...boxes, ...links.flatMap(({ label }) => (label ? [label] : []))]) {
    include(rect.x, rect.y);
    include(rect.x + rect.width, rect.y + rect.height);
  }
  for (const { points } of links) for (const { x, y } of points) include(x, y);
  return { left, right, top, bottom };
}

/** Beside the label, or in the middle of the longest stretch. */
function insertionPoint(points: readonly Point[], label: Rect | null): Point {
  if (label) return { x: label.x + label.width + 12, y: label.y + label.height / 2 };
  let best: Point = points[0] ?? { x: 0, y: 0 };
  let longest = -1;
  points.slice(1).forEach((b, i) => {
    const a = at(points, i);
    const length = Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
    if (length > longest) {
      longest = length;
      best = { x: Math.round((a.x + b.x) / 2), y: Math.round((a.y + b.y) / 2) };
    }
  });
  return best;
}
