/** Which data the previews are made of: typed here, or as a past execution had it. */

import { ChevronDown, FlaskConical } from "lucide-react";
import { lazy, Suspense, useId } from "react";

import type { State } from "../../../asl/machine";
import { Segmented } from "../../parts/controls";
import { summary } from "../../../dataflow/marks";
import { executionWords, useExecutions } from "./executions";
import { usePreviews } from "./previews";
import { choose, forget, isGiven, sampleOf, setSource, takeVisit, type, useSamples, type SampleTexts } from "./samples";

const SmallEditor = lazy(() => import("../../code/SmallEditor"));

type Part = keyof SampleTexts;

const LABEL: Readonly<Record<Part, string>> = { input: "Input", result: "Result", items: "Items", error: "Error", variables: "Variables", context: "Context" };

function partsOf(state: State): Part[] {
  const works = ["Task", "Parallel", "Map"].includes(state.type);
  const reads = state.type === "Map" && state.node.children?.some((member) => member.children?.[0]?.value === "ItemReader") === true;
  return ["input", ...(reads ? ["items" as const] : []), ...(works ? (["result", "error"] as const) : []), "variables", "context"];
}

export function SampleStrip({ state }: { state: State }) {
  const samples = useSamples();
  const sample = sampleOf(samples, state.name);
  const isOpen = samples.editing !== undefined;
  const id = useId();
  return (
    <section aria-label="Sample" className="border-b border-base-300 bg-sunk flex-none">
      <div className="flex items-center gap-2 px-5 h-9 min-w-0">
        <FlaskConical size={14} aria-hidden className="flex-none text-ink-3" />
        <SourceSelect state={state} />
        <span className="code text-2xs! truncate flex-1 min-w-0 text-ink-2">{isGiven(sample) ? summary(sample.input, 80) : ""}</span>
        <button
          type="button"
          className="btn btn-ghost btn-xs flex-none"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => useSamples.setState({ editing: isOpen ? undefined : "input" })}
        >
          {isGiven(sample) ? "Sample" : "Give a sample"} <ChevronDown size={13} aria-hidden className={isOpen ? "rotate-180" : ""} />
        </button>
      </div>
      <div id={id}>{isOpen ? <SampleEditor state={state} sample={sample} /> : null}</div>
    </section>
  );
}

const TYPED = "typed";
const HERE = "here";

/** Typed here, from one of the newest executions, or from a test run that goes as far as this state. */
function SourceSelect({ state }: { state: State }) {
  const { source, typed } = useSamples();
  const { executions, now } = useExecutions();
  const value = typed[state.name] !== undefined || source === undefined ? TYPED : String(source.id);
  const known = source === undefined || executions.some(({ id }) => id === source.id) ? executions : [source, ...executions];
  const change = (next: string): void => {
    if (next === HERE) void runToHere(state.name);
    else if (next === TYPED) type(state.name, {});
    else {
      forget(state.name);
      setSource(known.find(({ id }) => String(id) === next));
    }
  };
  return (
    <select className="select select-sm !w-48 flex-none" aria-label="Where the sample comes from" value={value} onChange={({ target }) => change(target.value)}>
      <option value={TYPED}>Typed here</option>
      <option value={HERE}>A test run to here</option>
      {known.map((execution) => (
        <option key={execution.id} value={String(execution.id)}>
          {executionWords(execution, now)}
        </option>
      ))}
    </select>
  );
}

/** Runs the test case that is open, with its mocks, as far as this state, and takes what the state then gets. */
async function runToHere(name: string): Promise<void> {
  const { simulateTo } = await import("../../testing/store");
  const reached = await simulateTo(name);
  if (reached !== undefined) takeVisit(name, reached);
}

function SampleEditor({ state, sample }: { state: State; sample: SampleTexts }) {
  const { editing = "input", problem, visits, chosen } = useSamples();
  const refusal = usePreviews((current) => current.refusal);
  const parts = partsOf(state);
  const part = parts.includes(editing) ? editing : "input";
  const all = visits[state.name] ?? [];
  return (
    <div className="px-5 pb-3 flex flex-col gap-2">
      <Segmented label="Part of the sample" value={part} segments={parts.map((value) => ({ value, label: LABEL[value] }))} onChange={(next) => useSamples.setState({ editing: next })} />
      {all.length > 1 ? (
        <label className="flex items-center gap-2 text-xs text-ink-2">
          Entered {all.length} times; shown is
          <select className="select select-sm !w-16" value={chosen[state.name] ?? 0} onChange={({ target }) => choose(state.name, Number(target.value))}>
            {all.map((_, index) => (
              <option key={index} value={index}>
                {index + 1}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <Suspense fallback={<pre className="code rounded-field border border-control p-2 overflow-auto">{sample[part]}</pre>}>
        <SmallEditor key={part} label={`Sample: ${LABEL[part].toLowerCase()}`} text={sample[part]} onChange={(text) => type(state.name, { [part]: text })} onBlur={() => undefined} readOnly={false} />
      </Suspense>
      <p className="text-2xs text-ink-3">{hintOf(part)}</p>
      {refusal === undefined && problem === undefined ? null : (
        <p role="alert" className="text-xs text-fail-ink">
          {refusal ?? problem}
        </p>
      )}
    </div>
  );
}

function hintOf(part: Part): string {
  switch (part) {
    case "input":
      return "What the state is given. Kept in this browser.";
    case "result":
      return "What the task, the branches or the iterations answer.";
    case "items":
      return "The array that the ItemReader reads.";
    case "error":
      return 'What a Catcher gets: {"Error": ..., "Cause": ...}.';
    case "variables":
      return 'Variables on entry, by name: {"count": 3}.';
    case "context":
      return 'Members of the Context Object, in place of made-up ones: {"Map": {"Item": {"Index": 0, "Value": 1}}}.';
  }
}
