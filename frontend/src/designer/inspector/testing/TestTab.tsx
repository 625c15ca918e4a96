/** Test one state on an environment, performed or mocked, without deploying anything. */

import { Play, TriangleAlert } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";

import { child, stringOf } from "../../../asl/document";
import { machineOf, statesInside, type State } from "../../../asl/machine";
import { CheckInput, Segmented, SelectInput, TextInput } from "../../parts/controls";
import { Dialog } from "../../parts/Dialog";
import { useDocument } from "../../state/later";
import { useDesigner } from "../../state/store";
import { FromShape } from "../../testing/FromShape";
import { sampleOf, type, useSamples } from "../preview/samples";
import { doingOf, leftOut, refusalToMock, refusalToPerform, type Doing, type Level, type Validation } from "./order";
import { Result } from "./Result";
import { setForm, testState, useStateTest } from "./store";

const SmallEditor = lazy(() => import("../../code/SmallEditor"));

const LEVELS: { value: Level; label: string }[] = [
  { value: "INFO", label: "Info" },
  { value: "DEBUG", label: "Debug" },
  { value: "TRACE", label: "Trace" },
];
const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  INFO: "The outcome alone.",
  DEBUG: "The outcome, and the data at each stop.",
  TRACE: "The data at each stop, and the request and response of an HTTP Task.",
};

export default function TestTab({ state }: { state: State }) {
  const { form, pointer, answer, refusal, busy } = useStateTest();
  const doing = doingOf(form, state);
  return (
    <>
      <Where />
      <HowToDo state={state} doing={doing} />
      {doing === "result" ? <MockedResult state={state} /> : null}
      {doing === "error" ? <MockedError state={state} /> : null}
      {state.type === "Map" && doing !== "perform" ? <TextInput label="Iterations that have failed" value={form.failures} placeholder="0" onChange={(failures) => setForm({ failures })} /> : null}
      <div className="flex flex-col gap-1.5">
        <span className="lbl">Shown is</span>
        <Segmented label="Shown is" value={form.level} segments={LEVELS} onChange={(level) => setForm({ level })} />
        <p className="text-2xs text-ink-3">{LEVEL_WORDS[form.level]}</p>
      </div>
      {form.level === "TRACE" && doing === "perform" && state.type === "Task" ? <Reveal /> : null}
      <CheckInput label="Send the whole workflow, with the state's name" checked={form.whole} onChange={(whole) => setForm({ whole })} />
      <RunButton state={state} doing={doing} busy={busy} />
      {pointer !== state.pointer || refusal === undefined ? null : (
        <p role="alert" className="flex items-start gap-2 text-s text-fail-ink [overflow-wrap:anywhere]">
          <TriangleAlert size={15} aria-hidden className="mt-0.5 flex-none" /> {refusal}
        </p>
      )}
      {pointer !== state.pointer || answer === undefined ? null : <Result answer={answer} state={state} />}
    </>
  );
}

function useEnvironment() {
  return useDesigner(({ boot, environment }) => boot.environments.find(({ id }) => id === environment));
}

function Where() {
  const environments = useDesigner(({ boot }) => boot.environments);
  const environment = useEnvironment();
  const role = useStateTest(({ form }) => form.role);
  return (
    <>
      <SelectInput
        label="Environment"
        value={String(environment?.id ?? "")}
        options={environments.map(({ id, name }) => ({ value: String(id), label: name }))}
        onChange={(next) => useDesigner.setState({ environment: environments.find(({ id }) => String(id) === next)?.id })}
      />
      <TextInput label="Role" mono value={role} placeholder={environment?.execution_role_arn || "arn:aws:iam::...:role/..."} onChange={(next) => setForm({ role: next })} />
    </>
  );
}

function HowToDo({ state, doing }: { state: State; doing: Doing }) {
  const noMock = refusalToMock(state);
  const segments: { value: Doing; label: string; refusal?: string | undefined }[] = [
    { value: "perform", label: "Perform it", refusal: refusalToPerform(state) },
    { value: "result", label: "Mock its result", refusal: noMock },
    { value: "error", label: "Mock an error", refusal: noMock },
  ];
  const why = refusalToPerform(state) ?? noMock;
  const source = useDesigner(({ good }) => good.text.slice(state.node.offset, state.node.offset + state.node.length));
  const missing = leftOut(state, doing, source, sampleOf(useSamples(), state.name));
  return (
    <div className="flex flex-col gap-1.5">
      <span className="lbl">The state's work</span>
      <Segmented label="The state's work" value={doing} segments={segments} onChange={(next) => setForm({ doing: next })} />
      {why === undefined ? null : <p className="text-2xs text-ink-3">{why}</p>}
      {missing === undefined ? null : <p className="text-xs text-retry-ink">{missing}</p>}
    </div>
  );
}

