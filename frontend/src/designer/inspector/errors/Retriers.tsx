/** How often a state is tried again after an error, and when. */

import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";

import { moveItem } from "../../../asl/fields";
import type { State } from "../../../asl/machine";
import { addRetrier, removeItem } from "../../../asl/parts";
import { retryTimeline } from "../../../asl/retryTimeline";
import { Segmented } from "../../parts/controls";
import { edit } from "../../state/store";
import { join, putText, useCanEdit, useText, useValue } from "../binding";
import { NumberField } from "../fields";
import { IconButton } from "../IconButton";
import { ErrorNames } from "./ErrorNames";
import { RetryTimeline } from "./RetryTimeline";

export function Retriers({ state }: { state: State }) {
  const retriers = useValue(join(state.pointer, "Retry"));
  const disabled = !useCanEdit();
  const count = Array.isArray(retriers) ? retriers.length : 0;
  return (
    <section aria-label="Retry" className="flex flex-col gap-3">
      <h3 className="text-s font-semibold">Retry</h3>
      {count === 0 ? <p className="text-xs text-ink-2">An error is final at once. A Retrier tries again, waiting longer each time.</p> : null}
      <ol className="flex flex-col gap-3">
        {Array.from({ length: count }, (_, index) => (
          <Retrier key={index} state={state} index={index} count={count} />
        ))}
      </ol>
      <button type="button" className="btn btn-line self-start" disabled={disabled} onClick={() => edit((document) => addRetrier(document, state.pointer))}>
        <Plus size={15} aria-hidden /> Add a Retrier
      </button>
    </section>
  );
}

function Retrier({ state, index, count }: { state: State; index: number; count: number }) {
  const at = join(state.pointer, "Retry", index);
  const value = useValue(at);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return (
    <li className="rounded-box border border-base-300 p-3 flex flex-col gap-3">
      <div className="flex items-start gap-1">
        <div className="flex-1 min-w-0">
          <ErrorNames at={join(at, "ErrorEquals")} state={state} />
        </div>
        <Order state={state} index={index} count={count} />
      </div>
      <div className="grid grid-cols-2 gap-3">
        <NumberField at={join(at, "IntervalSeconds")} label="First wait" unit="s" min={1} max={99999999} integer placeholder="1" />
        <NumberField at={join(at, "MaxAttempts")} label="Attempts at most" min={0} max={99999999} integer placeholder="3" />
        <NumberField at={join(at, "BackoffRate")} label="Backoff rate" min={1} placeholder="2.0" />
        <NumberField at={join(at, "MaxDelaySeconds")} label="Longest wait" unit="s" min={1} max={31622400} integer placeholder="no limit" />
      </div>
      <Schedule at={at} value={value} />
    </li>
  );
}

function Order({ state, index, count }: { state: State; index: number; count: number }) {
  const disabled = !useCanEdit();
  const number = String(index + 1);
  const move = (to: number): void => {
    edit((document) => moveItem(document, join(state.pointer, "Retry"), index, to, `reorder the Retriers of ${state.name}`));
  };
  return (
    <>
      {count < 2 ? null : (
        <>
          <IconButton label={`Move Retrier ${number} up`} disabled={disabled || index === 0} onClick={() => move(index - 1)}>
            <ArrowUp size={14} aria-hidden />
          </IconButton>
          <IconButton label={`Move Retrier ${number} down`} disabled={disabled || index === count - 1} onClick={() => move(index + 1)}>
            <ArrowDown size={14} aria-hidden />
          </IconButton>
        </>
      )}
      <IconButton label={`Delete Retrier ${number}`} disabled={disabled} onClick={() => edit((document) => removeItem(document, state.pointer, "Retry", index, `delete a retry of ${state.name}`))}>
        <Trash2 size={14} aria-hidden />
      </IconButton>
    </>
  );
}

function Schedule({ at, value }: { at: string; value: Record<string, unknown> }) {
  const jitter = useText(join(at, "JitterStrategy")) === "FULL";
  const disabled = !useCanEdit();
  const number = (key: string, fallback: number): number => (typeof value[key] === "number" ? value[key] : fallback);
  const longest = value["MaxDelaySeconds"];
  const plan = {
    IntervalSeconds: number("IntervalSeconds", 1),
    MaxAttempts: number("MaxAttempts", 3),
    BackoffRate: number("BackoffRate", 2),
    MaxDelaySeconds: typeof longest === "number" ? longest : undefined,
  };
  return (
    <>
      <Segmented
        label="Jitter"
        value={jitter ? "FULL" : "NONE"}
        segments={[
          { value: "NONE", label: "No jitter" },
          { value: "FULL", label: "Full jitter" },
        ]}
        onChange={(next) => putText(join(at, "JitterStrategy"), next === "FULL" ? "FULL" : "")}
        disabled={disabled}
      />
      <RetryTimeline attempts={retryTimeline(plan)} total={plan.MaxAttempts} jitter={jitter} />
    </>
  );
}
