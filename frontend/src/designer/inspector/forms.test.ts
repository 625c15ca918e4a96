import { describe, expect, it } from "vitest";

import { bootWith } from "../designer.fixture";
import { callOf, hasPatterns, withPattern } from "./task/resource";
import { reviewPlace } from "./task/reviews";

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
