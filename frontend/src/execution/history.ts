/** Reads single history events: which family a type belongs to, and what its details say. */
import type { HistoryEvent } from "./types";

/** `TaskScheduled` keeps its details under `taskScheduledEventDetails`, and so on; all states share two keys. */
export function detailsOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  const key = event.type.endsWith("StateEntered")
    ? "stateEnteredEventDetails"
    : event.type.endsWith("StateExited")
      ? "stateExitedEventDetails"
      : `${event.type.charAt(0).toLowerCase()}${event.type.slice(1)}EventDetails`;
  const found = event[key];
  return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : {};
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
