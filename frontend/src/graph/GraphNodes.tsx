/** How states, containers, pills and empty places look. What they mean is the owner's: decorations. */
import { ChevronDown, CircleAlert, Layers, MessageSquareText, RotateCw, ShieldAlert, TriangleAlert } from "lucide-react";
import { memo, useContext, type DragEvent, type MouseEvent } from "react";
import { ARIA } from "./aria";
import { GraphContext } from "./context";
import { CategoryIcon, StatusGlyph } from "./icons";
import { HEADER } from "./layout/constants";
import type { GraphNode } from "./model";
import type { Place } from "./places";
import type { NodeDecoration } from "./types";

export interface StateData {
  node: GraphNode;
  decoration: NodeDecoration | undefined;
  selected: boolean;
  /** In the tab order: exactly one state of the graph is. */
  isCurrent: boolean;
  line: string;
  collapsed: boolean;
  ariaLabel: string;
  /** Where the branches of an open container are parted, relative to it. */
  dividers: readonly { x: number; y: number; width: number; height: number }[];
}

export interface PillData {
  text: string;
}

export interface EmptyData {
  text: string;
  scope: string;
  isTarget: boolean;
  label: string;
  isReachable: boolean;
}

function useStateEvents(node: GraphNode) {
  const graph = useContext(GraphContext);
  return {
    onClick: (event: MouseEvent) => graph.select(node.id, event.shiftKey || event.ctrlKey || event.metaKey),
    onDoubleClick: () => graph.open(node.id),
    onFocus: () => graph.setCurrent(node.id),
    onContextMenu: (event: MouseEvent<HTMLElement>) => {
      if (!graph.contextMenu) return;
      event.preventDefault();
      const rect = event.currentTarget.getBoundingClientRect();
      const byKeyboard = event.clientX === 0 && event.clientY === 0;
      graph.contextMenu(node.id, byKeyboard ? { x: rect.left + 24, y: rect.bottom } : { x: event.clientX, y: event.clientY });
    },
    ...(graph.drag && {
      draggable: true,
      onDragStart: (event: DragEvent) => {
        event.dataTransfer.setData("text/plain", node.name);
        event.dataTransfer.effectAllowed = "move";
        // Drop zones must not appear before the browser has taken the drag's picture.
        const { drag } = graph;
        setTimeout(() => drag?.(node.id));
      },
      onDragEnd: () => graph.drag?.(null),
    }),
  };
}

function Marks({ node, decoration }: { node: GraphNode; decoration: NodeDecoration | undefined }) {
  const problem = decoration?.problem;
  const Problem = problem?.severity === "ERROR" ? CircleAlert : TriangleAlert;
  return (
    <>
      {decoration?.tone === undefined && node.retry && (
        <span title="Retries" className="graph-mark text-ink-3">
          <RotateCw aria-hidden size={13} strokeWidth={2} />
        </span>
      )}
      {decoration?.tone === undefined && node.catches && (
        <span title="Catches errors" className="graph-mark text-ink-3">
          <ShieldAlert aria-hidden size={13} strokeWidth={2} />
        </span>
      )}
      {decoration?.tone === undefined && node.comment !== "" && (
        <span title={node.comment} className="graph-mark text-ink-3" data-comment>
          <MessageSquareText aria-hidden size={13} strokeWidth={2} />
        </span>
      )}
      {decoration?.marks}
      {problem && (
        <span title={problem.text} className={problem.severity === "ERROR" ? "text-fail" : "text-retry-ink"}>
          <Problem aria-hidden size={14} strokeWidth={2} />
        </span>
      )}
      {decoration?.aside && <span className="num flex-none text-2xs text-ink-3">{decoration.aside}</span>}
      {decoration?.chip && (
        <span title={decoration.chip.label} className={`chip chip-${decoration.chip.tone} num h-[17px]! flex-none gap-1! px-1! text-2xs!`}>
          {decoration.chip.glyph !== false && <StatusGlyph tone={decoration.chip.tone} size={11} className="text-current" />}
          {decoration.chip.text}
        </span>
      )}
    </>
  );
}

/** Where a line is drawn from to another state, for those who point (designer/canvas/usePulling.tsx). */
function Dot({ id }: { id: string }) {
  const { canConnect } = useContext(GraphContext);
  return canConnect ? <span className="graph-dot nopan" data-dot={id} aria-hidden /> : null;
}

