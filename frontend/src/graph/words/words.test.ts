import { describe, expect, test } from "vitest";
import { modelName } from "./foundationModel";
import { lineOf, secondsWords } from "./line";
import { actionWords, parseResource, serviceIcon } from "./resource";
import { conditionWords, errorWords, ruleWords } from "./rule";

describe("resources", () => {
  const cases: [string, string, string, string][] = [
    ["arn:aws:states:::aws-sdk:transcribe:startTranscriptionJob", "transcribe", "startTranscriptionJob", ""],
    ["arn:aws:states:::lambda:invoke.waitForTaskToken", "lambda", "invoke", "waitForTaskToken"],
    ["arn:aws:states:::states:startExecution.sync:2", "states", "startExecution", "sync"],
    ["arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:aws-sdk:s3:getObject", "s3", "getObject", ""],
    ["arn:aws:lambda:us-east-1:123456789012:function:Resize:live", "function", "Resize", ""],
    ["arn:aws:states:us-east-1:123456789012:activity:Pick", "activity", "Pick", ""],
    ["${ResizeFunction.Arn}", "hole", "ResizeFunction", ""],
    ["nonsense", "", "", ""],
  ];
  for (const [text, service, action, pattern] of cases) test(text, () => expect(parseResource(text)).toEqual({ service, action, pattern }));

  test("a callback is a person, but for containers", () => {
    expect(serviceIcon(parseResource("arn:aws:states:::sqs:sendMessage.waitForTaskToken"))).toBe("person");
    expect(serviceIcon(parseResource("arn:aws:states:::ecs:runTask.waitForTaskToken"))).toBe("container");
  });

  test("action names become words, acronyms stay", () => {
    expect(actionWords("describeDBInstances")).toBe("describe DB instances");
    expect(actionWords("listObjectsV2")).toBe("list objects V2");
  });
});

describe("foundation models", () => {
  const names: [string, string | null][] = [
    ["anthropic.claude-3-haiku-20240307-v1:0", "Claude 3 Haiku"],
    ["arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-5-haiku-20241022-v1:0", "Claude 3.5 Haiku"],
    ["anthropic.claude-v2", "Claude 2"],
    ["us.anthropic.claude-sonnet-4-20250514-v1:0", "Claude Sonnet 4"],
    ["meta.llama2-13b-chat-v1", "Llama 2 13B"],
    ["cohere.command-text-v14", "Cohere Command"],
    ["stability.stable-diffusion-xl-v1", "Stable Diffusion XL"],
    ["amazon.nova-micro-v1:0", "Nova Micro"],
    ["$.modelId", null],
    ["{% $model %}", null],
  ];
  for (const [id, name] of names) test(id, () => expect(modelName(id)).toBe(name));
});

describe("rules", () => {
  const cases: [string, unknown, string][] = [
    ["a path's last name and the value", { Variable: "$.job.Status", StringEquals: "COMPLETED" }, "Status is COMPLETED"],
    ["another path as the value", { Variable: "$.n", NumericLessThanPath: "$.limits.max" }, "n < max"],
    ["a boolean", { Variable: "$.ok", BooleanEquals: false }, "not ok"],
    ["presence", { Variable: "$.a.b", IsPresent: false }, "b is absent"],
    ["And and Or", { And: [{ Variable: "$.a", IsNull: true }, { Or: [{ Variable: "$.b", StringMatches: "x*" }, { Variable: "$.c", NumericGreaterThanEquals: 3 }] }] }, "a is null and b matches x* or c ≥ 3"],
    ["Not", { Not: { Variable: "$.a", StringEquals: "" } }, "not a is empty"],
    ["JSONata", { Condition: "{% $states.input.count > 3 %}" }, "count > 3"],
    ["something broken", 7, "?"],
  ];
  for (const [what, rule, words] of cases) test(what, () => expect(conditionWords(rule as never)).toBe(words));

  test("a Comment is what its author wants to read", () => {
    expect(ruleWords({ Comment: "approved", Variable: "$.a", IsNull: true, Next: "x" })).toBe("approved");
  });

  test("errors lose what comes before the last dot", () => {
    expect(errorWords(["States.ALL"])).toBe("any error");
    expect(errorWords(["Lambda.ServiceException", "States.Timeout"])).toBe("ServiceException or timed out");
  });
});

describe("second lines", () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ["Bedrock with its tokens", { Type: "Task", Resource: "arn:aws:states:::bedrock:invokeModel", Parameters: { ModelId: "anthropic.claude-3-haiku-20240307-v1:0", Body: { max_tokens: 200 } } }, "Bedrock: Claude 3 Haiku, 200 tokens"],
    ["a function by its name", { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Parameters: { FunctionName: "arn:aws:lambda:us-east-1:123456789012:function:Resize" } }, "Lambda: Resize"],
    ["an HTTP call by its host", { Type: "Task", Resource: "arn:aws:states:::http:invoke", Arguments: { Method: "POST", ApiEndpoint: "https://api.example.com/v1/x" } }, "HTTP: POST api.example.com"],
    ["a callback with its time-out", { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken", TimeoutSeconds: 86400 }, "Callback: SQS, send message, 24 h"],
    ["a job that is waited for", { Type: "Task", Resource: "arn:aws:states:::glue:startJobRun.sync" }, "Glue: start job run, and wait"],
    ["a Wait", { Type: "Wait", Seconds: 60 }, "Wait 60 s"],
    ["a Wait for a path", { Type: "Wait", TimestampPath: "$.due" }, "Wait until $.due"],
    ["a Choice", { Type: "Choice", Choices: [{}, {}, {}], Default: "Wait" }, "3 rules, else Wait"],
    ["a Map", { Type: "Map", ItemsPath: "$.files", MaxConcurrency: 5 }, "Map, each of $.files, 5 at once"],
    ["a distributed Map", { Type: "Map", ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED" } } }, "Distributed map, each item"],
    ["a Fail", { Type: "Fail", Error: "Video.NoTranscript" }, "Fail: Video.NoTranscript"],
    ["a type that isn't known", { Type: "Loop" }, "Unknown type: Loop"],
  ];
  for (const [what, state, line] of cases) test(what, () => expect(lineOf(state as never)).toBe(line));

  test("durations have two units at most", () => {
    expect([30, 90, 300, 3660, 86400, 90061 * 2].map(secondsWords)).toEqual(["30 s", "90 s", "5 m", "1 h 1 m", "24 h", "2 d 2 h"]);
  });
});
