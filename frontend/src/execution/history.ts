/** Reads single history events: which family a type belongs to, and what its details say. */
import type { HistoryEvent } from "./types";

/** `TaskScheduled` keeps its details under `taskScheduledEventDetails`, and so on; all states share two keys. */
export function detailsOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  const found = event[keyOf(event.type)];
  return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : {};
}

const KEYS = new Map<string, string>();

function keyOf(type: string): string {
  let key = KEYS.get(type);
  if (key === undefined) {
    const family = type.endsWith("StateEntered") ? "stateEntered" : type.endsWith("StateExited") ? "stateExited" : type.charAt(0).toLowerCase() + type.slice(1);
    KEYS.set(type, (key = `${family}EventDetails`));
  }
  return key;
}

const TIMES = new WeakMap<HistoryEvent, number>();

/** In milliseconds; read once: every replay asks again. */
export function timeOf(event: HistoryEvent): number {
  let at = TIMES.get(event);
  if (at === undefined) TIMES.set(event, (at = Date.parse(event.timestamp)));
  return at;
}

export function textOf(event: HistoryEvent, key: string): string | null {
  const value = detailsOf(event)[key];
  return typeof value === "string" ? value : null;
}

export function isEntered(type: string): boolean {
  return type.endsWith("StateEntered");
}

export function isExited(type: string): boolean {
  return type.endsWith("StateExited");
}

/** Task, LambdaFunction and Activity say the same things of an attempt. */
const ATTEMPT = /^(?:Task|LambdaFunction|Activity)(Scheduled|Started|Submitted|Succeeded|Failed|TimedOut|SubmitFailed|ScheduleFailed|StartFailed)$/;

export type AttemptStep = "Scheduled" | "Started" | "Submitted" | "Succeeded" | "Failed" | "TimedOut";

export function attemptStep(type: string): AttemptStep | null {
  const step = ATTEMPT.exec(type)?.[1];
  if (step === undefined) return null;
  return step.endsWith("Failed") ? "Failed" : (step as AttemptStep);
}

export function isCallback(event: HistoryEvent): boolean {
  return textOf(event, "resource")?.endsWith(".waitForTaskToken") ?? false;
}
