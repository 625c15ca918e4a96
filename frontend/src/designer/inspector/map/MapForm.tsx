/** Configure a Map: where its items come from, what each becomes, how many at a time, and what a distributed one has more. */

import { Plus } from "lucide-react";

import { removeValue, setValue } from "../../../asl/fields";
import type { State } from "../../../asl/machine";
import { Segmented } from "../../parts/controls";
import { addInto } from "../../state/adding";
import { edit, useDesigner } from "../../state/store";
import { join, put, useCanEdit, useText, useValue } from "../binding";
import { SelectField, TextField } from "../fields";
import { JsonField } from "../JsonField";
import { NumberOrExpression } from "../NumberOrExpression";
import { useSuggestedPaths } from "../preview/paths";
import { BatcherForm } from "./BatcherForm";
import { ReaderForm } from "./ReaderForm";
import { WriterForm } from "./WriterForm";

export type Language = "JSONPath" | "JSONata";

export function MapForm({ state, language }: { state: State; language: Language }) {
  const field = useValue(join(state.pointer, "Iterator")) === undefined ? "ItemProcessor" : "Iterator";
  const at = join(state.pointer, field);
  const isDistributed = useText(join(at, "ProcessorConfig", "Mode")) === "DISTRIBUTED";
  return (
    <>
      <FirstState at={at} />
      <Mode at={at} isDistributed={isDistributed} />
      {isDistributed ? <Source state={state} language={language} /> : <ItemsField state={state} language={language} />}
      <Selector state={state} language={language} isLegacy={field === "Iterator"} />
      <NumberOrExpression holder={state.pointer} name="MaxConcurrency" label="At the same time, at most" language={language} min={0} integer start={10} placeholder={isDistributed ? "10,000" : "0: as many as there are"} />
      {isDistributed ? <Distributed state={state} at={at} language={language} /> : null}
      {field === "ItemProcessor" ? null : <p className="text-xs text-ink-2">Written with Iterator, the name from before ItemProcessor; it works the same.</p>}
    </>
  );
}

function FirstState({ at }: { at: string }) {
  const processor = useValue(at) as { States?: object } | null | undefined;
  const disabled = !useCanEdit();
  if (Object.keys(processor?.States ?? {}).length > 0) return null;
  return (
    <button type="button" className="btn btn-line self-start" disabled={disabled} onClick={() => addInto(at)}>
      <Plus size={15} aria-hidden /> Add a state for each item
    </button>
  );
}

function Mode({ at, isDistributed }: { at: string; isDistributed: boolean }) {
  const disabled = !useCanEdit();
  const type = useDesigner(({ boot }) => boot.machine.type);
  const config = join(at, "ProcessorConfig");
  const change = (next: "INLINE" | "DISTRIBUTED"): void => {
    if (next === "INLINE") edit((document) => removeValue(document, config, "run the items in this execution"));
    else edit((document) => setValue(document, config, { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, "run the items as executions of their own"));
  };
  const refusal = type === "EXPRESS" ? "Express workflows run the items inside themselves." : undefined;
  return (
    <div className="flex flex-col gap-1.5">
      <span className="lbl">Each item runs</span>
      <Segmented
        label="Each item runs"
        value={isDistributed ? "DISTRIBUTED" : "INLINE"}
        segments={[
          { value: "INLINE", label: "In this execution" },
          { value: "DISTRIBUTED", label: "As an execution of its own", refusal },
        ]}
        onChange={change}
        disabled={disabled}
      />
    </div>
  );
}

/** A distributed Map takes its items from its input or from S3. */
function Source({ state, language }: { state: State; language: Language }) {
  const reader = join(state.pointer, "ItemReader");
  const isRead = useValue(reader) !== undefined;
  const disabled = !useCanEdit();
  const change = (next: "input" | "reader"): void => {
    const parameters = { Bucket: "", Key: "" };
    const fresh = { Resource: "arn:aws:states:::s3:getObject", ReaderConfig: { InputType: "JSON" }, [language === "JSONata" ? "Arguments" : "Parameters"]: parameters };
    put(reader, next === "input" ? undefined : fresh, next === "input" ? "take the items from the input" : "read the items from S3");
  };
  return (
    <>
      <div className="flex flex-col gap-1.5">
        <span className="lbl">The items come</span>
        <Segmented
          label="The items come"
          value={isRead ? "reader" : "input"}
          segments={[
            { value: "input", label: "From the input" },
            { value: "reader", label: "From S3" },
          ]}
          onChange={change}
          disabled={disabled}
        />
      </div>
      {isRead ? <ReaderForm at={reader} language={language} /> : <ItemsField state={state} language={language} />}
    </>
  );
}

function ItemsField({ state, language }: { state: State; language: Language }) {
  const paths = useSuggestedPaths();
  if (language === "JSONata") return <TextField at={join(state.pointer, "Items")} label="Items" mono rows={2} placeholder="{% $states.input %} (the whole input)" />;
  return <TextField at={join(state.pointer, "ItemsPath")} label="Items" mono placeholder="$ (the whole input)" suggestions={paths} />;
}

function Selector({ state, language, isLegacy }: { state: State; language: Language; isLegacy: boolean }) {
  const hint = language === "JSONata" ? "$states.context.Map.Item.Value is the item" : "$$.Map.Item.Value is the item";
  const field = isLegacy && language === "JSONPath" ? "Parameters" : "ItemSelector";
  return <JsonField at={join(state.pointer, field)} label={isLegacy && language === "JSONPath" ? "Parameters" : "Item selector"} objectOnly={language === "JSONPath"} hint={hint} />;
}

const EXECUTION_TYPES = [
  { value: "STANDARD", label: "Standard" },
  { value: "EXPRESS", label: "Express" },
];

function Distributed({ state, at, language }: { state: State; at: string; language: Language }) {
  const holder = state.pointer;
  return (
    <>
      <SelectField at={join(at, "ProcessorConfig", "ExecutionType")} label="Type of the executions" options={EXECUTION_TYPES} />
      <BatcherForm at={join(holder, "ItemBatcher")} language={language} />
      <NumberOrExpression holder={holder} name="ToleratedFailureCount" label="Failed items that it bears" language={language} min={0} integer start={0} placeholder="none" />
      <NumberOrExpression holder={holder} name="ToleratedFailurePercentage" label="Failed items that it bears, in percent" language={language} min={0} max={100} start={5} unit="%" placeholder="none" />
      <WriterForm at={join(holder, "ResultWriter")} language={language} />
      <TextField at={join(holder, "Label")} label="Label" placeholder="A short name for the Map Runs' ARNs" />
    </>
  );
}