const VALIDATIONS: { value: Validation; label: string }[] = [
  { value: "STRICT", label: "Strict" },
  { value: "PRESENT", label: "Present fields" },
  { value: "NONE", label: "None" },
];

function MockedResult({ state }: { state: State }) {
  const validation = useStateTest(({ form }) => form.validation);
  const samples = useSamples();
  const { result } = sampleOf(samples, state.name);
  const write = (text: string): void => type(state.name, { result: text });
  return (
    <div className="flex flex-col gap-1.5">
      <span className="lbl">Result</span>
      <Suspense fallback={<pre className="code rounded-field border border-control p-2 overflow-auto">{result}</pre>}>
        <SmallEditor label="Mocked result" text={result} onChange={write} onBlur={() => undefined} readOnly={false} />
      </Suspense>
      <FromShape resource={stringOf(child(state.node, "Resource")) ?? ""} onFill={write} />
      {state.type !== "Task" ? null : (
        <div className="flex items-center justify-between gap-2">
          <span className="text-xs text-ink-2">Checked against the service's own shape</span>
          <Segmented label="Checked against the service's own shape" small value={validation} segments={VALIDATIONS} onChange={(next) => setForm({ validation: next })} />
        </div>
      )}
    </div>
  );
}

function MockedError({ state }: { state: State }) {
  const { error, cause, retries, causedBy } = useStateTest(({ form }) => form);
  const document = useDocument();
  const inner = state.type === "Task" ? [] : statesInside(machineOf(document), state);
  return (
    <>
      <TextInput label="Error" mono value={error} onChange={(next) => setForm({ error: next })} />
      <TextInput label="Cause" value={cause} onChange={(next) => setForm({ cause: next })} />
      <TextInput label="Retries granted so far" value={retries} placeholder="0" onChange={(next) => setForm({ retries: next })} />
      {inner.length === 0 ? null : (
        <SelectInput label="The error comes from" value={causedBy} options={[{ value: "", label: "The state itself" }, ...inner.map(({ name }) => ({ value: name, label: name }))]} onChange={(next) => setForm({ causedBy: next })} />
      )}
    </>
  );
}

/** Off, and off again after each test: what is revealed is on the screen. */
function Reveal() {
  const reveal = useStateTest(({ form }) => form.reveal);
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <CheckInput label="Reveal secrets of the connection" checked={reveal} onChange={(next) => (next ? setAsking(true) : setForm({ reveal: false }))} />
      {isAsking ? (
        <Confirm title="Reveal secrets" yes="Reveal for one test" onClose={() => setAsking(false)} onYes={() => setForm({ reveal: true })}>
          The next test shows what the connection authorizes itself with: keys, passwords and tokens in the request. They are on this screen until you leave the state. The role needs states:RevealSecrets.
        </Confirm>
      ) : null}
    </>
  );
}

function RunButton({ state, doing, busy }: { state: State; doing: Doing; busy: boolean }) {
  const environment = useEnvironment();
  const mayRun = useDesigner(({ boot }) => boot.permissions.operate);
  const isBroken = useDesigner(({ problems }) => problems.length > 0);
  const [isAsking, setAsking] = useState(false);
  const isSerious = environment?.production === true && doing === "perform" && state.type === "Task";
  return (
    <div className="flex flex-col gap-1.5">
      <button type="button" className="btn btn-primary self-start" disabled={busy || !mayRun || isBroken} onClick={() => (isSerious ? setAsking(true) : void testState(state))}>
        <Play size={14} aria-hidden /> {busy ? "Testing" : "Test the state"}
      </button>
      {mayRun ? null : <p className="text-xs text-ink-2">Your groups don't allow you to start executions, so not to test a state either.</p>}
      {isAsking ? (
        <Confirm title={`Perform ${state.name} in ${environment?.name ?? ""}`} yes="Perform it" onClose={() => setAsking(false)} onYes={() => void testState(state)}>
          {environment?.name} is marked as production. The call is made there, with all that it does.
        </Confirm>
      ) : null}
    </div>
  );
}

interface ConfirmProps {
  title: string;
  yes: string;
  onClose: () => void;
  onYes: () => void;
  children: ReactNode;
}

function Confirm({ title, yes, onClose, onYes, children }: ConfirmProps) {
  const footer = (
    <>
      <button type="button" className="btn btn-ghost" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-primary">
        {yes}
      </button>
    </>
  );
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => {
        onClose();
        onYes();
      }}
      footer={footer}
    >
      <p className="text-s text-ink-2">{children}</p>
    </Dialog>
  );
}
