/** How a Task calls its action: the Resource, the integration pattern, and what goes with a callback or a nested run. */

import { nodeAt } from "../../../asl/document";
import { setValue, switchField } from "../../../asl/fields";
import type { State } from "../../../asl/machine";
import { join } from "../../../asl/pointer";
import { parseResource } from "../../../graph";
import { CheckInput, Labelled, Segmented } from "../../parts/controls";
import { edit, useDesigner } from "../../state/store";
import { put, useCanEdit, useText, useValue } from "../binding";
import { TextField } from "../fields";
import { carrierOf, carriesToken, isLinked, linkedInput, type Carrier } from "./callbacks";
import type { Language } from "./place";
import { callOf, hasPatterns, withPattern, type Pattern } from "./resource";

const PATTERNS: { value: Pattern; label: string }[] = [
  { value: "", label: "Request and response" },
  { value: "sync", label: "Run a job" },
  { value: "waitForTaskToken", label: "Callback" },
];

const WORDS: Record<Pattern, string> = {
  "": "Goes on as soon as the service has answered.",
  sync: "Waits until the job has ended, and stops it when the workflow is stopped.",
  waitForTaskToken: "Waits until somebody answers with the task token.",
};

export function CallFields({ state, at, language, quiet = false }: { state: State; at: string; language: Language; quiet?: boolean }) {
  const resourceAt = join(state.pointer, "Resource");
  const resource = useText(resourceAt);
  const type = useDesigner((current) => current.boot.machine.type);
  const optimized = useDesigner((current) => current.boot.optimized);
  const disabled = !useCanEdit();
  const call = callOf(resource, type, optimized);
  const why = call.refusals.sync !== undefined && call.refusals.waitForTaskToken !== undefined ? call.refusals.sync : "";
  return (
    <>
      {quiet ? null : <TextField at={resourceAt} label="Resource" mono placeholder="arn:aws:states:::..." />}
      {!hasPatterns(resource) ? null : (
        <Labelled label="Call" hint={<span className="text-xs text-ink-3">{why}</span>}>
          {(id) => (
            <div id={id} className="flex flex-col gap-1.5">
              <Segmented
                label="Call"
                value={call.pattern}
                segments={PATTERNS.map((pattern) => ({ ...pattern, refusal: call.refusals[pattern.value] }))}
                onChange={(next) => put(resourceAt, withPattern(call, next), "change how the task is called")}
                disabled={disabled}
              />
              {why === "" ? <p className="text-2xs text-ink-3">{WORDS[call.pattern]}</p> : null}
              {call.outputAsJson === undefined ? null : (
                <CheckInput label="The result's Output is JSON (.sync:2), not text" checked={call.outputAsJson} disabled={disabled} onChange={(json) => put(resourceAt, `${call.base}.sync${json ? ":2" : ""}`, "change how the output comes")} />
              )}
            </div>
          )}
        </Labelled>
      )}
      <Extras at={at} resource={resource} pattern={call.pattern} language={language} />
    </>
  );
}

function Extras({ at, resource, pattern, language }: { at: string; resource: string; pattern: Pattern; language: Language }) {
  const parameters = useValue(at);
  const { service, action } = parseResource(resource);
  const key = `${service}:${action}`;
  const carrier = carrierOf(key, parameters, language);
  const tokenMissing = pattern === "waitForTaskToken" && !carriesToken(parameters);
  const mayLink = key === "states:startExecution" && !resource.includes(":aws-sdk:") && !isLinked(parameters);
  return (
    <>
      {tokenMissing ? (
        <Hint text="Nothing hands the task token on, so nobody could answer: the state would wait until it times out." action={carrier === undefined ? undefined : { label: `Put the token into ${carrier.name}`, perform: () => write(at, carrier, "hand the task token on") }} />
      ) : null}
      {mayLink ? (
        <button type="button" className="self-start text-xs text-ink-2 hover:text-base-content underline" onClick={() => write(at, linkedInput(parameters, language), "link the nested execution")}>
          Link the nested execution to this one
        </button>
      ) : null}
    </>
  );
}

function write(at: string, { names, name, value }: Carrier, label: string): void {
  edit((document) => (nodeAt(document, at)?.type === "object" ? switchField(document, at, names, name, value, label) : setValue(document, join(at, name), value, label)));
}

function Hint({ text, action }: { text: string; action: { label: string; perform: () => void } | undefined }) {
  const disabled = !useCanEdit();
  return (
    <div className="text-xs rounded-field px-2.5 py-1.5 border bg-retry-wash border-retry-line text-retry-ink flex flex-col gap-1.5 items-start">
      <span>{text}</span>
      {action === undefined ? null : (
        <button type="button" className="btn btn-line btn-sm" disabled={disabled} onClick={action.perform}>
          {action.label}
        </button>
      )}
    </div>
  );
}
