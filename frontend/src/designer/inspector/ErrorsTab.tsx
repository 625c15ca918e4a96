/** Time-outs, Retriers with their attempts drawn, Catchers. */

import { Plus, Trash2 } from "lucide-react";

import { child } from "../../asl/document";
import { andThen } from "../../asl/edit";
import { addLoose } from "../../asl/insert";
import { machineOf, namesIn, uniqueName, type State } from "../../asl/machine";
import { addCatcher, addRetrier, removeItem } from "../../asl/parts";
import { retryTimeline, type RetryAttempt } from "../../asl/retryTimeline";
import { errorWords, secondsWords } from "../../graph";
import { Segmented, TextInput } from "../parts/controls";
import { edit } from "../state/store";
import { join, put, putText, useCanEdit, useStates, useText, useValue } from "./binding";
import { IconButton } from "./IconButton";
import { NumberField, TargetField } from "./fields";

const ERRORS = ["States.ALL", "States.TaskFailed", "States.Timeout", "States.HeartbeatTimeout", "States.Permissions", "States.DataLimitExceeded", "States.Http.StatusCode.429", "States.Http.StatusCode.503", "Lambda.ServiceException", "Lambda.TooManyRequestsException", "Bedrock.ThrottlingException"];

export function hasErrorHandling(type: string): boolean {
  return type === "Task" || type === "Parallel" || type === "Map";
}

export function ErrorsTab({ state }: { state: State }) {
  const disabled = !useCanEdit();
  const retriers = useValue(join(state.pointer, "Retry"));
  const catchers = useValue(join(state.pointer, "Catch"));
  const retry = Array.isArray(retriers) ? retriers.length : 0;
  const caught = Array.isArray(catchers) ? catchers.length : 0;
  return (
    <>
      {state.type === "Task" ? (
        <div className="grid grid-cols-2 gap-3">
          <NumberField at={join(state.pointer, "TimeoutSeconds")} label="Time out after" unit="s" min={1} integer placeholder="never" />
          <NumberField at={join(state.pointer, "HeartbeatSeconds")} label="Heartbeat within" unit="s" min={1} integer placeholder="not watched" />
        </div>
      ) : null}
      <section aria-label="Retry" className="flex flex-col gap-3">
        <h3 className="text-s font-semibold">Retry</h3>
        {retry === 0 ? <p className="text-xs text-ink-2">An error is final at once. A Retrier tries again, waiting longer each time.</p> : null}
        <ol className="flex flex-col gap-3">
          {Array.from({ length: retry }, (_, index) => (
            <Retrier key={index} state={state} index={index} />
          ))}
        </ol>
        <button type="button" className="btn btn-line self-start" disabled={disabled} onClick={() => edit((document) => addRetrier(document, state.pointer))}>
          <Plus size={15} aria-hidden /> Add a Retrier
        </button>
      </section>
      <section aria-label="Catch" className="flex flex-col gap-3 pt-1">
        <h3 className="text-s font-semibold">Catch</h3>
        {caught === 0 ? <p className="text-xs text-ink-2">What still fails ends the workflow. A Catcher goes on elsewhere instead.</p> : null}
        <ol className="flex flex-col gap-3">
          {Array.from({ length: caught }, (_, index) => (
            <Catcher key={index} state={state} index={index} />
          ))}
        </ol>
        <AddCatcher state={state} disabled={disabled} />
      </section>
    </>
  );
}

/** Errors as comma-separated names: they have no commas in them. */
function ErrorNames({ at }: { at: string }) {
  const value = useValue(at);
  const disabled = !useCanEdit();
  const names = Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
  const write = (text: string): void => {
    const list = text.split(",").map((name) => name.trim()).filter(Boolean);
    put(at, list, "change the errors");
  };
  return <TextInput label="Errors" value={names.join(", ")} lazy mono disabled={disabled} onChange={write} suggestions={ERRORS} placeholder="States.ALL" />;
}

function Retrier({ state, index }: { state: State; index: number }) {
  const at = join(state.pointer, "Retry", index);
  const value = useValue(at);
  const disabled = !useCanEdit();
  const jitter = useText(join(at, "JitterStrategy"));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const number = (key: string, fallback: number): number => (typeof value[key] === "number" ? value[key] : fallback);
  const plan = {
    IntervalSeconds: number("IntervalSeconds", 1),
    MaxAttempts: number("MaxAttempts", 3),
    BackoffRate: number("BackoffRate", 2),
    MaxDelaySeconds: typeof value["MaxDelaySeconds"] === "number" ? value["MaxDelaySeconds"] : undefined,
  };
  return (
    <li className="rounded-box border border-base-300 p-3 flex flex-col gap-3">
      <div className="flex items-start gap-2">
        <div className="flex-1 min-w-0">
          <ErrorNames at={join(at, "ErrorEquals")} />
        </div>
        <IconButton label={`Delete Retrier ${String(index + 1)}`} disabled={disabled} onClick={() => edit((document) => removeItem(document, state.pointer, "Retry", index, `delete a retry of ${state.name}`))}>
          <Trash2 size={14} aria-hidden />
        </IconButton>
      </div>
      <div className="grid grid-cols-2 gap-3">
        <NumberField at={join(at, "IntervalSeconds")} label="First wait" unit="s" min={1} integer placeholder="1" />
        <NumberField at={join(at, "MaxAttempts")} label="Attempts at most" min={0} max={99999999} integer placeholder="3" />
        <NumberField at={join(at, "BackoffRate")} label="Backoff rate" min={1} placeholder="2.0" />
        <NumberField at={join(at, "MaxDelaySeconds")} label="Longest wait" unit="s" min={1} integer placeholder="no limit" />
      </div>
      <Segmented
        label="Jitter"
        value={jitter === "FULL" ? "FULL" : "NONE"}
        segments={[
          { value: "NONE", label: "No jitter" },
          { value: "FULL", label: "Full jitter" },
        ]}
        onChange={(next) => putText(join(at, "JitterStrategy"), next === "FULL" ? "FULL" : "")}
        disabled={disabled}
      />
      <Timeline attempts={retryTimeline(plan)} total={plan.MaxAttempts} jitter={jitter === "FULL"} />
    </li>
  );
}

