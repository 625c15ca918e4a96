/** The workflow as a graph to edit: drop zones, "+" on edges, connections, menus, the floating tools. */

import { TriangleAlert } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type RefObject } from "react";

import { WorkflowGraph, type Graph, type GraphHandle, type NodeDecoration, type WorkflowGraphProps } from "../../graph";
import { accepts, addInto, dropOn } from "../state/adding";
import { setCanvas } from "../state/canvas";
import { isAboutStates } from "../shortcuts";
import { withComments } from "./CommentMark";
import { decorationsOf, graphOf, selectedStates } from "../state/derive";
import { looked, useLook, type Look } from "../state/look";
import { announce, select, toggleCollapsed, useDesigner, type Dragged } from "../state/store";
import { AddOnEdge } from "./AddOnEdge";
import type { MenuPlace } from "./ContextMenu";
import { Floater } from "./Floater";
import { PulledLine, usePulling } from "./usePulling";

const ContextMenu = lazy(() => import("./ContextMenu").then((module) => ({ default: module.ContextMenu })));
const FindBar = lazy(() => import("./FindBar").then((module) => ({ default: module.FindBar })));
const Outline = lazy(() => import("./Outline").then((module) => ({ default: module.Outline })));

/** Shift and Ctrl add to the selection or take away from it. */
function onSelect(ids: readonly string[], { additive }: { additive: boolean }): void {
  const { selection } = useDesigner.getState();
  if (!additive) {
    select(ids);
    return;
  }
  const toggled = ids.filter((id) => !selection.includes(id));
  select([...selection.filter((id) => !ids.includes(id)), ...toggled]);
}

/** A state that is selected with others is dragged with them. */
function onNodeDrag(id: string | null): void {
  const selected = selectedStates(useDesigner.getState()).map(({ pointer }) => pointer);
  const pointers = id !== null && selected.includes(id) ? selected : id === null ? [] : [id];
  useDesigner.setState({ dragging: id === null ? undefined : { kind: "states", pointers } });
}

function open(nodeId: string): void {
  select([nodeId]);
  useDesigner.setState({ sheet: "inspector" });
}

/** A click into an empty place asks what to put there. */
function onPlace(event: MouseEvent): void {
  const scope = (event.target as Element).closest<HTMLElement>("[data-scope]")?.dataset["scope"];
  if (scope !== undefined && useDesigner.getState().boot.permissions.design) addInto(scope);
}

/** A key pressed on a state that isn't selected means that state; the action itself is performed by useShortcuts. */
function onKeyDown(event: KeyboardEvent, nodeId: string | null): void {
  if (nodeId !== null && !useDesigner.getState().selection.includes(nodeId) && (isAboutStates(event) || event.key === "ContextMenu")) select([nodeId]);
}

/** What is shown on the states: a test's outcome or else the problems, and over it how the canvas is looked at. */
function useDecorations(graph: Graph, look: Look): ReadonlyMap<string, NodeDecoration> {
  const good = useDesigner((state) => state.good);
  const diagnostics = useDesigner((state) => state.diagnostics);
  const deployProblems = useDesigner((state) => state.deployProblems);
  const painted = useDesigner((state) => state.painted);
  const problems = useMemo(
    () => decorationsOf(graph, { good, diagnostics, deployProblems }),
    [graph, good, diagnostics, deployProblems],
  );
  const comments = useDesigner((state) => state.comments);
  const marked = useMemo(() => withComments(painted?.nodes ?? problems, graph, comments), [painted, problems, graph, comments]);
  return useMemo(() => looked(marked, graph, look), [marked, graph, look]);
}

/**
 * A state that had the keyboard may be gone after an edit, or the edit chose what it made: that takes over, so that the
 * next key doesn't mean what was chosen before.
 */
