/** Lanes of bars under an axis of time with the scrubber. Choosing a lane chooses its state. */
import { memo, useEffect, useMemo, useRef, useState } from "react";
import { StatusGlyph, type Graph } from "../graph";
import { Axis } from "./Axis";
import { statusOf, TONE, WORD } from "./decorate";
import { duration, runningDuration } from "../shell/durations";
import { lanes, stretchesOf, type Bar, type BarKind } from "./timeline";
import { following, foldsOf, scaleOf, WHOLE, type Scale, type Window } from "./timescale";
import type { Run, StateStatus } from "./status";
import type { ViewerStore } from "./store";
import { usePlayer } from "./useReplay";

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

interface TimelineProps {
  store: ViewerStore;
  graph: Graph;
  /** As the page shows it. */
  run: Run;
  /** As it is now: its bars stay while the run is replayed. */
  whole: Run;
  now: number;
  chosen: string;
}

export function Timeline({ store, graph, run, whole, now, chosen }: TimelineProps) {
  const all = useMemo(() => lanes(graph, whole), [graph, whole]);
  const [isFolding, setFolding] = useState(true);
  const [chosenView, setView] = useState<Window>(WHOLE);
  const replay = store((state) => state.replay);
  const isPlaying = store((state) => state.isPlaying);
  const list = useRef<HTMLUListElement>(null);
  const hasLane = all.some(({ nodeId }) => nodeId === chosen);
  useEffect(() => {
    if (hasLane) list.current?.querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen, hasLane]);

  const isOpen = whole.endedAt === null;
  const start = whole.startedAt ?? now;
  const latest = Math.max(whole.endedAt ?? now, start + 100);
  const end = latest + (latest - start) * (isOpen ? 0.06 : 0.01);
  const stretches = useMemo(() => stretchesOf(all), [all]);
  const folds = useMemo(() => foldsOf(start, latest, stretches), [start, latest, stretches]);
  const scale = useMemo(() => scaleOf(start, end, isFolding ? folds : []), [start, end, folds, isFolding]);
  const player = usePlayer(store, useMemo(() => ({ ...scale, end: latest }), [scale, latest]));
  const view = isPlaying && replay ? following(chosenView, scale.place(replay.at)) : chosenView;

  if (all.length === 0) return <p className="p-5 text-s text-ink-2">Nothing has run yet.</p>;
  const head = replay?.at ?? (isOpen ? latest : null);
  return (
    <div className="relative flex min-h-0 flex-1 flex-col overflow-y-auto max-md:[--lane-pad:.75rem]">
      <Axis store={store} player={player} scale={scale} view={view} onView={setView} latest={latest} isOpen={isOpen} head={head} canFold={folds.length > 0} isFolding={isFolding} onFold={() => setFolding(!isFolding)} />
      <div className="relative flex-1 py-1.5">
        <Veil scale={scale} view={view} head={head} isPast={replay !== null} redrivenAt={whole.redrivenAt} />
        <ul ref={list} className="relative" aria-label="Timeline">
          {all.map((lane) => {
            const status = replay === null ? lane.status : statusOf(run, lane.nodeId);
            return (
              <li key={lane.nodeId}>
                <button
                  type="button"
                  className={`flex h-6 w-full scroll-my-10 items-center text-left hover:bg-hover ${lane.nodeId === chosen ? "bg-secondary/70" : ""}`}
                  aria-pressed={lane.nodeId === chosen}
                  onClick={() => store.getState().selectState(lane.nodeId)}
                >
                  <LaneName name={lane.name} depth={lane.depth} status={status} />
                  <span aria-hidden className="relative h-6 flex-1 overflow-hidden">
                    <Bars bars={lane.bars} scale={scale} view={view} now={isOpen && lane.bars.some(({ to }) => to === null) ? latest : 0} />
                  </span>
                  <span className="num w-[74px] flex-none whitespace-nowrap pr-5 text-right text-xs text-ink-2 max-md:pr-3">{isActive(lane.status) ? runningDuration(lane.took(now)) : duration(lane.took(now))}</span>
                </button>
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

function isActive(status: StateStatus): boolean {
  return status === "running" || status === "waiting" || status === "retrying";
}

const LaneName = memo(function LaneName({ name, depth, status }: { name: string; depth: number; status: StateStatus }) {
  return (
    <span className="flex w-[188px] flex-none items-center gap-2 pr-2 text-xs max-md:w-[136px]" style={{ paddingLeft: `calc(var(--lane-pad, 1.25rem) + ${Math.min(depth, 4)}rem * .9)` }}>
      <StatusGlyph tone={TONE[status]} size={12} />
      <span className={`truncate ${status === "idle" ? "text-ink-3" : ""}`}>{name}</span>
      <span className="sr-only">: {WORD[status]},</span>
    </span>
  );
});

/** The line at the time that is shown, what comes after it veiled, the folds of the axis, and each redrive. */
function Veil({ scale, view, head, isPast, redrivenAt }: { scale: Scale; view: Window; head: number | null; isPast: boolean; redrivenAt: readonly number[] }) {
  const at = (time: number): string => `${inView(scale, view, time)}%`;
  return (
    <div aria-hidden className="pointer-events-none absolute inset-y-0 right-[74px] left-[188px] z-10 overflow-hidden max-md:left-[136px]">
      {scale.folds.map(({ from, to }) => (
        <i key={from} className="absolute inset-y-0 border-x border-dashed border-line-2" style={{ left: at(from), width: `calc(${at(to)} - ${at(from)})` }} />
      ))}
      {redrivenAt.map((time) => (
        <i key={time} className="absolute inset-y-0 border-l-2 border-dotted border-run" style={{ left: at(time) }} data-redriven />
      ))}
      {isPast && head !== null && <i className="absolute inset-y-0 right-0 bg-base-100 opacity-75" style={{ left: at(head) }} />}
      {head !== null && <i className="absolute inset-y-0 w-px bg-base-content" style={{ left: at(head) }} data-head />}
    </div>
  );
}

/** Per cent of what is in view. */
export function inView(scale: Scale, view: Window, time: number): number {
  return (scale.place(time) - view.left) * view.zoom * 100;
}

const Bars = memo(function Bars({ bars, scale, view, now }: { bars: readonly Bar[]; scale: Scale; view: Window; now: number }) {
  return bars.map((bar, i) => <BarMark key={i} bar={bar} left={inView(scale, view, bar.from)} right={inView(scale, view, bar.to ?? Math.max(now, bar.from))} />);
});

function BarMark({ bar, left, right }: { bar: Bar; left: number; right: number }) {
  if (right < 0 || left > 100) return null;
  if (bar.kind === "backoff")
    return <i className="absolute top-[11px] border-t-2 border-dotted border-retry" style={{ left: `calc(${left}% + 1px)`, width: `calc(${right - left}% - 2px)` }} />;
  return (
    <i className={`absolute top-[5px] h-[14px] overflow-hidden rounded-[3px] not-italic ${BAR[bar.kind]}`} style={{ left: `${left}%`, width: `max(3px, ${right - left}%)` }}>
      {bar.kind === "wait" && (
        <span className="absolute inset-0 flex items-center gap-1.5 overflow-hidden px-2 text-2xs font-medium whitespace-nowrap text-wait-ink">
          <StatusGlyph tone="wait" size={12} className="text-wait-ink" />
          Waiting for a person
        </span>
      )}
    </i>
  );
}

export function TimelineLegend({ hasRedrives }: { hasRedrives: boolean }) {
  return (
    <span className="flex items-center gap-3 pr-5 text-xs text-ink-2 max-xl:hidden">
      {hasRedrives && (
        <span className="flex items-center gap-1.5">
          <i className="h-3 border-l-2 border-dotted border-run" />
          redriven
        </span>
      )}
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
