import { describe, expect, it } from "vitest";

import { changeWords, linesOf } from "../../../dataflow/marks";
import { executionWords } from "./executions";
import { pathsIn } from "./paths";
import { findAt, type Step } from "./previews";
import { textsOf } from "./samples";

const value = (json: unknown): Step["value"] => ({ text: JSON.stringify(json), size: 1, cut: false });
const step = (path: string, change: Partial<Step>): [string, Step] => [path, { path, value: null, error: null, cause: null, at: null, ...change }];

describe("what is known of a field", () => {
  const steps = new Map([
    step("/Parameters", { value: value({ a: { b: 1 }, list: [{ c: 2 }] }) }),
    step("/ResultSelector", { error: "States.Runtime", cause: "not there", at: "/ResultSelector/x.$" }),
    step("/Assign", {}),
  ]);

  it("is its own step, or its part of one around it, a path's name without its sign", () => {
    expect(findAt(steps, "/Parameters")?.value).toEqual({ a: { b: 1 }, list: [{ c: 2 }] });
    expect(findAt(steps, "/Parameters/a/b.$")?.value).toBe(1);
    expect(findAt(steps, "/Parameters/list/0/c")?.value).toBe(2);
    expect(findAt(steps, "/Parameters/gone")).toBeUndefined();
  });

  it("is an error only where it lies", () => {
    expect(findAt(steps, "/ResultSelector")?.cause).toBe("not there");
    expect(findAt(steps, "/ResultSelector/x.$")?.error).toBe("States.Runtime");
    expect(findAt(steps, "/ResultSelector/y")).toBeUndefined();
    expect(findAt(steps, "/Assign")).toBeUndefined();
    expect(findAt(steps, "/OutputPath")).toBeUndefined();
  });
});

describe("what a step did to a value", () => {
  it("is marked line by line: added, changed, left out", () => {
    const { lines } = linesOf({ a: 1, b: { c: 2 }, d: [1, 2] }, { a: 1, b: { c: 3 }, e: 5, d: [1] });
    expect(lines.filter(({ mark }) => mark !== "").map(({ text, mark }) => `${mark} ${text}`)).toEqual(['changed "c": 2', "added 2", 'removed "e": 5']);
    expect(changeWords(lines)).toBe("1 added, 1 changed, 1 removed");
  });

  it("is nothing where there is nothing to compare with, and all where nothing is alike", () => {
    expect(changeWords(linesOf({ a: 1 }).lines)).toBe("");
    expect(linesOf({ a: 1 }, { b: 1 }).lines.every(({ mark }) => mark === "changed")).toBe(true);
    expect(linesOf("x", "x").lines).toEqual([{ depth: 0, text: '"x"', mark: "" }]);
    expect(linesOf(Array.from({ length: 700 }, (_, index) => index)).more).toBe(102);
  });
});

describe("paths of a sample", () => {
  it("lead to its members, the first of a list for all, odd names in brackets", () => {
    expect(pathsIn({ a: { "b c": [{ d: 1 }, { d: 2 }] }, it: "x" })).toEqual(["$", "$.a", "$.it", "$.a['b c']", "$.a['b c'][0]", "$.a['b c'][0].d"]);
  });
});

describe("an execution to take data from", () => {
  it("is told apart by how it ended and when", () => {
    const now = Date.parse("2026-03-01T10:00:00Z");
    expect(executionWords({ id: 1, name: "order-17", status: "TIMED_OUT", started_at: "2026-03-01T09:55:00Z" }, now)).toBe("Timed out 5 min ago, order-17");
    expect(executionWords({ id: 1, name: "" }, now)).toBe("The execution");
  });

  it("brings the Context Object along", () => {
    const visit = { input: "1", result: null, output: null, error: null, variables: {}, index: null };
    expect(textsOf(visit).context).toBe("");
    expect(JSON.parse(textsOf({ ...visit, context: { Execution: { Input: 7 } } }).context)).toEqual({ Execution: { Input: 7 } });
  });
});