const StateNode = memo(function StateNode({ data }: { data: StateData }) {
  const { node, decoration, selected, isCurrent, line, collapsed, ariaLabel } = data;
  const events = useStateEvents(node);
  const tone = decoration?.tone;
  return (
    <>
      <button
        type="button"
        className={`node static! h-full w-full ${tone ? `n-${tone}` : ""} ${selected ? "sel" : ""} ${decoration?.quiet ? "n-quiet" : ""} ${decoration?.dimmed ? "opacity-45" : ""} ${collapsed ? "node-stacked" : ""} ${decoration?.problem?.severity === "ERROR" ? "node-error" : ""}`}
        tabIndex={isCurrent ? 0 : -1}
        aria-pressed={selected}
        data-node={node.id}
        data-tone={tone}
        title={node.name}
        {...events}
      >
        <span className="tile">
          {tone ? <StatusGlyph tone={tone} className="text-current" /> : <CategoryIcon icon={node.icon} />}
        </span>
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-1.5">
            <span className="nm flex-1">{node.name}</span>
            {collapsed && <Layers aria-hidden size={13} className="text-ink-3" />}
            <Marks node={node} decoration={decoration} />
          </span>
          <span className="sub block" aria-hidden>
            {line}
          </span>
        </span>
        <span className="sr-only">{ariaLabel}</span>
      </button>
      {collapsed && <CollapseButton node={node} collapsed />}
      <Dot id={node.id} />
    </>
  );
});

function CollapseButton({ node, collapsed }: { node: GraphNode; collapsed: boolean }) {
  const { toggleCollapse } = useContext(GraphContext);
  if (!toggleCollapse) return null;
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`btn btn-ghost btn-xs btn-square nopan ${collapsed ? "absolute right-1 bottom-0.5 h-5! w-5!" : "-mr-1.5 ml-auto"}`}
      aria-label={collapsed ? ARIA.expand(node.name) : ARIA.collapse(node.name)}
      aria-expanded={!collapsed}
      onClick={(event) => {
        event.stopPropagation();
        toggleCollapse(node.id);
      }}
    >
      <ChevronDown aria-hidden size={14} className={collapsed ? "-rotate-90" : ""} />
    </button>
  );
}

const BoxNode = memo(function BoxNode({ data }: { data: StateData }) {
  const { node, decoration, selected, isCurrent, line, ariaLabel, dividers } = data;
  const events = useStateEvents(node);
  const tone = decoration?.tone;
  return (
    <>
      <section className={`box static! pointer-events-none relative! h-full w-full ${tone ? `b-${tone}` : ""} ${selected ? "sel" : ""} ${decoration?.dimmed ? "opacity-45" : ""}`}>
        <header className="pointer-events-auto" style={{ height: HEADER }}>
          <button
            type="button"
            className="flex h-full min-w-0 flex-1 items-center gap-2 text-left"
            tabIndex={isCurrent ? 0 : -1}
            aria-pressed={selected}
            data-node={node.id}
            data-tone={tone}
            title={node.name}
            {...events}
          >
            {tone ? <StatusGlyph tone={tone} size={15} /> : <CategoryIcon icon={node.icon} size={15} className="text-ink-2" />}
            <span className="max-w-[75%] flex-none truncate">{node.name}</span>
            <span className="sub min-w-0 truncate text-xs font-normal text-ink-2" aria-hidden>
              {line}
            </span>
            <span className="ml-auto flex flex-none items-center gap-1.5 font-normal">
              <Marks node={node} decoration={decoration} />
            </span>
            <span className="sr-only">{ariaLabel}</span>
          </button>
          <CollapseButton node={node} collapsed={false} />
        </header>
        {dividers.map(({ x, y, width, height }) => (
          <i key={`${x},${y}`} aria-hidden className="absolute bg-base-300" style={{ left: x, top: y, width, height }} />
        ))}
      </section>
      <Dot id={node.id} />
    </>
  );
});

const PillNode = memo(function PillNode({ data }: { data: PillData }) {
  return <div className="node term static! h-full w-full">{data.text}</div>;
});

const EmptyNode = memo(function EmptyNode({ data }: { data: EmptyData }) {
  return (
    <button
      type="button"
      tabIndex={data.isReachable ? 0 : -1}
      aria-label={`${data.text}: ${data.label}`}
      className={`grid h-full w-full place-items-center rounded-lg border border-dashed text-xs ${data.isTarget ? "border-base-content bg-secondary text-base-content" : "border-control text-ink-2"}`}
      data-scope={data.scope}
    >
      {data.text}
    </button>
  );
});

function Look({ place }: { place: Place }) {
  switch (place.kind) {
    case "state":
      return <StateNode data={place.data} />;
    case "box":
      return <BoxNode data={place.data} />;
    case "pill":
      return <PillNode data={place.data} />;
    case "empty":
      return <EmptyNode data={place.data} />;
  }
}

/** One that only moves is put elsewhere; what is in it isn't drawn again. */
export const PlacedNode = memo(function PlacedNode({ place }: { place: Place }) {
  const { drag } = useContext(GraphContext);
  const { id, kind, x, y, width, height } = place;
  // A press on a state that can be dragged begins a drag of that state, not a pan.
  const className = `graph-place ${kind === "box" ? "graph-through" : ""} ${drag && kind !== "pill" ? "nopan" : ""}`;
  return (
    <div className={className} data-id={id} style={{ transform: `translate(${String(x)}px, ${String(y)}px)`, width, height }}>
      <Look place={place} />
    </div>
  );
});
