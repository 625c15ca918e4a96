/** Bedrock InvokeModel: model, prompt and settings as the model's family has them, input and output in S3. */

import { useMemo } from "react";

import { nodeAt, type JsonValue } from "../../../asl/document";
import { removeValue, setValue, switchField } from "../../../asl/fields";
import { andThen } from "../../../asl/edit";
import { join } from "../../../asl/pointer";
import { Segmented } from "../../parts/controls";
import { edit, useDesigner } from "../../state/store";
import { useCanEdit, useText, useValue } from "../binding";
import { NumberField } from "../fields";
import { JsonField } from "../JsonField";
import { bodyFor, familyOf, isMadeConversation, messagesIn, promptIn, promptPlace, textIn, type Family } from "./families";
import { ModelPicker } from "./ModelPicker";
import { expressionIn, type Language } from "./place";
import { TextModes } from "./TextModes";

/** What a state's data may hold (Step Functions quotas). */
const MOST_BYTES = 262_144;

export function BedrockForm({ at, language }: { at: string; language: Language }) {
  const modelId = useText(join(at, "ModelId"));
  const body = useValue(join(at, "Body"));
  const fromS3 = useValue(join(at, "Input")) !== undefined;
  const elsewhere = useValue(join(at, "Body.$")) !== undefined || expressionIn(body) !== undefined;
  const family = familyOf(modelId);
  return (
    <>
      <ModelPicker at={at} modelId={modelId} body={body} language={language} />
      {fromS3 ? <TextModes holder={join(at, "Input")} name="S3Uri" language={language} label="Body from" placeholder="s3://bucket/key" /> : null}
      {fromS3 || elsewhere ? null : <BodyFields at={join(at, "Body")} family={family} body={body} language={language} />}
      {elsewhere && !fromS3 ? <TextModes holder={at} name="Body" language={language} label="Body" doc="The whole request to the model comes from an expression." /> : null}
      {family.id === "other" ? null : (
        <p className="text-2xs text-ink-3">
          {family.title}. The answer is at <code className="font-mono">{language === "JSONata" ? family.answer.replace("$.", "$states.result.") : family.answer}</code> in the result.
        </p>
      )}
      <details className="group">
        <summary className="text-s font-medium cursor-pointer">Body, input and output</summary>
        <div className="flex flex-col gap-3.5 pt-3">
          <SourceField at={at} fromS3={fromS3} body={body} family={family} />
          {fromS3 || elsewhere ? null : <JsonField at={join(at, "Body")} label="Body" hint={family.title} />}
          <TextModes holder={join(at, "Output")} name="S3Uri" language={language} label="Answer to S3" placeholder="s3://bucket/key" doc="Where the answer is put when it may be larger than 256 KiB, as pictures often are. The result then has its address." />
          <OutputCleaner at={at} />
          <TextModes holder={at} name="Accept" language={language} label="Accept" placeholder="application/json" optional />
        </div>
      </details>
    </>
  );
}

function BodyFields({ at, family, body, language }: { at: string; family: Family; body: JsonValue | undefined; language: Language }) {
  const size = useMemo(() => (body === undefined ? 0 : new TextEncoder().encode(JSON.stringify(body)).length), [body]);
  if (family.prompt === undefined) return <JsonField at={at} label="Body" hint="As the model's provider defines it" />;
  return (
    <>
      {family.system === undefined ? null : <Extra at={at} place={family.system} language={language} label="System prompt" body={body} />}
      <Prompt at={at} family={family} body={body} language={language} />
      {family.negative === undefined ? null : <Extra at={at} place={family.negative} language={language} label="What it must not have" body={body} />}
      {family.settings.length === 0 ? null : (
        <div className="grid grid-cols-2 sm:grid-cols-4 gap-x-3 gap-y-2 items-end">
          {family.settings.map(({ meaning, label, at: place, min, max, integer }) => (
            <NumberField key={meaning} at={at + place} label={label} {...(min === undefined ? {} : { min })} {...(max === undefined ? {} : { max })} {...(integer === undefined ? {} : { integer })} />
          ))}
        </div>
      )}
      {size > MOST_BYTES / 2 ? (
        <p role="status" className="text-xs rounded-field px-2.5 py-1.5 border bg-retry-wash border-retry-line text-retry-ink">
          The body is {Math.round(size / 1024)} KiB as it stands; with what comes from the input it must stay under 256 KiB. Put it into S3 and choose “In S3” below.
        </p>
      ) : null}
    </>
  );
}

