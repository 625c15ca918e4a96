/** How many comments of colleagues a state has, on the canvas; the inspector shows them once it is selected. */

import { MessagesSquare } from "lucide-react";

import type { Graph, NodeDecoration } from "../../graph";
import type { StateComment } from "../boot";

const words = (count: number): string => (count === 1 ? "1 comment of a colleague" : `${String(count)} comments of colleagues`);

/** One object for each number, so that a state whose number stays isn't drawn again. */
const marks = new Map<number, NodeDecoration>();

function markOf(count: number): NodeDecoration {
  const known = marks.get(count);
  if (known !== undefined) return known;
  const mark: NodeDecoration = {
    spoken: words(count),
    marks: (
      <span title={words(count)} className="graph-mark num flex items-center gap-0.5 text-2xs text-ink-2" data-said={count}>
        <MessagesSquare aria-hidden size={13} strokeWidth={2} />
        {count}
      </span>
    ),
  };
  marks.set(count, mark);
  return mark;
}

/** The decorations with a mark on each state that somebody said something of. Marks of a run go before. */
export function withComments(base: ReadonlyMap<string, NodeDecoration>, graph: Graph, comments: readonly StateComment[]): ReadonlyMap<string, NodeDecoration> {
  if (comments.length === 0) return base;
  const counts = new Map<string, number>();
  for (const { state } of comments) counts.set(state, (counts.get(state) ?? 0) + 1);
  const result = new Map(base);
  for (const [id, { name }] of graph.nodes) {
    const count = counts.get(name);
    const before = base.get(id);
    if (count === undefined || before?.tone !== undefined) continue;
    result.set(id, before === undefined ? markOf(count) : { ...before, ...markOf(count) });
  }
  return result;
}
