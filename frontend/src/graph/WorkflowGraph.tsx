/**
 * The canvas of both islands: a graph, laid out and drawn on React Flow.
 *
 * React Flow pans, zooms and places nodes; the lines are our own, because the layout has routed them already. The graph
 * holds what is about looking (viewport, which state the keyboard is on); everything else is its owner's.
 */
import { ReactFlow, ReactFlowProvider, useStore, ViewportPortal } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { forwardRef, useImperativeHandle, useMemo, useRef, useState, type FocusEvent, type KeyboardEvent } from "react";
import { ARIA } from "./aria";
import { GraphContext, type GraphActions } from "./context";
import { useDrop } from "./dropping";
import { DropZones } from "./DropZones";
import { EdgeLayer } from "./EdgeLayer";
import { useFlowNodes } from "./flowNodes";
import "./graph.css";
import { nodeTypes } from "./GraphNodes";
import { isArrow, type Arrow } from "./keyboard";
import { layout, type Layout } from "./layout";
import { useMarquee } from "./Marquee";
import { Minimap } from "./Minimap";
import type { Graph } from "./model";
import { useRegion } from "./region";
import type { GraphHandle, WorkflowGraphProps } from "./types";
import { detailAt, useView, ZOOM } from "./view";
import { walk } from "./walking";

export const WorkflowGraph = forwardRef<GraphHandle, WorkflowGraphProps>(function WorkflowGraph(props, ref) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} handle={ref} />
    </ReactFlowProvider>
  );
});

type CanvasProps = WorkflowGraphProps & { handle: React.ForwardedRef<GraphHandle> };

