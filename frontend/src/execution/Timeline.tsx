/** Lanes of bars under an axis of time. Choosing a lane chooses its state. */
import { useEffect, useMemo, useRef } from "react";
import { StatusGlyph, type Graph } from "../graph";
import { TONE, WORD } from "./decorate";
import { duration, runningDuration } from "../shell/durations";
import { lanes, ticks, tickWords, type Bar, type BarKind } from "./timeline";
import type { Run } from "./status";
import type { ViewerStore } from "./store";

/** Class names whole, so that Tailwind finds them. */
const BAR: Readonly<Record<Exclude<BarKind, "backoff">, string>> = {
  ok: "bg-ok",
  fail: "bg-fail-wash border-[1.5px] border-fail",
  time: "bg-time-wash border-[1.5px] border-time",
  run: "bg-run",
  wait: "bg-wait-wash border border-wait",
  stop: "bg-stop-wash border-[1.5px] border-stop",
  pause: "hatch border border-line-2",
};

export function Timeline({ store, graph, run, now, chosen }: { store: ViewerStore; graph: Graph; run: Run; now: number; chosen: string }) {
  const all = useMemo(() => lanes(graph, run), [graph, run]);
  const list = useRef<HTMLUListElement>(null);
  const hasLane = all.some(({ nodeId }) => nodeId === chosen);
  useEffect(() => {
    if (hasLane) list.current?.querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen, hasLane]);
  const start = run.startedAt ?? now;
  const end = Math.max(run.endedAt ?? now, start + 100);
  const isOpen = run.endedAt === null;
  const total = (end - start) * (isOpen ? 1.06 : 1.01);
  const marks = ticks(total);
  const at = (time: number): string => `${((time - start) / total) * 100}%`;
  const nowAt = ((end - start) / total) * 100;

  if (all.length === 0) return <p className="p-5 text-s text-ink-2">Nothing has run yet.</p>;
  return (
    <div className="relative flex min-h-0 flex-1 flex-col overflow-y-auto max-md:[--lane-pad:.75rem]">
      <div className="sticky top-0 z-20 flex h-8 flex-none items-center border-b border-base-300 bg-base-100">
        <span className="w-[188px] flex-none pl-5 text-xs font-medium max-md:w-[136px] max-md:pl-3">
          <span className="num">{isOpen ? runningDuration(end - start) : duration(end - start)}</span>
        </span>
        <span className="relative h-full flex-1 overflow-hidden">
          {marks.map((mark) => {
            const left = (mark / total) * 100;
            if (isOpen && Math.abs(left - nowAt) < 7) return null;
            if (left > 96) return null;
            return (
              <span key={mark} className={`num absolute bottom-1.5 text-2xs whitespace-nowrap text-ink-3 ${mark === 0 ? "" : "-translate-x-1/2"} ${mark !== 0 && (mark / (marks[1] ?? 1)) % 2 === 1 ? "max-md:hidden" : ""}`} style={{ left: `${left}%` }}>
                {tickWords(mark)}
              </span>
            );
          })}
          {isOpen && (
            <span className="absolute top-1.5 flex h-5 -translate-x-1/2 items-center rounded-[4px] bg-primary px-1.5 text-2xs font-medium text-primary-content" style={{ left: `min(${nowAt}%, calc(100% - 1.125rem))` }}>
              now
            </span>
          )}
        </span>
        <span className="w-[74px] flex-none pr-5 text-right text-2xs text-ink-3 max-md:pr-3">Took</span>
      </div>
      <div className="relative flex-1 py-1.5">
        <div aria-hidden className="pointer-events-none absolute inset-y-0 right-[74px] left-[188px] max-md:left-[136px]">
          {marks.map((mark) => (
            <i key={mark} className="absolute inset-y-0 w-px bg-base-300 opacity-60" style={{ left: `${(mark / total) * 100}%` }} />
          ))}
          {isOpen && <i className="absolute inset-y-0 z-10 w-px bg-base-content" style={{ left: `${nowAt}%` }} />}
        </div>
        <ul ref={list} className="relative" aria-label="Timeline">
          {all.map((lane) => (
            <li key={lane.nodeId}>
              <button
                type="button"
                className={`flex h-6 w-full scroll-my-10 items-center text-left hover:bg-hover ${lane.nodeId === chosen ? "bg-secondary/70" : ""}`}
                aria-pressed={lane.nodeId === chosen}
                onClick={() => store.getState().selectState(lane.nodeId)}
              >
                <span className="flex w-[188px] flex-none items-center gap-2 pr-2 text-xs max-md:w-[136px]" style={{ paddingLeft: `calc(var(--lane-pad, 1.25rem) + ${Math.min(lane.depth, 4)}rem * .9)` }}>
                  <StatusGlyph tone={TONE[lane.status]} size={12} />
                  <span className="truncate">{lane.name}</span>
                  <span className="sr-only">: {WORD[lane.status]},</span>
                </span>
                <span aria-hidden className="relative h-6 flex-1 overflow-hidden">
                  {lane.bars.map((bar, i) => (
                    <BarMark key={i} bar={bar} at={at} now={end} />
                  ))}
                </span>
                <span className="num w-[74px] flex-none whitespace-nowrap pr-5 text-right text-xs text-ink-2 max-md:pr-3">{lane.status === "running" || lane.status === "waiting" || lane.status === "retrying" ? runningDuration(lane.took(now)) : duration(lane.took(now))}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function BarMark({ bar, at, now }: { bar: Bar; at: (time: number) => string; now: number }) {
  const to = bar.to ?? Math.max(now, bar.from);
  if (bar.kind === "backoff")
    return <i className="absolute top-[11px] border-t-2 border-dotted border-retry" style={{ left: `calc(${at(bar.from)} + 1px)`, width: `calc(${at(to)} - ${at(bar.from)} - 2px)` }} />;
  return (
    <i className={`absolute top-[5px] h-[14px] overflow-hidden rounded-[3px] not-italic ${BAR[bar.kind]}`} style={{ left: at(bar.from), width: `max(3px, calc(${at(to)} - ${at(bar.from)}))` }}>
      {bar.kind === "wait" && (
        <span className="absolute inset-0 flex items-center gap-1.5 overflow-hidden px-2 text-2xs font-medium whitespace-nowrap text-wait-ink">
          <StatusGlyph tone="wait" size={12} className="text-wait-ink" />
          Waiting for a person
        </span>
      )}
    </i>
  );
}

export function TimelineLegend() {
  return (
    <span className="flex items-center gap-3 pr-5 text-xs text-ink-2 max-xl:hidden">
      <span className="flex items-center gap-1.5">
        <i className="h-2.5 w-3 rounded-[2px] border-[1.5px] border-fail bg-fail-wash" />
        failed attempt
      </span>
      <span className="flex items-center gap-1.5">
        <i className="h-2.5 w-3 rounded-[2px] border-[1.5px] border-time bg-time-wash" />
        timed out
      </span>
      <span className="flex items-center gap-1.5">
        <i className="w-3 border-t-2 border-dotted border-retry" />
        backoff
      </span>
    </span>
  );
}
