/** The parts of a Parallel's or Map's visit: what became of each branch or item, worst first. Pure. */
import type { Graph } from "../graph/model";
import type { Run, StateStatus, Visit } from "./status";
import { RANK } from "./visits";

export interface Part {
  /** Of a Map: the item's number; of a Parallel: the branch's place, from 0. */
  readonly index: number;
  readonly status: StateStatus;
  readonly startedAt: number;
  /** null while it goes on. */
  readonly endedAt: number | null;
  /** What to look at in it: where it failed, waits or stands; else its last state. */
  readonly visit: Visit;
}

/** Of the last time that the container began its parts: one that a Retry or redrive began again replaces the earlier. */
export function partsOf(run: Run, graph: Graph, container: Visit): Part[] {
  const scopes = graph.nodes.get(container.nodeId)?.scopes ?? [];
  const byIndex = new Map<number, Visit[]>();
  for (const visit of run.visits) {
    if (visit.parent !== container) continue;
    const index = container.type === "Map" ? visit.iteration : scopes.indexOf(graph.nodes.get(visit.nodeId)?.scope ?? "");
    if (index === null || index < 0) continue;
    const visits = byIndex.get(index);
    if (visits) visits.push(visit);
    else byIndex.set(index, [visit]);
  }
  const parts = [...byIndex].map(([index, visits]) => partOf(index, visits));
  return parts.toSorted((a, b) => RANK[a.status] - RANK[b.status] || a.index - b.index);
}

function partOf(index: number, visits: readonly Visit[]): Part {
  const first = visits[0] as Visit;
  const last = visits.at(-1) as Visit;
  // One after the other: the last of them says how it ended; a failure that was caught is the way there.
  return { index, status: last.status, startedAt: first.enteredAt, endedAt: last.exitedAt, visit: last };
}

/** Those whose number it is, or that hold the text. */
export function searchedParts(parts: readonly Part[], text: string): readonly Part[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return parts;
  const number = /^#?(\d+)$/.exec(wanted)?.[1];
  if (number !== undefined) return parts.filter(({ index }) => index === Number(number));
  return parts.filter(({ visit }) => [visit.input, visit.output, visit.error].some((one) => one?.toLowerCase().includes(wanted)));
}
