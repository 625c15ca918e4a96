/** A Task that asks a person: what they see, who they are, how long they have, how the answer looks. */

import type { JsonValue } from "../../asl/document";
import type { State } from "../../asl/machine";
import { SelectInput } from "../parts/controls";
import { join, put, useCanEdit, useText } from "./binding";
import { NumberField, TemplateField, TextField } from "./fields";
import { JsonField } from "./JsonField";

/** Where the review message is: the body of an SQS message or the payload of a Lambda function. */
export type ReviewPlace = "MessageBody" | "Payload";

/** A callback Task whose message carries the task token and something to decide is a review. */
export function reviewPlace(parameters: JsonValue | undefined): ReviewPlace | undefined {
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters)) return undefined;
  return (["MessageBody", "Payload"] as const).find((place) => {
    const message = parameters[place];
    if (typeof message !== "object" || message === null || Array.isArray(message)) return false;
    const asks = "candidates" in message || "candidates.$" in message || "instructions" in message || "instructions.$" in message;
    return message["taskToken.$"] === "$$.Task.Token" && asks;
  });
}

export function ReviewForm({ state, place }: { state: State; place: ReviewPlace }) {
  const parameters = join(state.pointer, "Parameters");
  const message = join(parameters, place);
  const answer = useText(join(message, "answer"));
  const disabled = !useCanEdit();
  return (
    <>
      <TemplateField holder={message} name="title" label="Title" placeholder="Choose a title" />
      <TemplateField holder={message} name="instructions" label="Instructions" rows={3} />
      <TextField at={join(message, "candidates.$")} label="Candidates" mono placeholder="$.candidates" />
      <p className="text-2xs text-ink-3 -mt-2">A list of objects with title, description, model, prompt and parameters; or paths to such a list.</p>
      <div className="grid grid-cols-2 gap-3">
        <TextField at={join(message, "group")} label="Who may decide" placeholder="Reviewer" />
        <NumberField at={join(state.pointer, "TimeoutSeconds")} label="Time out after" unit="s" min={1} integer placeholder="never" />
        <NumberField at={join(message, "dueSeconds")} label="Due within" unit="s" min={1} integer placeholder="the time-out" />
        <SelectInput
          label="Answer as"
          value={answer === "" ? "choice" : answer}
          disabled={disabled}
          options={[
            { value: "choice", label: "Outcome, candidate" },
            { value: "talk", label: "Message, approved" },
          ]}
          onChange={(next) => put(join(message, "answer"), next, "change the answer's shape")}
        />
      </div>
      {answer === "talk" ? <TemplateField holder={message} name="topic" label="Topic" /> : null}
      {place === "MessageBody" ? (
        <TemplateField holder={parameters} name="QueueUrl" label="Review queue" />
      ) : (
        <TemplateField holder={parameters} name="FunctionName" label="Function that hands the token on" />
      )}
      <details>
        <summary className="text-s font-medium cursor-pointer">The whole message</summary>
        <div className="pt-3">
          <JsonField at={message} label="Message" objectOnly removable={false} hint="The task token must stay in it" />
        </div>
      </details>
    </>
  );
}