/** A conversation's last message is the prompt; the ones before it are the history, edited as JSON under "Body, input and output". */
function Prompt({ at, family, body, language }: { at: string; family: Family; body: JsonValue | undefined; language: Language }) {
  const place = promptPlace(family, body);
  if (place === undefined) return null;
  if (place.holder.startsWith("/messages") && isMadeConversation(body)) return <TextModes holder={at} name="messages" language={language} label="Messages" rows={4} doc="The whole conversation comes from an expression." />;
  const prompt = promptIn(family, body);
  const count = messagesIn(body);
  const label = count > 1 ? `Prompt, the last of ${String(count)} messages` : "Prompt";
  if (prompt === undefined || typeof prompt.value === "string") return <TextModes holder={at + place.holder} name={place.name} language={language} label={label} rows={7} />;
  return <JsonField at={`${at}${place.holder}/${place.name}`} label={label} hint="Several pieces" />;
}

/** A text that not every Body has: asked for only when it's there or wanted. */
function Extra({ at, place, language, label, body }: { at: string; place: { holder: string; name: string }; language: Language; label: string; body: JsonValue | undefined }) {
  const there = textIn(place, body);
  const disabled = !useCanEdit();
  if (there !== undefined && typeof there.value !== "string") return null;
  if (there !== undefined) return <TextModes holder={at + place.holder} name={place.name} language={language} label={label} rows={2} optional />;
  // Within a list the whole list is written.
  const list = /^\/([^/]+)\/0$/.exec(place.holder);
  const add = (): void => {
    edit((document) => (list === null ? setValue(document, `${at}${place.holder}/${place.name}`, "", `add ${label.toLowerCase()}`) : setValue(document, `${at}/${list[1] ?? ""}`, [{ [place.name]: "" }], `add ${label.toLowerCase()}`)));
  };
  return (
    <button type="button" disabled={disabled} className="self-start text-xs text-ink-2 hover:text-base-content rounded px-1 h-6 hover:bg-hover" onClick={add}>
      Add: {label.toLowerCase()}
    </button>
  );
}

/** Body in the definition, or in S3 (for what is larger than 256 KiB). */
function SourceField({ at, fromS3, body, family }: { at: string; fromS3: boolean; body: JsonValue | undefined; family: Family }) {
  const disabled = !useCanEdit();
  const change = (next: "here" | "s3"): void => {
    const names = ["Body", "Body.$", "Input"];
    if (next === "s3") edit((document) => switchField(document, at, names, "Input", { S3Uri: "s3://bucket/key" }, "take the body from S3"));
    else edit((document) => switchField(document, at, names, "Body", bodyFor(family, family, body), "write the body here"));
  };
  return (
    <Segmented
      label="Body is"
      value={fromS3 ? "s3" : "here"}
      segments={[
        { value: "here", label: "In the definition" },
        { value: "s3", label: "In S3" },
      ]}
      onChange={change}
      disabled={disabled}
    />
  );
}

/** An Output whose address is empty is refused by Step Functions, so it's taken away with one press. */
function OutputCleaner({ at }: { at: string }) {
  const there = useDesigner((state) => nodeAt(state.good, join(at, "Output")) !== undefined);
  const disabled = !useCanEdit();
  if (!there) return null;
  return (
    <button type="button" disabled={disabled} className="btn btn-ghost btn-sm self-start" onClick={() => edit((document) => removeValue(document, join(at, "Output"), "take the answer into the state's data"))}>
      Take the answer into the state’s data instead
    </button>
  );
}

/** The parameters of another model: its id, and a Body of its family with the prompt and the settings that both know. */
export function withModel(at: string, from: string, to: string, body: JsonValue | undefined, label: string) {
  const [before, after] = [familyOf(from), familyOf(to)];
  edit((document) => {
    const named = setValue(document, join(at, "ModelId"), to, label);
    if (before.id === after.id || after.id === "other" || body === undefined || expressionIn(body) !== undefined) return named;
    return andThen(named, label, (next) => setValue(next, join(at, "Body"), bodyFor(after, before, body), label));
  });
}
