/** The timeline's head: the buttons of time travel, the axis with its slider, zoom and folds. */
import { ChevronsRightLeft, Pause, Play, StepBack, StepForward, ZoomIn, ZoomOut } from "lucide-react";
import { useCallback, useEffect, useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { duration } from "../shell/durations";
import type { ViewerStore } from "./store";
import { inView } from "./Timeline";
import { ticks, tickWords } from "./timeline";
import { panned, zoomed, type Scale, type Window } from "./timescale";
import type { Player } from "./useReplay";

interface AxisProps {
  store: ViewerStore;
  player: Player;
  scale: Scale;
  view: Window;
  onView: (view: Window) => void;
  /** When the run ended, or now. */
  latest: number;
  isOpen: boolean;
  /** The time that is shown; null: all of a run that is over. */
  head: number | null;
  canFold: boolean;
  isFolding: boolean;
  onFold: () => void;
}

export function Axis(props: AxisProps) {
  const { store, player, scale, view, onView, latest, head, canFold, isFolding, onFold } = props;
  const isPlaying = store((state) => state.isPlaying);
  const shown = (head ?? latest) - scale.start;
  const middle = head === null ? view.left + 0.5 / view.zoom : scale.place(head);
  return (
    <div className="sticky top-0 z-20 flex h-9 flex-none items-center border-b border-base-300 bg-base-100">
      <span className="flex w-[188px] flex-none items-center gap-0.5 pl-3 max-md:w-[136px] max-md:pl-1">
        <Knob label="Back by one event" onClick={() => player.step(-1)} icon={<StepBack aria-hidden size={14} strokeWidth={1.75} />} />
        <Knob label={isPlaying ? "Pause" : "Play the run"} onClick={player.toggle} icon={isPlaying ? <Pause aria-hidden size={14} strokeWidth={1.75} /> : <Play aria-hidden size={14} strokeWidth={1.75} />} />
        <Knob label="On by one event" onClick={() => player.step(1)} icon={<StepForward aria-hidden size={14} strokeWidth={1.75} />} />
        <span className="num ml-1 truncate text-xs font-medium">{duration(shown)}</span>
      </span>
      <Track {...props} />
      <span className="flex w-[74px] flex-none items-center justify-end pr-1.5">
        {canFold && <Knob label={isFolding ? "Show long waits at their length" : "Fold long waits"} pressed={isFolding} onClick={onFold} icon={<ChevronsRightLeft aria-hidden size={13} strokeWidth={1.75} />} />}
        <Knob label="Zoom out of the timeline" disabled={view.zoom <= 1} onClick={() => onView(zoomed(view, 0.5, middle))} icon={<ZoomOut aria-hidden size={13} strokeWidth={1.75} />} />
        <Knob label="Zoom into the timeline" onClick={() => onView(zoomed(view, 2, middle))} icon={<ZoomIn aria-hidden size={13} strokeWidth={1.75} />} />
      </span>
    </div>
  );
}

function Knob({ label, icon, onClick, pressed, disabled }: { label: string; icon: ReactNode; onClick: () => void; pressed?: boolean; disabled?: boolean }) {
  return (
    <button type="button" className={`btn btn-ghost btn-square size-6! min-h-0! ${pressed ? "bg-secondary!" : ""}`} aria-label={label} title={label} aria-pressed={pressed} disabled={disabled} onClick={onClick}>
      {icon}
    </button>
  );
}

/** The axis is the slider's track: a press or a drag goes to that time; with Ctrl the wheel zooms, else it pans. */
function Track({ store, player, scale, view, onView, latest, isOpen, head }: AxisProps) {
  const track = useRef<HTMLDivElement>(null);
  const replay = store((state) => state.replay);
  const placeOf = useCallback(
    (clientX: number): number => {
      const box = track.current?.getBoundingClientRect();
      return box ? view.left + (clientX - box.left) / box.width / view.zoom : 0;
    },
    [view],
  );
  useEffect(() => {
    const element = track.current;
    if (!element) return;
    const onWheel = (event: WheelEvent): void => {
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (!event.ctrlKey && sideways === 0) return;
      event.preventDefault();
      onView(event.ctrlKey ? zoomed(view, Math.exp(-event.deltaY / 200), placeOf(event.clientX)) : panned(view, sideways / 800 / view.zoom));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [view, onView, placeOf]);

  const scrub = (event: PointerEvent): void => {
    store.getState().setPlaying(false);
    player.goTo(scale.time(placeOf(event.clientX)));
  };
  const at = head ?? latest;
  return (
    <div
      ref={track}
      className="relative h-full flex-1 cursor-ew-resize touch-none overflow-hidden"
      role="slider"
      tabIndex={0}
      aria-label="Time shown"
      aria-valuemin={0}
      aria-valuemax={Math.round(latest - scale.start)}
      aria-valuenow={Math.round(at - scale.start)}
      aria-valuetext={replay === null ? (isOpen ? "now" : "the end of the run") : `${duration(at - scale.start)}, event ${replay.count}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        scrub(event);
      }}
      onPointerMove={(event) => event.buttons === 1 && scrub(event)}
      onKeyDown={(event) => onKey(event, player, store, scale, latest)}
    >
      <Marks scale={scale} view={view} head={head} />
      {head !== null && (
        <span className="num absolute top-1.5 flex h-5 -translate-x-1/2 items-center rounded-[4px] bg-primary px-1.5 text-2xs font-medium whitespace-nowrap text-primary-content" style={{ left: `clamp(1.25rem, ${inView(scale, view, head)}%, calc(100% - 1.25rem))` }}>
          {replay === null ? "now" : duration(head - scale.start)}
        </span>
      )}
    </div>
  );
}

function onKey(event: KeyboardEvent, player: Player, store: ViewerStore, scale: Scale, latest: number): void {
  const tenth = (by: number): void => player.goTo(scale.time(scale.place(store.getState().replay?.at ?? latest) + by));
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => player.step(-1),
    ArrowRight: () => player.step(1),
    PageDown: () => tenth(-0.1),
    PageUp: () => tenth(0.1),
    Home: () => player.goTo(scale.start),
    End: () => player.goTo(latest),
    " ": player.toggle,
    Escape: () => store.getState().setReplay(null),
  };
  const action = keys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function Marks({ scale, view, head }: { scale: Scale; view: Window; head: number | null }) {
  const marks = ticks((scale.end - scale.start) / view.zoom, 8);
  const step = marks[1] ?? scale.end - scale.start;
  const first = Math.floor((scale.time(view.left) - scale.start) / step);
  const last = Math.ceil((scale.time(view.left + 1 / view.zoom) - scale.start) / step);
  const headAt = head === null ? null : inView(scale, view, head);
  const shown: { mark: number; left: number }[] = [];
  for (let mark = Math.max(0, first) * step; mark <= Math.min(last, first + 400) * step; mark += step) {
    const left = inView(scale, view, scale.start + mark);
    const before = shown.at(-1);
    if (left < 0 || left > 96 || (headAt !== null && Math.abs(left - headAt) < 8) || (before && left - before.left < 9)) continue;
    if (scale.folds.some(({ from, to }) => scale.start + mark > from && scale.start + mark < to)) continue;
    shown.push({ mark, left });
  }
  return (
    <>
      {shown.map(({ mark, left }) => (
        <span key={mark} aria-hidden className={`num absolute bottom-1.5 text-2xs whitespace-nowrap text-ink-3 ${left < 2 ? "" : "-translate-x-1/2"}`} style={{ left: `${left}%` }}>
          {tickWords(mark)}
        </span>
      ))}
    </>
  );
}
