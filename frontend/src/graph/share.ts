/**
 * What didn't change between two projections stays the same object, so that nothing is laid out or drawn for it again.
 */
import type { Graph, GraphEdge, GraphNode, GraphScope } from "./model";

export function shared(next: Graph, previous: Graph): Graph {
  const nodes = new Map<string, GraphNode>();
  for (const [id, node] of next.nodes) nodes.set(id, kept(node, previous.nodes.get(id)));
  const edges = new Map<string, GraphEdge>();
  for (const [id, edge] of next.edges) edges.set(id, kept(edge, previous.edges.get(id)));
  const scopes = new Map<string, GraphScope>();
  for (const [id, scope] of next.scopes) {
    const own = (edge: GraphEdge): GraphEdge => edges.get(edge.id) ?? edge;
    scopes.set(id, kept({ ...scope, edges: scope.edges.map(own), rims: scope.rims.map(own) }, previous.scopes.get(id)));
  }
  return { nodes, edges, scopes };
}

function kept<T extends object>(next: T, previous: T | undefined): T {
  if (previous === undefined) return next;
  const keys = Object.keys(next) as (keyof T)[];
  return keys.every((key) => isSame(next[key], previous[key])) ? previous : next;
}

/** Lists are compared element by element, small objects in them field by field. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, index) => isSame(value, b[index]));
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) || Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key]);
}
