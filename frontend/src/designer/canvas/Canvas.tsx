/** The workflow as a graph to edit: drop zones, "+" on edges, connections, menus, the floating tools. */

import { Plus, TriangleAlert } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";

import { WorkflowGraph, type EdgeSlotProps, type GraphHandle } from "../../graph";
import { accepts, addInto, addOn, dropOn } from "../state/adding";
import { setCanvas } from "../state/canvas";
import { connect } from "../state/connecting";
import { isAboutStates } from "../shortcuts";
import { decorationsOf, graphOf, problemsOf, selectedStates } from "../state/derive";
import { looked, useLook } from "../state/look";
import { announce, select, toggleCollapsed, useDesigner, type Dragged } from "../state/store";
import { ContextMenu, type MenuPlace } from "./ContextMenu";
import { FindBar } from "./FindBar";
import { Floater } from "./Floater";
import { Outline } from "./Outline";
import { PulledLine, useReconnect } from "./useReconnect";

function AddOnEdge({ edge, reachable, label }: EdgeSlotProps) {
  return (
    <button
      type="button"
      tabIndex={reachable ? 0 : -1}
      className="size-5 rounded-full bg-primary text-primary-content grid place-items-center hover:scale-110"
      aria-label={`Add a state: ${label}`}
      title="Add a state here"
      onFocus={() => select([edge.id])}
      onClick={(event) => {
        event.stopPropagation();
        addOn(edge.id);
      }}
    >
      <Plus size={13} strokeWidth={2.4} aria-hidden />
    </button>
  );
}

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

export function Canvas() {
  const good = useDesigner((state) => state.good);
  const problems = useDesigner((state) => state.problems);
  const diagnostics = useDesigner((state) => state.diagnostics);
  const deployProblems = useDesigner((state) => state.deployProblems);
  const selection = useDesigner((state) => state.selection);
  const direction = useDesigner((state) => state.direction);
  const collapsed = useDesigner((state) => state.collapsed);
  const dragging = useDesigner((state) => state.dragging);
  const boot = useDesigner((state) => state.boot);
  const painted = useDesigner((state) => state.painted);
  const handle = useRef<GraphHandle>(null);
  const [menu, setMenu] = useState<MenuPlace>();
  const look = useLook();
  const graph = graphOf(good);
  const canEdit = boot.permissions.design;
  const { onPointerDown, pull } = useReconnect(graph, canEdit);
  const decorations = useMemo(
    () => decorationsOf(good, problemsOf({ problems: [], good, diagnostics, deployProblems })),
    [good, diagnostics, deployProblems],
  );
  useEffect(() => {
    setCanvas(handle.current);
    return () => setCanvas(null);
  }, []);

  // A state that had the keyboard may be gone after an edit: its selected neighbour takes over.
  useEffect(() => {
    requestAnimationFrame(() => {
      const [id] = useDesigner.getState().selection;
      if (document.activeElement === document.body && id !== undefined && graphOf(useDesigner.getState().good).nodes.has(id))
        handle.current?.reveal(id, { focus: true });
    });
  }, [graph]);

  const onPaneMenu = (event: MouseEvent): void => {
    if (event.defaultPrevented || !(event.target as Element).classList.contains("react-flow__pane")) return;
    event.preventDefault();
    select([]);
    setMenu({ x: event.clientX, y: event.clientY });
  };
  const openMenu = useCallback((id: string, at: { x: number; y: number }) => {
    if (!useDesigner.getState().selection.includes(id)) select([id]);
    setMenu(at);
  }, []);
  /** A key pressed on a state that isn't selected means that state; the action itself is performed by useShortcuts. */
  const onKeyDown = (event: KeyboardEvent, nodeId: string | null): void => {
    if (nodeId !== null && !selection.includes(nodeId) && (isAboutStates(event) || event.key === "ContextMenu")) select([nodeId]);
  };
  const shown = useMemo(() => looked(painted?.nodes ?? decorations, graph, look), [painted, decorations, graph, look]);

  return (
    <div className="h-full w-full relative min-h-0 min-w-0 flex dots" onPointerDownCapture={onPointerDown} onClick={onPlace} onContextMenu={onPaneMenu}>
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
        onNodeContextMenu={openMenu}
        onEdgeContextMenu={openMenu}
        onKeyDown={onKeyDown}
        nodeDecorations={shown}
        minimap={look.minimap}
        {...(painted === undefined ? {} : { edgeDecorations: painted.edges })}
        collapsed={collapsed}
        onToggleCollapse={toggleCollapsed}
        emptyText="Drop a state here, or click"
        refit="first"
        controls={false}
        readOnly={!canEdit}
        {...(canEdit
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
              onConnect: connect,
            }
          : {})}
      >
        {problems.length > 0 ? (
          <p role="status" className="absolute left-1/2 -translate-x-1/2 top-3 z-10 chip chip-fail chip-lg shadow-float max-w-[calc(100%-8rem)]">
            <TriangleAlert size={14} aria-hidden />
            <span className="truncate">The text doesn't parse; this is the last graph that did</span>
          </p>
        ) : null}
      </WorkflowGraph>
      <FindBar />
      <Outline />
      </div>
      {pull === undefined ? null : <PulledLine pull={pull} />}
      {menu === undefined ? null : <ContextMenu at={menu} onClose={() => setMenu(undefined)} />}
    </div>
  );
}
