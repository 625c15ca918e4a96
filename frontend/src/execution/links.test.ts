import { describe, expect, it } from "vitest";
import { executionLinks, linksOf } from "./consoleLinks";
import { MOST_OBJECTS, objectsIn } from "./objects";

describe("the console's pages", () => {
  const one = (resourceType: string, parameters: object, region = "eu-west-1"): string[] => linksOf({ resourceType, region, parameters: JSON.stringify(parameters) }).map(({ url }) => url);
  it("are found by what the request names", () => {
    expect(one("lambda", { FunctionName: "arn:aws:lambda:eu-west-1:123456789012:function:resize:3" })).toEqual([
      "https://eu-west-1.console.aws.amazon.com/lambda/home?region=eu-west-1#/functions/resize",
      "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fresize",
    ]);
    expect(one("aws-sdk:dynamodb", { TableName: "arn:aws:dynamodb:eu-west-1:123456789012:table/films" })[0]).toContain("#table?name=films");
    expect(one("aws-sdk:s3", { Bucket: "films", Key: "a b/c.mp4" })[0]).toContain("/s3/object/films?region=eu-west-1&prefix=a%20b%2Fc.mp4");
    expect(one("bedrock", { ModelId: "eu.anthropic.claude-3-haiku-20240307-v1:0" })[0]).toContain("serverless/anthropic.claude-3-haiku-20240307-v1%3A0");
    expect(linksOf({ resourceType: "lambda", region: "us-east-1", parameters: null, functionArn: "arn:aws:lambda:us-east-1:123456789012:function:old" })[0]?.label).toBe("Function old");
  });
  it("are those of the Region's partition", () => {
    expect(one("sqs", { QueueUrl: "https://sqs.cn-north-1.amazonaws.com.cn/1/jobs" }, "cn-north-1")[0]).toMatch(/^https:\/\/console\.amazonaws\.cn\/sqs\//);
    expect(one("athena", {}, "us-gov-west-1")[0]).toMatch(/^https:\/\/console\.amazonaws-us-gov\.com\//);
  });
  it("are nobody's guess", () => {
    expect(one("lambda", { FunctionName: "a/../b" })).toEqual([]);
    expect(one("lambda", {})).toEqual([]);
    expect(one("sqs", { QueueUrl: "javascript:alert(1)" })).toEqual([]);
    expect(one("aws-sdk:unheardof", { Name: "x" })).toEqual([]);
    expect(one("athena", {}, "x.evil.example/")).toEqual([]);
    expect(linksOf({ resourceType: "dynamodb", region: "eu-west-1", parameters: '{"TableName": "fi' })).toEqual([]);
  });
  it("know an EXPRESS execution by its start", () => {
    expect(executionLinks("arn:aws:states:eu-west-1:1:express:m:n:u", "eu-west-1", 5)[0]?.url).toMatch(/express-executions.*startDate=5$/);
  });
});

describe("objects in S3", () => {
  it("are found wherever data names them, each once", () => {
    const input = JSON.stringify({ from: "s3://films/in/a b.mp4", Output: { S3Uri: "s3://films/out.json" }, list: [{ Bucket: "films", Key: "k" }, { bucket: "films", key: "k" }] });
    const output = JSON.stringify({ Payload: JSON.stringify({ uri: "s3://films/out.json", S3Bucket: "more-films", S3Key: "x/y" }) });
    expect(objectsIn([input, output, null])).toEqual([
      { bucket: "films", key: "in/a b.mp4" },
      { bucket: "films", key: "out.json" },
      { bucket: "films", key: "k" },
      { bucket: "more-films", key: "x/y" },
    ]);
  });
  it("aren't folders, buckets, texts about them, or more than a page holds", () => {
    expect(objectsIn([JSON.stringify(["s3://films/in/", "s3://films", "see s3://films/a", { Bucket: "films", Key: "" }, { Bucket: "NOT", Key: "k" }]), "{", undefined])).toEqual([]);
    expect(objectsIn([JSON.stringify(Array.from({ length: 100 }, (_, i) => `s3://films/${i}`))])).toHaveLength(MOST_OBJECTS);
    expect(objectsIn(["[".repeat(5000) + '"s3://films/a"' + "]".repeat(5000)])).toEqual([]);
  });
});
