/**
 * The run as it was after any number of its events, quickly enough for a scrubber: forwards it takes what is new,
 * backwards it goes on from the nearest mark instead of from the beginning.
 */
import type { Graph } from "../graph/model";
import { timeOf } from "./history";
import { Replayer } from "./replayer";
import type { Run } from "./status";
import type { HistoryEvent } from "./types";

/** A mark is a copy of all visits so far: at most `MARKS` of them are kept, closer together in short histories. */
const MARKS = 24;
const CLOSEST = 250;

export class Playback {
  private events: readonly HistoryEvent[] = [];
  private marks: { readonly count: number; readonly replayer: Replayer }[] = [];
  private current: Replayer;
  private count = 0;

  constructor(private readonly graph: Graph) {
    this.current = new Replayer(graph);
  }

  /** After the first `count` of `events`. */
  at(events: readonly HistoryEvent[], count: number): Run {
    if (!this.isContinued(events)) this.restart();
    this.events = events;
    if (count < this.count) this.goBack(count);
    const step = Math.max(CLOSEST, Math.ceil(events.length / MARKS));
    for (; this.count < count; this.count++) {
      const event = events[this.count];
      if (!event) break;
      if (this.count > 0 && this.count - (this.marks.at(-1)?.count ?? 0) >= step) this.marks.push({ count: this.count, replayer: this.current.copy() });
      this.current.take(event);
    }
    return this.current.result();
  }

  private isContinued(events: readonly HistoryEvent[]): boolean {
    return events.length >= this.count && (this.count === 0 || events[this.count - 1] === this.events[this.count - 1]) && events[0] === (this.events[0] ?? events[0]);
  }

  private restart(): void {
    this.marks = [];
    this.current = new Replayer(this.graph);
    this.count = 0;
  }

  private goBack(count: number): void {
    const mark = this.marks.findLast((one) => one.count <= count);
    this.current = mark ? mark.replayer.copy() : new Replayer(this.graph);
    this.count = mark?.count ?? 0;
    // A mark beyond is kept: the same events lead there. The next one set must come after it.
  }
}

/** How many of `events` had happened at a time: the place after the last one that isn't later. */
export function countAt(events: readonly HistoryEvent[], at: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = events[middle];
    if (event && timeOf(event) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
