/** What each state shows: what happened to it, in words and in a tone. */
import { nameOf, type Graph, type NodeDecoration, type StatusTone } from "../graph";

export interface Mark {
  kind: "added" | "removed" | "renamed" | "moved" | "changed";
  /** "moved and changed" */
  words: string;
}

const TONE: Readonly<Record<Mark["kind"], StatusTone>> = { added: "ok", removed: "fail", renamed: "run", moved: "run", changed: "retry" };

/** In the older graph, what came later isn't there; what is marked by its newer place is found by name. */
export function decorations(graph: Graph, marks: ReadonlyMap<string, Mark>, isBefore: boolean): Map<string, NodeDecoration> {
  const byName = new Map([...marks].filter(([, mark]) => mark.kind !== "added" && mark.kind !== "removed").map(([pointer, mark]) => [nameOf(pointer), mark]));
  const all = new Map<string, NodeDecoration>();
  for (const node of graph.nodes.values()) {
    const mark = marks.get(node.id) ?? (isBefore ? byName.get(node.name) : undefined);
    const isOfThisSide = mark && (isBefore ? mark.kind !== "added" : mark.kind !== "removed");
    all.set(node.id, isOfThisSide ? { chip: { tone: TONE[mark.kind], text: mark.words, label: mark.words, glyph: false as const } } : { dimmed: node.scopes.length === 0 });
  }
  return all;
}
