/** What the page knows of the chosen state: the visit that is looked at, and where it leads. */
import { useMemo } from "react";
import type { Graph, GraphNode } from "../graph";
import { statusOf } from "./decorate";
import { definitionOf } from "./definitionOf";
import { leadsOf, leadsSomewhere, type Leads } from "./LeadsTo";
import { modelCall, type ModelCall } from "./modelCall";
import { nestedStart } from "./nested";
import { partsOf, type Part } from "./parts";
import { eventsOf, type Run, type StateStatus, type StateSummary, type Visit } from "./status";
import type { DetailTab, ViewerStore } from "./store";
import type { Tab } from "./Tabs";
import type { HistoryEvent, Review } from "./types";

export interface StateView {
  readonly definition: unknown;
  readonly summary: StateSummary | undefined;
  /** null: the run hasn't come to it. */
  readonly visit: Visit | null;
  readonly status: StateStatus;
  readonly events: HistoryEvent[];
  readonly isDistributed: boolean;
  readonly parts: readonly Part[];
  readonly call: ModelCall | null;
  /** The event by which it started another execution. */
  readonly nested: number | null;
  readonly leads: Leads | null;
  readonly review: Review | undefined;
}

export function useStateView(store: ViewerStore, graph: Graph, run: Run, node: GraphNode): StateView {
  const definition = definitionOf(
    store((state) => state.execution.definition),
    node.id,
  );
  const hasConsole = store((state) => state.boot.console === true);
  const history = store((state) => state.events);
  const picked = store((state) => state.selectedVisit);
  const summary = run.states.get(node.id);
  const visit = (picked === null ? undefined : summary?.visits.find(({ enteredId }) => enteredId === picked)) ?? summary?.latest ?? null;
  const last = visit?.attempts.at(-1);
  const events = useMemo(() => eventsOf(run, node.id, history), [run, node.id, history]);
  const isDistributed = (definition as { ItemProcessor?: { ProcessorConfig?: { Mode?: unknown } } } | undefined)?.ItemProcessor?.ProcessorConfig?.Mode === "DISTRIBUTED";
  const hasParts = node.scopes.length > 0 && !isDistributed;
  return {
    definition,
    summary,
    visit,
    status: visit?.status ?? statusOf(run, node.id),
    events,
    isDistributed,
    parts: useMemo(() => (hasParts && visit !== null ? partsOf(run, graph, visit) : []), [run, graph, visit, hasParts]),
    call: useMemo(() => modelCall(last?.parameters ?? null, last?.result ?? null), [last?.parameters, last?.result]),
    nested: useMemo(() => nestedStart(events, last), [events, last]),
    leads: useMemo(() => (visit === null ? null : leadsOf(visit, events, hasConsole)), [visit, events, hasConsole]),
    review: useReview(store, node, visit),
  };
}

/** The task of review that belongs to the visit: by the event that asked, else by the state's name. */
function useReview(store: ViewerStore, node: GraphNode, visit: Visit | null): Review | undefined {
  const reviews = store((state) => state.reviews);
  if (visit === null) return undefined;
  const scheduled = new Set(visit.attempts.map(({ scheduledId }) => scheduledId));
  const own = reviews.find((one) => one.task_scheduled_event_id !== null && scheduled.has(one.task_scheduled_event_id));
  return own ?? reviews.find((one) => one.task_scheduled_event_id === null && one.state_name === node.name);
}

/** The tabs that have something to show. */
export function tabsOf({ visit, leads, call, events }: StateView): Tab<DetailTab>[] {
  const attempts = visit?.attempts.length ?? 0;
  return [
    { key: "data", title: "Input and output" },
    ...(visit === null ? [] : [{ key: "flow" as const, title: "Data flow" }]),
    ...(leads === null || !leadsSomewhere(leads) ? [] : [{ key: "leads" as const, title: "Leads to" }]),
    ...(call === null ? [] : [{ key: "conversation" as const, title: "Conversation" }]),
    ...(attempts > 1 || visit?.error ? [{ key: "attempts" as const, title: "Attempts", ...(attempts > 0 ? { count: attempts } : {}) }] : []),
    { key: "definition", title: "Definition" },
    { key: "events", title: "Events", count: events.length },
  ];
}
