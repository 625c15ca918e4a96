import { beforeEach, describe, expect, it } from "vitest";

import { mustParse } from "../../asl/document";
import type { CatalogueAction } from "../api";
import { begin } from "../designer.fixture";
import { insertIntoScope, insertOnEdge } from "../../asl/insert";
import { machineOf, referencesIn } from "../../asl/machine";
import { BUNDLED } from "./bundled";
import { FLOW } from "./flow";
import type { MakeContext } from "./items";
import { inJsonata, pathInJsonata } from "./language";
import { PATTERNS } from "./patterns";
import { itemsOf, noteUse, toggleFavourite, useRemembered } from "./remembered";
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

  it.each(ALL)("$title is written in JSONata where the workflow is", (item) => {
    const { text } = insertIntoScope(mustParse("{}"), "", item.make({ ...CONTEXT, queryLanguage: "JSONata" }));
    expect(dangling(text)).toEqual([]);
    expect(text).not.toMatch(/"[^"]*\.\$":|"(Parameters|ResultPath|ResultSelector|InputPath|OutputPath|Variable)":/);
    expect(text).not.toMatch(/@onward|@review-queue/);
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

  it.each([
    ["get item", "Get item"],
    ["put object", "Put object"],
    ["invoke lambda", "Invoke function"],
    ["send email", "Send email"],
    ["send a message to a queue", "Send message"],
    ["dead letter", "Catch to a dead-letter queue"],
    ["approval", "Human approval with regenerate"],
    ["threshold", "Threshold approval"],
    ["if", "Choice"],
    ["loop over items", "Map"],
    ["map reduce", "Map-reduce over S3"],
    ["conversation", "Prompt chain with conversation"],
    ["delay", "Wait"],
    ["compare models", "Parallel models"],
  ])("%s finds %s first", (query, title) => {
    expect(rank(ALL, query)[0]?.title).toBe(title);
  });

  it("turns an action of the catalogue into a Task with its starting parameters", () => {
    const item = itemOfAction(LIST);
    expect(item.make(CONTEXT)).toEqual({
      name: "List buckets",
      body: { Type: "Task", Resource: "arn:aws:states:::aws-sdk:s3:listBuckets", Parameters: { MaxBuckets: 3 } },
    });
    expect(item.make({ ...CONTEXT, queryLanguage: "JSONata" }).body).toMatchObject({ Arguments: { MaxBuckets: 3 } });
  });
});

const LIST: CatalogueAction = {
  resource: "arn:aws:states:::aws-sdk:s3:listBuckets", service: "s3", service_title: "S3", action: "listBuckets", title: "List buckets", summary: "",
  optimized: false, supported: true, patterns: [""], parameters: { MaxBuckets: 3 },
};

describe("a template in JSONata", () => {
  it("has the input and the Context Object under their names there", () => {
    expect(pathInJsonata("$.a.b[0]")).toBe("$states.input.a.b[0]");
    expect(pathInJsonata("$$.Execution.Id")).toBe("$states.context.Execution.Id");
    expect(pathInJsonata("$.a[?(@.b)]")).toBeUndefined();
    expect(inJsonata({ a: 1, "b.$": "$", c: [{ "d.$": "States.Format('It\\'s {}!', $.x)" }] })).toEqual({ a: 1, b: "{% $states.input %}", c: [{ d: '{% "It\'s " & $states.input.x & "!" %}' }] });
  });
});

describe("what a person used", () => {
  beforeEach(() => begin("{}"));

  it("is remembered, newest first, and favourites stay until they're taken away", () => {
    const item = itemOfAction(LIST);
    for (const each of [ALL[0], item, ALL[1], ...ALL.slice(2, 9), item]) if (each !== undefined) noteUse(each);
    expect(itemsOf(useRemembered.getState().recent, ALL)[0]).toMatchObject({ id: item.id, title: "List buckets" });
    expect(useRemembered.getState().recent).toHaveLength(6);
    toggleFavourite(item);
    expect(itemsOf(useRemembered.getState().favourites, ALL).map(({ title }) => title)).toEqual(["List buckets"]);
    toggleFavourite(item);
    expect(useRemembered.getState().favourites).toEqual([]);
    expect(itemsOf([{ id: "gone" }], ALL)).toEqual([]);
  });
});
