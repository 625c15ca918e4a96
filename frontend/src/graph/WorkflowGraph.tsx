/**
 * The canvas of both islands: a graph, laid out and drawn.
 *
 * Boxes are elements, lines are one SVG that the layout has routed already; both lie in a layer that is moved as a whole
 * (Pane.tsx). The graph holds what is about looking (viewport, which state the keyboard is on); everything else is its owner's.
 */
import { forwardRef, useImperativeHandle, useMemo, useRef, useState, type FocusEvent, type ForwardedRef, type KeyboardEvent } from "react";
import { ARIA } from "./aria";
import { GraphContext, type GraphActions } from "./context";
import { useDrop } from "./dropping";
import { DropZones } from "./DropZones";
import { EdgeLayer } from "./EdgeLayer";
import "./graph.css";
import { PlacedNode } from "./GraphNodes";
import { isArrow } from "./keyboard";
import { layout, type Layout } from "./layout";
import { useMarquee } from "./Marquee";
import { Minimap } from "./Minimap";
import type { Graph } from "./model";
import { Pane } from "./Pane";
import { usePlaces } from "./places";
import { useRegion } from "./region";
import { focusNode, stepOf, useRoving, type Roving } from "./roving";
import type { GraphHandle, WorkflowGraphProps } from "./types";
import { detailAt, useView, type View } from "./view";
import { useViewport, Viewport, ViewportContext } from "./viewport";
import { ZoomButtons } from "./ZoomButtons";

export const WorkflowGraph = forwardRef<GraphHandle, WorkflowGraphProps>(function WorkflowGraph(props, ref) {
  const [viewport] = useState(() => new Viewport());
  return (
    <ViewportContext.Provider value={viewport}>
      <Canvas {...props} viewport={viewport} handle={ref} />
    </ViewportContext.Provider>
  );
});

type CanvasProps = WorkflowGraphProps & { viewport: Viewport; handle: ForwardedRef<GraphHandle> };

function Canvas(props: CanvasProps) {
  const { graph, direction = "TB", selection = NONE, collapsed = NO_IDS, refit = "first", viewport, handle, emptyText = "Drop a state here", onSelect } = props;
  const frame = useRef<HTMLDivElement>(null);
  const drawing = useLayout(graph, direction, collapsed);
  const selected = useMemo(() => new Set(selection), [selection]);
  const view = useView(viewport, drawing, refit);
  const roving = useRoving(graph, drawing, selection, (id) => {
    view.reveal(id, false);
    focusNode(frame, id);
  });
  const actions = useActions(props, roving.setCurrent);
  const drop = useDrop(props, drawing, viewport);
  const region = useRegion(drawing);
  const places = usePlaces({ graph, drawing, decorations: props.nodeDecorations, selected, roving: roving.current, collapsed, emptyText, active: drop.active, region });
  const marquee = useMarquee(viewport, graph, drawing, onSelect && !props.readOnly ? (ids) => onSelect(ids, { additive: false }) : undefined);
  const inside = useIsInside();
  useImperativeHandle(handle, () => ({
    fit: view.fit,
    zoomIn: view.zoomIn,
    zoomOut: view.zoomOut,
    walk: roving.step,
    reveal: (nodeId, options) => {
      view.reveal(nodeId, options?.centre ?? false);
      if (options?.focus) focusNode(frame, nodeId);
    },
  }));
  const detail = useViewport(({ transform }) => detailAt(transform.zoom));
  const isSliding = view.isSettled && region === null;
  return (
    <GraphContext.Provider value={actions}>
      <div
        ref={frame}
        className={`graph dots ${direction === "LR" ? "graph-lr" : ""} ${detail === "full" ? "" : `graph-${detail}`} ${marquee.isChoosing ? "graph-choosing" : ""} ${isSliding ? "graph-settled" : ""}`}
        role="group"
        aria-label={ARIA.graph(props.label, graph.nodes.size)}
        aria-description={ARIA.instructions}
        onKeyDown={(event) => onKey(event, props, view, roving)}
        {...inside.handlers}
        {...drop.handlers}
        {...marquee.handlers}
      >
        <Pane viewport={viewport} onMove={view.touch} isPannedByDrag={!marquee.isChoosing} onClick={() => onSelect?.([], { additive: false })}>
          <div className="graph-boxes">
            {places.below.map((place) => (
              <PlacedNode key={place.id} place={place} />
            ))}
          </div>
          <div className="graph-states">
            {places.above.map((place) => (
              <PlacedNode key={place.id} place={place} />
            ))}
          </div>
          {/* Drawn between the two, but after them for those who come with Tab: from a state to its connections. */}
          <div className="graph-lines">
            <EdgeLayer
              graph={graph}
              drawing={drawing}
              decorations={props.edgeDecorations}
              selection={selected}
              selectable={onSelect !== undefined && !props.readOnly}
              slot={props.edgeSlot}
              current={inside.isInside ? roving.current : null}
              region={region}
            />
            {drop.zones.length > 0 && <DropZones zones={drop.zones} active={drop.active} />}
          </div>
        </Pane>
        {marquee.frame}
        {props.minimap && <Minimap graph={graph} drawing={drawing} selected={selected} />}
        {props.controls !== false && <ZoomButtons view={view} />}
        {props.children}
      </div>
    </GraphContext.Provider>
  );
}

