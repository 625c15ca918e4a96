/** Narrows the table of events. */
import { X } from "lucide-react";
import type { Graph } from "../graph";
import { ALL, isNarrowed, type EventFilter } from "./eventFilter";
import { titleOf } from "./eventRows";
import type { Run } from "./status";

interface EventFilterBarProps {
  graph: Graph;
  run: Run;
  types: readonly string[];
  filter: EventFilter;
  onFilter: (filter: EventFilter) => void;
  shown: number;
  all: number;
}

const FIELD = "h-7! text-xs!";

export function EventFilterBar({ graph, run, types, filter, onFilter, shown, all }: EventFilterBarProps) {
  const set = (change: Partial<EventFilter>): void => onFilter({ ...filter, ...change });
  const seconds = (text: string): number | null => (text.trim() === "" || !Number.isFinite(Number(text)) ? null : Number(text));
  return (
    <form role="search" aria-label="Narrow the events" className="flex flex-none flex-wrap items-center gap-1.5 border-b border-base-300 px-5 py-1.5 max-md:px-3" onSubmit={(event) => event.preventDefault()}>
      <input type="search" className={`input ${FIELD} min-w-0 flex-1 basis-28`} placeholder="Text in an event" aria-label="Text in an event" value={filter.text} onChange={(event) => set({ text: event.target.value })} />
      <select className={`select ${FIELD} w-32!`} aria-label="State" value={filter.state} onChange={(event) => set({ state: event.target.value })}>
        <option value="">Any state</option>
        {[...run.states.keys()].map((id) => (
          <option key={id} value={id}>
            {graph.nodes.get(id)?.name ?? id}
          </option>
        ))}
      </select>
      <select className={`select ${FIELD} w-32!`} aria-label="Type" value={filter.type} onChange={(event) => set({ type: event.target.value })}>
        <option value="">Any type</option>
        <option value="problems">Problems</option>
        {types.map((type) => (
          <option key={type} value={type}>
            {titleOf(type)}
          </option>
        ))}
      </select>
      <span className="flex items-center gap-1 text-xs text-ink-2 max-md:hidden">
        <input type="number" min={0} step="any" className={`input ${FIELD} w-16!`} placeholder="0" aria-label="From second" value={filter.from ?? ""} onChange={(event) => set({ from: seconds(event.target.value) })} />
        to
        <input type="number" min={0} step="any" className={`input ${FIELD} w-16!`} placeholder="end" aria-label="To second" value={filter.to ?? ""} onChange={(event) => set({ to: seconds(event.target.value) })} />s
      </span>
      {isNarrowed(filter) && (
        <>
          <span role="status" className="num text-xs text-ink-2">
            {shown.toLocaleString("en")} of {all.toLocaleString("en")}
          </span>
          <button type="button" className="btn btn-ghost btn-xs btn-square" aria-label="Show all events" title="Show all events" onClick={() => onFilter(ALL)}>
            <X aria-hidden size={13} />
          </button>
        </>
      )}
    </form>
  );
}
