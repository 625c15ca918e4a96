import { describe, expect, test } from "vitest";
import { project } from "../graph/project";
import { definitionOf } from "./definitionOf";
import { eventRow, titleOf } from "./eventRows";
import { size } from "./format";
import { History } from "./history.fixture";
import { pretty } from "./JsonView";
import { readLink, writeLink } from "./link";
import { replay } from "./replayer";
import { stateRows } from "./stateRows";
import { lanes, ticks, tickWords } from "./timeline";

const definition = {
  StartAt: "a/b",
  States: {
    "a/b": { Type: "Task", Resource: "", Next: "P" },
    P: { Type: "Parallel", Branches: [{ StartAt: "in", States: { in: { Type: "Task", Resource: "", End: true } } }], Next: "w" },
    w: { Type: "Wait", Seconds: 5, End: true },
  },
};
const graph = project(definition);

test("sizes are in KiB", () => expect([size("abc"), size("é".repeat(1024))]).toEqual(["3 B", "2.0 KiB"]));

test("a Cause that is JSON is shown as JSON, broken JSON as it is", () => {
  expect(pretty('{"Error":"E","Cause":"{\\"a\\":1}"}')).toBe('{\n  "Error": "E",\n  "Cause": {\n    "a": 1\n  }\n}');
  expect(pretty("{oops")).toBe("{oops");
});

describe("timeline", () => {
  const history = new History(undefined, definition);
  const failed = history.after(0).fail(history.schedule(history.enter("a/b", history.start())), "E");
  const again = history.after(2000).schedule(failed);
  const left = history.exit("a/b", history.after(500).succeed(again));
  const started = history.add("ParallelStateStarted", history.enter("P", left));
  const inside = history.pass("in", started, 1000);
  history.enter("w", history.exit("P", history.add("ParallelStateSucceeded", inside)));
  const all = lanes(graph, replay(graph, history.events));

  test("has a lane for each state that took time, containers left out, inner ones indented", () => {
    expect(all.map(({ name, depth }) => [name, depth])).toEqual([["a/b", 0], ["in", 1], ["w", 0]]);
  });

  test("shows attempts, and the pause before the next one", () => {
    expect(all[0]?.bars.map(({ kind }) => kind)).toEqual(["fail", "backoff", "ok"]);
  });

  test("an open Wait is a pause without an end", () => expect(all[2]?.bars).toMatchObject([{ kind: "pause", to: null }]));
  test("counts the time that was spent", () => expect(all[0]?.took(0)).toBe(2500));
});

test("the axis has round times, at most eight and the zero", () => {
  for (const total of [90, 4000, 61_000, 252_000, 7_000_000, 90_000_000, 9_000_000_000]) expect(ticks(total).length).toBeLessThanOrEqual(9);
  expect(ticks(252_000).map(tickWords)).toEqual(["0", "1 m", "2 m", "3 m", "4 m"]);
  expect([500, 30_000, 90_000, 5_400_000, 129_600_000].map(tickWords)).toEqual(["500 ms", "30 s", "1 m 30", "1 h 30", "1 d 12 h"]);
});

describe("deep links", () => {
  test("name a state and an event, and read back", () => {
    const href = writeLink("http://x/executions/1/?tab=2", graph, "/States/P/Branches/0/States/in", 27);
    expect(href).toBe("http://x/executions/1/?tab=2&state=in&event=27");
    expect(readLink(new URL(href).search, graph)).toEqual({ state: "/States/P/Branches/0/States/in", event: 27 });
  });
  test("go away when nothing is chosen", () => expect(writeLink("http://x/?state=in&event=2", graph, null, null)).toBe("http://x/"));
  test("to a state that isn't there choose nothing", () => expect(readLink("?state=gone&event=x", graph)).toEqual({ state: null, event: null }));
});

test("a state's own definition is found by its pointer", () => {
  expect(definitionOf(JSON.stringify(definition), "/States/a~1b")).toEqual(definition.States["a/b"]);
  expect(definitionOf("broken", "/States/x")).toBeUndefined();
});

test("event types become words, with the state they belong to", () => {
  const history = new History(undefined, definition);
  history.fail(history.schedule(history.enter("a/b", history.start())), "Some.Error");
  const run = replay(graph, history.events);
  const rows = history.events.map((event) => eventRow(event, run, graph));
  expect(rows.map(({ title }) => title)).toEqual(["Execution started", "Task state entered", "Task scheduled", "Task started", "Task failed"]);
  expect(rows.at(-1)).toMatchObject({ stateName: "a/b", tone: "fail", note: "Some.Error" });
  expect(titleOf("MapIterationSucceeded")).toBe("Map iteration succeeded");
});

test("the table has every state that was entered, containers too, and puts the slowest first where asked", () => {
  const history = new History(undefined, definition);
  const failed = history.after(0).fail(history.schedule(history.enter("a/b", history.start())), "E");
  const again = history.after(2000).schedule(failed);
  const left = history.exit("a/b", history.after(500).succeed(again));
  const inside = history.pass("in", history.add("ParallelStateStarted", history.enter("P", left)), 1000);
  history.enter("w", history.exit("P", history.add("ParallelStateSucceeded", inside)));
  const run = replay(graph, history.events);
  const now = (run.startedAt ?? 0) + 60_000;
  const rows = stateRows(graph, run, now, "entered");
  expect(rows.map(({ name, depth, attempts, after }) => [name, depth, attempts, after])).toEqual([["a/b", 0, 2, 0], ["P", 0, 0, 2500], ["in", 1, 1, 2500], ["w", 0, 0, 3500]]);
  expect(stateRows(graph, run, now, "took").map(({ name, took }) => [name, took])).toEqual([["w", 56_500], ["a/b", 2500], ["P", 1000], ["in", 1000]]);
  expect(stateRows(graph, run, now, "attempts")[0]?.name).toBe("a/b");
});
