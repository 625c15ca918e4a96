/**
 * Takes a history event by event. Each StateEntered begins a visit. Every other event belongs to the visit that its
 * `previousEventId` leads to; the events of a Parallel or Map climb to the container that is still open. Pure: the same
 * events give the same answer, so a reload, a replay up to an event, and a live page agree.
 */
import type { Graph, GraphNode } from "../graph/model";
import { attemptStep, detailsOf, isCallback, isEntered, isExited, textOf, timeOf } from "./history";
import { summarise, unsuccessful, type Run, type StateSummary, type Visit } from "./status";
import type { HistoryEvent } from "./types";

export function replay(graph: Graph, events: readonly HistoryEvent[]): Run {
  const replayer = new Replayer(graph);
  for (const event of events) replayer.take(event);
  return replayer.result();
}

/** Where an event stands: the place of its visit among the visits, -1 for none. The same in every replay of a history. */
interface Place {
  readonly visit: number;
  readonly nodeId: string | undefined;
  readonly type: string;
  readonly iteration: number | null;
}

export class Replayer {
  private byName = new Map<string, GraphNode[]>();
  private places = new Map<number, Place>();
  private visits: Visit[] = [];
  private readonly indices = new Map<Visit, number>();
  private readonly open = new Set<Visit>();
  private taken = new Map<string, number>();
  private lastId = 0;
  private startedAt: number | null = null;
  private endedAt: number | null = null;
  private status: Run["status"] = "running";
  private redrivenAt: readonly number[] = [];

  constructor(private readonly graph: Graph) {
    for (const node of graph.nodes.values()) this.byName.set(node.name, [...(this.byName.get(node.name) ?? []), node]);
  }

  take(event: HistoryEvent): void {
    const before = this.places.get(event.previousEventId ?? 0);
    const from = this.visits[before?.visit ?? -1] ?? null;
    const at = timeOf(event);
    // An evaluation that failed names its state: at the state's entry, the event follows the one before that.
    let visit = event.type === "EvaluationFailed" ? (this.openNamed(textOf(event, "state")) ?? from) : from;
    let iteration = before?.iteration ?? null;
    if (event.type.startsWith("Execution")) {
      this.takeExecution(event, from, at);
      visit = null;
    } else if (isEntered(event.type)) visit = this.enter(event, before, at);
    else if (isExited(event.type)) visit = this.exit(event, from, at);
    else if (attemptStep(event.type) !== null) this.takeAttempt(event, from, at);
    else if (/^(?:Parallel|Map)/.test(event.type)) {
      visit = openContainer(from, event.type);
      iteration = this.takeContainer(event, visit, at);
    } else if (event.type === "EvaluationFailed" && visit) {
      // A Retrier or Catcher may take it: what it comes to, later events say.
      Object.assign(visit, { error: textOf(event, "error"), cause: textOf(event, "cause"), status: "retrying" });
    }
    this.lastId = event.id;
    this.places.set(event.id, { visit: visit ? (this.indices.get(visit) ?? -1) : -1, nodeId: visit?.nodeId, type: event.type, iteration });
  }

  /** Another one that has come as far, and goes on by itself. What it knows of single events is shared: it never differs. */
  copy(): Replayer {
    const copy = new Replayer(this.graph);
    copy.byName = this.byName;
    copy.places = this.places;
    copy.taken = new Map(this.taken);
    copy.lastId = this.lastId;
    copy.startedAt = this.startedAt;
    copy.endedAt = this.endedAt;
    copy.status = this.status;
    copy.redrivenAt = this.redrivenAt;
    for (const visit of this.visits) {
      // What is around a visit was entered before it, so it is copied already.
      const parent = visit.parent === null ? null : (copy.visits[this.indices.get(visit.parent) ?? -1] ?? null);
      copy.add({ ...visit, parent, attempts: visit.attempts.map((attempt) => ({ ...attempt })), iterations: { ...visit.iterations } });
    }
    return copy;
  }

  private add(visit: Visit): void {
    this.indices.set(visit, this.visits.length);
    this.visits.push(visit);
    if (visit.exitedAt === null) this.open.add(visit);
  }

  private takeExecution(event: HistoryEvent, visit: Visit | null, at: number): void {
    if (event.type === "ExecutionStarted") {
      this.startedAt = at;
      return;
    }
    if (event.type === "ExecutionRedriven") {
      this.status = "running";
      this.endedAt = null;
      this.redrivenAt = [...this.redrivenAt, at];
      for (const stopped of unsuccessful(this.visits)) {
        reopen(stopped);
        this.open.add(stopped);
      }
      return;
    }
    this.endedAt = at;
    this.status = ENDINGS[event.type] ?? "fail";
    if (event.type === "ExecutionFailed" && visit && visit.exitedAt === null) this.fail(visit, event);
    for (const open of this.open) close(open, this.status, at);
    this.open.clear();
  }

  private openNamed(name: string | null): Visit | undefined {
    return [...this.open].findLast(({ nodeId }) => this.graph.nodes.get(nodeId)?.name === name);
  }

  private enter(event: HistoryEvent, before: Place | undefined, at: number): Visit | null {
    const name = textOf(event, "name") ?? "";
    const from = this.visits[before?.visit ?? -1] ?? null;
    const isFirst = before?.type === "ParallelStateStarted" || before?.type === "MapIterationStarted";
    const parent = isFirst ? from : (from?.parent ?? null);
    const node = this.find(name, parent);
    if (!node) return null;
    const visit: Visit = {
      nodeId: node.id, type: node.type, enteredId: event.id, enteredAt: at, input: textOf(event, "input"), parent,
      iteration: isFirst ? before.iteration : (from?.iteration ?? null),
      exitedAt: null, exitedId: null, stopped: false, startedId: 0, output: null, assigned: null, status: node.type === "Fail" ? "fail" : "running", error: null, cause: null,
      attempts: [], iterations: { total: 0, started: 0, succeeded: 0, failed: 0, aborted: 0 },
    };
    this.add(visit);
    this.count(`${isFirst || from === null ? `${node.scope}#start` : from.nodeId}>${node.id}`);
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
    visit.exitedId = event.id;
    this.open.delete(visit);
    visit.output = textOf(event, "output");
    const { assignedVariables } = detailsOf(event);
    visit.assigned = typeof assignedVariables === "object" && assignedVariables !== null ? JSON.stringify(assignedVariables) : null;
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
        scheduledId: event.id, scheduledAt: at, submittedAt: null, endedAt: null, outcome: "running", callback: isCallback(event), redrive: this.redrivenAt.length,
        error: null, cause: null, result: null, parameters: textOf(event, "parameters") ?? textOf(event, "input"),
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
      attempt.result = textOf(event, "output");
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
    for (const inner of this.open)
      if (isInside(inner, container)) {
        close(inner, "stop", at);
        this.open.delete(inner);
      }
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
    const { places, lastId } = this;
    const stateOfEvent = { get: (id: number) => (id <= lastId ? places.get(id)?.nodeId : undefined) };
    return {
      states, visits: [...this.visits], taken: new Map(this.taken), stateOfEvent,
      transitions: this.visits.length, startedAt: this.startedAt, endedAt: this.endedAt, status: this.status, redrivenAt: this.redrivenAt,
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

