/**
 * Which state an arrow key leads to: along the flow to what comes next, across it to the other ways out.
 *
 * Forward is Next (of a Choice its first way, of a container its first branch); back is where one came from. Across are
 * the other ways: rules and Default beside each other, a Catch beside what it guards, one branch beside the next. Where
 * the flow leads nowhere in a direction, the nearest state there is taken (keyboard.ts), so that no press is lost.
 */
import { neighbour, type Arrow } from "./keyboard";
import type { Layout } from "./layout";
import type { Graph, GraphEdge } from "./model";

type Way = "forward" | "back" | "left" | "right";

const WAYS: Record<"TB" | "LR", Record<Arrow, Way>> = {
  TB: { ArrowDown: "forward", ArrowUp: "back", ArrowLeft: "left", ArrowRight: "right" },
  LR: { ArrowRight: "forward", ArrowLeft: "back", ArrowUp: "left", ArrowDown: "right" },
};

/** `trail` holds where each state was entered from, newest last: going back goes where one came from. */
export function walk(graph: Graph, drawing: Layout, from: string, arrow: Arrow, trail: readonly string[]): string | null {
  const way = WAYS[drawing.direction][arrow];
  const found =
    way === "forward" ? forward(graph, drawing, from)
    : way === "back" ? back(graph, drawing, from, trail)
    : across(graph, drawing, from, way, trail);
  return found ?? neighbour(graph, drawing, from, arrow);
}

function waysOut(graph: Graph, from: string): GraphEdge[] {
  const node = graph.nodes.get(from);
  return (graph.scopes.get(node?.scope ?? "")?.edges ?? []).filter(({ source }) => source === from);
}

function waysIn(graph: Graph, to: string): GraphEdge[] {
  const node = graph.nodes.get(to);
  return (graph.scopes.get(node?.scope ?? "")?.edges ?? []).filter(({ target }) => target === to);
}

/** Open containers are gone through; a path that ends inside one goes on after it. */
function forward(graph: Graph, drawing: Layout, from: string): string | null {
  const inner = firstInside(graph, drawing, from);
  return inner ?? after(graph, from);
}

function firstInside(graph: Graph, drawing: Layout, id: string): string | null {
  for (const scopeId of graph.nodes.get(id)?.scopes ?? []) {
    const scope = graph.scopes.get(scopeId);
    const first = scope?.startAt ?? scope?.nodes[0];
    if (first !== undefined && drawing.nodes.has(first)) return first;
  }
  return null;
}

function after(graph: Graph, from: string): string | null {
  const ways = waysOut(graph, from);
  const onward = ways.find(({ kind, back: leadsBack }) => kind !== "catch" && !leadsBack) ?? ways.find(({ kind }) => kind !== "catch");
  if (onward) return onward.target;
  const owner = graph.scopes.get(graph.nodes.get(from)?.scope ?? "")?.parent;
  return owner === null || owner === undefined ? null : after(graph, owner);
}

function back(graph: Graph, drawing: Layout, from: string, trail: readonly string[]): string | null {
  const sources = waysIn(graph, from).filter((edge) => !edge.back && edge.source !== from).map(({ source }) => source);
  const came = trail.findLast((id) => sources.includes(id));
  const source = came ?? sources[0];
  if (source !== undefined) return drawing.nodes.has(source) ? source : null;
  return graph.scopes.get(graph.nodes.get(from)?.scope ?? "")?.parent ?? null;
}

/** Beside it stand the other ways out of where one came from, the other branches, and on the right its own Catches. */
function across(graph: Graph, drawing: Layout, from: string, way: "left" | "right", trail: readonly string[]): string | null {
  const place = (id: string): number => {
    const rect = drawing.nodes.get(id);
    return rect === undefined ? NaN : drawing.direction === "TB" ? rect.x + rect.width / 2 : rect.y + rect.height / 2;
  };
  const here = place(from);
  const isThere = (id: string): boolean => (way === "left" ? place(id) < here - 1 : place(id) > here + 1);
  const nearest = (ids: readonly string[]): string | null =>
    [...new Set(ids)].filter((id) => id !== from && isThere(id)).sort((a, b) => Math.abs(place(a) - here) - Math.abs(place(b) - here))[0] ?? null;
  const sources = waysIn(graph, from).filter((edge) => !edge.back).map(({ source }) => source);
  const came = trail.findLast((id) => sources.includes(id)) ?? sources[0];
  const caught = waysOut(graph, from).filter(({ kind }) => kind === "catch").map(({ target }) => target);
  const besides = came === undefined ? branchStarts(graph, from) : waysOut(graph, came).map(({ target }) => target);
  // A Catch's handler is left again to what it guards.
  const isHandler = waysIn(graph, from).every(({ kind }) => kind === "catch");
  const guarded = isHandler ? nearest(sources) : null;
  return guarded ?? nearest(besides) ?? nearest(caught);
}

/** The first states of the branches beside the one that `from` begins. */
function branchStarts(graph: Graph, from: string): string[] {
  const scope = graph.scopes.get(graph.nodes.get(from)?.scope ?? "");
  const owner = scope?.startAt === from && scope.parent !== null ? graph.nodes.get(scope.parent) : undefined;
  return (owner?.scopes ?? []).flatMap((id) => graph.scopes.get(id)?.startAt ?? []);
}
