/** What the event tables show of each event. */
import { detailsOf } from "./history";
import type { Run } from "./status";
import type { HistoryEvent } from "./types";
import type { StatusTone, Graph } from "../graph";

export interface EventRow {
  readonly event: HistoryEvent;
  readonly nodeId: string | null;
  readonly stateName: string;
  /** "TaskScheduled" in words: "Task scheduled". */
  readonly title: string;
  readonly tone: StatusTone | null;
  readonly note: string;
}

export function eventRow(event: HistoryEvent, run: Run, graph: Graph): EventRow {
  const nodeId = run.stateOfEvent.get(event.id) ?? null;
  const details = detailsOf(event);
  const text = (key: string): string => (typeof details[key] === "string" ? details[key] : "");
  return {
    event,
    nodeId,
    stateName: nodeId === null ? "" : (graph.nodes.get(nodeId)?.name ?? ""),
    title: titleOf(event.type),
    tone: toneOf(event.type),
    note: text("error") || [text("resourceType"), text("resource")].filter(Boolean).join(":") || (typeof details.index === "number" ? `item ${details.index}` : ""),
  };
}

export function titleOf(type: string): string {
  const words = type.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function toneOf(type: string): StatusTone | null {
  if (type === "FailStateEntered" || /Failed$/.test(type)) return "fail";
  if (/TimedOut$/.test(type)) return "time";
  if (/Aborted$/.test(type)) return "stop";
  if (type === "ExecutionSucceeded" || /(?:Task|Function|Activity|State|Iteration|Run)Succeeded$/.test(type)) return "ok";
  return null;
}
