/** A selected state: what it is called, what is wrong with it, and its forms in tabs. */

import { Ellipsis } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";

import { machineOf, queryLanguageOf, type State } from "../../asl/machine";
import { renameState, refusalOfName } from "../../asl/rename";
import { CategoryIcon } from "../../graph";
import { action, labelOf, run } from "../actions";
import { arrival } from "../boot";
import { Tabs, TextInput, useTyped } from "../parts/controls";
import { graphOf, problemsOf, problemsWithin, type Problem } from "../state/derive";
import { useDocument } from "../state/later";
import { edit, useDesigner } from "../state/store";
import { join, useCanEdit } from "./binding";
import { ChoiceForm } from "./choice/ChoiceForm";
import { DataTab } from "./DataTab";
import { errorCount, ErrorsTab, hasErrorHandling } from "./errors/ErrorsTab";
import { TextField } from "./fields";
import { JsonField } from "./JsonField";
import { MapForm } from "./map/MapForm";
import { PreviewedState, usePreviewing } from "./preview/PreviewContext";
import { SampleStrip } from "./preview/SampleStrip";
import { FailForm, ParallelForm, PassForm, WaitForm } from "./StateForms";
import { StateComments } from "./StateComments";
import { TaskForm, taskWords } from "./TaskForm";

const TestTab = lazy(() => import("./testing/TestTab"));

type Tab = "configure" | "data" | "errors" | "test" | "json";

function tabsFor(state: State): { value: Tab; label: string; count?: number }[] {
  return [
    { value: "configure", label: "Configure" },
    { value: "data", label: "Data" },
    ...(hasErrorHandling(state.type) ? [{ value: "errors" as const, label: "Errors", count: errorCount(state) }] : []),
    { value: "test", label: "Test" },
    { value: "json", label: "JSON" },
  ];
}

export default function StateInspector({ state, inSheet }: { state: State; inSheet: boolean }) {
  const [wanted, setTab] = useState<Tab>(arrival.state?.pointer === state.pointer ? "test" : "configure");
  const tabs = tabsFor(state);
  const tab = tabs.some(({ value }) => value === wanted) ? wanted : "configure";
  usePreviewing(state);
  return (
    <PreviewedState value={state.pointer}>
      <StateHeading state={state} inSheet={inSheet} />
      <Tabs label="Inspector" value={tab} tabs={tabs} onChange={setTab} className="utabs px-5 overflow-x-auto flex-none" panelId="inspector-panel" />
      {tab === "json" ? null : <SampleStrip state={state} />}
      <div id="inspector-panel" role="tabpanel" tabIndex={-1} aria-labelledby={`inspector-panel-${tab}`} className="flex-1 min-h-0 overflow-y-auto px-5 py-3.5 flex flex-col gap-3.5">
        <StateProblems state={state} />
        <TabContent key={state.pointer} state={state} tab={tab} />
      </div>
    </PreviewedState>
  );
}

function TabContent({ state, tab }: { state: State; tab: Tab }) {
  switch (tab) {
    case "configure":
      return <Configure state={state} />;
    case "data":
      return <DataTab state={state} />;
    case "errors":
      return <ErrorsTab state={state} />;
    case "test":
      return (
        <Suspense fallback={<p className="text-xs text-ink-2">Opening the test</p>}>
          <TestTab state={state} />
        </Suspense>
      );
    case "json":
      return <JsonField at={state.pointer} label={state.name} objectOnly removable={false} hint="Everything, also what no form shows" />;
  }
}

function Configure({ state }: { state: State }) {
  const document = useDocument();
  return (
    <>
      <NameField state={state} />
      <StateForm state={state} language={queryLanguageOf(machineOf(document), state)} />
      <TextField at={join(state.pointer, "Comment")} label="Comment" rows={2} placeholder="What this step is for" />
      <StateComments state={state} />
    </>
  );
}

function StateForm({ state, language }: { state: State; language: "JSONPath" | "JSONata" }) {
  switch (state.type) {
    case "Task":
      return <TaskForm state={state} />;
    case "Choice":
      return <ChoiceForm state={state} language={language} />;
    case "Wait":
      return <WaitForm state={state} language={language} />;
    case "Fail":
      return <FailForm state={state} language={language} />;
    case "Pass":
      return <PassForm state={state} language={language} />;
    case "Parallel":
      return <ParallelForm state={state} />;
    case "Map":
      return <MapForm state={state} language={language} />;
    default:
      return null;
  }
}

