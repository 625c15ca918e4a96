import { describe, expect, test } from "vitest";
import { project } from "../graph/project";
import { mostInteresting, nodeDecorations, edgeDecorations, runStatus } from "./decorate";
import { History } from "./history.fixture";
import { namesOf } from "./Redrive";
import { replay } from "./replayer";
import type { Run } from "./status";
import { lanes } from "./timeline";

const definition = {
  StartAt: "Look",
  States: {
    Look: { Type: "Task", Resource: "arn:aws:states:::aws-sdk:transcribe:getTranscriptionJob", Retry: [{}], Catch: [{ ErrorEquals: ["States.ALL"], Next: "Sorry" }], Next: "Ready?" },
    "Ready?": { Type: "Choice", Choices: [{ Variable: "$.s", StringEquals: "DONE", Next: "Both" }], Default: "Pause" },
    Pause: { Type: "Wait", Seconds: 30, Next: "Look" },
    Both: {
      Type: "Parallel",
      Branches: [
        { StartAt: "Left", States: { Left: { Type: "Task", Resource: "", End: true } } },
        { StartAt: "Right", States: { Right: { Type: "Task", Resource: "", Next: "After right" }, "After right": { Type: "Pass", End: true } } },
      ],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Sorry" }],
      Next: "Ask",
    },
    Ask: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken", Next: "Each" },
    Each: { Type: "Map", ItemProcessor: { StartAt: "Item", States: { Item: { Type: "Task", Resource: "", End: true } } }, End: true },
    Sorry: { Type: "Fail", Error: "E" },
  },
};
const graph = project(definition);
const id = (name: string): string => [...graph.nodes.values()].find((node) => node.name === name)?.id ?? "";
const statusOf = (run: Run, name: string): string => run.states.get(id(name))?.status ?? "idle";
const write = (): History => new History(undefined, definition);

describe("one path", () => {
  test("an evaluation that failed at its state's entry is that state's, and may be caught", () => {
    const history = write();
    const before = history.pass("Pause", history.start());
    history.enter("Look", before);
    const failed = history.add("EvaluationFailed", before, { error: "States.QueryEvaluationError", cause: "", location: "Arguments", state: "Look" });
    const caught = replay(graph, [...history.events, { id: 9, previousEventId: failed, type: "TaskStateExited", timestamp: history.events[0]?.timestamp ?? "", stateExitedEventDetails: { name: "Look", output: "{}" } }]);
    expect([statusOf(caught, "Pause"), statusOf(caught, "Look")]).toEqual(["ok", "caught"]);
    history.add("ExecutionFailed", failed, { error: "States.QueryEvaluationError" });
    const run = replay(graph, history.events);
    expect([statusOf(run, "Pause"), statusOf(run, "Look"), mostInteresting(graph, run)]).toEqual(["ok", "fail", id("Look")]);
  });

  test("what was entered runs, what was left has succeeded, the rest isn't reached", () => {
    const history = write();
    const looked = history.pass("Look", history.start(), 900);
    history.enter("Ready?", looked);
    const run = replay(graph, history.events);
    expect(["Look", "Ready?", "Pause", "Both"].map((name) => statusOf(run, name))).toEqual(["ok", "running", "idle", "idle"]);
    expect(run.states.get(id("Look"))?.latest).toMatchObject({ enteredAt: Date.parse("2024-03-05T14:02:11Z"), exitedAt: Date.parse("2024-03-05T14:02:11.900Z"), output: "{}" });
  });

  test("a loop counts visits and how often each edge was taken", () => {
    const history = write();
    let previous = history.start();
    for (let round = 0; round < 2; round++) {
      previous = history.pass("Look", previous, 100);
      previous = history.pass("Ready?", previous);
      previous = history.pass("Pause", previous, 30_000);
    }
    const run = replay(graph, history.events);
    expect(run.states.get(id("Pause"))?.visits).toHaveLength(2);
    expect(edgeDecorations(graph, run).get(`${id("Ready?")}>${id("Pause")}`)).toEqual({ taken: true, count: 2 });
    expect(edgeDecorations(graph, run).get(`${id("Ready?")}>${id("Both")}`)).toEqual({ taken: false, count: 0 });
    expect(nodeDecorations(graph, run, 0).get(id("Pause"))?.aside).toBe("×2");
    expect(run.transitions).toBe(6);
  });
});

