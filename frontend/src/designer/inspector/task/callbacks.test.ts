import { describe, expect, it } from "vitest";

import { carrierOf, carriesToken, isLinked, linkedInput } from "./callbacks";

describe("the task token", () => {
  it("goes where the service takes data, what is there kept", () => {
    expect(carrierOf("sqs:sendMessage", { QueueUrl: "q", MessageBody: { a: 1 } }, "JSONPath")?.value).toEqual({ a: 1, "taskToken.$": "$$.Task.Token" });
    expect(carrierOf("lambda:invoke", { "Payload.$": "$" }, "JSONPath")).toEqual({ names: ["Payload", "Payload.$"], name: "Payload", value: { "taskToken.$": "$$.Task.Token", "input.$": "$" } });
    expect(carrierOf("lambda:invoke", undefined, "JSONata")?.value).toEqual({ taskToken: "{% $states.context.Task.Token %}", input: "{% $states.input %}" });
  });

  it("goes into an event's detail and a container's environment", () => {
    const events = carrierOf("events:putEvents", { Entries: [{ Source: "s", "Detail.$": "$.d" }, { Source: "t" }] }, "JSONPath");
    expect(events?.value).toEqual([{ Source: "s", Detail: { "input.$": "$.d", "taskToken.$": "$$.Task.Token" } }, { Source: "t" }]);
    const container = carrierOf("ecs:runTask", { Overrides: { Cpu: "1", ContainerOverrides: [{ Name: "main", Environment: [{ Name: "A", Value: "b" }] }] } }, "JSONPath");
    expect(container?.value).toEqual({ Cpu: "1", ContainerOverrides: [{ Name: "main", Environment: [{ Name: "A", Value: "b" }, { Name: "TASK_TOKEN", "Value.$": "$$.Task.Token" }] }] });
  });

  it("is left to the person where no place is known, and is seen wherever it stands", () => {
    expect(carrierOf("eks:runJob", {}, "JSONPath")).toBeUndefined();
    expect(carriesToken({ a: [{ "b.$": "States.Format('{}', $$.Task.Token)" }] })).toBe(true);
    expect(carriesToken({ a: "{% $states.context.Task.Token %}" })).toBe(true);
    expect(carriesToken({ a: 1 })).toBe(false);
  });

  it("of a nested execution stands beside the link to its parent", () => {
    const linked = linkedInput({ StateMachineArn: "a", Input: { x: 1 } }, "JSONPath").value;
    expect(linked).toEqual({ "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id", x: 1 });
    expect(isLinked({ Input: linked })).toBe(true);
  });
});
