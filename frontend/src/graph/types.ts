/**
 * What `<WorkflowGraph>` takes: the extension points for the designer and the execution viewer.
 *
 * The graph decides nothing about the document: it draws, and tells its owner what a person did.
 */
import type { ComponentType, KeyboardEvent, ReactNode } from "react";
import type { Arrow } from "./keyboard";
import type { Direction, Graph, GraphEdge, GraphNode } from "./model";

/** The state of a run as the graph shows it; names are those of the tokens in theme.css. */
export type StatusTone = "idle" | "run" | "wait" | "ok" | "fail" | "retry" | "stop" | "time";

/** What a node shows on top of the definition. All of it is optional. */
export interface NodeDecoration {
  /** Turns the tile into the state's glyph and colours the border. */
  tone?: StatusTone;
  /** The tone without its halo: over, but worth a look (an error that was caught). */
  quiet?: boolean;
  /** Replaces the second line. */
  line?: string;
  /** Small figures at the right of the name: "0.9 s", "×3". */
  aside?: string;
  /** A small chip at the right of the name; with the status's glyph unless it speaks of something else. */
  chip?: { tone: StatusTone; text: string; label: string; glyph?: false };
  /** A problem mark with its words. */
  problem?: { severity: "ERROR" | "WARNING"; text: string };
  /** Any further small marks at the right of the name. */
  marks?: ReactNode;
  /** Words that a screen reader hears after the name and type. */
  spoken?: string;
  /** Drawn at half strength, for example what a search doesn't match. */
  dimmed?: boolean;
}

export interface EdgeDecoration {
  /** Taken edges are ink, untaken ones line colour. */
  taken?: boolean;
  /** How often; shown from 2. */
  count?: number;
  selected?: boolean;
  problem?: { severity: "ERROR" | "WARNING"; text: string };
}

/** Where something can be dropped: between two states, or into a scope without any. */
export type DropTarget = { kind: "edge"; edge: GraphEdge } | { kind: "scope"; scope: string };

export interface EdgeSlotProps {
  edge: GraphEdge;
  /** The pointer is over the edge, or the keyboard is on one of its ends. */
  active: boolean;
  /** The keyboard is on the state that the edge leaves: Tab goes on to here. */
  reachable: boolean;
  /** "From Ask a person to Regenerate: remarks". */
  label: string;
}

export interface GraphHandle {
  fit: () => void;
  zoomIn: () => void;
  zoomOut: () => void;
  /** As if the key were pressed on the state that has the keyboard. */
  walk: (key: Arrow | "Home" | "End") => void;
  /** Scrolls the node into view when it isn't, and puts the keyboard on it if asked to. */
  reveal: (nodeId: string, options?: { focus?: boolean; centre?: boolean }) => void;
}

export interface WorkflowGraphProps {
  graph: Graph;
  direction?: Direction;
  /** Ids of nodes and edges. */
  selection?: readonly string[];
  /** Empty when the person clicked on the canvas; several from a frame drawn with Shift. `additive` is Shift or Ctrl. */
  onSelect?: (ids: readonly string[], how: { additive: boolean }) => void;
  onOpen?: (nodeId: string) => void;
  onNodeContextMenu?: (nodeId: string, at: { x: number; y: number }) => void;
  onEdgeContextMenu?: (edgeId: string, at: { x: number; y: number }) => void;
  /** Key presses that the graph doesn't use itself (it uses arrows, Home, End, Enter, Space, Escape, +, -, 0). */
  onKeyDown?: (event: KeyboardEvent, nodeId: string | null) => void;

  nodeDecorations?: ReadonlyMap<string, NodeDecoration>;
  edgeDecorations?: ReadonlyMap<string, EdgeDecoration>;

  /** Ids of Parallel and Map states that are drawn as one node. */
  collapsed?: ReadonlySet<string>;
  onToggleCollapse?: (nodeId: string) => void;

  /** Drawn at the insertion point of each insertable edge: the "+" of the designer. */
  edgeSlot?: ComponentType<EdgeSlotProps>;
  /** What is being dragged; while it isn't null, drop zones show. `accepts` answers true, or in words why not; false hides the zone. */
  dragging?: unknown;
  accepts?: (target: DropTarget) => boolean | string;
  /** It was let go on a zone that doesn't take it. */
  onRefused?: (reason: string) => void;
  /** `payload` is the value of `dragging`, or null when the drop came from outside (files, another window). */
  onDropOn?: (target: DropTarget, payload: unknown, event: DragEvent | PointerEvent) => void;
  /** Nodes can be dragged onto drop zones; called at the start (and with null at the end) so that the owner sets `dragging`. */
  onNodeDrag?: (nodeId: string | null) => void;
  /** Draws a dot at each state (`data-dot` names it) for its owner to let lines be drawn from. */
  connectable?: boolean;
  /** What an empty scope says in its place for the first state. */
  emptyText?: string;

  /** Keep the viewport when the document changes (the designer) or fit again when it changes (the viewer). */
  refit?: "never" | "first" | "always";
  readOnly?: boolean;
  label?: string;
  /** Floats on the canvas (toolbars, legends). */
  children?: ReactNode;
  /** A small map of the whole, for those who ask for it. */
  minimap?: boolean;
  /** Hides the zoom and fit buttons, when the owner has its own toolbar. */
  controls?: boolean;
}

export type { Direction, Graph, GraphEdge, GraphNode };
