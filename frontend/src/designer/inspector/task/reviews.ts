/** Whether a Task asks a person (docs/review.md), and where its message is. */

import type { JsonValue } from "../../../asl/document";
import { expressionIn } from "./place";

/** Where the review message is: the body of an SQS message or the payload of a Lambda function. */
export type ReviewPlace = "MessageBody" | "Payload";

/** A callback Task whose message carries the task token and something to decide is a review. */
export function reviewPlace(parameters: JsonValue | undefined): ReviewPlace | undefined {
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters)) return undefined;
  return (["MessageBody", "Payload"] as const).find((place) => {
    const message = parameters[place];
    if (typeof message !== "object" || message === null || Array.isArray(message)) return false;
    const asks = ["candidates", "candidates.$", "instructions", "instructions.$"].some((name) => name in message);
    return asks && (message["taskToken.$"] === "$$.Task.Token" || expressionIn(message["taskToken"]) === "$states.context.Task.Token");
  });
}
