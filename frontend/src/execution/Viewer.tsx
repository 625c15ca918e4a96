/** The execution page: graph, the chosen state, timeline and events, all of one run. */
import { TriangleAlert } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { StatusGlyph, WorkflowGraph, type Graph, type GraphHandle } from "../graph";
import { getJson } from "./api";
import { edgeDecorations, mostInteresting, nodeDecorations } from "./decorate";
import { Detail } from "./Detail";
import { EventTable } from "./EventTable";
import { Header } from "./Header";
import { legendOf } from "./legend";
import { writeLink } from "./link";
import { FromLog, Origin } from "./Origin";
import type { Run } from "./status";
import { type DockTab, type Pane, type ViewerStore } from "./store";
import { StateTable } from "./StateTable";
import { Tabs } from "./Tabs";
import { Timeline, TimelineLegend } from "./Timeline";
import { isOver, type Review } from "./types";
import { useLive } from "./useLive";
import { useNow } from "./useNow";
import { useShownRun } from "./useReplay";

export function Viewer({ store, graph }: { store: ViewerStore; graph: Graph }) {
  const status = store((state) => state.execution.status);
  const replayedAt = store((state) => state.replay?.at ?? null);
  const { whole, run } = useShownRun(store, graph);
  const time = useNow(!isOver(status));
  const now = replayedAt ?? time;
  const picked = store((state) => state.selectedState);
  const event = store((state) => state.selectedEvent);
  const chosen = picked ?? (event === null ? undefined : run.stateOfEvent.get(event)) ?? mostInteresting(graph, run) ?? "";
  const pane = store((state) => state.pane);

  useLive(store);
  useReviews(store, whole);
  useLink(store, graph);

  return (
    <div className="flex h-full min-h-0 flex-col">
      <Header store={store} graph={graph} run={run} whole={whole} now={now} />
      <Origin store={store} />
      <FromLog store={store} />
      <NoticeBar store={store} />
      <PaneTabs store={store} />
      <div className="flex min-h-0 flex-1 max-md:flex-col">
        <div className={`min-h-0 min-w-0 border-base-300 md:w-[53.5%] md:max-w-[1000px] md:flex-none md:border-r ${pane === "graph" ? "max-md:flex-1" : "max-md:hidden"}`}>
          <RunGraph store={store} graph={graph} run={run} now={now} chosen={chosen} />
        </div>
        <div className={`flex min-h-0 min-w-0 flex-1 flex-col bg-base-200 ${pane === "graph" ? "max-md:hidden" : ""}`}>
          <section aria-label="State" className={`flex min-h-0 flex-1 flex-col ${pane === "state" ? "" : "max-md:hidden"}`}>
            <Detail store={store} graph={graph} run={run} now={now} nodeId={chosen} />
          </section>
          <Dock store={store} graph={graph} run={run} whole={whole} now={now} time={time} chosen={chosen} />
        </div>
      </div>
    </div>
  );
}

const PANES: readonly { key: Pane; title: string }[] = [
  { key: "graph", title: "Graph" },
  { key: "state", title: "State" },
  { key: "timeline", title: "Timeline" },
  { key: "table", title: "Table" },
  { key: "events", title: "Events" },
];

/** On a phone one pane at a time. */
function PaneTabs({ store }: { store: ViewerStore }) {
  const pane = store((state) => state.pane);
  return (
    <div className="flex flex-none border-b border-base-300 bg-base-100 px-3 py-2 md:hidden">
      <div className="seg w-full" role="group" aria-label="What to show">
        {PANES.map(({ key, title }) => (
          <button key={key} type="button" className="h-8! flex-1 justify-center" aria-pressed={pane === key} onClick={() => store.getState().setPane(key)}>
            {title}
          </button>
        ))}
      </div>
    </div>
  );
}

interface PartProps {
  store: ViewerStore;
  graph: Graph;
  run: Run;
  now: number;
  chosen: string;
}

