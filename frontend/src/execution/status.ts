/**
 * What every state is doing: visits with their attempts, summed up for each state. How they come of a history's events is
 * `replayer.ts`'s.
 */
import type { StateType } from "../graph/model";

export type StateStatus = "idle" | "running" | "waiting" | "retrying" | "ok" | "caught" | "fail" | "stop" | "timeout";

export interface Attempt {
  readonly scheduledId: number;
  readonly scheduledAt: number;
  submittedAt: number | null;
  endedAt: number | null;
  outcome: "running" | "waiting" | "succeeded" | "failed" | "timedOut" | "stopped";
  readonly callback: boolean;
  /** How often the execution had been redriven when it began: Retriers count anew after each. */
  readonly redrive: number;
  error: string | null;
  cause: string | null;
  readonly parameters: string | null;
  /** What the task answered. */
  result: string | null;
}

export interface Visit {
  readonly nodeId: string;
  readonly type: StateType;
  readonly enteredId: number;
  readonly enteredAt: number;
  readonly input: string | null;
  readonly parent: Visit | null;
  /** Of a Map's iteration: its place among the items. */
  readonly iteration: number | null;
  exitedAt: number | null;
  /** The event that left it. */
  exitedId: number | null;
  /** It was never left: what is around it, or the execution, ended first. */
  stopped: boolean;
  /** Of a Parallel or Map: the event that began its branches or iterations, the last time. */
  startedId: number;
  output: string | null;
  /** Variables that it assigned, as JSON text. */
  assigned: string | null;
  status: StateStatus;
  error: string | null;
  cause: string | null;
  readonly attempts: Attempt[];
  /** A Map's iterations. */
  readonly iterations: Iterations;
}

export interface Iterations {
  total: number;
  started: number;
  succeeded: number;
  failed: number;
  aborted: number;
}

export interface StateSummary {
  readonly nodeId: string;
  readonly status: StateStatus;
  /** In the order in which they began. */
  readonly visits: readonly Visit[];
  /** The visit that the page shows first. */
  readonly latest: Visit | null;
  /** Attempts of the latest visit; 1 if it isn't a task. */
  readonly attempts: number;
  /** How many visits are in which status; only of interest inside a Map. */
  readonly counts: Readonly<Partial<Record<StateStatus, number>>>;
}

export interface Run {
  readonly states: ReadonlyMap<string, StateSummary>;
  readonly visits: readonly Visit[];
  /** How often each edge was taken. */
  readonly taken: ReadonlyMap<string, number>;
  readonly stateOfEvent: StateOfEvent;
  readonly transitions: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly status: "running" | "ok" | "fail" | "stop" | "timeout";
  /** When it was redriven. */
  readonly redrivenAt: readonly number[];
}

/** Which state each event belongs to: by the event's id. */
export interface StateOfEvent {
  get(eventId: number): string | undefined;
}

/** What a redrive takes up: states that were never left, but for those of an attempt that another one followed. */
export function unsuccessful(visits: readonly Visit[]): Visit[] {
  const found = new Set<Visit>();
  // What is around a state was entered before it.
  for (const visit of visits) {
    if (!visit.stopped) continue;
    if (visit.parent === null || (found.has(visit.parent) && visit.enteredId > visit.parent.startedId)) found.add(visit);
  }
  return [...found];
}

/** The states that a redrive would perform again: the innermost of those that didn't succeed. */
export function runsAgain(run: Run): Visit[] {
  const stopped = unsuccessful(run.visits);
  const around = new Set(stopped.map((visit) => visit.parent));
  return stopped.filter((visit) => !around.has(visit));
}

const WORST_FIRST: readonly StateStatus[] = ["fail", "timeout", "waiting", "retrying", "running", "stop", "caught", "ok"];

export function summarise(nodeId: string, visits: readonly Visit[]): StateSummary {
  const latest = visits.at(-1) ?? null;
  const counts: Partial<Record<StateStatus, number>> = {};
  // Inside a Map the visits of one round stand side by side; elsewhere a later visit replaces an earlier one.
  const round = latest?.iteration === null || latest === null ? [latest] : visits.filter((visit) => sameRound(visit, latest));
  for (const visit of round) if (visit) counts[visit.status] = (counts[visit.status] ?? 0) + 1;
  const status = WORST_FIRST.find((one) => counts[one] !== undefined) ?? "idle";
  const shown = round.findLast((visit) => visit?.status === status) ?? latest;
  return { nodeId, status, visits, latest: shown, attempts: Math.max(1, shown?.attempts.length ?? 1), counts };
}

function sameRound(a: Visit, b: Visit): boolean {
  const map = (visit: Visit): Visit | null => {
    let outer = visit.parent;
    while (outer && outer.iterations.started === 0) outer = outer.parent;
    return outer;
  };
  return map(a) === map(b);
}

/** The events of one state, in their order. */
export function eventsOf<Event extends { readonly id: number }>(run: Run, nodeId: string, events: readonly Event[]): Event[] {
  return events.filter(({ id }) => run.stateOfEvent.get(id) === nodeId);
}
