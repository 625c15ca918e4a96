/** The model that a Task invokes: picked from what the environment has, searched by name or provider, or typed. */

import { useId, useState } from "react";

import type { JsonValue } from "../../../asl/document";
import { modelName, StandIn } from "../../../graph";
import type { FoundationModel } from "../../api";
import { TextInput } from "../../parts/controls";
import { useDesigner } from "../../state/store";
import { useCanEdit } from "../binding";
import { useModels } from "../remote";
import { withModel } from "./BedrockForm";
import { familyOf } from "./families";
import type { Language } from "./place";
import { TextModes } from "./TextModes";
import { join } from "../../../asl/pointer";
import { useValue } from "../binding";

/** What the embedded endpoint adds to its models' names; here the chip says it. */
const STAND_IN_SUFFIX = / \(stand-in\)$/;

export function ModelPicker({ at, modelId, body, language }: { at: string; modelId: string; body: JsonValue | undefined; language: Language }) {
  const { models, source, problem } = useModels();
  const byExpression = useValue(join(at, "ModelId.$")) !== undefined || modelId.startsWith("{%");
  const disabled = !useCanEdit();
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  if (byExpression) return <TextModes holder={at} name="ModelId" language={language} label="Model" />;
  const known = models.find((model) => modelId.includes(model.modelId));
  const choose = (next: string): void => {
    setOpen(false);
    setTyped("");
    if (next !== modelId) withModel(at, modelId, next, body, `use ${modelName(next) ?? next}`);
  };
  const shown = found(models, typed);
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
        aria-controls={open ? listId : undefined}
        className="flex items-center gap-3 text-left rounded-field border border-control bg-base-100 px-3 py-2 hover:bg-hover"
        onClick={() => setOpen(!open)}
      >
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-2 text-s font-medium">
            <span className="sr-only">Model: </span>
            {modelName(modelId) ?? "Choose a model"} <span className="font-normal text-xs text-ink-2 truncate">{known?.providerName ?? familyOf(modelId).title}</span>
            {known?.stand_in ? <StandIn /> : null}
          </span>
          <span className="block font-mono text-2xs text-ink-2 mt-0.5 truncate">{modelId}</span>
        </span>
      </button>
      {open ? (
        <div id={listId} className="rounded-box border border-base-300 p-1">
          <input autoFocus aria-label="Find a model" placeholder="Find a model" className="w-full bg-transparent px-2 h-8 text-s" value={typed} onChange={({ target }) => setTyped(target.value)} onKeyDown={({ key }) => (key === "Escape" ? setOpen(false) : undefined)} />
          <ul className="max-h-64 overflow-y-auto" aria-label="Models">
            {shown.map((model) => (
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
      <ModelAccess problem={problem} />
    </div>
  );
}

function found(models: readonly FoundationModel[], typed: string): readonly FoundationModel[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter(({ modelId, modelName: name, providerName }) => {
    const text = `${modelId} ${name} ${providerName}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** In AWS a model must be granted to the account first; without that the Task fails with Bedrock.AccessDeniedException. */
function ModelAccess({ problem }: { problem: string }) {
  const environment = useDesigner((state) => state.boot.environments.find(({ id }) => id === state.environment));
  if (environment?.kind !== "aws") return problem === "" ? null : <p className="text-2xs text-ink-3">{problem}</p>;
  const url = `https://${environment.region}.console.aws.amazon.com/bedrock/home?region=${environment.region}#/modelaccess`;
  return (
    <p className="text-2xs text-ink-3">
      {problem === "" ? "" : `${problem} `}A model that the account has no access to fails with AccessDeniedException.{" "}
      <a className="underline" href={url} target="_blank" rel="noreferrer">
        Model access in {environment.region}
      </a>
    </p>
  );
}
