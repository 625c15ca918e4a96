/** Bedrock InvokeModel: model, prompt and settings as the model's family has them, S3 input and output. */

import { useId, useState } from "react";

import { mustParse } from "../../asl/document";
import { setValue } from "../../asl/fields";
import type { State } from "../../asl/machine";
import { modelName, StandIn } from "../../graph";
import { Segmented, TextInput } from "../parts/controls";
import { edit } from "../state/store";
import { join, putOneOf, useCanEdit, useText, useValue } from "./binding";
import { bodyFor, familyOf, promptIn } from "./families";
import { NumberField, TemplateField, TextField } from "./fields";
import { JsonField } from "./JsonField";
import { useModels } from "./remote";

/** What the embedded endpoint adds to its models' names; here the chip says it. */
const STAND_IN_SUFFIX = / \(stand-in\)$/;

export function BedrockForm({ state }: { state: State }) {
  const parameters = join(state.pointer, "Parameters");
  const modelId = useText(join(parameters, "ModelId"));
  const body = useValue(join(parameters, "Body"));
  const input = useValue(join(parameters, "Input"));
  const family = familyOf(modelId);
  const bodyAt = join(parameters, "Body");
  const prompt = promptIn(family, body);
  const fromS3 = input !== undefined;
  return (
    <>
      <ModelPicker parameters={parameters} modelId={modelId} body={body} />
      {fromS3 ? (
        <TemplateField holder={join(parameters, "Input")} name="S3Uri" label="Body from" placeholder="s3://bucket/key" />
      ) : family.prompt !== undefined && (prompt === undefined || typeof prompt.value === "string") ? (
        <TemplateField holder={bodyAt + family.prompt.holder} name={family.prompt.name} label="Prompt" rows={7} />
      ) : null}
      {fromS3 || family.settings.length === 0 ? null : (
        <div className="grid grid-cols-3 gap-3 items-end">
          {family.settings.map(({ meaning, label, at, min, max, integer }) => (
            <NumberField key={meaning} at={bodyAt + at} label={label} {...(min === undefined ? {} : { min })} {...(max === undefined ? {} : { max })} {...(integer === undefined ? {} : { integer })} />
          ))}
        </div>
      )}
      <details className="group">
        <summary className="text-s font-medium cursor-pointer">Body, input and output</summary>
        <div className="flex flex-col gap-3.5 pt-3">
          <SourceField parameters={parameters} fromS3={fromS3} body={body} modelId={modelId} />
          {fromS3 ? null : <JsonField at={bodyAt} label="Body" hint={family.title} />}
          <TemplateField holder={join(parameters, "Output")} name="S3Uri" label="Answer to S3" placeholder="s3://bucket/key; needed over 256 KiB" />
          <TextField at={join(parameters, "Accept")} label="Accept" placeholder="application/json" />
        </div>
      </details>
    </>
  );
}

/** Body in the definition, or in S3 (for what is larger than 256 KiB). */
function SourceField({ parameters, fromS3, body, modelId }: { parameters: string; fromS3: boolean; body: unknown; modelId: string }) {
  const disabled = !useCanEdit();
  const change = (next: "here" | "s3"): void => {
    const family = familyOf(modelId);
    if (next === "s3") putOneOf(parameters, ["Input", "Body"], "Input", { S3Uri: "s3://bucket/key" }, "take the body from S3");
    else putOneOf(parameters, ["Body", "Input"], "Body", bodyFor(family, family, body === undefined ? undefined : (body as never)), "write the body here");
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

/** Pick a model; a model of another family gets a Body of its own, prompt and settings carried over. */
function ModelPicker({ parameters, modelId, body }: { parameters: string; modelId: string; body: unknown }) {
  const { models, source } = useModels();
  const disabled = !useCanEdit();
  const listId = useId();
  const [open, setOpen] = useState(false);
  const known = models.find((model) => modelId.includes(model.modelId));
  const choose = (next: string): void => {
    setOpen(false);
    const [from, to] = [familyOf(modelId), familyOf(next)];
    edit((document) => {
      const label = `use ${modelName(next) ?? next}`;
      const withModel = setValue(document, join(parameters, "ModelId"), next, label);
      if (from.id === to.id || to.id === "other" || body === undefined) return withModel;
      return { ...andSetBody(withModel.text, join(parameters, "Body"), bodyFor(to, from, body as never)), label };
    });
  };
  const words = known === undefined ? familyOf(modelId).title : known.providerName;
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-center justify-between">
        <span className="lbl">Model</span>
        <span className="text-xs text-ink-3">{source === "asking" ? "Asking for models" : source === "bundled" ? "From the bundled list" : ""}</span>
      </div>
      <button
        type="button"
        disabled={disabled}
        aria-expanded={open}
        aria-controls={listId}
        className="flex items-center gap-3 text-left rounded-field border border-control bg-base-100 px-3 py-2 hover:bg-hover"
        onClick={() => setOpen(!open)}
      >
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-2 text-s font-medium">
            {modelName(modelId) ?? "Choose a model"} <span className="font-normal text-xs text-ink-2 truncate">{words}</span>
            {known?.stand_in ? <StandIn /> : null}
          </span>
          <span className="block font-mono text-2xs text-ink-2 mt-0.5 truncate">{modelId}</span>
        </span>
      </button>
      {open ? (
        <div id={listId} className="rounded-box border border-base-300 max-h-64 overflow-y-auto p-1">
          <ul>
            {models.map((model) => (
              <li key={model.modelId}>
                <button type="button" className="w-full text-left px-2 py-1.5 rounded-field hover:bg-hover aria-[current=true]:bg-secondary" aria-current={model.modelId === modelId} onClick={() => choose(model.modelId)}>
                  <span className="block text-s font-medium">
                    {model.modelName.replace(STAND_IN_SUFFIX, "")} <span className="font-normal text-xs text-ink-2">{model.providerName}</span>
                    {model.stand_in ? <StandIn /> : null}
                  </span>
                  <span className="block font-mono text-2xs text-ink-2">{model.modelId}</span>
                </button>
              </li>
            ))}
          </ul>
          <div className="p-2">
            <TextInput label="Another model's id or ARN" mono lazy value={modelId} disabled={disabled} onChange={choose} />
          </div>
        </div>
      ) : null}
    </div>
  );
}

function andSetBody(text: string, at: string, body: Parameters<typeof setValue>[2]) {
  return setValue(mustParse(text), at, body, "");
}
