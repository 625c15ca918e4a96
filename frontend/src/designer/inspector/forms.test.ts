import { describe, expect, it } from "vitest";

import { canTakePath, comparisonIn, conditionOf, operandFor, OPERATORS, shapeOf } from "./choice";
import { bootWith } from "../designer.fixture";
import { callOf, hasPatterns, withPattern } from "./task/resource";
import { reviewPlace } from "./task/reviews";

describe("choice rules", () => {
  it("have all 39 comparison operators of the States Language, paths included", () => {
    const names = OPERATORS.flatMap((operator) => (canTakePath(operator) ? [operator.name, `${operator.name}Path`] : [operator.name]));
    expect(names).toHaveLength(39);
    expect(names).toContain("TimestampGreaterThanEqualsPath");
    expect(names).not.toContain("StringMatchesPath");
  });

  it("are taken apart as far as the builder goes, and left to JSON beyond", () => {
    const one = { Variable: "$.a", StringEquals: "x" };
    expect(shapeOf({ ...one, Next: "A" })).toBe("one");
    expect(shapeOf({ Not: one, Next: "A" })).toBe("one");
    expect(shapeOf({ And: [one, { Not: one }], Next: "A" })).toBe("And");
    expect(shapeOf({ Or: [{ And: [one] }], Next: "A" })).toBe("other");
    expect(shapeOf({ Variable: "$.a", Next: "A" })).toBe("other");
    expect(shapeOf({ Condition: "{% true %}", Next: "A" })).toBe("condition");
    expect(conditionOf({ Comment: "c", ...one, Next: "A" })).toEqual(one);
  });

  it("keep an operand when the operator changes, where it makes sense", () => {
    const numeric = OPERATORS.find(({ name }) => name === "NumericEquals");
    const text = OPERATORS.find(({ name }) => name === "StringEquals");
    if (numeric === undefined || text === undefined) throw new Error("operators are missing");
    expect(operandFor(numeric, false, "12")).toBe(12);
    expect(operandFor(text, false, 12)).toBe("12");
    expect(operandFor(text, true, "x")).toBe("$.other");
    expect(comparisonIn({ Variable: "$.a", NumericEqualsPath: "$.b" })).toMatchObject({ path: true, operand: "$.b" });
  });
});

describe("how a Task is called", () => {
  it("offers a pattern only where the service has it, and says why not", () => {
    const model = callOf("arn:aws:states:::bedrock:invokeModel", "STANDARD", bootWith("{}").optimized);
    expect(model.refusals.sync).toBe("Bedrock answers at once");
    expect(model.refusals.waitForTaskToken).toBe("Bedrock can't hold a task token");
    const queue = callOf("arn:aws:states:::sqs:sendMessage.waitForTaskToken", "STANDARD", bootWith("{}").optimized);
    expect(queue.pattern).toBe("waitForTaskToken");
    expect(queue.refusals[""]).toBeUndefined();
    expect(withPattern(queue, "")).toBe("arn:aws:states:::sqs:sendMessage");
  });

  it("refuses jobs and callbacks in Express workflows, and prefers .sync:2 for executions", () => {
    expect(callOf("arn:aws:states:::sqs:sendMessage", "EXPRESS", bootWith("{}").optimized).refusals.waitForTaskToken).toMatch(/Express/);
    const child = callOf("arn:aws:states:::states:startExecution", "STANDARD", bootWith("{}").optimized);
    expect(withPattern(child, "sync")).toBe("arn:aws:states:::states:startExecution.sync:2");
    expect(callOf("arn:aws:states:::states:startExecution.sync:2", "STANDARD", bootWith("{}").optimized).pattern).toBe("sync");
  });

  it("has nothing to choose for functions by ARN and placeholders", () => {
    expect(hasPatterns("arn:aws:lambda:us-east-1:123456789012:function:f")).toBe(false);
    expect(hasPatterns("${FunctionArn}")).toBe(false);
  });
});

describe("a human review", () => {
  const message = { "taskToken.$": "$$.Task.Token", "candidates.$": "$.candidates" };

  it("is known by its token and what there is to decide, over SQS or Lambda", () => {
    expect(reviewPlace({ QueueUrl: "q", MessageBody: message })).toBe("MessageBody");
    expect(reviewPlace({ FunctionName: "f", Payload: message })).toBe("Payload");
    expect(reviewPlace({ QueueUrl: "q", MessageBody: { taskToken: "{% $states.context.Task.Token %}", candidates: [] } })).toBe("MessageBody");
    expect(reviewPlace({ QueueUrl: "q", MessageBody: { "taskToken.$": "$$.Task.Token" } })).toBeUndefined();
    expect(reviewPlace({ QueueUrl: "q", MessageBody: { "candidates.$": "$" } })).toBeUndefined();
  });
});
