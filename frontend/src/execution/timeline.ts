/** The run as lanes of bars: one lane for each state that did something, one bar for each attempt. Pure. */
import type { Graph } from "../graph/model";
import type { Run, StateStatus, Visit } from "./status";
import type { Stretch } from "./timescale";

export type BarKind = "ok" | "fail" | "time" | "run" | "wait" | "stop" | "pause" | "backoff";

export interface Bar {
  readonly kind: BarKind;
  readonly from: number;
  /** null: still going on. */
  to: number | null;
}

export interface Lane {
  readonly nodeId: string;
  readonly name: string;
  readonly depth: number;
  readonly status: StateStatus;
  readonly bars: readonly Bar[];
  /** Time spent in it, all visits together; open ones up to `now`. */
  readonly took: (now: number) => number;
}

/** States that only decide or end: they take no time worth a lane. */
const INSTANT = new Set(["Choice", "Succeed"]);

export function lanes(graph: Graph, run: Run): Lane[] {
  const all: Lane[] = [];
  for (const { nodeId, status, visits } of run.states.values()) {
    const node = graph.nodes.get(nodeId);
    if (!node || INSTANT.has(node.type) || node.scopes.length > 0) continue;
    all.push({
      nodeId, name: node.name, depth: depthOf(graph, nodeId), status,
      bars: joined(visits.flatMap((visit) => barsOf(visit)).sort((a, b) => a.from - b.from)),
      took: (now) => visits.reduce((sum, visit) => sum + ((visit.exitedAt ?? Math.max(now, visit.enteredAt)) - visit.enteredAt), 0),
    });
  }
  return all;
}

/** How many containers a state stands in. */
export function depthOf(graph: Graph, nodeId: string): number {
  let depth = 0;
  for (let node = graph.nodes.get(nodeId); node; depth++) {
    const parent = graph.scopes.get(node.scope)?.parent;
    if (parent === null || parent === undefined) break;
    node = graph.nodes.get(parent);
  }
  return depth;
}

function barsOf(visit: Visit): Bar[] {
  if (visit.attempts.length === 0) return [{ kind: plainKind(visit), from: visit.enteredAt, to: visit.exitedAt }];
  return visit.attempts.flatMap((attempt, i) => {
    const bars: Bar[] = [];
    const before = visit.attempts[i - 1];
    // Between the end and a redrive nobody waited for the next attempt.
    if (before && before.endedAt !== null && attempt.scheduledAt > before.endedAt && before.redrive === attempt.redrive) bars.push({ kind: "backoff", from: before.endedAt, to: attempt.scheduledAt });
    bars.push({ kind: OUTCOME[attempt.outcome], from: attempt.scheduledAt, to: attempt.endedAt });
    const isLast = i === visit.attempts.length - 1;
    if (isLast && attempt.endedAt !== null && visit.exitedAt === null && visit.status === "retrying") bars.push({ kind: "backoff", from: attempt.endedAt, to: null });
    return bars;
  });
}

const OUTCOME = { running: "run", waiting: "wait", succeeded: "ok", failed: "fail", timedOut: "time", stopped: "stop" } as const;

function plainKind(visit: Visit): BarKind {
  if (visit.status === "fail" || visit.status === "caught") return "fail";
  if (visit.status === "timeout") return "time";
  if (visit.status === "stop") return "stop";
  if (visit.type === "Wait") return "pause";
  return visit.exitedAt === null ? "run" : "ok";
}

/** A Map of a thousand items has a thousand bars on one lane: those that touch are one to the eye. */
function joined(bars: readonly Bar[]): Bar[] {
  if (bars.length <= 200) return [...bars];
  const kept: Bar[] = [];
  const first = bars[0]?.from ?? 0;
  const last = Math.max(...bars.map(({ from, to }) => to ?? from));
  const grain = (last - first) / 400;
  for (const bar of bars) {
    const before = kept.findLast(({ kind }) => kind === bar.kind);
    if (before && before.to !== null && bar.from - before.to <= grain) before.to = bar.to === null ? null : Math.max(before.to, bar.to);
    else kept.push({ ...bar });
  }
  return kept;
}

const STEPS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000, 86_400_000];

/** Round times for the axis, from 0. */
export function ticks(total: number, most = 8): number[] {
  const step = STEPS.find((one) => total / one <= most) ?? Math.ceil(total / most / 86_400_000) * 86_400_000;
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, i) => i * step);
}

/** "0", "30 s", "1 m 30", "2 h". */
export function tickWords(ms: number): string {
  if (ms === 0) return "0";
  if (ms < 1000) return `${ms} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds} s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m${seconds % 60 ? ` ${two(seconds % 60)}` : ""}`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h${seconds % 3600 ? ` ${two((seconds % 3600) / 60)}` : ""}`;
  return `${Math.floor(seconds / 86_400)} d${seconds % 86_400 ? ` ${Math.floor((seconds % 86_400) / 3600)} h` : ""}`;
}

/** What the axis may fold depends on: when anything went on, and whether it only waited. */
export function stretchesOf(all: readonly Lane[]): Stretch[] {
  return all.flatMap(({ bars }) => bars.map(({ kind, from, to }) => ({ from, to, waits: kind === "wait" || kind === "pause" || kind === "backoff" })));
}
