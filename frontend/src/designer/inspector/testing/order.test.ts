import { describe, expect, it } from "vitest";

import { mustParse } from "../../../asl/document";
import { machineOf, type State } from "../../../asl/machine";
import { EMPTY } from "../preview/samples";
import { doingOf, handlingWords, leftOut, NEW_FORM, orderOf, problemOf, refusalToPerform, stopsOf } from "./order";

function stateOf(body: object): State {
  const document = mustParse(JSON.stringify({ StartAt: "S", States: { S: body } }));
  const state = machineOf(document).states.get("/States/S");
  if (state === undefined) throw new Error("no state");
  return state;
}

const TASK = stateOf({ Type: "Task", Resource: "arn:aws:states:::lambda:invoke" });
const JOB = stateOf({ Type: "Task", Resource: "arn:aws:states:::batch:submitJob.sync" });
const READER = stateOf({ Type: "Map", ItemReader: {}, ItemProcessor: {} });
const SAMPLE = { ...EMPTY, input: "{}", result: "[1]", context: '{"a": 1}', items: "[5]" };

describe("a test of one state", () => {
  it("is mocked where TestState can't perform it, and performed where there is nothing to mock", () => {
    expect(refusalToPerform(TASK)).toBeUndefined();
    expect(refusalToPerform(JOB)).toMatch(/mock/);
    expect(doingOf(NEW_FORM, JOB)).toBe("result");
    expect(doingOf({ ...NEW_FORM, doing: "error" }, stateOf({ Type: "Pass" }))).toBe("perform");
  });

  it("sends a context with a mock only, and asks for secrets without one only", () => {
    const performed = orderOf({ ...NEW_FORM, reveal: true }, TASK, "{}", SAMPLE);
    expect(performed).toMatchObject({ mock: null, context: "", reveal_secrets: true, configuration: {} });
    const mocked = orderOf({ ...NEW_FORM, reveal: true, doing: "result" }, TASK, "{}", SAMPLE);
    expect(mocked).toMatchObject({ mock: { result: "[1]", fieldValidationMode: "STRICT" }, context: '{"a": 1}', reveal_secrets: false });
  });

  it("makes up the token that a recorded context hasn't, and keeps one that was typed", () => {
    const asking = stateOf({ Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken" });
    const order = (context: string) => JSON.parse(orderOf({ ...NEW_FORM, doing: "result" }, asking, "{}", { ...SAMPLE, context }).context) as unknown;
    expect(order('{"State": {"Name": "S"}}')).toEqual({ Task: { Token: "a-made-up-task-token" }, State: { Name: "S" } });
    expect(order('{"Task": {"Token": "mine"}}')).toEqual({ Task: { Token: "mine" } });
  });

  it("says when what is read of the context can't come along", () => {
    expect(leftOut(TASK, "perform", '{"x.$": "$$.Map.Item.Value"}', SAMPLE)).toMatch(/only with a mock/);
    expect(leftOut(TASK, "result", '{"x.$": "$$.Map.Item.Value"}', SAMPLE)).toBeUndefined();
    expect(leftOut(TASK, "perform", '{"x.$": "$.a"}', SAMPLE)).toBeUndefined();
    expect(leftOut(TASK, "perform", "{% $states.context.Map %}", { ...SAMPLE, context: "" })).toBeUndefined();
  });

  it("says how often it was retried, which iterations failed, and what the reader read", () => {
    const form = { ...NEW_FORM, doing: "error" as const, error: "E", cause: "c", retries: "2", failures: "3", causedBy: "Inner" };
    expect(orderOf(form, TASK, "{}", SAMPLE)).toMatchObject({ mock: { errorOutput: { error: "E", cause: "c" } }, configuration: { retrierRetryCount: 2 } });
    expect(orderOf(form, READER, "{}", SAMPLE).configuration).toEqual({ retrierRetryCount: 2, errorCausedByState: "Inner", mapIterationFailureCount: 3, mapItemReaderData: "[5]" });
  });

  it("isn't sent with what isn't JSON, and says which", () => {
    expect(problemOf(orderOf(NEW_FORM, TASK, "{}", { ...SAMPLE, input: "{" }))).toMatch(/input/);
    expect(problemOf(orderOf({ ...NEW_FORM, doing: "result" }, TASK, "{}", { ...SAMPLE, result: "" }))).toMatch(/Give the result/);
    expect(problemOf(orderOf({ ...NEW_FORM, doing: "error", error: " " }, TASK, "{}", SAMPLE))).toMatch(/Name the error/);
    expect(problemOf(orderOf(NEW_FORM, TASK, "{}", SAMPLE))).toBeUndefined();
  });
});

describe("its answer", () => {
  it("is drawn in the order in which data comes to each stop, what is aside compared with nothing", () => {
    const stops = stopsOf({ status: "SUCCEEDED", output: '"o"', nextState: "N", inspectionData: { input: "1", afterParameters: "2", result: "3", variables: "{}", afterResultPath: "4" } });
    expect(stops.map(({ title, before, aside }) => [title, before, aside])).toEqual([
      ["State input", undefined, false],
      ["After Parameters", "1", false],
      ["Result", "2", false],
      ["Variables afterwards", "3", true],
      ["After ResultPath", "3", false],
      ["State output, to N", "4", false],
    ]);
  });

  it("names the Retrier or Catcher that takes an error", () => {
    expect(handlingWords({ status: "RETRIABLE", inspectionData: { errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 12 } } })).toBe("Retrier 2 tries again after 12 s.");
    expect(handlingWords({ status: "CAUGHT_ERROR", inspectionData: { errorDetails: { catchIndex: 0 } } })).toBe("Catcher 1 takes the error.");
    expect(handlingWords({ status: "FAILED", inspectionData: { errorDetails: { retryIndex: 0 } } })).toMatch(/spent/);
    expect(handlingWords({ status: "SUCCEEDED" })).toBe("");
  });
});