function Canvas(props: CanvasProps) {
  const { graph, direction = "TB", selection = NONE, collapsed = NO_IDS, refit = "first", handle, emptyText = "Drop a state here" } = props;
  const { onSelect, onOpen, onNodeContextMenu, onEdgeContextMenu, onToggleCollapse, onNodeDrag, onConnect } = props;
  const drawing = useLayout(graph, direction, collapsed);
  const selected = useMemo(() => new Set(selection), [selection]);
  const [current, setCurrent] = useState<string | null>(null);
  const trail = useRef<string[]>([]);
  const [isInside, setInside] = useState(false);
  const firstNode = graph.scopes.get("")?.nodes[0] ?? null;
  const roving = current !== null && drawing.nodes.has(current) ? current : (selection.find((id) => drawing.nodes.has(id)) ?? firstNode);

  const frame = useRef<HTMLDivElement>(null);
  const view = useView(frame, drawing, refit);
  const actions = useMemo(
    (): GraphActions => ({
      direction,
      canConnect: onConnect !== undefined,
      select: (id, additive) => onSelect?.([id], { additive }),
      open: (id) => onOpen?.(id),
      setCurrent,
      contextMenu: onNodeContextMenu,
      edgeContextMenu: onEdgeContextMenu,
      toggleCollapse: onToggleCollapse,
      drag: onNodeDrag,
    }),
    [direction, onSelect, onOpen, onNodeContextMenu, onEdgeContextMenu, onToggleCollapse, onNodeDrag, onConnect],
  );

  const drop = useDrop(props, drawing);
  const region = useRegion(drawing);
  const nodes = useFlowNodes({
    graph, drawing, decorations: props.nodeDecorations, selected, roving, collapsed, emptyText,
    active: drop.active, isDraggable: onNodeDrag !== undefined, region,
  });
  const marquee = useMarquee(graph, drawing, onSelect && !props.readOnly ? (ids) => onSelect(ids, { additive: false }) : undefined);

  const moveTo = (next: string): void => {
    if (roving !== null) trail.current = [...trail.current.slice(-30), roving];
    setCurrent(next);
    view.reveal(next, false);
    focusNode(frame.current, next);
  };

  const step = (key: Arrow | "Home" | "End"): string | null => {
    const all = graph.scopes.get("")?.nodes ?? [];
    const next = isArrow(key) ? (roving === null ? null : walk(graph, drawing, roving, key, trail.current)) : ((key === "Home" ? all[0] : all.at(-1)) ?? null);
    if (next !== null) moveTo(next);
    return next;
  };
  useImperativeHandle(handle, () => ({
    fit: view.fit,
    zoomIn: view.zoomIn,
    zoomOut: view.zoomOut,
    walk: step,
    reveal: (nodeId, options) => {
      view.reveal(nodeId, options?.centre ?? false);
      if (options?.focus) focusNode(frame.current, nodeId);
    },
  }));


  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (target.closest("input, textarea, select, [contenteditable]")) return;
    const onNode = target.closest("[data-node]") !== null;
    const isStep = isArrow(event.key) || event.key === "Home" || event.key === "End";
    if (isStep && onNode && roving !== null && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const next = step(event.key as Arrow | "Home" | "End");
      if (next !== null && event.shiftKey && isArrow(event.key)) onSelect?.([next], { additive: true });
    } else if (event.key === "Escape" && selection.length > 0) onSelect?.([], { additive: false });
    else if ((event.key === "+" || event.key === "=") && !event.ctrlKey && !event.metaKey) view.zoomIn();
    else if (event.key === "-" && !event.ctrlKey && !event.metaKey) view.zoomOut();
    else if (event.key === "0" && !event.ctrlKey) view.fit();
    else props.onKeyDown?.(event, onNode ? roving : null);
  };

  const onBlur = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setInside(false);
  };

  const detail = useStore((state) => detailAt(state.transform[2]));
  return (
    <GraphContext.Provider value={actions}>
      <div
        ref={frame}
        className={`graph dots ${direction === "LR" ? "graph-lr" : ""} ${detail === "full" ? "" : `graph-${detail}`} ${marquee.isChoosing ? "graph-choosing" : ""} ${view.isSettled && region === null ? "graph-settled" : ""}`}
        role="group"
        aria-label={ARIA.graph(props.label, graph.nodes.size)}
        aria-description={ARIA.instructions}
        onKeyDown={onKeyDown}
        onFocus={() => setInside(true)}
        onBlur={onBlur}
        {...drop.handlers}
        {...marquee.handlers}
      >
        <ReactFlow
          nodes={nodes}
          edges={NO_EDGES}
          nodeTypes={nodeTypes}
          minZoom={ZOOM.least}
          maxZoom={ZOOM.most}
          nodesDraggable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          nodesConnectable={onConnect !== undefined}
          onConnect={({ source, target }) => onConnect?.(source, target)}
          onPaneClick={() => onSelect?.([], { additive: false })}
          onMoveStart={(event) => {
            if (event) view.touch();
          }}
          panOnScroll
          zoomOnDoubleClick={false}
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          disableKeyboardA11y
          panOnDrag={!marquee.isChoosing}
          attributionPosition="top-right"
        >
          <ViewportPortal>
            <EdgeLayer
              graph={graph}
              drawing={drawing}
              decorations={props.edgeDecorations}
              selection={selected}
              selectable={onSelect !== undefined && !props.readOnly}
              slot={props.edgeSlot}
              current={isInside ? roving : null}
              region={region}
            />
            {drop.zones.length > 0 && <DropZones zones={drop.zones} active={drop.active} />}
          </ViewportPortal>
        </ReactFlow>
        {marquee.frame}
        {props.minimap && <Minimap graph={graph} drawing={drawing} selected={selected} />}
        {props.controls !== false && (
          <div className="absolute right-3 bottom-3 z-10 flex items-center gap-0.5 rounded-lg bg-base-100 p-1 shadow-float">
            <button type="button" className="btn btn-ghost btn-sm btn-square" aria-label={ARIA.zoomOut} title={ARIA.zoomOut} onClick={view.zoomOut}>
              <ZoomOut aria-hidden size={15} strokeWidth={1.75} />
            </button>
            <button type="button" className="btn btn-ghost btn-sm btn-square" aria-label={ARIA.zoomIn} title={ARIA.zoomIn} onClick={view.zoomIn}>
              <ZoomIn aria-hidden size={15} strokeWidth={1.75} />
            </button>
            <button type="button" className="btn btn-ghost btn-sm btn-square" aria-label={ARIA.fit} title={ARIA.fit} onClick={view.fit}>
              <Maximize aria-hidden size={15} strokeWidth={1.75} />
            </button>
          </div>
        )}
        {props.children}
      </div>
    </GraphContext.Provider>
  );
}

const NONE: readonly string[] = [];
const NO_IDS: ReadonlySet<string> = new Set();
const NO_EDGES: never[] = [];

/** As soon as it is drawn: a state far away isn't in the page before the view has moved. */
function focusNode(frame: HTMLElement | null, nodeId: string, tries = 40): void {
  requestAnimationFrame(() => {
    const node = frame?.querySelector<HTMLElement>(`[data-node="${CSS.escape(nodeId)}"]`);
    if (node) node.focus({ preventScroll: true });
    else if (tries > 0) focusNode(frame, nodeId, tries - 1);
  });
}

/** The layout of this graph, with the last one's order, so that an edit moves as little as it can. */
function useLayout(graph: Graph, direction: "TB" | "LR", collapsed: ReadonlySet<string>): Layout {
  const [last, setLast] = useState<{ key: readonly unknown[]; drawing: Layout } | null>(null);
  if (last && last.key[0] === graph && last.key[1] === direction && last.key[2] === collapsed) return last.drawing;
  const reuse = last?.drawing.direction === direction ? last.drawing : undefined;
  const drawing = layout(graph, { direction, collapsed, previous: reuse?.order, reuse });
  setLast({ key: [graph, direction, collapsed], drawing });
  return drawing;
}