function useKeptFocus(graph: Graph, handle: RefObject<GraphHandle | null>): void {
  const before = useRef<readonly string[]>([]);
  useEffect(() => {
    const { selection } = useDesigner.getState();
    const isChosen = selection !== before.current;
    before.current = selection;
    const frame = requestAnimationFrame(() => {
      const [id] = selection;
      const focused = document.activeElement as HTMLElement | null;
      const node = focused?.dataset["node"];
      const isLeft = isChosen && node !== undefined && !selection.includes(node);
      if ((focused === document.body || isLeft) && id !== undefined && graphOf(useDesigner.getState().good).nodes.has(id))
        handle.current?.reveal(id, { focus: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [graph, handle]);
}

/** Dropping, dragging and connecting, for those who may design. */
function useEditing(): Partial<WorkflowGraphProps> {
  const canEdit = useDesigner((state) => state.boot.permissions.design);
  const dragging = useDesigner((state) => state.dragging);
  return useMemo(
    () =>
      canEdit
        ? {
            edgeSlot: AddOnEdge,
            dragging: dragging ?? null,
            accepts: (target) => dragging !== undefined && accepts(dragging, target),
            onRefused: (reason) => announce(reason, "error"),
            onDropOn: (target, payload) => {
              useDesigner.setState({ dragging: undefined });
              if (payload !== null) dropOn(target, payload as Dragged);
            },
            onNodeDrag,
            connectable: true,
          }
        : { readOnly: true },
    [canEdit, dragging],
  );
}

function useMenu() {
  const [menu, setMenu] = useState<MenuPlace>();
  const onStateOrLine = useCallback((id: string, at: { x: number; y: number }) => {
    if (!useDesigner.getState().selection.includes(id)) select([id]);
    setMenu(at);
  }, []);
  const onPane = (event: MouseEvent): void => {
    if (event.defaultPrevented || !(event.target as Element).classList.contains("graph-pane")) return;
    event.preventDefault();
    select([]);
    setMenu({ x: event.clientX, y: event.clientY });
  };
  return { menu, setMenu, onStateOrLine, onPane };
}

export function Canvas() {
  const graph = graphOf(useDesigner((state) => state.good));
  const selection = useDesigner((state) => state.selection);
  const direction = useDesigner((state) => state.direction);
  const collapsed = useDesigner((state) => state.collapsed);
  const boot = useDesigner((state) => state.boot);
  const edgeDecorations = useDesigner((state) => state.painted?.edges);
  const handle = useRef<GraphHandle>(null);
  const look = useLook();
  const decorations = useDecorations(graph, look);
  const editing = useEditing();
  const { menu, setMenu, onStateOrLine, onPane } = useMenu();
  const { onPointerDown, pull } = usePulling(graph, boot.permissions.design);
  useKeptFocus(graph, handle);
  useEffect(() => {
    setCanvas(handle.current);
    return () => setCanvas(null);
  }, []);

  return (
    <div className="h-full w-full relative min-h-0 min-w-0 flex dots" onPointerDownCapture={onPointerDown} onClick={onPlace} onContextMenu={onPane}>
      {/* A lane of its own, three dots wide: the tools never cover a state. */}
      <div className="w-12 flex-none relative">
        <Floater onMenu={setMenu} />
      </div>
      <div className="flex-1 min-w-0 relative">
        <WorkflowGraph
          ref={handle}
          graph={graph}
          label={boot.machine.name}
          direction={direction}
          selection={selection}
          onSelect={onSelect}
          onOpen={open}
          onNodeContextMenu={onStateOrLine}
          onEdgeContextMenu={onStateOrLine}
          onKeyDown={onKeyDown}
          nodeDecorations={decorations}
          minimap={look.minimap}
          {...(edgeDecorations === undefined ? {} : { edgeDecorations })}
          collapsed={collapsed}
          onToggleCollapse={toggleCollapsed}
          emptyText="Drop a state here, or click"
          refit="first"
          controls={false}
          {...editing}
        >
          <BrokenText />
        </WorkflowGraph>
        <Suspense>
          {look.query === undefined ? null : <FindBar />}
          {look.outline ? <Outline /> : null}
        </Suspense>
      </div>
      {pull === undefined ? null : <PulledLine pull={pull} />}
      <Suspense>{menu === undefined ? null : <ContextMenu at={menu} onClose={() => setMenu(undefined)} />}</Suspense>
    </div>
  );
}

function BrokenText() {
  const isBroken = useDesigner((state) => state.problems.length > 0);
  return isBroken ? (
    <p role="status" className="absolute left-14 right-3 mx-auto top-3 z-10 chip chip-fail chip-lg shadow-float w-fit !h-auto min-h-7 py-1 whitespace-normal">
      <TriangleAlert size={14} aria-hidden className="flex-none" />
      <span>The text doesn't parse; this is the last graph that did</span>
    </p>
  ) : null;
}
