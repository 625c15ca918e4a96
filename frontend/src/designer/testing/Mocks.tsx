/** What each Task answers instead of its service. */

import { Check, Plus, Trash2 } from "lucide-react";
import { useId } from "react";

import { child, stringOf, type ParsedDocument } from "../../asl/document";
import { machineOf } from "../../asl/machine";
import { useTaskErrors } from "../inspector/errors/names";
import { SelectInput } from "../parts/controls";
import { graphOf } from "../state/derive";
import { useDesigner } from "../state/store";
import { NEW_ROW, withRows, type Kind, type MockRow } from "./cases";
import { FromShape } from "./FromShape";
import { edit, useTesting } from "./store";
import { Editor } from "./TestPanel";

const KINDS: readonly { value: Kind; label: string }[] = [
  { value: "Return", label: "Returns" },
  { value: "Throw", label: "Fails with" },
  { value: "Never", label: "Never answers" },
];

export function Mocks() {
  const good = useDesigner((state) => state.good);
  const { draft, state, simulation } = useTesting();
  const tasks = [...graphOf(good).nodes.values()].filter(({ type }) => type === "Task").map(({ name }) => name);
  const shown = state !== undefined && tasks.includes(state) ? state : tasks[0];
  if (shown === undefined) return <p className="p-4 text-s text-ink-2">No Task calls anything here, so there is nothing to mock.</p>;
  const rows = draft.mocks[shown] ?? [];
  const resources = resourcesOf(good);
  const change = (next: readonly MockRow[]): void => edit(withRows(draft, shown, next));
  return (
    <div className="flex min-h-0 min-w-0">
      <ul aria-label="Tasks" className="w-36 flex-none overflow-y-auto border-r border-base-300 py-1.5">
        {tasks.map((name) => {
          const count = simulation?.calls.filter((call) => call.state === name).length ?? 0;
          return (
            <li key={name}>
              <button
                type="button"
                aria-current={name === shown}
                className={`flex w-full items-center gap-1.5 px-3 py-1 text-left text-xs focus-visible:-outline-offset-2 ${name === shown ? "bg-hover font-medium" : "hover:bg-hover"}`}
                onClick={() => useTesting.setState({ state: name })}
              >
                <span className="min-w-0 flex-1 truncate" title={name}>
                  {name}
                </span>
                {count > 0 ? <span className="num text-2xs text-ink-3">×{count}</span> : null}
                {(draft.mocks[name]?.length ?? 0) > 0 ? <Check size={12} aria-label="has mocks" className="flex-none text-ink-3" /> : null}
              </button>
            </li>
          );
        })}
      </ul>
      <div className="flex min-w-0 flex-1 flex-col gap-3 overflow-y-auto p-3">
        <h3 className="lbl flex-none truncate">{shown}</h3>
        {rows.length === 0 ? <p className="text-xs text-ink-2">Not mocked: a run stops here and says so.</p> : null}
        {rows.map((row, index) => (
          <Row
            key={index}
            row={row}
            resource={resources.get(shown) ?? ""}
            onChange={(next) => change(rows.map((each, at) => (at === index ? next : each)))}
            onRemove={() => change(rows.filter((_, at) => at !== index))}
          />
        ))}
        <button type="button" className="btn btn-line btn-sm self-start" onClick={() => change([...rows, { ...NEW_ROW, calls: rows.length === 0 ? "*" : nextCall(rows) }])}>
          <Plus size={13} aria-hidden /> {rows.length === 0 ? "Mock it" : "Another call"}
        </button>
      </div>
    </div>
  );
}

/** By the name of the Task. */
function resourcesOf(document: ParsedDocument): Map<string, string> {
  return new Map([...machineOf(document).states.values()].map(({ name, node }) => [name, stringOf(child(node, "Resource")) ?? ""]));
}

/** The call after the last one that has a number. */
function nextCall(rows: readonly MockRow[]): string {
  const last = Math.max(-1, ...rows.flatMap(({ calls }) => calls.split("-").map(Number).filter(Number.isInteger)));
  return String(last + 1);
}

function Row({ row, resource, onChange, onRemove }: { row: MockRow; resource: string; onChange: (row: MockRow) => void; onRemove: () => void }) {
  const names = useId();
  const errors = useTaskErrors(resource);
  return (
    <div className="flex flex-col gap-2 border-b border-base-300 pb-3 last-of-type:border-0">
      <div className="flex items-center gap-2">
        <span className="input input-sm w-12! px-2! flex-none">
          <input aria-label="Which calls" title={'Which calls, from 0: "0", "1-3", or "*" for all others'} className="num" value={row.calls} onChange={({ target }) => onChange({ ...row, calls: target.value })} />
        </span>
        <span className="min-w-0 flex-1">
          <SelectInput label="What it does" hideLabel value={row.kind} options={KINDS} onChange={(kind) => onChange({ ...row, kind: kind as Kind, value: kind === "Throw" ? "States.TaskFailed" : kind === "Return" ? "{}" : "" })} />
        </span>
        {row.kind === "Never" ? null : (
          <span className="input input-sm w-20! px-2! flex-none">
            <input aria-label="Seconds until the answer" placeholder="at once" className="num" inputMode="decimal" value={row.after} onChange={({ target }) => onChange({ ...row, after: target.value })} />
            <span className="text-2xs text-ink-3">s</span>
          </span>
        )}
        <button type="button" className="btn btn-ghost btn-sm btn-square flex-none" aria-label="Remove" title="Remove" onClick={onRemove}>
          <Trash2 size={14} aria-hidden />
        </button>
      </div>
      {row.kind === "Return" ? (
        <>
          <Editor label="Result" value={row.value} onChange={(value) => onChange({ ...row, value })} />
          <FromShape resource={resource} onFill={(value) => onChange({ ...row, value })} />
        </>
      ) : null}
      {row.kind === "Throw" ? (
        <>
          <span className="input input-sm">
            <input aria-label="Error" placeholder="Error" className="font-mono text-xs" list={names} value={row.value} onChange={({ target }) => onChange({ ...row, value: target.value })} />
            <datalist id={names}>
              {errors.map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </span>
          <span className="input input-sm">
            <input aria-label="Cause" placeholder="Cause" value={row.cause} onChange={({ target }) => onChange({ ...row, cause: target.value })} />
          </span>
        </>
      ) : null}
    </div>
  );
}
