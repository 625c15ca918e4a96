/** How data passes through a state, field by field in the order in which they're applied. */

import { machineOf, queryLanguageOf, type State } from "../../asl/machine";
import { Segmented } from "../parts/controls";
import { useDesigner } from "../state/store";
import { join, put, useCanEdit, useValue } from "./binding";
import { TextField } from "./fields";
import { JsonField } from "./JsonField";

interface Fields {
  parameters: boolean;
  result: boolean;
  selector: boolean;
}

function fieldsOf(type: string): Fields {
  return {
    parameters: type === "Pass" || type === "Parallel" || type === "Task",
    result: type === "Task" || type === "Pass" || type === "Parallel" || type === "Map",
    selector: type === "Task" || type === "Parallel" || type === "Map",
  };
}

export function DataTab({ state }: { state: State }) {
  const document = useDesigner((current) => current.good);
  const language = queryLanguageOf(machineOf(document), state);
  const at = (field: string): string => join(state.pointer, field);
  if (state.type === "Fail") return <p className="text-xs text-ink-2">A Fail state gives nothing on: it ends the execution with its error.</p>;
  if (language === "JSONata") return <JsonataFields state={state} />;
  const { parameters, result, selector } = fieldsOf(state.type);
  return (
    <>
      <TextField at={at("InputPath")} label="InputPath" mono placeholder="$ (all of the input)" hint={<Step>takes a part of the input</Step>} />
      {parameters ? <JsonField at={at("Parameters")} label="Parameters" objectOnly hint="shapes what the state works on" /> : null}
      {selector ? <JsonField at={at("ResultSelector")} label="ResultSelector" objectOnly hint="picks from the raw result" /> : null}
      {result ? <ResultPathField at={at("ResultPath")} /> : null}
      <TextField at={at("OutputPath")} label="OutputPath" mono placeholder="$ (all of it)" hint={<Step>what the next state gets</Step>} />
    </>
  );
}

function Step({ children }: { children: string }) {
  return <span className="text-2xs text-ink-3">{children}</span>;
}

type Where = "replace" | "at" | "discard";

/** ResultPath: in place of the input (absent or "$"), at a path of it, or nowhere (null). */
function ResultPathField({ at }: { at: string }) {
  const value = useValue(at);
  const disabled = !useCanEdit();
  const where: Where = value === null ? "discard" : typeof value === "string" && value !== "$" ? "at" : "replace";
  const change = (next: Where): void => {
    put(at, next === "replace" ? undefined : next === "discard" ? null : "$.result", "change where the result goes");
  };
  return (
    <div className="flex flex-col gap-1.5">
      <span className="lbl">ResultPath</span>
      <Segmented
        label="The result goes"
        value={where}
        segments={[
          { value: "replace", label: "In place of the input" },
          { value: "at", label: "Beside it, at" },
          { value: "discard", label: "Nowhere" },
        ]}
        onChange={change}
        disabled={disabled}
      />
      {where === "at" ? <TextField at={at} label="Path of the result" mono placeholder="$.result" /> : null}
    </div>
  );
}

function JsonataFields({ state }: { state: State }) {
  const at = (field: string): string => join(state.pointer, field);
  return (
    <>
      {state.type === "Task" || state.type === "Parallel" ? <JsonField at={at("Arguments")} label="Arguments" /> : null}
      <JsonField at={at("Assign")} label="Assign" objectOnly hint="sets variables" />
      <JsonField at={at("Output")} label="Output" hint="what the next state gets" />
    </>
  );
}
