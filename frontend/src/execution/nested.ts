/** The execution that a Task started, as its history names it. */
import { detailsOf, textOf } from "./history";
import type { Attempt } from "./status";
import type { HistoryEvent } from "./types";

const EXECUTION = /^arn:aws[\w-]*:states:[\w-]*:\d*:(?:execution:[^:]+:[^:]+|express:[^:]+:[^:]+:[^:]+)$/;

/** The event that names it: TaskSubmitted where the Task waits for it, else TaskSucceeded; null where it started none. */
export function nestedStart(events: readonly HistoryEvent[], attempt: Attempt | undefined): number | null {
  if (!attempt) return null;
  const mine = new Set([attempt.scheduledId]);
  for (const event of events) {
    if (event.id <= attempt.scheduledId || !mine.has(event.previousEventId ?? 0)) continue;
    mine.add(event.id);
    if (startedBy(event) !== null) return event.id;
  }
  return null;
}

function startedBy(event: HistoryEvent): string | null {
  if (event.type !== "TaskSubmitted" && event.type !== "TaskSucceeded") return null;
  const { resourceType } = detailsOf(event);
  if ((resourceType !== "states" && resourceType !== "aws-sdk:sfn") || !/^start(Sync)?Execution/i.test(textOf(event, "resource") ?? "")) return null;
  try {
    const said = JSON.parse(textOf(event, "output") ?? "null") as { ExecutionArn?: unknown } | null;
    return typeof said?.ExecutionArn === "string" && EXECUTION.test(said.ExecutionArn) ? said.ExecutionArn : null;
  } catch {
    return null;
  }
}
