/**
 * All lines, labels, "+" slots and drop zones, in the coordinates of the drawing.
 *
 * Untaken lines are drawn first and taken ones on top: a shared trunk has the colour of its most reached line.
 */
import { memo, useContext, useMemo, useState, type ComponentType, type Dispatch, type SetStateAction } from "react";
import { ARIA } from "./aria";
import { GraphContext } from "./context";
import type { EdgeLayout, Layout, Point, Rect } from "./layout";
import type { Graph, GraphEdge } from "./model";
import { roundedPath, type RoundedPath } from "./path";
import { isIn } from "./region";
import type { EdgeDecoration, EdgeSlotProps } from "./types";

interface EdgeLayerProps {
  graph: Graph;
  drawing: Layout;
  decorations: ReadonlyMap<string, EdgeDecoration> | undefined;
  selection: ReadonlySet<string>;
  selectable: boolean;
  slot: ComponentType<EdgeSlotProps> | undefined;
  /** The state that the keyboard is on, while it is in the graph. */
  current: string | null;
  /** What of it is put into the page; null for everything. */
  region: Rect | null;
}

interface Drawn {
  id: string;
  edge: GraphEdge;
  line: EdgeLayout;
  decoration: EdgeDecoration | undefined;
  selected: boolean;
}

export const EdgeLayer = memo(function EdgeLayer({ graph, drawing, decorations, selection, selectable, slot: Slot, current, region }: EdgeLayerProps) {
  const [hovered, setHovered] = useState<string | null>(null);
  const { select } = useContext(GraphContext);
  const [cache] = useState(() => new LineCache());
  const drawn = useMemo(() => cache.drawn({ graph, drawing, decorations, selection, region }), [cache, graph, drawing, decorations, selection, region]);
  const lines = drawn.filter(({ line }) => line.points.length > 1);

  return (
    <>
      <svg className="graph-edges" width={drawing.width} height={drawing.height} aria-hidden>
        <defs>
          <marker id="graph-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">
            <path d="M0 .6 7 4 0 7.4z" fill="context-stroke" />
          </marker>
        </defs>
        {lines.map((entry) => (
          <EdgeLine key={entry.id} entry={entry} isRun={decorations !== undefined} isHovered={hovered === entry.id} onHover={selectable || Slot ? setHovered : undefined} />
        ))}
      </svg>
      {drawn.map(({ id, edge, line, decoration, selected }) =>
        line.label ? (
          <span
            key={id}
            title={edge.hint}
            className={`elabel graph-label ${edge.kind === "catch" && decorations === undefined ? "elabel-catch" : ""} ${selected ? "sel" : ""}`}
            style={{ left: line.label.x, top: line.label.y, width: line.label.width, height: line.label.height }}
            onClick={selectable ? (event) => select(id, event.shiftKey || event.ctrlKey || event.metaKey) : undefined}
            onPointerEnter={() => setHovered(id)}
          >
            {line.label.text}
            {(decoration?.count ?? 0) > 1 && <span className="num text-ink-3"> ×{decoration?.count}</span>}
          </span>
        ) : null,
      )}
      {Slot &&
        drawn.map(({ id, edge, line, selected }) => {
          const isActive = selected || hovered === id || (current !== null && (edge.source === current || edge.target === current));
          if (!edge.insertable || !isActive || edge.kind === "empty") return null;
          const isReachable = current !== null && (edge.source === current || (edge.kind === "start" && edge.target === current));
          return (
            <div
              key={id}
              className="graph-slot nopan"
              style={{ left: line.insertAt.x, top: line.insertAt.y }}
              data-slot={id}
              onPointerEnter={() => setHovered(id)}
              onPointerLeave={() => setHovered((now) => (now === id ? null : now))}
            >
              <Slot edge={edge} active={isActive} reachable={isReachable} label={ARIA.edge(graph, edge)} />
            </div>
          );
        })}
    </>
  );
});

/** A line that looks as it did stays the same object, and isn't drawn again. */
class LineCache {
  private last = new Map<string, Drawn>();

  drawn({ graph, drawing, decorations, selection, region }: Pick<EdgeLayerProps, "graph" | "drawing" | "decorations" | "selection" | "region">): Drawn[] {
    const list: Drawn[] = [];
    for (const [id, line] of drawing.edges) {
      const edge = graph.edges.get(id);
      if (!edge || !isIn(region, boundsOf(line))) continue;
      const entry = { id, edge, line, decoration: decorations?.get(id), selected: selection.has(id) };
      const before = this.last.get(id);
      list.push(before && isSame(before, entry) ? before : entry);
    }
    this.last = new Map(list.map((entry) => [entry.id, entry]));
    const weight = ({ decoration, selected }: Drawn): number => (selected ? 2 : decoration?.taken ? 1 : 0);
    return list.sort((a, b) => weight(a) - weight(b));
  }
}