const NONE: readonly string[] = [];
const NO_IDS: ReadonlySet<string> = new Set();

/** What nodes and lines ask of the graph. */
function useActions({ direction = "TB", onSelect, onOpen, onNodeContextMenu, onEdgeContextMenu, onToggleCollapse, onNodeDrag, connectable = false }: WorkflowGraphProps, setCurrent: Roving["setCurrent"]): GraphActions {
  return useMemo(
    () => ({
      direction,
      canConnect: connectable,
      select: (id, additive) => onSelect?.([id], { additive }),
      open: (id) => onOpen?.(id),
      setCurrent,
      contextMenu: onNodeContextMenu,
      edgeContextMenu: onEdgeContextMenu,
      toggleCollapse: onToggleCollapse,
      drag: onNodeDrag,
    }),
    [direction, onSelect, onOpen, onNodeContextMenu, onEdgeContextMenu, onToggleCollapse, onNodeDrag, connectable, setCurrent],
  );
}

/** Keys that mean something to every graph; the others are the owner's. */
function onKey(event: KeyboardEvent, { onSelect, onKeyDown, selection = NONE }: WorkflowGraphProps, view: View, roving: Roving): void {
  const target = event.target as HTMLElement;
  if (target.closest("input, textarea, select, [contenteditable]")) return;
  const node = target.closest("[data-node]") === null ? null : roving.current;
  const isPlain = !event.ctrlKey && !event.metaKey;
  const step = stepOf(event);
  if (step !== null && node !== null) {
    event.preventDefault();
    const next = roving.step(step);
    if (next !== null && event.shiftKey && isArrow(step)) onSelect?.([next], { additive: true });
  } else if (event.key === "Escape" && selection.length > 0) onSelect?.([], { additive: false });
  else if ((event.key === "+" || event.key === "=") && isPlain) view.zoomIn();
  else if (event.key === "-" && isPlain) view.zoomOut();
  else if (event.key === "0" && !event.ctrlKey) view.fit();
  else onKeyDown?.(event, node);
}

/** Is the keyboard anywhere in the graph? */
function useIsInside() {
  const [isInside, setInside] = useState(false);
  const onBlur = (event: FocusEvent): void => {
    if (!event.currentTarget.contains(event.relatedTarget)) setInside(false);
  };
  return { isInside, handlers: { onFocus: () => setInside(true), onBlur } };
}

/** The last layout, with whose order the next one is made, so that an edit moves as little as it can. */
class LayoutCache {
  private last: { key: readonly unknown[]; drawing: Layout } | undefined;

  drawing(graph: Graph, direction: "TB" | "LR", collapsed: ReadonlySet<string>): Layout {
    const { last } = this;
    if (last && last.key[0] === graph && last.key[1] === direction && last.key[2] === collapsed) return last.drawing;
    const reuse = last?.drawing.direction === direction ? last.drawing : undefined;
    const drawing = layout(graph, { direction, collapsed, previous: reuse?.order, reuse });
    this.last = { key: [graph, direction, collapsed], drawing };
    return drawing;
  }
}

function useLayout(graph: Graph, direction: "TB" | "LR", collapsed: ReadonlySet<string>): Layout {
  const [cache] = useState(() => new LayoutCache());
  return cache.drawing(graph, direction, collapsed);
}