describe("attempts", () => {
  test("after a failure it is retrying until the next attempt is scheduled", () => {
    const history = write();
    const entered = history.enter("Look", history.start());
    const failed = history.after(4000).fail(history.schedule(entered), "States.Http.StatusCode.503", '{"StatusCode":503}');
    expect(statusOf(replay(graph, history.events), "Look")).toBe("retrying");
    history.schedule(failed);
    const run = replay(graph, history.events);
    expect(statusOf(run, "Look")).toBe("running");
    expect(run.states.get(id("Look"))?.latest?.attempts.map(({ outcome }) => outcome)).toEqual(["failed", "running"]);
  });

  test("succeeding in the second attempt is a success with two attempts, without the first one's error", () => {
    const history = write();
    const failed = history.fail(history.schedule(history.enter("Look", history.start())), "E");
    history.exit("Look", history.succeed(history.schedule(failed)));
    const summary = replay(graph, history.events).states.get(id("Look"));
    expect(summary).toMatchObject({ status: "ok", attempts: 2 });
    expect(summary?.latest?.error).toBeNull();
  });

  test("an error that a Catch took shows as caught, with its error, and the state went on", () => {
    const history = write();
    const left = history.exit("Look", history.fail(history.schedule(history.enter("Look", history.start())), "Some.Error", "why"));
    history.enter("Sorry", left);
    const run = replay(graph, history.events);
    expect(run.states.get(id("Look"))).toMatchObject({ status: "caught", latest: { error: "Some.Error", cause: "why" } });
    expect(run.taken.get(`${id("Look")}>${id("Sorry")}`)).toBe(1);
    expect(statusOf(run, "Sorry")).toBe("fail");
  });

  test("a time-out is an attempt that timed out", () => {
    const history = write();
    history.add("TaskTimedOut", history.schedule(history.enter("Look", history.start())), { error: "States.Timeout" });
    expect(replay(graph, history.events).states.get(id("Look"))?.latest?.attempts[0]).toMatchObject({ outcome: "timedOut", error: "States.Timeout" });
  });
});

describe("a callback", () => {
  const waiting = write();
  const start = waiting.enter("Ask", waiting.start(), { candidates: [1] });
  const scheduled = waiting.add("TaskScheduled", start, { resourceType: "lambda", resource: "invoke.waitForTaskToken", parameters: "{}" });
  const submitted = waiting.add("TaskSubmitted", waiting.add("TaskStarted", scheduled), { output: "{}" });

  test("waits for a person once it is submitted", () => {
    const run = replay(graph, waiting.events);
    expect(statusOf(run, "Ask")).toBe("waiting");
    expect(runStatus(run, "RUNNING")).toBe("waiting");
    expect(mostInteresting(graph, run)).toBe(id("Ask"));
    expect(run.states.get(id("Ask"))?.latest?.attempts[0]).toMatchObject({ callback: true, scheduledId: scheduled });
  });

  test("before that it only runs", () => {
    expect(statusOf(replay(graph, waiting.events.slice(0, scheduled)), "Ask")).toBe("running");
  });

  test("and has succeeded with the decision as its output", () => {
    waiting.exit("Ask", waiting.succeed(submitted, { approved: "yes" }), { approved: "yes" });
    expect(replay(graph, waiting.events).states.get(id("Ask"))).toMatchObject({ status: "ok", latest: { output: '{"approved":"yes"}' } });
  });
});

