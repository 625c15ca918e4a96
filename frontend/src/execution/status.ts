/**
 * What every state is doing, derived from nothing but the definition's graph and the history.
 *
 * Each StateEntered begins a visit. Every other event belongs to the visit that its `previousEventId` leads to; the events
 * of a Parallel or Map climb to the container that is still open. Pure: the same events give the same answer, so a reload,
 * a replay up to an event, and a live page agree.
 */
import type { Graph, GraphNode, StateType } from "../graph/model";
import { attemptStep, detailsOf, isCallback, isEntered, isExited, textOf } from "./history";
import type { HistoryEvent } from "./types";

export type StateStatus = "idle" | "running" | "waiting" | "retrying" | "ok" | "caught" | "fail" | "stop" | "timeout";

export interface Attempt {
  readonly scheduledId: number;
  readonly scheduledAt: number;
  submittedAt: number | null;
  endedAt: number | null;
  outcome: "running" | "waiting" | "succeeded" | "failed" | "timedOut" | "stopped";
  readonly callback: boolean;
  error: string | null;
  cause: string | null;
  readonly parameters: string | null;
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
  /** It was never left: what is around it, or the execution, ended first. */
  stopped: boolean;
  /** Of a Parallel or Map: the event that began its branches or iterations, the last time. */
  startedId: number;
  output: string | null;
  status: StateStatus;
  error: string | null;
  cause: string | null;
  readonly attempts: Attempt[];
  readonly eventIds: number[];
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
  /** Which state each event belongs to. */
  readonly stateOfEvent: ReadonlyMap<number, string>;
  readonly transitions: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly status: "running" | "ok" | "fail" | "stop" | "timeout";
}

export function replay(graph: Graph, events: readonly HistoryEvent[]): Run {
  const replayer = new Replayer(graph);
  for (const event of events) replayer.take(event);
  return replayer.result();
}

interface Place {
  readonly visit: Visit | null;
  readonly type: string;
  readonly iteration: number | null;
}

class Replayer {
  private readonly byName = new Map<string, GraphNode[]>();
  private readonly places = new Map<number, Place>();
  private readonly visits: Visit[] = [];
  private readonly taken = new Map<string, number>();
  private startedAt: number | null = null;
  private endedAt: number | null = null;
  private status: Run["status"] = "running";

  constructor(private readonly graph: Graph) {
    for (const node of graph.nodes.values()) this.byName.set(node.name, [...(this.byName.get(node.name) ?? []), node]);
  }

  take(event: HistoryEvent): void {
    const before = this.places.get(event.previousEventId ?? 0) ?? { visit: null, type: "", iteration: null };
    const at = Date.parse(event.timestamp);
    let { visit, iteration } = before;
    if (event.type.startsWith("Execution")) {
      this.takeExecution(event, before.visit, at);
      visit = null;
    } else if (isEntered(event.type)) visit = this.enter(event, before, at);
    else if (isExited(event.type)) visit = this.exit(event, before.visit, at);
    else if (attemptStep(event.type) !== null) this.takeAttempt(event, before.visit, at);
    else if (/^(?:Parallel|Map)/.test(event.type)) {
      visit = openContainer(before.visit, event.type);
      iteration = this.takeContainer(event, visit, at);
    } else if (event.type === "EvaluationFailed" && visit) this.fail(visit, event);
    if (!isEntered(event.type)) visit?.eventIds.push(event.id);
    this.places.set(event.id, { visit, type: event.type, iteration });
  }

  private takeExecution(event: HistoryEvent, visit: Visit | null, at: number): void {
    if (event.type === "ExecutionStarted") {
      this.startedAt = at;
      return;
    }
    if (event.type === "ExecutionRedriven") {
      this.status = "running";
      this.endedAt = null;
      for (const stopped of unsuccessful(this.visits)) reopen(stopped);
      return;
    }
    this.endedAt = at;
    this.status = ENDINGS[event.type] ?? "fail";
    if (event.type === "ExecutionFailed" && visit && visit.exitedAt === null) this.fail(visit, event);
    for (const open of this.visits) if (open.exitedAt === null) close(open, this.status, at);
  }

