/** How data passes through a state: each stop in the order in which it is reached, with what the sample is there. */

import type { ReactNode } from "react";

import { child, stringOf, type JsonValue } from "../../asl/document";
import { machineOf, queryLanguageOf, type State } from "../../asl/machine";
import { valueOf } from "../../dataflow/found";
import { DataPath, Station, ValueStation } from "../../dataflow/Station";
import { action, run } from "../actions";
import { Segmented } from "../parts/controls";
import { useDocument } from "../state/later";
import { join, put, useCanEdit, useValue } from "./binding";
import { TextField } from "./fields";
import { JsonField } from "./JsonField";
import { FieldStation } from "./preview/FieldStation";
import { usePreviews } from "./preview/previews";
import { isGiven, sampleOf, useSamples, type SampleTexts } from "./preview/samples";
import { VariablesInScope } from "./VariablesInScope";

const WORKS = ["Task", "Parallel", "Map"];
const WITH_RESULT = [...WORKS, "Pass"];
const WRITTEN_IN_JSONPATH = /"(Parameters|ResultSelector|Result|Variable|\w+Path|[^"]*\.\$)"\s*:/;
const WITHOUT_ASSIGN = ["Succeed", "Fail"];

export function DataTab({ state }: { state: State }) {
  const document = useDocument();
  const language = queryLanguageOf(machineOf(document), state);
  return (
    <>
      <LanguageSwitch state={state} language={language} />
      {state.type === "Fail" ? (
        <p className="text-xs text-ink-2">A Fail state gives nothing on: it ends the execution with its error.</p>
      ) : language === "JSONata" ? (
        <JsonataPath state={state} />
      ) : (
        <JsonPathPath state={state} />
      )}
      <VariablesInScope state={state} />
    </>
  );
}

/** A state may be in JSONata where the workflow is in JSONPath, not the other way round (States Language, "QueryLanguage"). */
function LanguageSwitch({ state, language }: { state: State; language: "JSONPath" | "JSONata" }) {
  const document = useDocument();
  const disabled = !useCanEdit();
  const ofMachine = stringOf(child(document.root, "QueryLanguage")) === "JSONata" ? "JSONata" : "JSONPath";
  const change = (next: "JSONPath" | "JSONata"): void => {
    // What is written in JSONPath is converted, with a look at what would change first.
    if (next === "JSONata" && WRITTEN_IN_JSONPATH.test(document.text.slice(state.node.offset, state.node.offset + state.node.length))) run(action("convert"));
    else put(join(state.pointer, "QueryLanguage"), next === ofMachine ? undefined : next, `write ${state.name} in ${next}`);
  };
  const refusal = ofMachine === "JSONata" ? "The workflow is written in JSONata, so all of its states are." : undefined;
  return (
    <div className="flex items-center justify-between gap-2">
      <h3 className="lbl">Query language</h3>
      <Segmented
        label="Query language"
        small
        value={language}
        segments={[
          { value: "JSONPath", label: "JSONPath", refusal },
          { value: "JSONata", label: "JSONata" },
        ]}
        onChange={change}
        disabled={disabled}
      />
    </div>
  );
}

