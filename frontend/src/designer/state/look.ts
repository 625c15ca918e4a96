/** How the canvas is being looked at: what is searched for, and the panels that show only when asked for. */

import { create } from "zustand";

import { graphOf } from "./derive";
import { useDesigner } from "./store";
import type { Graph, NodeDecoration } from "../../graph";

export interface Look {
  /** What is searched for; undefined while the search is closed. */
  query: string | undefined;
  outline: boolean;
  minimap: boolean;
  /** Second lines say what authors noted instead of what states do. */
  comments: boolean;
  /** What the next state added becomes: where a new rule of this Choice leads, or the errors of this state. */
  addAs: { kind: "rule" | "catch"; pointer: string } | undefined;
}

const CLOSED: Look = { query: undefined, outline: false, minimap: false, comments: false, addAs: undefined };

export const useLook = create<Look>(() => CLOSED);

export function toggle(what: "outline" | "minimap" | "comments"): void {
  useLook.setState((look) => ({ [what]: !look[what] }));
}

/**
 * Ids of the states that have every word of the query in their name, type, second line, resource or comment: those called
 * so first, then those whose name has it, then the rest.
 */
export function matchesIn(graph: Graph, query: string): string[] {
  const wanted = query.trim().toLowerCase();
  const words = wanted.split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const rank = (name: string): number => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : name.includes(wanted) ? 2 : 3);
  return [...graph.nodes.values()]
    .filter(({ name, type, line, resource, comment }) => {
      const text = `${name} ${type} ${line} ${resource ?? ""} ${comment}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .map(({ id, name }) => ({ id, rank: rank(name.toLowerCase()) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ id }) => id);
}

/** The decorations with what isn't found dimmed, and comments in place of second lines when they are asked for. */
export function looked(base: ReadonlyMap<string, NodeDecoration>, graph: Graph, { query, comments }: Look): ReadonlyMap<string, NodeDecoration> {
  const found = query === undefined || query.trim() === "" ? undefined : new Set(matchesIn(graph, query));
  if (found === undefined && !comments) return base;
  const result = new Map(base);
  for (const [id, node] of graph.nodes) {
    // A container with something found in it isn't dimmed: it would dim what it holds.
    const isDimmed = found !== undefined && !found.has(id) && node.scopes.length === 0;
    const hasComment = comments && node.comment !== "";
    if (!isDimmed && !hasComment) continue;
    result.set(id, { ...base.get(id), ...(isDimmed ? { dimmed: true } : {}), ...(hasComment ? { line: node.comment } : {}) });
  }
  return result;
}

/** Containers around a state must be open for it to be seen. */
export function uncover(pointer: string): void {
  const { collapsed, good } = useDesigner.getState();
  const inWay = [...collapsed].filter((id) => pointer.startsWith(`${id}/`) && graphOf(good).nodes.has(id));
  if (inWay.length > 0) useDesigner.setState({ collapsed: new Set([...collapsed].filter((id) => !inWay.includes(id))) });
}
