/** A Task that asks a person: what they see, who they are, how long they have, how the answer looks (docs/review.md). */

import { useMemo } from "react";

import type { State } from "../../../asl/machine";
import { join } from "../../../asl/pointer";
import { SelectInput } from "../../parts/controls";
import { useDesigner } from "../../state/store";
import { put, useCanEdit, useText } from "../binding";
import { NumberField } from "../fields";
import { JsonField } from "../JsonField";
import { TaskFormContext, type FormContext } from "./context";
import type { Language } from "./place";
import { CANDIDATES, MESSAGE, REVIEW_ACTION, SHOWN_APART } from "./reviewShapes";
import type { ReviewPlace } from "./reviews";
import { ShapeField } from "./ShapeField";
import { StructureFields } from "./StructureFields";
import { TextModes } from "./TextModes";
import { useListing } from "./listings";

export function ReviewForm({ state, at, place, language }: { state: State; at: string; place: ReviewPlace; language: Language }) {
  const message = join(at, place);
  const answer = useText(join(message, "answer"));
  const url = useDesigner((current) => current.boot.urls.catalogue);
  const disabled = !useCanEdit();
  const form = useMemo<FormContext>(() => ({ action: REVIEW_ACTION, language, url }), [language, url]);
  return (
    <TaskFormContext value={form}>
      <TextModes holder={message} name="title" language={language} label="Title" placeholder="Choose a title" />
      <TextModes holder={message} name="instructions" language={language} label="Instructions" rows={3} optional />
      <ShapeField label="Candidates" member={CANDIDATES} place={{ holder: message, name: "candidates", language }} depth={0} />
      <TextModes holder={message} name="group" language={language} label="Who may decide" placeholder="Reviewer" optional doc="A group of people: only its members are asked. Empty: every reviewer." />
      <div className="grid grid-cols-2 gap-3 items-end">
        <NumberField at={join(message, "dueSeconds")} label="Due within" unit="s" min={1} integer placeholder="the time-out" />
        <NumberField at={join(state.pointer, "TimeoutSeconds")} label="Time out after" unit="s" min={1} integer placeholder="never" />
      </div>
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
      <p className="text-2xs text-ink-3 -mt-1.5">{ANSWERS[answer] ?? ANSWERS["choice"]}</p>
      <StructureFields shape={MESSAGE} at={message} depth={1} without={SHOWN_APART} />
      <Carrier at={at} place={place} language={language} />
      <details>
        <summary className="text-s font-medium cursor-pointer">The whole message</summary>
        <div className="pt-3">
          <JsonField at={message} label="Message" objectOnly removable={false} hint="The task token must stay in it" />
        </div>
      </details>
    </TaskFormContext>
  );
}

const ANSWERS: Record<string, string> = {
  choice: "The result has outcome (approve or regenerate), candidate {key, title, description} and comment. A rejection is the error Review.Rejected, for a Catch.",
  talk: "The result has message (the chosen title and description, or “regenerate”), topic and approved (“yes” or “no”).",
};

/** What the question travels by: a queue, or a function that hands it on. */
function Carrier({ at, place, language }: { at: string; place: ReviewPlace; language: Language }) {
  const byQueue = place === "MessageBody";
  const { items } = useListing(byQueue ? "queues" : "functions");
  return <TextModes holder={at} name={byQueue ? "QueueUrl" : "FunctionName"} language={language} label={byQueue ? "Review queue" : "Function that hands the token on"} suggestions={items.map(({ value }) => value)} />;
}