/** The value of the sample at each stop; undefined where it isn't known. */
function useValues(state: State): { at: (path: string) => JsonValue | undefined; input: JsonValue | undefined; sample: SampleTexts } {
  const steps = usePreviews((current) => current.steps);
  const samples = useSamples();
  const sample = sampleOf(samples, state.name);
  const at = (path: string): JsonValue | undefined => {
    const shown = steps.get(path)?.value;
    return shown === undefined || shown === null ? undefined : valueOf(shown);
  };
  return { at, input: parsed(sample.input), sample };
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function JsonPathPath({ state }: { state: State }) {
  const { at, input, sample } = useValues(state);
  const to = (field: string): string => join(state.pointer, field);
  const effective = at("/InputPath") ?? input;
  const selected = at("/ResultSelector") ?? parsed(sample.result);
  const takesParameters = ["Pass", "Task", "Parallel"].includes(state.type);
  return (
    <DataPath label="The way of the data">
      <InputStop state={state} value={input} />
      <FieldStation title="InputPath" path="/InputPath" hint="takes a part of the input">
        <TextField at={to("InputPath")} label="InputPath" hideLabel mono placeholder="$ (all of the input)" before={input} />
      </FieldStation>
      {takesParameters ? (
        <FieldStation title="Parameters" path="/Parameters" hint="shapes what the state works on">
          <JsonField at={to("Parameters")} label="Parameters" hideLabel objectOnly before={effective} />
        </FieldStation>
      ) : null}
      {state.type === "Map" ? <MapStops fields={["ItemsPath", "ItemReader/Parameters", "ItemSelector", "Parameters", "ItemBatcher"]} /> : null}
      {WORKS.includes(state.type) ? <ResultStop state={state} text={sample.result} /> : null}
      {WORKS.includes(state.type) ? (
        <FieldStation title="ResultSelector" path="/ResultSelector" hint="picks from the raw result">
          <JsonField at={to("ResultSelector")} label="ResultSelector" hideLabel objectOnly before={parsed(sample.result)} />
        </FieldStation>
      ) : null}
      {WITHOUT_ASSIGN.includes(state.type) ? null : <AssignStop state={state} before={selected} />}
      {WITH_RESULT.includes(state.type) ? (
        <FieldStation title="ResultPath" path="/ResultPath" hint="where the result goes">
          <ResultPathField at={to("ResultPath")} before={input} />
        </FieldStation>
      ) : null}
      <FieldStation title="OutputPath" path="/OutputPath" hint="takes a part of that">
        <TextField at={to("OutputPath")} label="OutputPath" hideLabel mono placeholder="$ (all of it)" before={at("/ResultPath") ?? selected} />
      </FieldStation>
      <OutputStop state={state} before={input} />
    </DataPath>
  );
}

function JsonataPath({ state }: { state: State }) {
  const { at, input, sample } = useValues(state);
  const to = (field: string): string => join(state.pointer, field);
  const isDefault = state.type === "Choice" ? " of the Default" : "";
  return (
    <DataPath label="The way of the data">
      <InputStop state={state} value={input} />
      {state.type === "Task" || state.type === "Parallel" ? (
        <FieldStation title="Arguments" path="/Arguments" hint="what the state works on">
          <JsonField at={to("Arguments")} label="Arguments" hideLabel before={input} />
        </FieldStation>
      ) : null}
      {state.type === "Map" ? <MapStops fields={["Items", "ItemReader/Arguments", "ItemSelector", "ItemBatcher"]} /> : null}
      {WORKS.includes(state.type) ? <ResultStop state={state} text={sample.result} /> : null}
      {WITHOUT_ASSIGN.includes(state.type) ? null : <AssignStop state={state} before={at("/Arguments")} hint={`variables${isDefault}`} />}
      <FieldStation title="Output" path="/Output" hint={`what the next state gets${isDefault}`}>
        <JsonField at={to("Output")} label="Output" hideLabel before={input} />
      </FieldStation>
      <OutputStop state={state} before={input} />
    </DataPath>
  );
}

function Edit({ part, children }: { part: keyof SampleTexts; children: string }) {
  return (
    <button type="button" className="btn btn-ghost btn-xs" onClick={() => useSamples.setState({ editing: part })}>
      {children}
    </button>
  );
}

function InputStop({ state, value }: { state: State; value: JsonValue | undefined }) {
  const isThere = isGiven(sampleOf(useSamples(), state.name));
  if (!isThere)
    return (
      <Station title="State input" tone="unchanged" hint={<Edit part="input">Give a sample</Edit>}>
        <p className="text-2xs text-ink-3">With a sample, typed or of a past execution, each field shows what it becomes.</p>
      </Station>
    );
  return (
    <ValueStation title="State input" tone="ends" label={`Input of ${state.name}`} found={value === undefined ? { cause: "The sample isn't JSON yet." } : { value }} hint={<Edit part="input">Edit the sample</Edit>} />
  );
}

function ResultStop({ state, text }: { state: State; text: string }) {
  const value = parsed(text);
  const title = state.type === "Task" ? "Task result" : state.type === "Map" ? "Results of the iterations" : "Results of the branches";
  return (
    <ValueStation
      title={title}
      tone={value === undefined ? "unchanged" : "ends"}
      label={title}
      hint={<Edit part="result">{text === "" ? "Give one" : "Edit"}</Edit>}
      found={text === "" ? undefined : value === undefined ? { cause: "The sample's result isn't JSON yet." } : { value }}
    >
      <p className="text-2xs text-ink-3">Nothing is called for a preview: give a result, or take one from an execution.</p>
    </ValueStation>
  );
}

function AssignStop({ state, before, hint = "sets variables" }: { state: State; before: JsonValue | undefined; hint?: string }) {
  return (
    <FieldStation title="Assign" path="/Assign" aside hint={hint}>
      <JsonField at={join(state.pointer, "Assign")} label="Assign" hideLabel objectOnly before={before} />
    </FieldStation>
  );
}

function MapStops({ fields }: { fields: readonly string[] }): ReactNode {
  const steps = usePreviews((current) => current.steps);
  return fields.filter((field) => steps.has(`/${field}`)).map((field) => <FieldStation key={field} title={field} path={`/${field}`} hint="under Configure" />);
}

function OutputStop({ state, before }: { state: State; before: JsonValue | undefined }) {
  const found = usePreviews((current) => current.found);
  const output = found?.output ?? null;
  const next = found?.next ?? null;
  const title = next === null ? "State output" : `State output, to ${next}`;
  return (
    <ValueStation
      title={title}
      tone={output === null ? "unchanged" : "ends"}
      label={`Output of ${state.name}`}
      before={before}
      found={output === null ? undefined : { shown: output, value: valueOf(output) }}
    >
      <p className="text-2xs text-ink-3">Not known with this sample.</p>
    </ValueStation>
  );
}

type Where = "replace" | "at" | "discard";

/** ResultPath: in place of the input (absent or "$"), at a path of it, or nowhere (null). */
export function ResultPathField({ at, before, what = "result" }: { at: string; before?: JsonValue | undefined; what?: string }) {
  const value = useValue(at);
  const disabled = !useCanEdit();
  const where: Where = value === null ? "discard" : typeof value === "string" && value !== "$" ? "at" : "replace";
  const change = (next: Where): void => {
    put(at, next === "replace" ? undefined : next === "discard" ? null : `$.${what}`, `change where the ${what} goes`);
  };
  return (
    <>
      <Segmented
        label={`The ${what} goes`}
        value={where}
        segments={[
          { value: "replace", label: "In place of the input" },
          { value: "at", label: "Beside it, at" },
          { value: "discard", label: "Nowhere" },
        ]}
        onChange={change}
        disabled={disabled}
      />
      {where === "at" ? <TextField at={at} label={`Path of the ${what}`} mono placeholder={`$.${what}`} before={before} /> : null}
    </>
  );
}