function NameField({ state }: { state: State }) {
  const document = useDocument();
  const disabled = !useCanEdit();
  const [typed, setTyped] = useTyped(state.name);
  const refusal = typed === state.name ? undefined : refusalOfName(document, state.pointer, typed);
  const commit = (): void => {
    if (typed === state.name) return;
    if (refusal === undefined) edit((current) => renameState(current, state.pointer, typed));
    else setTyped(state.name);
  };
  return (
    <div onBlur={commit} onKeyDown={(event) => (event.key === "Enter" ? commit() : event.key === "Escape" ? setTyped(state.name) : undefined)}>
      <TextInput label="Name" value={typed} onChange={setTyped} error={refusal} disabled={disabled} focusName="state-name" />
    </div>
  );
}

function describe(state: State): string {
  const where = state.scope.owner === undefined ? "" : `, in ${state.scope.owner.name}`;
  return `${state.type === "Task" ? taskWords(state) : state.type === "" ? "State without a Type" : `${state.type} state`}${where}`;
}

function StateHeading({ state, inSheet }: { state: State; inSheet: boolean }) {
  const document = useDocument();
  const icon = graphOf(document).nodes.get(state.pointer)?.icon ?? "unknown";
  return (
    <div className={`px-5 pt-4 pb-1 flex items-start gap-3 flex-none ${inSheet ? "pr-12" : ""}`}>
      <span className="size-9 rounded-lg bg-secondary text-ink-2 grid place-items-center flex-none">
        <CategoryIcon icon={icon} size={18} />
      </span>
      <div className="min-w-0 flex-1">
        <h2 className="text-lg font-semibold leading-5 break-words">{state.name}</h2>
        <p className="text-xs text-ink-2 mt-0.5 truncate">{describe(state)}</p>
      </div>
      <StateMenu />
    </div>
  );
}

/** The actions on a state, in a menu; the browser closes it when focus leaves. */
function StateMenu() {
  const [isOpen, setOpen] = useState(false);
  const ref = useRef<HTMLDetailsElement>(null);
  const close = (): void => ref.current?.removeAttribute("open");
  return (
    <details
      ref={ref}
      className="relative"
      onToggle={(event) => setOpen(event.currentTarget.open)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close();
        ref.current?.querySelector("summary")?.focus();
      }}
    >
      <summary className="btn btn-ghost btn-square btn-sm list-none" aria-label="More">
        <Ellipsis size={16} aria-hidden />
      </summary>
      {isOpen ? <StateActions onClose={close} /> : null}
    </details>
  );
}

/** Which of them can be done follows from everything: that is asked while they can be seen. */
function StateActions({ onClose }: { onClose: () => void }) {
  const state = useDesigner();
  return (
    <ul className="absolute right-0 top-8 z-20 w-56 p-1 rounded-box bg-base-100 shadow-float">
      {["rename", "duplicate", "copy", "paste", "delete"].map((id) => {
        const found = action(id);
        const Icon = found.icon;
        return (
          <li key={id}>
            <button
              type="button"
              className="w-full flex items-center gap-2.5 px-2 h-8 rounded-field text-s hover:bg-hover disabled:text-ink-3"
              disabled={!found.enabled(state)}
              onClick={() => {
                onClose();
                run(found);
              }}
            >
              <Icon size={15} aria-hidden /> {labelOf(found, state)}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** What is wrong with this state and in it, said where it's edited. */
function StateProblems({ state }: { state: State }) {
  const current = useDesigner();
  const found = problemsWithin(problemsOf(current), state.pointer);
  if (found.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1.5" aria-label="Problems">
      {found.slice(0, 6).map((problem, index) => (
        <ProblemLine key={index} problem={problem} />
      ))}
      {found.length > 6 ? <li className="text-xs text-ink-2">and {found.length - 6} more</li> : null}
    </ul>
  );
}

export function ProblemLine({ problem }: { problem: Problem }) {
  const error = problem.severity === "ERROR";
  return (
    <li className={`text-xs rounded-field px-2.5 py-1.5 border ${error ? "bg-fail-wash border-fail-line text-fail-ink" : "bg-retry-wash border-retry-line text-retry-ink"}`}>
      <span className="font-medium">{error ? "Error" : "Warning"}</span>
      {problem.fromDeployment ? " from AWS" : ""}: {problem.message}
    </li>
  );
}
