/** Which state the keyboard is on: exactly one of the graph is in the tab order, and arrow keys walk from it. */
import { useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { isArrow, type Arrow } from "./keyboard";
import type { Layout } from "./layout";
import type { Graph } from "./model";
import { walk } from "./walking";

/** How many steps back are remembered, to go back the way one came. */
const TRAIL = 30;

export type Step = Arrow | "Home" | "End";

export interface Roving {
  /** Null in a graph without states. */
  current: string | null;
  setCurrent: (nodeId: string) => void;
  /** Answers where it led, null when nowhere. */
  step: (key: Step) => string | null;
}

export function stepOf({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): Step | null {
  if (altKey || ctrlKey || metaKey) return null;
  return isArrow(key) || key === "Home" || key === "End" ? key : null;
}

export function useRoving(graph: Graph, drawing: Layout, selection: readonly string[], go: (nodeId: string) => void): Roving {
  const [wanted, setCurrent] = useState<string | null>(null);
  const trail = useRef<string[]>([]);
  const all = graph.scopes.get("")?.nodes ?? [];
  const current = wanted !== null && drawing.nodes.has(wanted) ? wanted : (selection.find((id) => drawing.nodes.has(id)) ?? all[0] ?? null);
  const step = (key: Step): string | null => {
    const edge = key === "Home" ? all[0] : all.at(-1);
    const next = isArrow(key) ? (current === null ? null : walk(graph, drawing, current, key, trail.current)) : (edge ?? null);
    if (next === null) return null;
    if (current !== null) trail.current = [...trail.current.slice(-TRAIL), current];
    setCurrent(next);
    go(next);
    return next;
  };
  return { current, setCurrent, step };
}

/** As soon as it is drawn: a state far away isn't in the page before the view has moved. */
export function focusNode(frame: RefObject<HTMLElement | null>, nodeId: string, tries = 40): void {
  requestAnimationFrame(() => {
    const node = frame.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(nodeId)}"]`);
    if (node) node.focus({ preventScroll: true });
    else if (tries > 0) focusNode(frame, nodeId, tries - 1);
  });
}
