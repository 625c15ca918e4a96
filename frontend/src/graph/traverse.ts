/**
 * The order of a scope's states and its back edges: one depth-first walk from StartAt.
 *
 * An edge to a state that is still on the walk's stack leads back. States that can't be reached are further roots, those
 * that nothing leads to first. Without recursion: a scope may hold thousands of states.
 */

export interface Traversal {
  /** Every state before those it leads to; the first successor's chain first. */
  readonly order: readonly string[];
  /** "<source>><target>" of each back edge. */
  readonly back: ReadonlySet<string>;
  readonly reached: ReadonlySet<string>;
}

export function traverse(ids: readonly string[], startAt: string | undefined, successors: ReadonlyMap<string, readonly string[]>): Traversal {
  const back = new Set<string>();
  const seen = new Set<string>();
  const finished: string[][] = [];
  let reached: ReadonlySet<string> = new Set();

  const walk = (root: string): void => {
    const done: string[] = [];
    const onStack = new Set([root]);
    const stack = [{ id: root, next: 0 }];
    seen.add(root);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const target = (successors.get(top.id) ?? [])[top.next++];
      if (target === undefined) {
        done.push(top.id);
        onStack.delete(top.id);
        stack.pop();
      } else if (onStack.has(target)) {
        back.add(`${top.id}>${target}`);
      } else if (!seen.has(target)) {
        seen.add(target);
        onStack.add(target);
        stack.push({ id: target, next: 0 });
      }
    }
    finished.push(done);
  };

  if (startAt !== undefined) {
    walk(startAt);
    reached = new Set(seen);
  }
  const entered = new Set<string>();
  for (const [source, targets] of successors) for (const target of targets) if (target !== source) entered.add(target);
  for (const id of ids) if (!seen.has(id) && !entered.has(id)) walk(id);
  for (const id of ids) if (!seen.has(id)) walk(id);

  return { order: finished.flatMap((done) => sorted(done, successors, back)), back, reached };
}

/** Topological over the forward edges, a state's first successor as early as it can be. */
function sorted(done: readonly string[], successors: ReadonlyMap<string, readonly string[]>, back: ReadonlySet<string>): string[] {
  const members = new Set(done);
  const forward = (id: string): string[] =>
    [...new Set(successors.get(id) ?? [])].filter((target) => members.has(target) && !back.has(`${id}>${target}`));
  const waiting = new Map<string, number>();
  for (const id of done) for (const target of forward(id)) waiting.set(target, (waiting.get(target) ?? 0) + 1);
  const order: string[] = [];
  // The last one pushed is taken first, so successors go on in reverse: the first one's chain continues at once.
  const ready = done.filter((id) => !waiting.has(id));
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    order.push(id);
    for (const target of forward(id).reverse()) {
      const left = (waiting.get(target) ?? 0) - 1;
      waiting.set(target, left);
      if (left === 0) ready.push(target);
    }
  }
  return order;
}
