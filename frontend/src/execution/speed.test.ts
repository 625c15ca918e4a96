/** A history of 25,000 events, AWS's most, must stay usable: what the page computes for each frame is bounded. */
import { expect, test } from "vitest";
import { project } from "../graph/project";
import { ALL, filterEvents } from "./eventFilter";
import { History } from "./history.fixture";
import { Playback } from "./playback";
import { replay } from "./replayer";

const definition = {
  StartAt: "M",
  States: {
    M: {
      Type: "Map", End: true,
      ItemProcessor: { StartAt: "a", States: { a: { Type: "Task", Resource: "arn:aws:states:::aws-sdk:s3:getObject", Next: "b" }, b: { Type: "Pass", End: true } } },
    },
  },
};
const graph = project(definition);

function longHistory(items: number): History {
  const history = new History(undefined, definition);
  const started = history.add("MapStateStarted", history.enter("M", history.start()), { length: items });
  let last = started;
  for (let index = 0; index < items; index++) {
    const begun = history.add("MapIterationStarted", started, { name: "M", index });
    last = history.add("MapIterationSucceeded", history.pass("b", history.pass("a", begun, 10)), { name: "M", index });
  }
  history.exit("M", history.add("MapStateSucceeded", last));
  return history;
}

function milliseconds(action: () => void): number {
  const before = performance.now();
  action();
  return performance.now() - before;
}

test("a playback says at any event what a replay of the events so far says, forwards and backwards", () => {
  const { events } = longHistory(300);
  const playback = new Playback(graph);
  for (const count of [1, 40, 2000, 1999, 260, 1, 2704, 0, 1337]) {
    const played = playback.at(events, count);
    expect(played).toEqual({ ...replay(graph, events.slice(0, count)), stateOfEvent: played.stateOfEvent });
  }
  const now = playback.at(events, 100);
  expect([now.stateOfEvent.get(99), now.stateOfEvent.get(101)]).toEqual([replay(graph, events).stateOfEvent.get(99), undefined]);
});

test("an event that came late begins the playback anew", () => {
  const { events } = longHistory(20);
  const playback = new Playback(graph);
  playback.at(events.filter(({ id }) => id !== 7), 100);
  expect(playback.at(events, events.length).transitions).toBe(replay(graph, events).transitions);
});

test("25,000 events are narrowed by text, also the first time", () => {
  const { events } = longHistory(2770);
  const run = replay(graph, events);
  const found = { count: 0 };
  const first = milliseconds(() => (found.count = filterEvents(events, run, { ...ALL, text: "mapiterationsucceeded" }).length));
  const later = [1, 2, 3, 4, 5].map(() => milliseconds(() => filterEvents(events, run, { ...ALL, text: "nothing", type: "TaskSucceeded" }))).sort((a, b) => a - b);
  expect(found.count).toBe(2770);
  expect(first).toBeLessThan(1000); // on a busy machine
  expect(later[0]).toBeLessThan(100);
});

test("25,000 events are scrubbed within a frame each", () => {
  const { events } = longHistory(2770);
  const playback = new Playback(graph);
  playback.at(events, events.length);
  const frames = Array.from({ length: 60 }, (_, i) => milliseconds(() => playback.at(events, Math.round(events.length * Math.abs(Math.cos(i / 9))))));
  const ordered = frames.toSorted((a, b) => a - b);
  // A frame of 60 in a second has 16.7 ms; a busy machine is given room, a replay of everything would take five times as long.
  expect(ordered[30]).toBeLessThan(16.7);
});
