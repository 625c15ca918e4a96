/** How a run shows on the graph: tones, second lines, counts. Data in, data out. */
import type { EdgeDecoration, Graph, GraphNode, NodeDecoration, StatusTone } from "../graph";
import { duration, runningDuration } from "../shell/durations";
import type { Run, StateStatus, StateSummary, Visit } from "./status";
import { rootFailure } from "./visits";

export const TONE: Readonly<Record<StateStatus, StatusTone>> = {
  idle: "idle",
  running: "run",
  waiting: "wait",
  retrying: "retry",
  ok: "ok",
  caught: "retry",
  fail: "fail",
  stop: "stop",
  timeout: "time",
};

export const WORD: Readonly<Record<StateStatus, string>> = {
  idle: "Not reached",
  running: "Running",
  waiting: "Waiting for a person",
  retrying: "Retrying",
  ok: "Succeeded",
  caught: "Error caught",
  fail: "Failed",
  stop: "Aborted",
  timeout: "Timed out",
};

export function statusOf(run: Run, nodeId: string): StateStatus {
  return run.states.get(nodeId)?.status ?? "idle";
}

export function nodeDecorations(graph: Graph, run: Run, now: number): Map<string, NodeDecoration> {
  const all = new Map<string, NodeDecoration>();
  for (const node of graph.nodes.values()) all.set(node.id, decoration(node, run, now));
  return all;
}

function decoration(node: GraphNode, run: Run, now: number): NodeDecoration {
  const summary = run.states.get(node.id);
  if (!summary?.latest) return { tone: "idle", spoken: WORD.idle };
  const { status, latest, visits } = summary;
  const line = lineOf(node, summary);
  const isActive = latest.exitedAt === null;
  const took = visitDuration(latest, now);
  return {
    tone: TONE[status],
    spoken: WORD[status],
    quiet: status === "caught",
    ...(line !== null && { line }),
    ...(visits.length > 1
      ? { aside: `×${visits.length}` }
      : summary.attempts === 1 && node.type !== "Choice" && node.type !== "Pass" && node.scopes.length === 0 && { aside: isActive ? runningDuration(took) : duration(took) }),
    ...(summary.attempts > 1 && { chip: { tone: "retry" as const, text: String(summary.attempts), label: `${summary.attempts} attempts` } }),
  };
}

export function visitDuration(visit: Visit, now: number): number {
  return (visit.exitedAt ?? Math.max(now, visit.enteredAt)) - visit.enteredAt;
}

/** The second line while it has more to say than the definition's; null to keep that. */
function lineOf(node: GraphNode, { status, latest, counts }: StateSummary): string | null {
  if (!latest) return null;
  if (node.type === "Map" && latest.iterations.total > 0) return mapLine(latest);
  if (node.type === "Parallel" && latest.exitedAt !== null && status === "ok")
    return `${node.scopes.length} ${node.scopes.length === 1 ? "branch" : "branches"}, ${duration(latest.exitedAt - latest.enteredAt)}`;
  const many = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (many > 1 && latest.iteration !== null) return countsLine(counts);
  switch (status) {
    case "waiting":
      return "Waiting for a person";
    case "retrying":
      return `${errorName(latest.error)}, tries again`;
    case "fail":
    case "timeout":
      return latest.error ?? (status === "fail" ? null : "Timed out");
    case "caught":
      return `Caught ${errorName(latest.error)}`;
    case "stop":
      return "Aborted";
    default:
      return null;
  }
}

/** "States." says nothing on a small line. */
function errorName(error: string | null): string {
  return error?.replace(/^States\./, "") ?? "an error";
}

function mapLine({ iterations }: Visit): string {
  const { total, succeeded, failed, aborted } = iterations;
  return [`${succeeded} of ${total} items done`, failed > 0 ? `${failed} failed` : "", aborted > 0 ? `${aborted} aborted` : ""].filter(Boolean).join(", ");
}

function countsLine(counts: StateSummary["counts"]): string {
  return (Object.entries(counts) as [StateStatus, number][]).map(([status, count]) => `${count} ${COUNT_WORD[status]}`).join(", ");
}

const COUNT_WORD: Readonly<Record<StateStatus, string>> = {
  idle: "not reached",
  running: "running",
  waiting: "waiting",
  retrying: "retrying",
  ok: "done",
  caught: "caught",
  fail: "failed",
  stop: "aborted",
  timeout: "timed out",
};

export function edgeDecorations(graph: Graph, run: Run): Map<string, EdgeDecoration> {
  const all = new Map<string, EdgeDecoration>();
  for (const id of graph.edges.keys()) {
    const count = run.taken.get(id) ?? 0;
    // Inside a Map every item takes the edge: the container says how many, the lines needn't.
    all.set(id, { taken: count > 0, count: isInsideMap(graph, id) ? 0 : count });
  }
  return all;
}

function isInsideMap(graph: Graph, edgeId: string): boolean {
  let scope = graph.scopes.get(graph.edges.get(edgeId)?.scope ?? "");
  while (scope && scope.parent !== null) {
    const parent = graph.nodes.get(scope.parent);
    if (parent?.type === "Map") return true;
    scope = graph.scopes.get(parent?.scope ?? "");
  }
  return false;
}

/** What the page shows when nobody has chosen: what failed, then what waits, then what runs. */
export function mostInteresting(graph: Graph, run: Run): string | null {
  const root = rootFailure(run);
  if (root) return root.nodeId;
  for (const wanted of ["fail", "timeout", "waiting", "retrying", "running"] as const) {
    const found = [...run.states.values()].filter(({ status }) => status === wanted);
    // The innermost: a container that waits or has failed only says so of what it holds.
    const inner = found.filter(({ nodeId }) => !found.some((other) => other.nodeId.startsWith(`${nodeId}/`)));
    const first = inner.at(-1);
    if (first && graph.nodes.has(first.nodeId)) return first.nodeId;
  }
  return null;
}

/** The run as one chip: waiting for a person is what matters most while it runs. */
export function runStatus(run: Run, status: string): StateStatus {
  switch (status) {
    case "SUCCEEDED":
      return "ok";
    case "FAILED":
      return "fail";
    case "ABORTED":
      return "stop";
    case "TIMED_OUT":
      return "timeout";
    default: {
      const all = [...run.states.values()].map((state) => state.status);
      if (all.includes("waiting")) return "waiting";
      return "running";
    }
  }
}

/** The same of a run as it was, whose execution has said nothing since. */
export function replayedStatus(run: Run): StateStatus {
  return run.status === "running" ? runStatus(run, "RUNNING") : run.status;
}
