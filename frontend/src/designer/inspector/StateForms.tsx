/** Configure the states that aren't Tasks or Choices. */

import { Plus, Trash2 } from "lucide-react";

import { removeValue } from "../../asl/fields";
import type { State } from "../../asl/machine";
import { addBranch } from "../../asl/parts";
import { Segmented } from "../parts/controls";
import { addInto } from "../state/adding";
import { edit, useDesigner } from "../state/store";
import { join, putOneOf, useCanEdit, useValue } from "./binding";
import { IconButton } from "./IconButton";
import { NumberField, TextField } from "./fields";
import { JsonField } from "./JsonField";
import type { Writable } from "../../asl/style";

const WAITS = [
  { value: "Seconds", label: "Seconds" },
  { value: "SecondsPath", label: "Seconds from input" },
  { value: "Timestamp", label: "Until" },
  { value: "TimestampPath", label: "Until, from input" },
] as const;
type WaitForm = (typeof WAITS)[number]["value"];
const WAIT_START: Record<WaitForm, Writable> = {
  Seconds: 5,
  SecondsPath: "$.seconds",
  Timestamp: "2026-01-01T00:00:00Z",
  TimestampPath: "$.until",
};

export function WaitForm({ state }: { state: State }) {
  const value = useValue(state.pointer);
  const disabled = !useCanEdit();
  const present = WAITS.find(({ value: form }) => typeof value === "object" && value !== null && form in value)?.value ?? "Seconds";
  const at = join(state.pointer, present);
  const seconds = useValue(at);
  const change = (next: WaitForm): void => {
    putOneOf(state.pointer, WAITS.map(({ value: form }) => form), next, WAIT_START[next], "change how long to wait");
  };
  return (
    <>
      <Segmented label="Wait for" value={present} segments={WAITS} onChange={change} disabled={disabled} />
      {present === "Seconds" && typeof seconds !== "string" ? (
        <NumberField at={at} label="Seconds" unit="s" min={0} max={99999999} integer />
      ) : (
        <TextField at={at} label={WAITS.find(({ value: form }) => form === present)?.label ?? ""} mono />
      )}
    </>
  );
}

export function FailForm({ state }: { state: State }) {
  return (
    <>
      <PlainOrPath state={state} field="Error" label="Error name" />
      <PlainOrPath state={state} field="Cause" label="Cause" rows={3} />
    </>
  );
}

/** Error or ErrorPath, Cause or CausePath. */
function PlainOrPath({ state, field, label, rows }: { state: State; field: string; label: string; rows?: number }) {
  const path = useValue(join(state.pointer, `${field}Path`));
  const disabled = !useCanEdit();
  const isPath = path !== undefined;
  const change = (next: "text" | "path"): void => {
    if (next === "path") putOneOf(state.pointer, [field, `${field}Path`], `${field}Path`, `$.error.${field}`);
    else putOneOf(state.pointer, [field, `${field}Path`], field, "");
  };
  const modes = (
    <Segmented
      label={`${label} is`}
      small
      value={isPath ? "path" : "text"}
      segments={[
        { value: "text", label: "Text" },
        { value: "path", label: "Path" },
      ]}
      onChange={change}
      disabled={disabled}
    />
  );
  return isPath ? (
    <TextField at={join(state.pointer, `${field}Path`)} label={label} mono hint={modes} />
  ) : (
    <TextField at={join(state.pointer, field)} label={label} hint={modes} {...(rows === undefined ? {} : { rows })} />
  );
}

export function PassForm({ state }: { state: State }) {
  return <JsonField at={join(state.pointer, "Result")} label="Result" hint="What it gives on, in place of its input" />;
}

export function ParallelForm({ state }: { state: State }) {
  const branches = useValue(join(state.pointer, "Branches"));
  const disabled = !useCanEdit();
  const list = Array.isArray(branches) ? branches : [];
  return (
    <section className="flex flex-col gap-2" aria-label="Branches">
      <h3 className="lbl">Branches</h3>
      <ol className="flex flex-col gap-1">
        {list.map((branch, index) => (
          <li key={index} className="flex items-center gap-2 h-9 pl-3 pr-1 rounded-field border border-base-300">
            <span className="text-s flex-1 truncate">
              Branch {index + 1} <span className="text-ink-2">{countOf(branch)}</span>
            </span>
            {isEmpty(branch) ? (
              <button type="button" className="btn btn-ghost btn-xs" disabled={disabled} onClick={() => addInto(join(state.pointer, "Branches", index))}>
                Add a state
              </button>
            ) : null}
            <IconButton
              label={`Delete branch ${String(index + 1)}`}
              disabled={disabled || list.length < 2}
              onClick={() => edit((document) => removeValue(document, join(state.pointer, "Branches", index), `delete branch ${String(index + 1)} of ${state.name}`))}
            >
              <Trash2 size={14} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ol>
      <button type="button" className="btn btn-line self-start" disabled={disabled} onClick={() => edit((document) => addBranch(document, state.pointer))}>
        <Plus size={15} aria-hidden /> Add a branch
      </button>
    </section>
  );
}

function isEmpty(scope: unknown): boolean {
  return Object.keys((scope as { States?: object } | null)?.States ?? {}).length === 0;
}

function countOf(branch: unknown): string {
  const states = (branch as { States?: object } | null)?.States ?? {};
  const count = Object.keys(states).length;
  return count === 0 ? "empty" : count === 1 ? "1 state" : `${String(count)} states`;
}

export function MapForm({ state }: { state: State }) {
  const mode = useDesigner((current) => current.boot.machine.type);
  const legacy = useValue(join(state.pointer, "Iterator")) !== undefined;
  const processor = useValue(join(state.pointer, legacy ? "Iterator" : "ItemProcessor"));
  const disabled = !useCanEdit();
  return (
    <>
      {isEmpty(processor) ? (
        <button type="button" className="btn btn-line self-start" disabled={disabled} onClick={() => addInto(join(state.pointer, legacy ? "Iterator" : "ItemProcessor"))}>
          <Plus size={15} aria-hidden /> Add a state for each item
        </button>
      ) : null}
      <TextField at={join(state.pointer, "ItemsPath")} label="Items" mono placeholder="$ (the whole input)" />
      <NumberField at={join(state.pointer, "MaxConcurrency")} label="At the same time, at most" min={0} integer placeholder="0: as many as there are" />
      <JsonField
        at={join(state.pointer, legacy ? "Parameters" : "ItemSelector")}
        label={legacy ? "Parameters" : "Item selector"}
        objectOnly
        hint="What each item becomes; $$.Map.Item.Value is the item"
      />
      {legacy ? <p className="text-xs text-ink-2">Written with Iterator, the name from before ItemProcessor; it works the same{mode === "EXPRESS" ? " in Express workflows" : ""}.</p> : null}
    </>
  );
}
