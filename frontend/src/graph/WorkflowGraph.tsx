/**
 * The canvas of both islands: a graph, laid out and drawn on React Flow.
 *
 * React Flow pans, zooms and places nodes; the lines are our own, because the layout has routed them already. The graph
 * holds what is about looking (viewport, which state the keyboard is on); everything else is its owner's.
 */
import { ReactFlow, ReactFlowProvider, useReactFlow, useStore, useStoreApi, ViewportPortal, type Node } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { forwardRef, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState, type DragEvent, type FocusEvent, type KeyboardEvent } from "react";
import { ARIA } from "./aria";
import { GraphContext, type GraphActions } from "./context";
import { DropZones, dropZones, nearestZone, type DropZone } from "./DropZones";
import { EdgeLayer } from "./EdgeLayer";
import "./graph.css";
import { nodeTypes, type EmptyFlowNode, type PillFlowNode, type StateData, type StateFlowNode } from "./GraphNodes";
import { isArrow, neighbour } from "./keyboard";
import { layout, type Layout, type Rect } from "./layout";
import { EMPTY, END, START, type Graph, type GraphNode } from "./model";
import { insideWords } from "./project";
import type { GraphHandle, WorkflowGraphProps } from "./types";

const MARGIN = 16;
const ZOOM = { least: 0.1, most: 2, step: 1.25, small: 0.7, readable: 0.5 };

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
  const [isInside, setInside] = useState(false);
  const firstNode = graph.scopes.get("")?.nodes[0] ?? null;
  const roving = current !== null && drawing.nodes.has(current) ? current : (selection.find((id) => drawing.nodes.has(id)) ?? firstNode);

  const frame = useRef<HTMLDivElement>(null);
  const view = useView(frame, drawing, refit);
  useImperativeHandle(handle, () => ({
    fit: view.fit,
    zoomIn: view.zoomIn,
    zoomOut: view.zoomOut,
    reveal: (nodeId, options) => {
      view.reveal(nodeId, options?.centre ?? false);
      if (options?.focus) focusNode(frame.current, nodeId);
    },
  }));

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
  const nodes = useFlowNodes(props, drawing, selected, roving, collapsed, emptyText, drop.active);

  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (target.closest("input, textarea, select, [contenteditable]")) return;
    const onNode = target.closest("[data-node]") !== null;
    if (isArrow(event.key) && onNode && roving !== null && !event.altKey && !event.ctrlKey && !event.metaKey) {
      const next = neighbour(graph, drawing, roving, event.key);
      event.preventDefault();
      if (next !== null) {
        setCurrent(next);
        view.reveal(next, false);
        focusNode(frame.current, next);
        if (event.shiftKey) onSelect?.([next], { additive: true });
      }
    } else if ((event.key === "Home" || event.key === "End") && onNode) {
      const all = graph.scopes.get("")?.nodes ?? [];
      const next = event.key === "Home" ? all[0] : all.at(-1);
      event.preventDefault();
      if (next !== undefined) {
        setCurrent(next);
        view.reveal(next, false);
        focusNode(frame.current, next);
      }
    } else if (event.key === "Escape" && selection.length > 0) onSelect?.([], { additive: false });
    else if (event.key === "+" || event.key === "=") view.zoomIn();
    else if (event.key === "-") view.zoomOut();
    else if (event.key === "0" && !event.ctrlKey) view.fit();
    else props.onKeyDown?.(event, onNode ? roving : null);
  };

  const onBlur = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setInside(false);
  };

  const isSmall = useStore((state) => state.transform[2] < ZOOM.small);
  return (
    <GraphContext.Provider value={actions}>
      <div
        ref={frame}
        className={`graph dots ${direction === "LR" ? "graph-lr" : ""} ${isSmall ? "graph-small" : ""} ${view.isSettled ? "graph-settled" : ""}`}
        role="group"
        aria-label={ARIA.graph(props.label, graph.nodes.size)}
        aria-description={ARIA.instructions}
        onKeyDown={onKeyDown}
        onFocus={() => setInside(true)}
        onBlur={onBlur}
        {...drop.handlers}
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
          onlyRenderVisibleElements={graph.nodes.size > 300}
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
            />
            {drop.zones.length > 0 && <DropZones zones={drop.zones} active={drop.active} />}
          </ViewportPortal>
        </ReactFlow>
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
/** Containers are below the lines (graph.css), states above them. */
const ABOVE_LINES = 1000;
const NO_EDGES: never[] = [];

function focusNode(frame: HTMLElement | null, nodeId: string): void {
  // After React has drawn it: a state far away isn't in the document before the view has moved.
  requestAnimationFrame(() => frame?.querySelector<HTMLElement>(`[data-node="${CSS.escape(nodeId)}"]`)?.focus({ preventScroll: true }));
}

/** The layout of this graph, with the last one's order, so that an edit moves as little as it can. */
function useLayout(graph: Graph, direction: "TB" | "LR", collapsed: ReadonlySet<string>): Layout {
  const [last, setLast] = useState<{ key: readonly unknown[]; drawing: Layout } | null>(null);
  if (last && last.key[0] === graph && last.key[1] === direction && last.key[2] === collapsed) return last.drawing;
  const previous = last?.drawing.direction === direction ? last.drawing.order : undefined;
  const drawing = layout(graph, { direction, collapsed, previous });
  setLast({ key: [graph, direction, collapsed], drawing });
  return drawing;
}

interface View {
  isSettled: boolean;
  fit: () => void;
  zoomIn: () => void;
  zoomOut: () => void;
  touch: () => void;
  reveal: (nodeId: string, centre: boolean) => void;
}

type Frame = React.RefObject<HTMLDivElement | null>;

function useView(frame: Frame, drawing: Layout, refit: "never" | "first" | "always"): View {
  const flow = useReactFlow();
  const store = useStoreApi();
  const touched = useRef(false);
  const fitted = useRef(false);
  const [isSettled, setSettled] = useState(false);

  const place = useCallback(() => {
    const { width, height } = frame.current?.getBoundingClientRect() ?? { width: 0, height: 0 };
    if (width === 0 || height === 0) return;
    void flow.setViewport(fitView(drawing, width, height));
    fitted.current = true;
  }, [frame, drawing, flow]);

  useEffect(() => {
    if (refit === "always" && !touched.current) place();
    else if (!fitted.current) place();
  }, [place, refit]);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (!touched.current) place();
    });
    observer.observe(element);
    const timer = setTimeout(() => setSettled(true), 400);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
    };
  }, [frame, place]);

  return useMemo(() => {
    const zoom = (factor: number): void => {
      touched.current = true;
      void flow.zoomTo(flow.getZoom() * factor, { duration: 120 });
    };
    return {
      isSettled,
      fit: () => {
        touched.current = false;
        place();
      },
      zoomIn: () => zoom(ZOOM.step),
      zoomOut: () => zoom(1 / ZOOM.step),
      touch: () => {
        touched.current = true;
      },
      reveal: (nodeId: string, centre: boolean) => {
        const rect = drawing.nodes.get(nodeId);
        const [x, y, zoomNow] = store.getState().transform;
        const { width, height } = frame.current?.getBoundingClientRect() ?? { width: 0, height: 0 };
        if (!rect || width === 0) return;
        const left = rect.x * zoomNow + x;
        const top = rect.y * zoomNow + y;
        const isSeen = left >= 0 && top >= 0 && left + rect.width * zoomNow <= width && top + Math.min(rect.height, 48) * zoomNow <= height;
        if (isSeen && !centre) return;
        touched.current = true;
        void flow.setCenter(rect.x + rect.width / 2, rect.y + Math.min(rect.height, 96) / 2, { zoom: zoomNow, duration: 120 });
      },
    };
  }, [frame, drawing, flow, isSettled, place, store]);
}

