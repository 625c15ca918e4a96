import { describe, expect, it } from "vitest";

import { mustParse } from "../../asl/document";
import { insertIntoScope, insertOnEdge } from "../../asl/insert";
import { machineOf, referencesIn } from "../../asl/machine";
import { BUNDLED } from "./bundled";
import { FLOW } from "./flow";
import type { MakeContext } from "./items";
import { PATTERNS } from "./patterns";
import { itemOfAction, rank } from "./search";

const ALL = [...BUNDLED, ...FLOW, ...PATTERNS];
const CONTEXT: MakeContext = { reviewQueueUrl: "http://q/review", queryLanguage: "JSONPath" };
const TWO = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": true}}}';

/** Paths that lead to no state. Empty branches of a new Parallel or Map are meant to be filled. */
function dangling(text: string): string[] {
  const scopes = [...machineOf(mustParse(text)).scopes.values()];
  return scopes.flatMap((scope) => (scope.states.size === 0 ? [] : referencesIn(scope).filter(({ target }) => !scope.states.has(target)))).map(({ pointer }) => pointer);
}

describe("what the palette offers", () => {
  it("has ids of its own each", () => {
    expect(new Set(ALL.map(({ id }) => id)).size).toBe(ALL.length);
  });

  it.each(ALL)("$title can begin an empty workflow, and every path leads somewhere", (item) => {
    const { text } = insertIntoScope(mustParse("{}"), "", item.make(CONTEXT));
    expect(dangling(text)).toEqual([]);
    expect(text).not.toContain("onward");
  });

  it.each(ALL.filter(({ id }) => id !== "flow:succeed" && id !== "flow:fail"))("$title fits between two states, twice", (item) => {
    const once = insertOnEdge(mustParse(TWO), ["/States/A/Next"], item.make(CONTEXT)).text;
    const twice = insertOnEdge(mustParse(once), ["/States/A/Next"], item.make(CONTEXT)).text;
    expect(dangling(twice)).toEqual([]);
    expect(twice).not.toContain("onward");
    const { root } = machineOf(mustParse(twice));
    expect(referencesIn(root).some(({ target, source }) => target === "B" && source?.name !== "A")).toBe(true);
  });

  it("asks a person over the environment's own queue, with the token in the message", () => {
    const ask = BUNDLED.find(({ title }) => title === "Ask a person");
    const text = insertIntoScope(mustParse("{}"), "", ask?.make(CONTEXT) ?? { name: "", body: {} }).text;
    expect(text).toContain("http://q/review");
    expect(text).toContain('"taskToken.$": "$$.Task.Token"');
  });
});

describe("searching", () => {
  it("puts titles that begin with the word first, then other words and services", () => {
    expect(rank(ALL, "wait")[0]?.title).toBe("Wait");
    expect(rank(ALL, "dynamo").every(({ line }) => line === "DynamoDB")).toBe(true);
    expect(rank(ALL, "prompt").map(({ title }) => title)).toContain("Invoke model");
    expect(rank(ALL, "no such thing")).toEqual([]);
  });

  it("needs every word to fit", () => {
    expect(rank(ALL, "get item").map(({ title }) => title)).toEqual(["Get item"]);
  });

  it("turns an action of the catalogue into a Task with its starting parameters", () => {
    const item = itemOfAction({
      resource: "arn:aws:states:::aws-sdk:s3:listBuckets", service: "s3", service_title: "S3", action: "listBuckets", title: "List buckets", summary: "",
      optimized: false, patterns: [""], parameters: { MaxBuckets: 3 },
    });
    expect(item.make(CONTEXT)).toEqual({
      name: "List buckets",
      body: { Type: "Task", Resource: "arn:aws:states:::aws-sdk:s3:listBuckets", Parameters: { MaxBuckets: 3 } },
    });
  });
});