describe("Parallel", () => {
  function begun() {
    const history = write();
    const entered = history.enter("Both", history.start());
    const started = history.add("ParallelStateStarted", entered);
    const left = history.schedule(history.enter("Left", started));
    const right = history.schedule(history.enter("Right", started));
    return { history, left, right };
  }

  test("its end closes the container, though the event follows a branch's", () => {
    const { history, left, right } = begun();
    history.exit("Left", history.succeed(left));
    const after = history.pass("After right", history.exit("Right", history.succeed(right)));
    history.exit("Both", history.add("ParallelStateSucceeded", after));
    const run = replay(graph, history.events);
    expect(["Both", "Left", "Right", "After right"].map((name) => statusOf(run, name))).toEqual(["ok", "ok", "ok", "ok"]);
    expect(run.taken.get(`${id("Right")}>${id("After right")}`)).toBe(1);
  });

  test("while one branch runs on, so does the container", () => {
    const { history, left } = begun();
    history.exit("Left", history.succeed(left));
    const run = replay(graph, history.events);
    expect(["Both", "Left", "Right"].map((name) => statusOf(run, name))).toEqual(["running", "ok", "running"]);
  });

  test("a failed branch stops its sibling, and the caught container says whose error it was", () => {
    const { history, left } = begun();
    const failed = history.fail(left, "Left.Broke", "because");
    const gone = history.add("ParallelStateFailed", failed, { error: "Left.Broke", cause: "because" });
    history.enter("Sorry", history.exit("Both", gone));
    const run = replay(graph, history.events);
    expect(["Both", "Left", "Right"].map((name) => statusOf(run, name))).toEqual(["caught", "fail", "stop"]);
    expect(run.states.get(id("Both"))?.latest?.error).toBe("Left.Broke");
    expect(run.taken.get(`${id("Both")}>${id("Sorry")}`)).toBe(1);
  });
});

describe("Map", () => {
  function items(count: number) {
    const history = write();
    const entered = history.enter("Each", history.start());
    const started = history.add("MapStateStarted", entered, { length: count });
    const inside = Array.from({ length: count }, (_, index) => {
      const iteration = history.add("MapIterationStarted", started, { name: "Each", index });
      return history.schedule(history.enter("Item", iteration));
    });
    return { history, inside };
  }

  test("counts its items, and the state inside shows the worst of them", () => {
    const { history, inside } = items(3);
    history.add("MapIterationSucceeded", history.exit("Item", history.succeed(inside[0] ?? 0)), { name: "Each", index: 0 });
    history.fail(inside[1] ?? 0, "E");
    const run = replay(graph, history.events);
    const item = run.states.get(id("Item"));
    expect(item?.counts).toEqual({ ok: 1, retrying: 1, running: 1 });
    expect(item?.status).toBe("retrying");
    expect(nodeDecorations(graph, run, 0).get(id("Each"))?.line).toBe("1 of 3 items done");
    expect(nodeDecorations(graph, run, 0).get(id("Item"))?.line).toBe("1 done, 1 retrying, 1 running");
  });

  test("ten thousand items are replayed in well under a second", () => {
    const { history, inside } = items(10_000);
    for (const started of inside) history.add("MapIterationSucceeded", history.exit("Item", history.succeed(started)));
    const start = performance.now();
    expect(replay(graph, history.events).states.get(id("Item"))?.counts).toEqual({ ok: 10_000 });
    expect(performance.now() - start).toBeLessThan(1500);
  });
});

describe("the end", () => {
  test("a failure without any attempt belongs to the state that it came from", () => {
    const history = write();
    history.add("ExecutionFailed", history.enter("Ready?", history.start()), { error: "States.NoChoiceMatched", cause: "none" });
    const run = replay(graph, history.events);
    expect(run.states.get(id("Ready?"))).toMatchObject({ status: "fail", latest: { error: "States.NoChoiceMatched" } });
    expect(run.status).toBe("fail");
  });

  test("stopping aborts what was open and leaves what was done", () => {
    const history = write();
    const looked = history.pass("Look", history.start());
    const open = history.enter("Ready?", looked);
    history.add("ExecutionAborted", open, {});
    const run = replay(graph, history.events);
    expect(["Look", "Ready?"].map((name) => statusOf(run, name))).toEqual(["ok", "stop"]);
  });

  test("the execution's own time-out closes what was open as timed out", () => {
    const history = write();
    const open = history.schedule(history.enter("Look", history.start()));
    history.add("ExecutionTimedOut", open, {});
    expect(statusOf(replay(graph, history.events), "Look")).toBe("timeout");
  });

  test("events of states that the definition no longer has are passed over", () => {
    const history = write();
    history.pass("Gone", history.start());
    expect(replay(graph, history.events).states.size).toBe(0);
  });
});

