/** Time travel: the run as it was, the clock that plays it, and the keys of its slider. */
import { useCallback, useEffect, useMemo, useRef } from "react";
import type { Graph } from "../graph";
import { timeOf } from "./history";
import { countAt, Playback } from "./playback";
import type { Run } from "./status";
import type { ViewerStore } from "./store";
import type { Scale } from "./timescale";

/** Playing crosses the axis in this time, however long the run took; its folds pass as quickly as they look. */
const CROSSING = 12_000;

export interface Shown {
  /** As it is now. */
  readonly whole: Run;
  /** As the page shows it: the same, or as it was. */
  readonly run: Run;
}

export function useShownRun(store: ViewerStore, graph: Graph): Shown {
  const events = store((state) => state.events);
  const count = store((state) => state.replay?.count ?? null);
  const live = useMemo(() => new Playback(graph), [graph]);
  const past = useMemo(() => new Playback(graph), [graph]);
  const whole = useMemo(() => live.at(events, events.length), [live, events]);
  const run = useMemo(() => (count === null ? whole : past.at(events, count)), [past, events, count, whole]);
  return { whole, run };
}

export interface Player {
  goTo: (at: number) => void;
  step: (by: number) => void;
  toggle: () => void;
}

export function usePlayer(store: ViewerStore, scale: Scale): Player {
  const isPlaying = store((state) => state.isPlaying);
  const latest = useRef(scale);
  useEffect(() => {
    latest.current = scale;
  }, [scale]);

  const goTo = useCallback(
    (at: number) => {
      const { events, setReplay } = store.getState();
      const time = Math.min(latest.current.end, Math.max(latest.current.start, at));
      setReplay({ at: time, count: countAt(events, time) });
    },
    [store],
  );
  const step = useCallback(
    (by: number) => {
      const { events, replay, setReplay } = store.getState();
      const count = Math.min(events.length, Math.max(1, (replay?.count ?? events.length) + by));
      const event = events[count - 1];
      if (event) setReplay({ count, at: timeOf(event) });
    },
    [store],
  );
  const toggle = useCallback(() => {
    const { isPlaying: was, replay, setPlaying } = store.getState();
    // At the end, or live: from the beginning.
    if (!was && (replay === null || replay.at >= latest.current.end)) goTo(latest.current.start);
    setPlaying(!was);
  }, [store, goTo]);

  useEffect(() => {
    if (!isPlaying) return;
    let frame = 0;
    let before: number | null = null;
    const tick = (now: number): void => {
      const { replay, setPlaying } = store.getState();
      const { place, time, end } = latest.current;
      const at = time(place(replay?.at ?? latest.current.start) + (before === null ? 0 : (now - before) / CROSSING));
      before = now;
      goTo(at);
      if (at >= end) setPlaying(false);
      else frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, store, goTo]);

  return useMemo(() => ({ goTo, step, toggle }), [goTo, step, toggle]);
}
