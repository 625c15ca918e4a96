/** Configure the states that aren't Tasks or Choices. */

import { Plus, Trash2 } from "lucide-react";

import { removeValue } from "../../asl/fields";
import type { State } from "../../asl/machine";
import { addBranch } from "../../asl/parts";
import { Segmented } from "../parts/controls";
import { addInto } from "../state/adding";
import { edit } from "../state/store";
import { join, putOneOf, useCanEdit, useValue } from "./binding";
import { IconButton } from "./IconButton";
import { NumberField, TextField } from "./fields";
import { JsonField } from "./JsonField";
import { NumberOrExpression } from "./NumberOrExpression";
import { useSuggestedPaths } from "./preview/paths";
import type { Writable } from "../../asl/style";

type Language = "JSONPath" | "JSONata";

const WAITS = [
  { value: "Seconds", label: "Seconds" },
  { value: "SecondsPath", label: "Seconds from input" },
  { value: "Timestamp", label: "Until" },
  { value: "TimestampPath", label: "Until, from input" },
] as const;
type WaitForm = (typeof WAITS)[number]["value"];

/** A moment begins as tomorrow's: one that has passed waits for nothing. */
function waitStart(form: WaitForm): Writable {
  const tomorrow = `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 13)}:00:00Z`;
  return { Seconds: 5, SecondsPath: "$.seconds", Timestamp: tomorrow, TimestampPath: "$.until" }[form];
}

export function WaitForm({ state, language }: { state: State; language: Language }) {
  const value = useValue(state.pointer);
  const disabled = !useCanEdit();
  const paths = useSuggestedPaths();
  const forms = language === "JSONata" ? WAITS.filter(({ value: form }) => !form.endsWith("Path")) : WAITS;
  const present = WAITS.find(({ value: form }) => typeof value === "object" && value !== null && form in value)?.value ?? "Seconds";
  const at = join(state.pointer, present);
  const change = (next: WaitForm): void => {
    putOneOf(state.pointer, WAITS.map(({ value: form }) => form), next, waitStart(next), "change how long to wait");
  };
  return (
    <>
      <Segmented label="Wait for" value={present} segments={forms} onChange={change} disabled={disabled} />
      {present !== "Seconds" ? (
        <TextField at={at} label={WAITS.find(({ value: form }) => form === present)?.label ?? ""} mono suggestions={present.endsWith("Path") ? paths : []} />
      ) : language === "JSONata" ? (
        <NumberOrExpression holder={state.pointer} name="Seconds" label="Seconds" language="JSONata" unit="s" min={0} max={99999999} integer start={5} />
      ) : (
        <NumberField at={at} label="Seconds" unit="s" min={0} max={99999999} integer />
      )}
    </>
  );
}

export function FailForm({ state, language }: { state: State; language: Language }) {
  if (language === "JSONata")
    return (
      <>
        <TextField at={join(state.pointer, "Error")} label="Error name" placeholder="A name, or {% an expression %}" />
        <TextField at={join(state.pointer, "Cause")} label="Cause" rows={3} placeholder="A text, or {% an expression %}" />
      </>
    );
  return (
    <>
      <PlainOrPath state={state} field="Error" label="Error name" />
      <PlainOrPath state={state} field="Cause" label="Cause" rows={3} />
    </>
  );
}

/** Error or ErrorPath, Cause or CausePath; a path may be an intrinsic function, too. */
function PlainOrPath({ state, field, label, rows }: { state: State; field: string; label: string; rows?: number }) {
  const path = useValue(join(state.pointer, `${field}Path`));
  const disabled = !useCanEdit();
  const paths = useSuggestedPaths();
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
    <TextField at={join(state.pointer, `${field}Path`)} label={label} mono hint={modes} suggestions={paths} />
  ) : (
    <TextField at={join(state.pointer, field)} label={label} hint={modes} {...(rows === undefined ? {} : { rows })} />
  );
}

export function PassForm({ state, language }: { state: State; language: Language }) {
  if (language === "JSONata") return <p className="text-xs text-ink-2">What it gives on and the variables that it sets are under Data.</p>;
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
              Branch {index + 1}: <span className="text-ink-2">{countOf(branch)}</span>
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
