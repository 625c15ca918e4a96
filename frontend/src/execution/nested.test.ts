import { describe, expect, it } from "vitest";
import { nestedExecution } from "./nested";

const ARN = "arn:aws:states:us-east-1:000000000000:execution:inner:one";

describe("the execution that a Task started", () => {
  it("is named by its result", () => {
    expect(nestedExecution("arn:aws:states:::states:startExecution.sync:2", JSON.stringify({ ExecutionArn: ARN, Status: "SUCCEEDED" }))).toBe(ARN);
    expect(nestedExecution("arn:aws:states:::aws-sdk:sfn:startExecution", JSON.stringify({ ExecutionArn: ARN }))).toBe(ARN);
  });
  it("is nobody's guess", () => {
    expect(nestedExecution("arn:aws:states:::lambda:invoke", JSON.stringify({ ExecutionArn: ARN }))).toBeNull();
    expect(nestedExecution("arn:aws:states:::states:startExecution", JSON.stringify({ ExecutionArn: "javascript:1" }))).toBeNull();
    expect(nestedExecution("arn:aws:states:::states:startExecution", "{")).toBeNull();
    expect(nestedExecution("arn:aws:states:::states:startExecution", null)).toBeNull();
  });
});
