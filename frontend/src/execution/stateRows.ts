/** The states of a run as rows of a table, in the order in which they were first entered or by what one asks for. Pure. */
import type { Graph, StateType } from "../graph/model";
import { visitDuration } from "./decorate";
import { depthOf } from "./timeline";
import type { Run, StateStatus } from "./status";

export interface StateRow {
  readonly nodeId: string;
  readonly name: string;
  readonly depth: number;
  readonly type: StateType;
  readonly status: StateStatus;
  /** Of the visit that failed last. */
  readonly error: string | null;
  readonly visits: number;
  /** Of all visits. */
  readonly attempts: number;
  /** Milliseconds from the run's start to the first visit. */
  readonly after: number;
  /** Milliseconds in it, all visits together; open ones up to `now`. */
  readonly took: number;
}

export type StateOrder = "entered" | "attempts" | "took";

export function stateRows(graph: Graph, run: Run, now: number, order: StateOrder): StateRow[] {
  const rows: StateRow[] = [];
  const start = run.startedAt ?? now;
  for (const { nodeId, status, visits } of run.states.values()) {
    const node = graph.nodes.get(nodeId);
    if (!node || visits.length === 0) continue;
    let [took, attempts] = [0, 0];
    for (const visit of visits) {
      took += visitDuration(visit, now);
      attempts += visit.attempts.length;
    }
    rows.push({
      nodeId, name: node.name, depth: order === "entered" ? depthOf(graph, nodeId) : 0, type: node.type, status,
      error: visits.findLast(({ error }) => error !== null)?.error ?? null,
      visits: visits.length, attempts, after: (visits[0]?.enteredAt ?? start) - start, took,
    });
  }
  return order === "entered" ? rows : rows.sort((one, other) => other[order] - one[order]);
}
