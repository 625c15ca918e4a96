/** What a Task's Resource says, and which ways of calling it there are. */

import { parseResource } from "../../../graph";

export type Pattern = "" | "sync" | "waitForTaskToken";

const WHY_NOT: Record<string, { sync: string; waitForTaskToken: string }> = {
  "bedrock:invokeModel": { sync: "Bedrock answers at once", waitForTaskToken: "Bedrock can't hold a task token" },
  "http:invoke": { sync: "An HTTPS endpoint answers at once", waitForTaskToken: "An HTTPS endpoint can't hold a task token" },
};

const TAIL = /(\.sync(:2)?|\.waitForTaskToken)$/;

export interface Call {
  base: string;
  pattern: Pattern;
  /** Segments for the patterns, each refused with the reason where the service doesn't have it. */
  refusals: Record<Pattern, string | undefined>;
  /** Of a nested execution: whether its Output comes as JSON (.sync:2); undefined where there's no such choice. */
  outputAsJson: boolean | undefined;
}

/** `optimized` is the engine's table: the patterns of "service:action". */
export function callOf(resource: string, type: "STANDARD" | "EXPRESS", optimized: Readonly<Record<string, readonly string[]>>): Call {
  const { service, action, pattern } = parseResource(resource);
  const key = `${service}:${action}`;
  const sdk = resource.includes(":aws-sdk:");
  const allowed = sdk ? ["", "waitForTaskToken"] : (optimized[key] ?? ["", "sync", "waitForTaskToken"]);
  const express = type === "EXPRESS" ? "Express workflows only have request and response" : undefined;
  const refusal = (wanted: Pattern, why: string): string | undefined => {
    if (pattern === wanted) return undefined;
    return allowed.includes(wanted) ? (wanted === "" ? undefined : express) : why;
  };
  return {
    base: resource.replace(TAIL, ""),
    pattern,
    refusals: {
      "": refusal("", "This action always runs as a job"),
      sync: refusal("sync", WHY_NOT[key]?.sync ?? (sdk ? "AWS SDK actions don't run as jobs" : "This action doesn't run as a job")),
      waitForTaskToken: refusal("waitForTaskToken", WHY_NOT[key]?.waitForTaskToken ?? "This action can't hold a task token"),
    },
    outputAsJson: key === "states:startExecution" && pattern === "sync" ? resource.endsWith(":2") : undefined,
  };
}

/** The Resource with another pattern. A nested execution's `.sync:2` answers with JSON, so that's the one to have. */
export function withPattern(call: Call, pattern: Pattern): string {
  if (pattern === "") return call.base;
  if (pattern === "sync" && call.base.endsWith("states:startExecution")) return `${call.base}.sync:2`;
  return `${call.base}.${pattern}`;
}

/** Lambda functions, activities and placeholders have no patterns to choose from. */
export function hasPatterns(resource: string): boolean {
  return resource.startsWith("arn:") && resource.includes(":states:::");
}
