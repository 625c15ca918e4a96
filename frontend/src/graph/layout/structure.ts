/**
 * Which states stand in one straight column, and at which rank.
 *
 * The main path is column 0. Every other chain is one straight column; so is every line that doesn't run inside a chain.
 */
import { GAP, NARROW } from "./constants";
import type { Link, ScopeInput } from "./scopeInput";

export interface Structure {
  readonly main: readonly number[];
  readonly rank: readonly number[];
  /** Ranks that a box takes up: 1, more for a tall container. */
  readonly span: readonly number[];
  /** Chains of boxes; chain 0 is the main path with its pills. */
  readonly chains: readonly (readonly number[])[];
  readonly chainOf: readonly number[];
}

export function structure(input: ScopeInput, spansAllowed: boolean): Structure {
  const { boxes, startPill } = input;
  const { out, into } = forwardLinks(input);
  const order = topological(out, into);
  const states = mainPath(input, out, order);
  const span = boxes.map(({ container, length }) =>
    container && spansAllowed ? Math.max(1, Math.floor((length + GAP) / (input.pitch + GAP + 8))) : 1,
  );
  const rank = ranks(input, into, order, span);

  // The End pill hangs on the last state by a link of its own, so the path runs into it.
  const main = startPill === null ? states : [startPill, ...states];
  return { main, rank, span, ...chainsOf(input, into, order, rank, main) };
}

/** The last state of the main path. */
export function mainTail(input: ScopeInput): number | null {
  const { out, into } = forwardLinks(input);
  return mainPath(input, out, topological(out, into)).at(-1) ?? null;
}

function forwardLinks(input: ScopeInput): { out: Link[][]; into: Link[][] } {
  const out = input.boxes.map((): Link[] => []);
  const into = input.boxes.map((): Link[] => []);
  for (const link of input.links) {
    if (link.back) continue;
    out[link.source]?.push(link);
    into[link.target]?.push(link);
  }
  return { out, into };
}

function topological(out: readonly (readonly Link[])[], into: readonly (readonly Link[])[]): number[] {
  const waiting = into.map((links) => links.length);
  const order = waiting.flatMap((count, box) => (count === 0 ? [box] : []));
  for (let at = 0; at < order.length; at++)
    for (const { target } of out[order[at] ?? 0] ?? []) {
      const left = (waiting[target] ?? 0) - 1;
      waiting[target] = left;
      if (left === 0) order.push(target);
    }
  return order;
}

/** The longest way to a good end. The bonus is finite, or a long loop would hang off the side of a one-state Succeed. */
function mainPath(input: ScopeInput, out: readonly (readonly Link[])[], order: readonly number[]): number[] {
  const best = input.boxes.map(() => 0);
  const next = input.boxes.map((): number | null => null);
  for (const box of [...order].reverse()) {
    let chosen: number | null = null;
    for (const link of out[box] ?? [])
      if (!link.caught && (chosen === null || (best[link.target] ?? 0) > (best[chosen] ?? 0))) chosen = link.target;
    const { weight, ending } = input.boxes[box] ?? { weight: 1, ending: "none" };
    const end = ending === "success" ? 3 : ending === "failure" ? -4 : 0;
    next[box] = chosen;
    best[box] = weight + (chosen === null ? end : (best[chosen] ?? 0));
  }
  const path: number[] = [];
  for (let box: number | null = input.first; box !== null && input.boxes[box]; box = next[box] ?? null) path.push(box);
  return path;
}

function ranks(input: ScopeInput, into: readonly (readonly Link[])[], order: readonly number[], span: readonly number[]): number[] {
  const lowest: number = input.startPill === null ? 0 : 1;
  const rank = input.boxes.map((_, box) => (box === input.startPill ? 0 : lowest));
  for (const box of order)
    for (const { source, caught } of into[box] ?? []) {
      const from = input.boxes[source];
      const narrow = from !== undefined && caught && from.left + from.right <= NARROW;
      rank[box] = Math.max(rank[box] ?? 0, (rank[source] ?? 0) + (narrow ? 1 : (span[source] ?? 1)));
    }
  return rank;
}

function chainsOf(
  input: ScopeInput,
  into: readonly (readonly Link[])[],
  order: readonly number[],
  rank: readonly number[],
  main: readonly number[],
): Pick<Structure, "chains" | "chainOf"> {
  const chains: number[][] = [[...main]];
  const chainOf = input.boxes.map(() => -1);
  for (const box of main) chainOf[box] = 0;
  for (const box of order) {
    if (chainOf[box] !== -1) continue;
    let best: number | null = null;
    for (const { source, caught } of into[box] ?? []) {
      const chain = chainOf[source] ?? -1;
      if (caught || chain <= 0 || chains[chain]?.at(-1) !== source) continue;
      if (best === null || (rank[source] ?? 0) > (rank[best] ?? 0)) best = source;
    }
    if (best === null) {
      chainOf[box] = chains.length;
      chains.push([box]);
    } else {
      const chain = chainOf[best] ?? 0;
      chainOf[box] = chain;
      chains[chain]?.push(box);
    }
  }
  return { chains, chainOf };
}
