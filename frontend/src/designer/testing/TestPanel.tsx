/** The workflow run with mocks, without deploying: input and mocks at the left, what came of it at the right. */

import { FlaskConical, Play, Plus, Trash2, X } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";

import { executionWords, useExecutions } from "../inspector/preview/executions";
import { SelectInput } from "../parts/controls";
import { Dialog } from "../parts/Dialog";
import { useDesigner } from "../state/store";
import { Mocks } from "./Mocks";
import { Outcome } from "./Outcome";
import { choose, closePanel, deleteCase, edit, loadCases, pinExecution, runAll, saveCase, simulate, useTesting } from "./store";

const SmallEditor = lazy(() => import("../code/SmallEditor"));
const nothing = (): void => undefined;

export default function TestPanel() {
  useEffect(() => {
    void loadCases();
  }, []);
  return (
    <section aria-label="Test the workflow" className="flex h-full min-h-0 flex-col bg-base-100" data-tests>
      <Bar />
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,5fr)_minmax(0,6fr)_minmax(0,6fr)] divide-x divide-base-300 max-lg:block max-lg:overflow-y-auto">
        <Given />
        <Mocks />
        <Outcome />
      </div>
    </section>
  );
}

function Bar() {
  const { draft, cases, busy } = useTesting();
  const isBroken = useDesigner((state) => state.problems.length > 0);
  const [isAsking, setAsking] = useState(false);
  return (
    <header className="flex min-h-11 flex-none flex-wrap items-center gap-2 border-b border-base-300 px-3 py-1.5">
      <h2 className="flex items-center gap-1.5 text-s font-medium max-sm:hidden">
        <FlaskConical size={15} aria-hidden /> Test
      </h2>
      <span className="w-56 max-sm:w-40">
        <SelectInput
          label="Test case"
          hideLabel
          value={draft.id === undefined ? "" : String(draft.id)}
          options={[{ value: "", label: "A new test case" }, ...cases.map(({ id, name }) => ({ value: String(id), label: name }))]}
          onChange={(value) => choose(cases.find(({ id }) => String(id) === value))}
        />
      </span>
      <button type="button" className="btn btn-ghost btn-sm" onClick={() => choose(undefined)} aria-label="New test case" title="New test case">
        <Plus size={15} aria-hidden />
      </button>
      {draft.id === undefined ? null : (
        <button type="button" className="btn btn-ghost btn-sm" onClick={() => setAsking(true)} aria-label="Delete this test case" title="Delete this test case">
          <Trash2 size={15} aria-hidden />
        </button>
      )}
      <FromExecution />
      <span className="ml-auto flex items-center gap-2">
        {cases.length === 0 ? null : (
          <button type="button" className="btn btn-line btn-sm" disabled={busy || isBroken} onClick={() => void runAll()}>
            Run all {cases.length}
          </button>
        )}
        <button type="button" className="btn btn-primary btn-sm" disabled={busy || isBroken} onClick={() => void simulate()}>
          <Play size={13} aria-hidden /> {busy ? "Running" : "Run"}
        </button>
        <button type="button" className="btn btn-ghost btn-sm btn-square" aria-label="Close the tests" onClick={closePanel}>
          <X size={15} aria-hidden />
        </button>
      </span>
      {isAsking ? <DeleteDialog name={draft.name} onClose={() => setAsking(false)} /> : null}
    </header>
  );
}

/** A new test case with what a past run was given and what its Tasks were answered. */
function FromExecution() {
  const { executions, now } = useExecutions();
  const busy = useTesting((state) => state.busy);
  if (executions.length === 0) return null;
  return (
    <select className="select select-sm !w-44 max-sm:!w-40" aria-label="New test case from an execution" disabled={busy} value="" onChange={({ target }) => void pinExecution(target.value)}>
      <option value="">From an execution</option>
      {executions.map((execution) => (
        <option key={execution.id} value={String(execution.id)}>
          {executionWords(execution, now)}
        </option>
      ))}
    </select>
  );
}

function DeleteDialog({ name, onClose }: { name: string; onClose: () => void }) {
  return (
    <Dialog
      title="Delete the test case"
      onClose={onClose}
      onSubmit={() => {
        onClose();
        void deleteCase();
      }}
      footer={
        <>
          <button type="button" className="btn btn-ghost" onClick={onClose}>
            Keep it
          </button>
          <button type="submit" className="btn btn-primary">
            Delete
          </button>
        </>
      }
    >
      <p className="text-s text-ink-2">
        <b className="font-medium text-base-content">{name}</b> with its input and mocks is gone for good.
      </p>
    </Dialog>
  );
}

function Given() {
  const { draft, busy } = useTesting();
  return (
    <div className="flex min-h-0 flex-col gap-3 overflow-y-auto p-3">
      <form
        className="flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void saveCase();
        }}
      >
        <span className="input input-sm flex-1">
          <input aria-label="Name of the test case" placeholder="Name of the test case" maxLength={120} value={draft.name} onChange={({ target }) => edit({ name: target.value })} />
        </span>
        <button type="submit" className="btn btn-line btn-sm" disabled={busy}>
          Save case
        </button>
      </form>
      <Editor label="Input" value={draft.input} onChange={(input) => edit({ input })} />
      <Editor label="Expected" hint="status, output, error, path; nothing: it succeeds" value={draft.expected} onChange={(expected) => edit({ expected })} />
    </div>
  );
}

export function Editor({ label, hint, value, onChange }: { label: string; hint?: string; value: string; onChange: (value: string) => void }) {
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="flex items-baseline justify-between gap-2">
        <span className="lbl">{label}</span>
        {hint === undefined ? null : <span className="truncate text-2xs text-ink-3">{hint}</span>}
      </div>
      <Suspense fallback={<pre className="code overflow-auto rounded-field border border-control p-2">{value}</pre>}>
        <SmallEditor label={label} text={value} onChange={onChange} onBlur={nothing} readOnly={false} />
      </Suspense>
    </div>
  );
}