/** The attempts on a line: where each happens and how long the wait before it is. */
function Timeline({ attempts, total, jitter }: { attempts: RetryAttempt[]; total: number; jitter: boolean }) {
  const end = attempts.at(-1)?.at ?? 0;
  const words =
    attempts.length === 0
      ? "No further attempt."
      : `${String(total)} further ${total === 1 ? "attempt" : "attempts"}; the ${total > attempts.length ? `first ${String(attempts.length)}` : "last"} within ${jitter ? "at most " : ""}${secondsWords(end)}.`;
  return (
    <figure className="flex flex-col gap-1.5">
      <svg viewBox="0 0 320 34" className="w-full h-auto" aria-hidden>
        <line x1="6" x2="314" y1="14" y2="14" className="stroke-line-2" />
        <circle cx="6" cy="14" r="4" className="fill-fail" />
        {attempts.map(({ number, at, delay }) => {
          const x = (seconds: number): number => 6 + (end === 0 ? 0 : (seconds / end) * 308);
          return (
            <g key={number}>
              {jitter ? <line x1={x(at - delay)} x2={x(at)} y1="14" y2="14" className="stroke-retry-line" strokeWidth="6" /> : null}
              <line x1={x(at - delay)} x2={x(at)} y1="14" y2="14" className="stroke-retry" strokeWidth="2" strokeDasharray="2 3" />
              <circle cx={x(at)} cy="14" r="4" className="fill-base-100 stroke-retry" strokeWidth="1.75" />
              {x(at) - x(at - delay) > 24 ? (
                <text x={x(at) > 290 ? 314 : x(at)} y="31" textAnchor={x(at) > 290 ? "end" : "middle"} className="fill-ink-2 num" fontSize="10">
                  {secondsWords(at)}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
      <figcaption className="text-xs text-ink-2">{words}</figcaption>
    </figure>
  );
}

function Catcher({ state, index }: { state: State; index: number }) {
  const at = join(state.pointer, "Catch", index);
  const errors = useValue(join(at, "ErrorEquals"));
  const path = useValue(join(at, "ResultPath"));
  const disabled = !useCanEdit();
  return (
    <li className="rounded-box border border-base-300 p-3 flex flex-col gap-3">
      <div className="flex items-center gap-2">
        <h4 className="text-s font-medium flex-1 truncate">{errorWords(errors)}</h4>
        <IconButton label={`Delete Catcher ${String(index + 1)}`} disabled={disabled} onClick={() => edit((document) => removeItem(document, state.pointer, "Catch", index, `delete a catch of ${state.name}`))}>
          <Trash2 size={14} aria-hidden />
        </IconButton>
      </div>
      <ErrorNames at={join(at, "ErrorEquals")} />
      <TextInput label="Put the error at" mono value={path === null ? "" : typeof path === "string" ? path : ""} disabled={disabled} onChange={(text) => putText(join(at, "ResultPath"), text)} placeholder="$ (in place of the input)" />
      <TargetField at={join(at, "Next")} scope={state.scope.pointer} label="Then go to" exclude={state.name} />
    </li>
  );
}

/** A Catcher to a state that's there, or to a new Fail, or into a queue for a later try. */
function AddCatcher({ state, disabled }: { state: State; disabled: boolean }) {
  const names = useStates(state.scope.pointer).filter((name) => name !== state.name);
  const add = (target: string): void => {
    if (target === "") return;
    if (target === FAIL) edit((document) => catchInFail(document, state));
    else edit((document) => addCatcher(document, state.pointer, target));
  };
  return (
    <select className="select !w-auto self-start" aria-label="Add a Catcher" disabled={disabled} value="" onChange={({ target }) => add(target.value)}>
      <option value="">Add a Catcher, going to ...</option>
      <option value={FAIL}>A new Fail state</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

const FAIL = "\u0000fail";

function catchInFail(document: Parameters<typeof addCatcher>[0], state: State) {
  const name = uniqueName(`${state.name} failed`, namesIn(machineOf(document)));
  const body = { Type: "Fail", ErrorPath: "$.error.Error", CausePath: "$.error.Cause" };
  const added = addLoose(document, state.scope, { name, body });
  return { ...andThen(added, `catch errors of ${state.name}`, (next) => addCatcher(next, state.pointer, name)), select: [state.pointer] };
}

/** How many Retriers and Catchers there are, for the tab. */
export function errorCount(state: State): number {
  return (child(state.node, "Retry")?.children?.length ?? 0) + (child(state.node, "Catch")?.children?.length ?? 0);
}
