/** Which events the table shows: by state, family of types, time and text. Data in, data out. */
import { timeOf } from "./history";
import type { Run } from "./status";
import type { HistoryEvent } from "./types";

export interface EventFilter {
  /** A state's id; "" for all. */
  readonly state: string;
  /** One of FAMILIES, "problems", or a type as AWS writes it; "" for all. */
  readonly type: string;
  readonly text: string;
  /** Seconds since the run began; null for no bound. */
  readonly from: number | null;
  readonly to: number | null;
}

export const ALL: EventFilter = { state: "", type: "", text: "", from: null, to: null };

export function isNarrowed(filter: EventFilter): boolean {
  return filter.state !== "" || filter.type !== "" || filter.text.trim() !== "" || filter.from !== null || filter.to !== null;
}

const PROBLEM = /(?:Failed|TimedOut|Aborted)$|^FailStateEntered$/;

/** An event never changes, and looking through its JSON is what takes time: it's written out once. */
const TEXTS = new WeakMap<HistoryEvent, string>();

function textOf(event: HistoryEvent): string {
  let text = TEXTS.get(event);
  // Input and output are JSON inside JSON: a person looks for what it says, not for how it's escaped.
  if (text === undefined) TEXTS.set(event, (text = JSON.stringify(event).replaceAll('\\"', '"').toLowerCase()));
  return text;
}

export function filterEvents(events: readonly HistoryEvent[], run: Run, filter: EventFilter): readonly HistoryEvent[] {
  if (!isNarrowed(filter)) return events;
  const start = run.startedAt ?? 0;
  const words = filter.text.trim().toLowerCase();
  return events.filter((event) => {
    if (filter.state !== "" && run.stateOfEvent.get(event.id) !== filter.state) return false;
    if (filter.type === "problems" ? !PROBLEM.test(event.type) : filter.type !== "" && event.type !== filter.type) return false;
    const seconds = (timeOf(event) - start) / 1000;
    if (filter.from !== null && seconds < filter.from) return false;
    if (filter.to !== null && seconds > filter.to) return false;
    return words === "" || textOf(event).includes(words);
  });
}

/** The types of a history, in the order of their names. */
export function typesOf(events: readonly HistoryEvent[]): string[] {
  return [...new Set(events.map(({ type }) => type))].sort();
}

/** The event and what led to it, by `previousEventId`, back to the first. */
export function chainOf(byId: ReadonlyMap<number, HistoryEvent>, id: number): number[] {
  const chain: number[] = [];
  for (let event = byId.get(id); event && chain.at(-1) !== event.id; event = byId.get(event.previousEventId ?? 0)) {
    chain.push(event.id);
    if ((event.previousEventId ?? 0) >= event.id) break;
  }
  return chain;
}
