/** The drawing of a workflow or a run; what is marked comes by the states' names, and may change while it is looked at. */
import { useMemo, useSyncExternalStore } from "react";
import { WorkflowGraph, type Graph, type NodeDecoration } from "../graph";

export type Marks = Readonly<Record<string, NodeDecoration>>;

/** The marks that are shown; the page's scripts change them. */
export class MarkStore {
  private readonly listeners = new Set<() => void>();

  constructor(private marks: Marks) {}

  readonly get = (): Marks => this.marks;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(marks: Marks): void {
    this.marks = marks;
    for (const listener of this.listeners) listener();
  }
}

export function Drawing({ graph, store }: { graph: Graph; store: MarkStore }) {
  const marks = useSyncExternalStore(store.subscribe, store.get);
  const byId = useMemo(() => {
    const given = new Map(Object.entries(marks));
    return new Map([...graph.nodes.values()].flatMap((node) => (given.has(node.name) ? [[node.id, given.get(node.name) ?? {}] as const] : [])));
  }, [graph, marks]);
  return <WorkflowGraph graph={graph} nodeDecorations={byId} label="The workflow" refit="always" readOnly />;
}
