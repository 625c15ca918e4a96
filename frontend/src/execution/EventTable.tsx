/** All events, virtualised: a history may hold 25,000. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useDeferredValue, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { StatusGlyph, type Graph } from "../graph";
import { ALL, chainOf, filterEvents, typesOf, type EventFilter } from "./eventFilter";
import { EventFilterBar } from "./EventFilterBar";
import { eventRow, type EventRow } from "./eventRows";
import { duration } from "../shell/durations";
import { utc } from "./format";
import type { Run } from "./status";
import type { ViewerStore } from "./store";
import type { HistoryEvent } from "./types";

const ROW = 28;

const COLUMNS = "grid grid-cols-[3.5rem_5rem_minmax(9rem,1fr)_minmax(8rem,1fr)_minmax(0,1.2fr)] items-center px-5 max-md:grid-cols-[2.5rem_4.5rem_1fr_1fr] max-md:px-3";

interface TableProps {
  store: ViewerStore;
  graph: Graph;
  run: Run;
}

export function EventTable({ store, graph, run }: TableProps) {
  const history = store((state) => state.events);
  const [filter, setFilter] = useState<EventFilter>(ALL);
  // Typing stays quick while a long history is looked through.
  const wanted = useDeferredValue(filter);
  const events = useMemo(() => filterEvents(history, run, wanted), [history, run, wanted]);
  const types = useMemo(() => typesOf(history), [history]);
  return (
    <>
      <EventFilterBar graph={graph} run={run} types={types} filter={filter} onFilter={setFilter} shown={events.length} all={history.length} />
      <div className="flex min-h-0 flex-1 flex-col text-xs" role="table" aria-label="Events" aria-rowcount={events.length + 1}>
        <div role="row" aria-rowindex={1} className={`${COLUMNS} h-7 flex-none border-b border-base-300 text-2xs font-medium text-ink-3`}>
          <span role="columnheader">No.</span>
          <span role="columnheader">After</span>
          <span role="columnheader">Event</span>
          <span role="columnheader">State</span>
          <span role="columnheader" className="max-md:hidden">Detail</span>
        </div>
        <Rows store={store} graph={graph} run={run} events={events} />
      </div>
    </>
  );
}

function Rows({ store, graph, run, events }: TableProps & { events: readonly HistoryEvent[] }) {
  const history = store((state) => state.events);
  const replayed = store((state) => state.replay?.count ?? null);
  const chosen = store((state) => state.selectedEvent);
  const byId = useMemo(() => new Map(history.map((event) => [event.id, event])), [history]);
  const chain = useMemo(() => new Set(chosen === null ? [] : chainOf(byId, chosen)), [byId, chosen]);
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualiser's functions are read in this render only
  const virtual = useVirtualizer({ count: events.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 12 });
  useShownOnce(events, chosen, (index) => virtual.scrollToIndex(index, { align: "auto" }));
  const start = run.startedAt ?? Date.parse(history[0]?.timestamp ?? "");
  const lastHappened = replayed === null ? Infinity : (history[replayed - 1]?.id ?? 0);

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
    <div ref={scroller} className="min-h-0 flex-1 overflow-auto" tabIndex={0} role="rowgroup" aria-label="Events, arrow keys choose one" onKeyDown={onKeyDown}>
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start: top }) => {
          const event = events[index];
          if (!event) return null;
          const row = eventRow(event, run, graph);
          return <Row key={event.id} event={event} row={row} index={index} top={top} start={start} isChosen={event.id === chosen} isOnTheWay={chain.has(event.id)} isAhead={event.id > lastHappened} onChoose={() => choose(index)} />;
        })}
      </div>
    </div>
  );
}

/** Scrolls to a chosen event once: new events must not scroll the table. */
function useShownOnce(events: readonly HistoryEvent[], chosen: number | null, scrollTo: (index: number) => void): void {
  const shown = useRef<number | null>(null);
  useEffect(() => {
    if (chosen === shown.current) return;
    const index = chosen === null ? -1 : events.findIndex((event) => event.id === chosen);
    if (chosen !== null && index === -1) return;
    shown.current = chosen;
    if (index >= 0) scrollTo(index);
  }, [chosen, events, scrollTo]);
}

interface RowProps {
  event: HistoryEvent;
  row: EventRow;
  index: number;
  top: number;
  /** When the run began. */
  start: number;
  isChosen: boolean;
  isOnTheWay: boolean;
  /** It hasn't happened yet at the time that is shown. */
  isAhead: boolean;
  onChoose: () => void;
}

function Row({ event, row, index, top, start, isChosen, isOnTheWay, isAhead, onChoose }: RowProps) {
  const at = Date.parse(event.timestamp);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      data-event={event.id}
      className={`${COLUMNS} absolute inset-x-0 cursor-pointer hover:bg-hover ${isChosen ? "bg-secondary" : ""} ${isAhead ? "opacity-45" : ""}`}
      style={{ top, height: ROW }}
      onClick={onChoose}
    >
      <span role="cell" className={`num ${isOnTheWay ? "font-semibold text-base-content" : "text-ink-3"}`} title={isOnTheWay ? "On the way to the chosen event" : undefined}>
        {event.id}
      </span>
      <span role="cell" className="num text-ink-2" title={utc(at)}>
        {duration(at - start)}
      </span>
      <span role="cell" className="flex min-w-0 items-center gap-1.5">
        {row.tone && <StatusGlyph tone={row.tone} size={12} />}
        <span className="truncate">{row.title}</span>
      </span>
      <span role="cell" className="truncate pr-2 font-medium">
        {row.stateName}
      </span>
      <span role="cell" className="truncate text-ink-2 max-md:hidden">
        {row.note}
      </span>
    </div>
  );
}