/** As large as fits, at most 100%; from the top, in the middle; never so small that nothing can be read. */
function fitView(drawing: Layout, width: number, height: number): { x: number; y: number; zoom: number } {
  const room = { width: width - 2 * MARGIN, height: height - 2 * MARGIN };
  const whole = Math.min(1, room.width / drawing.width, room.height / drawing.height);
  const zoom = Math.max(ZOOM.readable, whole);
  const x = drawing.width * zoom <= room.width ? (width - drawing.width * zoom) / 2 : startOffset(drawing, zoom, width);
  const y = drawing.direction === "LR" && drawing.height * zoom <= room.height ? (height - drawing.height * zoom) / 2 : MARGIN;
  return { x: Math.round(x), y: Math.round(y), zoom };
}

/** A drawing wider than the pane begins with Start in view. */
function startOffset(drawing: Layout, zoom: number, width: number): number {
  const start = drawing.nodes.get(START);
  if (!start || drawing.direction === "LR") return MARGIN;
  return width / 2 - (start.x + start.width / 2) * zoom;
}

function useDrop(props: CanvasProps, drawing: Layout) {
  const { graph, dragging, accepts, onDropOn } = props;
  const flow = useReactFlow();
  const [nearest, setNearest] = useState<DropZone | null>(null);
  const isDragging = dragging !== undefined && dragging !== null && onDropOn !== undefined;
  const zones = useMemo(() => (isDragging ? dropZones(graph, drawing, accepts) : []), [isDragging, graph, drawing, accepts]);
  const active = isDragging ? nearest : null;
  const zoneAt = (event: DragEvent): DropZone | null => {
    const all = zones.length > 0 ? zones : dropZones(graph, drawing, accepts);
    return nearestZone(all, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  };
  const handlers =
    onDropOn === undefined
      ? {}
      : {
          onDragOver: (event: DragEvent) => {
            if (!isDragging) return;
            const zone = zoneAt(event);
            if (zone) event.preventDefault();
            if (zone?.id !== nearest?.id) setNearest(zone);
          },
          onDragLeave: (event: DragEvent) => {
            if (!event.currentTarget.contains(event.relatedTarget as globalThis.Node | null)) setNearest(null);
          },
          onDrop: (event: DragEvent) => {
            const zone = zoneAt(event);
            setNearest(null);
            if (!zone) return;
            event.preventDefault();
            onDropOn(zone.target, dragging ?? null, event.nativeEvent);
          },
        };
  return { zones, active, handlers };
}

function useFlowNodes(
  { graph, nodeDecorations, onNodeDrag }: CanvasProps,
  drawing: Layout,
  selected: ReadonlySet<string>,
  roving: string | null,
  collapsed: ReadonlySet<string>,
  emptyText: string,
  active: DropZone | null,
): Node[] {
  return useMemo(() => {
    const nodes: Node[] = [];
    for (const [id, rect] of drawing.nodes) {
      const frame = {
        id,
        position: { x: rect.x, y: rect.y },
        width: rect.width,
        height: rect.height,
        measured: { width: rect.width, height: rect.height },
        draggable: false,
        selectable: false,
      };
      const node = graph.nodes.get(id);
      if (!node) {
        if (id.endsWith(EMPTY)) {
          const scope = id.slice(0, -EMPTY.length);
          const isTarget = active?.target.kind === "scope" && active.target.scope === scope;
          nodes.push({ ...frame, type: "empty", zIndex: ABOVE_LINES, style: { pointerEvents: "all" }, data: { text: emptyText, scope, isTarget } } satisfies EmptyFlowNode);
        } else nodes.push({ ...frame, type: "pill", zIndex: ABOVE_LINES, data: { text: id.endsWith(START) ? "Start" : id.endsWith(END) ? "End" : "" } } satisfies PillFlowNode);
        continue;
      }
      const isCollapsed = node.scopes.length > 0 && collapsed.has(id);
      const isBox = node.scopes.length > 0 && !isCollapsed;
      const decoration = nodeDecorations?.get(id);
      const data: StateData = {
        node,
        decoration,
        selected: selected.has(id),
        isCurrent: id === roving,
        line: decoration?.line ?? (isCollapsed ? insideWords(graph, id) : node.line),
        collapsed: isCollapsed,
        ariaLabel: ARIA.node(graph, node, decoration),
        dividers: isBox ? dividers(drawing, node, rect) : [],
      };
      const depth = id.split("/States/").length;
      const flowNode: StateFlowNode = { ...frame, type: isBox ? "box" : "state", zIndex: isBox ? depth : ABOVE_LINES, data };
      // React Flow lets no pointer through to nodes that it neither drags nor selects itself; ours are buttons.
      flowNode.style = { pointerEvents: isBox ? "none" : "all" };
      // A press on a state begins a drag of that state, not a pan.
      if (onNodeDrag) flowNode.className = "nopan";
      nodes.push(flowNode);
    }
    return nodes;
  }, [graph, drawing, nodeDecorations, onNodeDrag, selected, roving, collapsed, emptyText, active]);
}

/** Hairlines between the branches of a Parallel, relative to its box. */
function dividers(drawing: Layout, node: GraphNode, box: Rect): Rect[] {
  const inner = node.scopes.map((scope) => drawing.scopes.get(scope)).filter((rect) => rect !== undefined);
  return inner.slice(1).flatMap((rect, i) => {
    const before = inner[i];
    if (!before) return [];
    return drawing.direction === "TB"
      ? [{ x: Math.round((before.x + before.width + rect.x) / 2 - box.x), y: Math.min(before.y, rect.y) - box.y - 2, width: 1, height: Math.max(before.height, rect.height) + 4 }]
      : [{ x: Math.min(before.x, rect.x) - box.x - 2, y: Math.round((before.y + before.height + rect.y) / 2 - box.y), width: Math.max(before.width, rect.width) + 4, height: 1 }];
  });
}