  private enter(event: HistoryEvent, before: Place, at: number): Visit | null {
    const name = textOf(event, "name") ?? "";
    const isFirst = before.type === "ParallelStateStarted" || before.type === "MapIterationStarted";
    const parent = isFirst ? before.visit : (before.visit?.parent ?? null);
    const node = this.find(name, parent);
    if (!node) return null;
    const visit: Visit = {
      nodeId: node.id, type: node.type, enteredId: event.id, enteredAt: at, input: textOf(event, "input"), parent,
      iteration: isFirst ? before.iteration : (before.visit?.iteration ?? null),
      exitedAt: null, stopped: false, startedId: 0, output: null, status: node.type === "Fail" ? "fail" : "running", error: null, cause: null,
      attempts: [], eventIds: [event.id], iterations: { total: 0, started: 0, succeeded: 0, failed: 0, aborted: 0 },
    };
    this.visits.push(visit);
    const from = isFirst || before.visit === null ? `${node.scope}#start` : before.visit.nodeId;
    this.count(`${from}>${node.id}`);
    return visit;
  }

  /** By name; where a name is used in several scopes, the one inside the container that this visit is in. */
  private find(name: string, parent: Visit | null): GraphNode | undefined {
    const found = this.byName.get(name) ?? [];
    if (found.length <= 1) return found[0];
    return found.find((node) => (this.graph.scopes.get(node.scope)?.parent ?? null) === (parent?.nodeId ?? null)) ?? found[0];
  }

  private exit(event: HistoryEvent, from: Visit | null, at: number): Visit | null {
    const name = textOf(event, "name");
    let visit = from;
    while (visit && (visit.exitedAt !== null || this.graph.nodes.get(visit.nodeId)?.name !== name)) visit = visit.parent;
    if (!visit) return from;
    visit.exitedAt = at;
    visit.output = textOf(event, "output");
    visit.status = visit.error !== null || visit.status === "retrying" ? "caught" : visit.status === "fail" ? "caught" : "ok";
    if (visit.type === "Parallel" || visit.type === "Map") this.closeInside(visit, at);
    const node = this.graph.nodes.get(visit.nodeId);
    if (node?.end && visit.status === "ok") this.count(`${node.id}>${node.scope}#end`);
    return visit;
  }

  private takeAttempt(event: HistoryEvent, visit: Visit | null, at: number): void {
    if (!visit) return;
    const step = attemptStep(event.type);
    if (step === "Scheduled") {
      visit.attempts.push({
        scheduledId: event.id, scheduledAt: at, submittedAt: null, endedAt: null, outcome: "running", callback: isCallback(event),
        error: null, cause: null, parameters: textOf(event, "parameters") ?? textOf(event, "input"),
      });
      visit.status = "running";
      visit.error = null;
      visit.cause = null;
    }
    const attempt = visit.attempts.at(-1);
    if (step === "Submitted" && attempt) {
      attempt.submittedAt = at;
      if (attempt.callback) attempt.outcome = visit.status = "waiting";
    } else if (step === "Succeeded" && attempt) {
      attempt.endedAt = at;
      attempt.outcome = "succeeded";
      visit.status = "running";
    } else if (step === "Failed" || step === "TimedOut") {
      visit.error = textOf(event, "error") ?? (step === "TimedOut" ? "States.Timeout" : null);
      visit.cause = textOf(event, "cause");
      // Until something else happens it waits for its next attempt: a Retrier's pause writes no event.
      visit.status = "retrying";
      if (attempt) {
        attempt.endedAt = at;
        attempt.outcome = step === "TimedOut" ? "timedOut" : "failed";
        attempt.error = visit.error;
        attempt.cause = visit.cause;
      }
    }
  }