function isSame(a: Drawn, b: Drawn): boolean {
  return a.edge === b.edge && a.line === b.line && a.decoration === b.decoration && a.selected === b.selected;
}

const bounds = new WeakMap<EdgeLayout, Rect>();

function boundsOf(line: EdgeLayout): Rect {
  const known = bounds.get(line);
  if (known) return known;
  let [left, top, right, bottom] = [line.insertAt.x, line.insertAt.y, line.insertAt.x, line.insertAt.y];
  const reach = (x: number, y: number): void => {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  };
  for (const { x, y } of line.points) reach(x, y);
  if (line.label) {
    reach(line.label.x, line.label.y);
    reach(line.label.x + line.label.width, line.label.y + line.label.height);
  }
  const rect = { x: left, y: top, width: right - left, height: bottom - top };
  bounds.set(line, rect);
  return rect;
}

type Hover = Dispatch<SetStateAction<string | null>>;

/** What is drawn of a line, seen from where it begins. */
interface Shape extends RoundedPath {
  readonly at: Point;
  /** Of a line that ends in a dot. */
  readonly dot: Point | undefined;
}

const shapes = new WeakMap<EdgeLayout, Shape>();

function shapeOf(line: EdgeLayout): Shape {
  const known = shapes.get(line);
  if (known) return known;
  const at = line.points[0] ?? { x: 0, y: 0 };
  const own = line.points.map(({ x, y }) => ({ x: x - at.x, y: y - at.y }));
  const shape = { ...roundedPath(own), at, dot: line.stub ? own.at(-1) : undefined };
  shapes.set(line, shape);
  return shape;
}

/** One that only moves is put elsewhere; its paths aren't drawn again. */
const EdgeLine = memo(function EdgeLine({ entry, isRun, isHovered, onHover }: { entry: Drawn; isRun: boolean; isHovered: boolean; onHover: Hover | undefined }) {
  const { id, edge, line, decoration, selected } = entry;
  const { at, d, dashOffset, dot } = shapeOf(line);
  return (
    <g transform={`translate(${String(at.x)} ${String(at.y)})`} className={isHovered || selected ? "edge-strong" : undefined} data-taken={decoration?.taken ? "" : undefined}>
      <EdgePaths
        id={id}
        d={d}
        dashOffset={edge.kind === "catch" ? dashOffset : undefined}
        dotX={dot?.x}
        dotY={dot?.y}
        run={isRun ? (decoration?.taken ? "edge-done" : "edge-idle") : ""}
        hasProblem={decoration?.problem !== undefined}
        onHover={onHover}
      />
    </g>
  );
});

interface EdgePathsProps {
  id: string;
  d: string;
  /** Of an error's line. */
  dashOffset: number | undefined;
  dotX: number | undefined;
  dotY: number | undefined;
  run: "" | "edge-done" | "edge-idle";
  hasProblem: boolean;
  onHover: Hover | undefined;
}

const EdgePaths = memo(function EdgePaths({ id, d, dashOffset, dotX, dotY, run, hasProblem, onHover }: EdgePathsProps) {
  return (
    <>
      <path
        d={d}
        className={`edge ${dashOffset === undefined ? "" : "edge-catch"} ${run} ${hasProblem ? "edge-problem" : ""}`}
        {...(dashOffset !== undefined && { strokeDashoffset: dashOffset })}
        {...(dotX === undefined && { markerEnd: "url(#graph-arrow)" })}
      />
      {dotX !== undefined && <circle cx={dotX} cy={dotY} r={3} className={`edge-dot ${run}`} />}
      {onHover && <HitPath id={id} d={d} onHover={onHover} />}
    </>
  );
});

/** What a person points at: wider than the line. */
function HitPath({ id, d, onHover }: { id: string; d: string; onHover: Hover }) {
  const { select, edgeContextMenu } = useContext(GraphContext);
  return (
    <path
      d={d}
      className="graph-edge-hit nopan"
      data-edge={id}
      onPointerEnter={() => onHover(id)}
      onPointerLeave={() => onHover((now) => (now === id ? null : now))}
      onClick={(event) => select(id, event.shiftKey || event.ctrlKey || event.metaKey)}
      onContextMenu={(event) => {
        if (!edgeContextMenu) return;
        event.preventDefault();
        edgeContextMenu(id, { x: event.clientX, y: event.clientY });
      }}
    />
  );
}