test("a replay of the first events is what the page showed then", () => {
  const history = write();
  const looked = history.pass("Look", history.start());
  history.pass("Ready?", looked);
  const early = replay(graph, history.events.slice(0, 3));
  expect(statusOf(early, "Look")).toBe("running");
  expect(statusOf(early, "Ready?")).toBe("idle");
});

describe("a redrive", () => {
  test("takes up the task that failed: the same visit, with another attempt", () => {
    const history = write();
    const entered = history.enter("Look", history.start());
    const failed = history.fail(history.schedule(entered), "E");
    const ended = history.add("ExecutionFailed", failed, { error: "E" });
    const before = replay(graph, history.events);
    expect(namesOf(graph, before)).toEqual(["Look"]);
    history.add("ExecutionRedriven", ended, { redriveCount: 1 });
    const scheduled = history.schedule(entered);
    const running = replay(graph, history.events);
    expect(running).toMatchObject({ status: "running", endedAt: null, transitions: 1 });
    expect(running.states.get(id("Look"))).toMatchObject({ status: "running", attempts: 2, latest: { exitedAt: null, error: null } });
    history.exit("Look", history.succeed(scheduled));
    expect(statusOf(replay(graph, history.events), "Look")).toBe("ok");
  });

  test("leaves a branch that succeeded alone, and takes up the others", () => {
    const history = write();
    const started = history.add("ParallelStateStarted", history.enter("Both", history.start()));
    history.exit("Left", history.succeed(history.schedule(history.enter("Left", started))));
    const right = history.enter("Right", started);
    const failed = history.fail(history.schedule(right), "E");
    const ended = history.add("ExecutionFailed", history.add("ParallelStateFailed", failed), { error: "E" });
    expect(namesOf(graph, replay(graph, history.events))).toEqual(["Right"]);
    history.add("ExecutionRedriven", ended, { redriveCount: 1 });
    history.schedule(right);
    const run = replay(graph, history.events);
    expect(["Both", "Left", "Right"].map((name) => statusOf(run, name))).toEqual(["running", "ok", "running"]);
  });

  test("counts the items of a Map that failed, and those that hadn't begun", () => {
    const history = write();
    const started = history.add("MapStateStarted", history.enter("Each", history.start()), { length: 4 });
    const first = history.add("MapIterationStarted", started, { name: "Each", index: 0 });
    const second = history.add("MapIterationStarted", started, { name: "Each", index: 1 });
    history.schedule(history.enter("Item", first));
    const failed = history.fail(history.schedule(history.enter("Item", second)), "E");
    history.add("ExecutionFailed", history.add("MapStateFailed", failed), { error: "E" });
    expect(namesOf(graph, replay(graph, history.events))).toEqual(["Item ×2", "Each: 2 items that haven’t begun"]);
  });

  test("of a Fail state only fails again", () => {
    const history = write();
    const ended = history.add("ExecutionFailed", history.enter("Sorry", history.start()), { error: "E" });
    history.add("ExecutionFailed", history.add("ExecutionRedriven", ended, { redriveCount: 1 }), { error: "E" });
    const run = replay(graph, history.events);
    expect(run.status).toBe("fail");
    expect(statusOf(run, "Sorry")).toBe("fail");
  });
});

test("attempts after a redrive are counted anew, and nobody waited for the next one in between", () => {
  const history = write();
  const entered = history.enter("Look", history.start());
  const failed = history.fail(history.schedule(entered), "E");
  const ended = history.after(1000).add("ExecutionFailed", failed, { error: "E" });
  history.after(60_000).add("ExecutionRedriven", ended, { redriveCount: 1 });
  history.exit("Look", history.succeed(history.schedule(entered)));
  const run = replay(graph, history.events);
  expect(run.redrivenAt).toHaveLength(1);
  expect(run.visits[0]?.attempts.map(({ redrive }) => redrive)).toEqual([0, 1]);
  expect(lanes(graph, run)[0]?.bars.map(({ kind }) => kind)).toEqual(["fail", "ok"]);
});
