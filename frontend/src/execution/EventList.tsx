/** The events of one state, each with its details to unfold. */
import { useEffect, useMemo, useRef, useState } from "react";
import { StatusGlyph, type Graph } from "../graph";
import { eventRow } from "./eventRows";
import { clock, utc } from "./format";
import { detailsOf } from "./history";
import { coloured, CopyButton, pretty } from "./JsonView";
import type { Run } from "./status";
import type { ViewerStore } from "./store";
import type { HistoryEvent } from "./types";

/** More than a screenful of a loop's events is read in the table below. */
const MOST = 200;

export function EventList({ store, graph, run, events }: { store: ViewerStore; graph: Graph; run: Run; events: readonly HistoryEvent[] }) {
  const chosen = store((state) => state.selectedEvent);
  const rows = useMemo(() => events.map((event) => eventRow(event, run, graph)), [events, run, graph]);
  const at = rows.findIndex(({ event }) => event.id === chosen);
  const from = Math.max(0, Math.min(at === -1 ? rows.length - MOST : at - MOST / 2, rows.length - MOST));
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (chosen !== null) list.current?.querySelector(`[data-event="${chosen}"]`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  if (rows.length === 0) return <p className="text-s text-ink-2">No events yet: this run hasn’t come here.</p>;
  return (
    <ol ref={list} className="flex flex-col gap-1.5">
      {rows.length > MOST && <li className="text-xs text-ink-2">{MOST} of {rows.length.toLocaleString("en")} events; the table below has all of them.</li>}
      {rows.slice(from, from + MOST).map(({ event, title, tone, note }) => (
        <li key={event.id} data-event={event.id} className="rounded-lg border border-base-300 bg-base-100">
          <details open={event.id === chosen}>
            <summary
              className="flex h-9 cursor-pointer list-none items-center gap-3 px-3 text-s"
              onClick={(click) => {
                click.preventDefault();
                store.getState().selectEvent(event.id === chosen ? 0 : event.id, null);
              }}
            >
              <span className="num w-8 flex-none text-ink-3">{event.id}</span>
              {tone && <StatusGlyph tone={tone} size={13} />}
              <span className="flex-none font-medium">{title}</span>
              <span className="min-w-0 flex-1 truncate text-xs text-ink-2">{note}</span>
              <time className="num flex-none text-xs text-ink-3" dateTime={event.timestamp} title={utc(Date.parse(event.timestamp))}>
                {clock(Date.parse(event.timestamp), true)}
              </time>
            </summary>
            {event.id === chosen && <EventBody event={event} onPrevious={(id) => store.getState().selectEvent(id, run.stateOfEvent.get(id) ?? null)} />}
          </details>
        </li>
      ))}
    </ol>
  );
}

/** Input, output and cause are JSON inside JSON: unfolded to be read, copied as they came. */
function EventBody({ event, onPrevious }: { event: HistoryEvent; onPrevious: (id: number) => void }) {
  const [isRaw, setRaw] = useState(false);
  const previous = event.previousEventId ?? 0;
  const unfolded = Object.fromEntries(
    Object.entries(detailsOf(event)).map(([key, value]) => [key, typeof value === "string" && /^\s*[[{]/.test(value) ? tryParse(value) : value]),
  );
  return (
    <div className="relative border-t border-base-300">
      <span className="absolute top-1 right-1 flex items-center gap-1">
        {previous > 0 && (
          <button type="button" className="btn btn-ghost btn-xs" onClick={() => onPrevious(previous)}>
            After event {previous}
          </button>
        )}
        <button type="button" className="btn btn-ghost btn-xs" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
          Raw JSON
        </button>
        <CopyButton text={JSON.stringify(event, null, 2)} label="Copy event" />
      </span>
      <pre className="code max-h-80 overflow-auto px-3 pt-8 pb-2 text-2xs! leading-[1.125rem]! whitespace-pre-wrap! [overflow-wrap:anywhere]">{coloured(isRaw ? JSON.stringify(event, null, 2) : pretty(JSON.stringify(unfolded)))}</pre>
    </div>
  );
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