function RunGraph({ store, graph, run, now, chosen }: PartProps) {
  const nodes = useMemo(() => nodeDecorations(graph, run, now), [graph, run, now]);
  const edges = useMemo(() => edgeDecorations(graph, run), [graph, run]);
  const selection = useMemo(() => (chosen === "" ? [] : [chosen]), [chosen]);
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const handle = useRef<GraphHandle>(null);
  const linked = store((state) => state.selectedState);
  useEffect(() => {
    if (linked) handle.current?.reveal(linked);
  }, [linked]);
  const onSelect = useCallback((ids: readonly string[]) => store.getState().selectState(ids[0] ?? ""), [store]);
  const onToggleCollapse = useCallback(
    (id: string) =>
      setCollapsed((before) => {
        const after = new Set(before);
        if (!after.delete(id)) after.add(id);
        return after;
      }),
    [],
  );
  return (
    <WorkflowGraph
      ref={handle}
      graph={graph}
      label="Run"
      selection={selection}
      onSelect={onSelect}
      nodeDecorations={nodes}
      edgeDecorations={edges}
      collapsed={collapsed}
      onToggleCollapse={onToggleCollapse}
      refit="always"
      readOnly
    >
      <ul aria-label="Legend" className="absolute bottom-3 left-3 flex flex-col gap-1.5 rounded-lg bg-base-100 px-2.5 py-2 text-2xs text-ink-2 shadow-float max-md:hidden">
        {legendOf(run).map(([tone, word]) => (
          <li key={tone} className="flex items-center gap-1.5">
            <StatusGlyph tone={tone} size={12} />
            {word}
          </li>
        ))}
      </ul>
    </WorkflowGraph>
  );
}

function Dock({ store, graph, run, whole, now, time, chosen }: PartProps & { whole: Run; time: number }) {
  const docked = store((state) => state.dockTab);
  const pane = store((state) => state.pane);
  const count = store((state) => state.events.length);
  // On a phone the pane says which of them; beside the graph the tabs do.
  const isPhonePane = pane === "timeline" || pane === "table" || pane === "events";
  const tab: DockTab = isPhonePane && isPhone() ? pane : docked;
  return (
    <section aria-label="Timeline, table and events" className={`flex flex-none flex-col border-t border-base-300 bg-base-100 md:h-[38%] md:max-h-[340px] md:min-h-[200px] ${isPhonePane ? "max-md:min-h-0 max-md:flex-1 max-md:border-t-0" : "max-md:hidden"}`}>
      <Tabs<DockTab>
        label="Timeline, table and events"
        tabs={[
          { key: "timeline", title: "Timeline" },
          { key: "table", title: "Table" },
          { key: "events", title: "Events", count },
        ]}
        chosen={tab}
        onChoose={(key) => store.getState().setDockTab(key)}
        aside={tab === "timeline" && <TimelineLegend hasRedrives={whole.redrivenAt.length > 0} />}
        className="px-5 pr-0! max-md:hidden"
      />
      {tab === "timeline" && <Timeline store={store} graph={graph} run={run} whole={whole} now={time} chosen={chosen} />}
      {tab === "table" && <StateTable store={store} graph={graph} run={run} now={now} chosen={chosen} />}
      {tab === "events" && <EventTable store={store} graph={graph} run={whole} />}
    </section>
  );
}

function isPhone(): boolean {
  return window.matchMedia("(width < 48rem)").matches;
}

function NoticeBar({ store }: { store: ViewerStore }) {
  const notice = store((state) => state.notice);
  if (!notice) return null;
  return (
    <p role="status" className={`flex flex-none items-center gap-2 border-b px-5 py-2 text-s ${notice.level === "error" ? "border-fail-line bg-fail-wash text-fail-ink" : "border-retry-line bg-retry-wash text-retry-ink"}`}>
      <TriangleAlert aria-hidden size={15} className="flex-none" />
      <span className="min-w-0 flex-1">{notice.message}</span>
      <button type="button" className="btn btn-ghost btn-xs" onClick={() => store.getState().setNotice(null)}>
        Dismiss
      </button>
    </p>
  );
}

/** Asks for review tasks whenever another task began to wait for its token, and once more when one has ended. */
function useReviews(store: ViewerStore, run: Run): void {
  const callbacks = run.visits.flatMap(({ attempts }) => attempts.filter(({ callback }) => callback));
  const key = callbacks.map(({ scheduledId, outcome }) => `${scheduledId}${outcome}`).join(" ");
  const waiting = callbacks.some(({ outcome }) => outcome === "waiting");
  useEffect(() => {
    if (key === "") return;
    const stopper = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const ask = (left: number): void => {
      void getJson<{ reviews: Review[] }>(store.getState().boot.urls.reviews, stopper.signal)
        .then(({ reviews }) => {
          store.getState().setReviews(reviews);
          // The token travels by a queue or a function: the task may come a moment after the event.
          if (waiting && reviews.length === 0 && left > 0) timer = setTimeout(() => ask(left - 1), 2000);
        })
        .catch(() => undefined);
    };
    ask(10);
    return () => {
      stopper.abort();
      clearTimeout(timer);
    };
  }, [store, key, waiting]);
}

function useLink(store: ViewerStore, graph: Graph): void {
  useEffect(
    () =>
      store.subscribe((state, before) => {
        if (state.selectedState === before.selectedState && state.selectedEvent === before.selectedEvent) return;
        window.history.replaceState(window.history.state, "", writeLink(window.location.href, graph, state.selectedState, state.selectedEvent));
      }),
    [store, graph],
  );
}