  /** Returns the number of the iteration that the event begins. */
  private takeContainer(event: HistoryEvent, visit: Visit | null, at: number): number | null {
    if (!visit) return null;
    const { index, length } = detailsOf(event);
    switch (event.type) {
      case "MapStateStarted":
        Object.assign(visit.iterations, { total: typeof length === "number" ? length : 0, started: 0, succeeded: 0, failed: 0, aborted: 0 });
        visit.status = "running";
        visit.error = null;
        visit.startedId = event.id;
        break;
      case "MapIterationStarted":
        visit.iterations.started++;
        return typeof index === "number" ? index : null;
      case "MapIterationSucceeded":
        visit.iterations.succeeded++;
        break;
      case "MapIterationFailed":
        visit.iterations.failed++;
        break;
      case "MapIterationAborted":
        visit.iterations.aborted++;
        break;
      case "ParallelStateFailed":
      case "MapStateFailed":
      case "MapRunFailed": {
        const cause = this.visits.findLast((inner) => isInside(inner, visit) && inner.error !== null);
        visit.error = textOf(event, "error") ?? cause?.error ?? "States.BranchFailed";
        visit.cause = textOf(event, "cause") ?? cause?.cause ?? null;
        visit.status = "retrying";
        this.closeInside(visit, at);
        break;
      }
      case "ParallelStateStarted":
        visit.status = "running";
        visit.error = null;
        visit.startedId = event.id;
        break;
      default:
    }
    return null;
  }

  private closeInside(container: Visit, at: number): void {
    for (const inner of this.visits) if (inner.exitedAt === null && isInside(inner, container)) close(inner, "stop", at);
  }

  private fail(visit: Visit, event: HistoryEvent): void {
    for (let failed: Visit | null = visit; failed; failed = failed.parent) {
      failed.error ??= textOf(event, "error");
      failed.cause ??= textOf(event, "cause");
      failed.status = "fail";
    }
  }

  private count(edgeId: string): void {
    this.taken.set(edgeId, (this.taken.get(edgeId) ?? 0) + 1);
  }

  result(): Run {
    const byNode = new Map<string, Visit[]>();
    for (const visit of this.visits) {
      const list = byNode.get(visit.nodeId);
      if (list) list.push(visit);
      else byNode.set(visit.nodeId, [visit]);
    }
    const states = new Map<string, StateSummary>();
    for (const [nodeId, visits] of byNode) states.set(nodeId, summarise(nodeId, visits));
    const stateOfEvent = new Map<number, string>();
    for (const [id, { visit }] of this.places) if (visit) stateOfEvent.set(id, visit.nodeId);
    return {
      states, visits: this.visits, taken: this.taken, stateOfEvent,
      transitions: this.visits.length, startedAt: this.startedAt, endedAt: this.endedAt, status: this.status,
    };
  }
}

const ENDINGS: Readonly<Record<string, Run["status"]>> = {
  ExecutionSucceeded: "ok",
  ExecutionFailed: "fail",
  ExecutionAborted: "stop",
  ExecutionTimedOut: "timeout",
};

/** The innermost container of the event's kind that is still open. */
function openContainer(from: Visit | null, type: string): Visit | null {
  const field = type.startsWith("Parallel") ? "Parallel" : "Map";
  let visit = from;
  // A container's own events follow those of its last inner state.
  while (visit && (visit.exitedAt !== null || visit.type !== field)) visit = visit.parent;
  return visit;
}

function isInside(visit: Visit, container: Visit): boolean {
  for (let outer = visit.parent; outer; outer = outer.parent) if (outer === container) return true;
  return false;
}

/** An open visit when what holds it has ended. */
function close(visit: Visit, ending: Run["status"], at: number): void {
  visit.exitedAt = at;
  visit.stopped = true;
  const attempt = visit.attempts.at(-1);
  if (attempt?.endedAt === null) {
    attempt.endedAt = at;
    attempt.outcome = "stopped";
  }
  if (visit.status === "fail" || visit.status === "retrying") visit.status = "fail";
  else visit.status = ending === "timeout" ? "timeout" : "stop";
}

/** What a redrive takes up: states that were never left, but for those of an attempt that another one followed. */
function unsuccessful(visits: readonly Visit[]): Visit[] {
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

/** A redrive enters nothing twice: the visit goes on. A Fail state only fails again. */
function reopen(visit: Visit): void {
  visit.exitedAt = null;
  visit.stopped = false;
  if (visit.type === "Fail") return;
  visit.status = "running";
  visit.error = null;
  visit.cause = null;
  visit.iterations.failed = 0;
  visit.iterations.aborted = 0;
}

const WORST_FIRST: readonly StateStatus[] = ["fail", "timeout", "waiting", "retrying", "running", "stop", "caught", "ok"];

function summarise(nodeId: string, visits: readonly Visit[]): StateSummary {
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
