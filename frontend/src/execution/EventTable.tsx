/** All events, virtualised: a history may hold 25,000. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useDeferredValue, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { StatusGlyph, type Graph } from "../graph";
import { ALL, chainOf, filterEvents, typesOf, type EventFilter } from "./eventFilter";
import { EventFilterBar } from "./EventFilterBar";
import { eventRow } from "./eventRows";
import { duration } from "../shell/durations";
import { utc } from "./format";
import type { Run } from "./status";
import type { ViewerStore } from "./store";

const ROW = 28;

export function EventTable({ store, graph, run }: { store: ViewerStore; graph: Graph; run: Run }) {
  const history = store((state) => state.events);
  const replayed = store((state) => state.replay?.count ?? null);
  const [filter, setFilter] = useState<EventFilter>(ALL);
  // Typing stays quick while a long history is looked through.
  const wanted = useDeferredValue(filter);
  const events = useMemo(() => filterEvents(history, run, wanted), [history, run, wanted]);
  const types = useMemo(() => typesOf(history), [history]);
  const byId = useMemo(() => new Map(history.map((event) => [event.id, event])), [history]);
  const chosen = store((state) => state.selectedEvent);
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualiser's functions are read in this render only
  const virtual = useVirtualizer({ count: events.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 12 });
  const start = run.startedAt ?? Date.parse(history[0]?.timestamp ?? "");
  const chain = useMemo(() => new Set(chosen === null ? [] : chainOf(byId, chosen)), [byId, chosen]);
  const lastHappened = replayed === null ? Infinity : (history[replayed - 1]?.id ?? 0);

  // Scrolls to a chosen event once: new events must not scroll the table.
  const shown = useRef<number | null>(null);
  useEffect(() => {
    if (chosen === shown.current) return;
    const index = chosen === null ? -1 : events.findIndex((event) => event.id === chosen);
    if (chosen !== null && index === -1) return;
    shown.current = chosen;
    if (index >= 0) virtual.scrollToIndex(index, { align: "auto" });
  }, [chosen, events, virtual]);

  const choose = (index: number): void => {
    const event = events[index];
    if (event) store.getState().selectEvent(event.id, run.stateOfEvent.get(event.id) ?? null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = events.findIndex(({ id }) => id === chosen);
    choose(Math.min(events.length - 1, Math.max(0, at === -1 ? 0 : at + step)));
  };

  return (
    <>
    <EventFilterBar graph={graph} run={run} types={types} filter={filter} onFilter={setFilter} shown={events.length} all={history.length} />
    <div className="flex min-h-0 flex-1 flex-col text-xs" role="table" aria-label="Events" aria-rowcount={events.length + 1}>
      <div role="row" aria-rowindex={1} className="grid h-7 flex-none grid-cols-[3.5rem_5rem_minmax(9rem,1fr)_minmax(8rem,1fr)_minmax(0,1.2fr)] items-center border-b border-base-300 px-5 text-2xs font-medium text-ink-3 max-md:grid-cols-[2.5rem_4.5rem_1fr_1fr] max-md:px-3">
        <span role="columnheader">No.</span>
        <span role="columnheader">After</span>
        <span role="columnheader">Event</span>
        <span role="columnheader">State</span>
        <span role="columnheader" className="max-md:hidden">Detail</span>
      </div>
      <div ref={scroller} className="min-h-0 flex-1 overflow-auto" tabIndex={0} role="rowgroup" aria-label="Events, arrow keys choose one" onKeyDown={onKeyDown}>
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start: top }) => {
            const event = events[index];
            if (!event) return null;
            const row = eventRow(event, run, graph);
            const at = Date.parse(event.timestamp);
            return (
              <div
                key={event.id}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={event.id === chosen}
                data-event={event.id}
                className={`absolute inset-x-0 grid cursor-pointer grid-cols-[3.5rem_5rem_minmax(9rem,1fr)_minmax(8rem,1fr)_minmax(0,1.2fr)] items-center px-5 hover:bg-hover max-md:grid-cols-[2.5rem_4.5rem_1fr_1fr] max-md:px-3 ${event.id === chosen ? "bg-secondary" : ""} ${event.id > lastHappened ? "opacity-45" : ""}`}
                style={{ top, height: ROW }}
                onClick={() => choose(index)}
              >
                <span role="cell" className={`num ${chain.has(event.id) ? "font-semibold text-base-content" : "text-ink-3"}`} title={chain.has(event.id) ? "On the way to the chosen event" : undefined}>{event.id}</span>
                <span role="cell" className="num text-ink-2" title={utc(at)}>{duration(at - start)}</span>
                <span role="cell" className="flex min-w-0 items-center gap-1.5">
                  {row.tone && <StatusGlyph tone={row.tone} size={12} />}
                  <span className="truncate">{row.title}</span>
                </span>
                <span role="cell" className="truncate pr-2 font-medium">{row.stateName}</span>
                <span role="cell" className="truncate text-ink-2 max-md:hidden">{row.note}</span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
    </>
  );
}
