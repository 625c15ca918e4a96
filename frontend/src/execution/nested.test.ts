import { describe, expect, it } from "vitest";
import { nestedStart } from "./nested";
import type { Attempt } from "./status";
import type { HistoryEvent } from "./types";

const ARN = "arn:aws:states:us-east-1:000000000000:execution:inner:one";
const attempt = { scheduledId: 3 } as Attempt;

function event(id: number, previousEventId: number, type: string, details: object): HistoryEvent {
  return { id, previousEventId, type, timestamp: "2026-01-01T00:00:00Z", [`${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`]: details };
}

const started = event(4, 3, "TaskStarted", { resourceType: "states", resource: "startExecution.sync:2" });
const submitted = event(6, 4, "TaskSubmitted", { resourceType: "states", resource: "startExecution.sync:2", output: JSON.stringify({ ExecutionArn: ARN }) });

describe("the execution that a Task started", () => {
  it("is named by the first event of the attempt that knows it, while it still runs", () => {
    const other = event(5, 2, "TaskSubmitted", { resourceType: "states", resource: "startExecution", output: JSON.stringify({ ExecutionArn: ARN }) });
    expect(nestedStart([started, other, submitted], attempt)).toBe(6);
  });
  it("is nobody's guess", () => {
    const answered = (details: object): HistoryEvent => event(6, 3, "TaskSucceeded", details);
    expect(nestedStart([answered({ resourceType: "lambda", resource: "invoke", output: JSON.stringify({ ExecutionArn: ARN }) })], attempt)).toBeNull();
    expect(nestedStart([answered({ resourceType: "states", resource: "startExecution", output: JSON.stringify({ ExecutionArn: "javascript:1" }) })], attempt)).toBeNull();
    expect(nestedStart([answered({ resourceType: "states", resource: "startExecution", output: "{" })], attempt)).toBeNull();
    expect(nestedStart([answered({ resourceType: "aws-sdk:sfn", resource: "startExecution", output: JSON.stringify({ ExecutionArn: ARN }) })], attempt)).toBe(6);
    expect(nestedStart([], undefined)).toBeNull();
  });
  it("may be an EXPRESS one, waited for or not", () => {
    for (const resource of ["startSyncExecution", "startExecution"]) {
      const output = JSON.stringify({ ExecutionArn: "arn:aws:states:us-east-1:000000000000:express:inner:one:0a1b" });
      expect(nestedStart([event(6, 3, "TaskSucceeded", { resourceType: "aws-sdk:sfn", resource, output })], attempt)).toBe(6);
    }
  });
});
