import { describe, expect, it } from "vitest";
import { projectText } from "../graph";
import { partsOf, searchedParts } from "./parts";
import { replay } from "./replayer";
import type { HistoryEvent } from "./types";

const pass = (name: string): object => ({ StartAt: name, States: { [name]: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true } } });
let id = 0;
function said(type: string, previousEventId: number, details: object = {}): HistoryEvent {
  const family = type.endsWith("StateEntered") ? "stateEntered" : type.endsWith("StateExited") ? "stateExited" : type.charAt(0).toLowerCase() + type.slice(1);
  id += 1;
  return { id, previousEventId, type, timestamp: new Date(1_700_000_000_000 + id * 10).toISOString(), [`${family}EventDetails`]: details };
}

describe("the parts of a container", () => {
  it("are a Parallel's branches, what failed first, what was aborted beside it next", () => {
    const graph = projectText(JSON.stringify({ StartAt: "Both", States: { Both: { Type: "Parallel", Branches: [pass("A"), pass("B"), pass("C")], End: true } } }));
    id = 0;
    const events = [
      said("ExecutionStarted", 0), said("ParallelStateEntered", 0, { name: "Both", input: "{}" }), said("ParallelStateStarted", 2),
      said("TaskStateEntered", 3, { name: "A" }), said("TaskStateEntered", 3, { name: "B" }), said("TaskStateEntered", 3, { name: "C" }),
      said("TaskScheduled", 4, {}), said("TaskScheduled", 6, {}), said("TaskSucceeded", 7, { output: "1" }), said("TaskStateExited", 9, { name: "A", output: "1" }),
      said("TaskFailed", 8, { error: "Bad" }), said("ParallelStateFailed", 11), said("ExecutionFailed", 12, { error: "Bad" }),
    ]; // prettier-ignore
    const run = replay(graph, events);
    const container = run.visits.find(({ type }) => type === "Parallel");
    const parts = container ? partsOf(run, graph, container) : [];
    expect(parts.map(({ index, status, visit }) => [index, status, graph.nodes.get(visit.nodeId)?.name])).toEqual([
      [2, "fail", "C"],
      [1, "stop", "B"],
      [0, "ok", "A"],
    ]);
  });
  it("are a Map's items, ten thousand within a tenth of a second, found by number and text", () => {
    const graph = projectText(JSON.stringify({ StartAt: "Each", States: { Each: { Type: "Map", ItemProcessor: pass("Do"), End: true } } }));
    id = 0;
    const events = [said("ExecutionStarted", 0), said("MapStateEntered", 0, { name: "Each", input: "[]" }), said("MapStateStarted", 2, { length: 10_000 })];
    for (let index = 0; index < 10_000; index += 1) {
      const began = said("MapIterationStarted", 3, { name: "Each", index });
      const entered = said("TaskStateEntered", began.id, { name: "Do", input: `"film ${index}"` });
      events.push(began, entered);
      if (index !== 77) events.push(said("TaskStateExited", entered.id, { name: "Do", output: "1" }));
    }
    events.push(said("ExecutionAborted", 0));
    const run = replay(graph, events);
    const container = run.visits[0];
    const began = performance.now();
    const parts = container ? partsOf(run, graph, container) : [];
    expect(performance.now() - began).toBeLessThan(100);
    expect(parts).toHaveLength(10_000);
    expect([parts[0]?.index, parts[0]?.status]).toEqual([77, "stop"]);
    expect(searchedParts(parts, "#9999").map(({ index }) => index)).toEqual([9999]);
    expect(searchedParts(parts, "film 4242").map(({ index }) => index)).toEqual([4242]);
  });
});
