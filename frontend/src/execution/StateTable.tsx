/** Every state that the run came to, with how often and how long: the slowest first where that is asked. */
import { ArrowDown } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { StatusGlyph, type Graph } from "../graph";
import { duration } from "../shell/durations";
import { TONE, WORD } from "./decorate";
import { stateRows, type StateOrder } from "./stateRows";
import type { Run } from "./status";
import type { ViewerStore } from "./store";

interface StateTableProps {
  store: ViewerStore;
  graph: Graph;
  run: Run;
  now: number;
  chosen: string;
}

export function StateTable({ store, graph, run, now, chosen }: StateTableProps) {
  const [order, setOrder] = useState<StateOrder>("entered");
  const rows = useMemo(() => stateRows(graph, run, now, order), [graph, run, now, order]);
  const body = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    body.current?.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  if (rows.length === 0) return <p className="p-5 text-s text-ink-2">Nothing has run yet.</p>;
  const heading = (key: StateOrder, title: string, className = "text-right!") => (
    <th aria-sort={order === key ? (key === "entered" ? "ascending" : "descending") : undefined} className={className}>
      <button type="button" className="inline-flex items-center gap-1 hover:text-base-content" onClick={() => setOrder(key)}>
        <ArrowDown aria-hidden size={11} className={order === key ? "" : "invisible"} />
        {title}
      </button>
    </th>
  );
  return (
    <div className="min-h-0 flex-1 overflow-auto" role="region" tabIndex={0} aria-label="Table of the states">
      <table className="tb [&_:is(td,th)]:px-2! [&_:is(td,th):first-child]:pl-5! [&_:is(td,th):last-child]:pr-5! max-md:[&_:is(td,th):first-child]:pl-3! max-md:[&_:is(td,th):last-child]:pr-3!">
        <thead className="sticky top-0 z-10 bg-base-100">
          <tr>
            <th>State</th>
            <th className="max-md:hidden">Type</th>
            <th>Status</th>
            {heading("attempts", "Attempts", "text-right! max-md:hidden")}
            {heading("entered", "Started after")}
            {heading("took", "Took")}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row) => (
            <tr key={row.nodeId} aria-current={row.nodeId === chosen ? "true" : undefined} className={`cursor-pointer ${row.nodeId === chosen ? "bg-secondary/70" : ""}`} onClick={() => store.getState().selectState(row.nodeId)}>
              <td className="h-8! max-w-[210px] max-md:max-w-[34vw]">
                <button type="button" className="block w-full truncate text-left font-medium" style={{ paddingLeft: `${Math.min(row.depth, 4) * 0.9}rem` }} title={row.name}>
                  {row.name}
                  {row.visits > 1 && <span className="num font-normal text-ink-2"> ×{row.visits.toLocaleString("en")}</span>}
                </button>
              </td>
              <td className="h-8! text-ink-2 max-md:hidden">{row.type}</td>
              <td className="h-8! max-w-[190px] truncate max-md:max-w-[30vw]" title={row.error ?? undefined}>
                <span className="mr-1.5 inline-block align-[-1px]">
                  <StatusGlyph tone={TONE[row.status]} size={12} />
                </span>
                {WORD[row.status]}
                {row.error !== null && <span className="text-ink-2 max-md:hidden">: {row.error}</span>}
              </td>
              <td className="num h-8! text-right max-md:hidden">{row.attempts > 0 ? row.attempts.toLocaleString("en") : ""}</td>
              <td className="num h-8! text-right text-ink-2">{duration(row.after)}</td>
              <td className="num h-8! text-right">{duration(row.took)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
