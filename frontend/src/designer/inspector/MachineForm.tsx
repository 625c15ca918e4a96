/** The workflow itself, when nothing is selected. */

import { useMemo } from "react";

import { machineOf } from "../../asl/machine";
import { problemsOf } from "../state/derive";
import { jumpTo } from "../state/jumping";
import { useDesigner } from "../state/store";
import { NumberField, TargetField, TextField } from "./fields";

export function MachineForm() {
  const { boot, good } = useDesigner();
  const state = useDesigner();
  const problems = problemsOf(state);
  const counts = useMemo(() => countWords([...machineOf(good).states.values()].map(({ type }) => type)), [good]);
  return (
    <>
      <div className="px-5 pt-4 pb-2 border-b border-base-300">
        <h2 className="text-lg font-semibold leading-5 break-words">{boot.machine.name}</h2>
        <p className="text-xs text-ink-2 mt-0.5">
          {boot.machine.type === "EXPRESS" ? "Express" : "Standard"} workflow, {counts}
        </p>
      </div>
      <div className="flex-1 min-h-0 overflow-y-auto px-5 py-3.5 flex flex-col gap-3.5">
        <TextField at="/Comment" label="Comment" rows={3} placeholder="What this workflow is for" />
        <TargetField at="/StartAt" scope="" label="Start at" />
        <NumberField at="/TimeoutSeconds" label="Time out after" unit="s" min={1} integer placeholder="never" />
        <p className="text-xs text-ink-2">Select a state to configure it. A on the keyboard finds something to add, ? lists all keys.</p>
        {problems.length === 0 ? null : (
          <div className="flex flex-col gap-1">
            <h3 className="text-s font-semibold">Problems</h3>
            <ul className="flex flex-col">
              {problems.map((problem, index) => (
                <li key={index}>
                  <button type="button" className="text-left text-s py-1 px-2 -mx-2 rounded-field hover:bg-hover w-full" onClick={() => jumpTo(problem)}>
                    <span className={problem.severity === "ERROR" ? "text-fail-ink font-medium" : "text-retry-ink font-medium"}>{problem.state ?? "Workflow"}</span> {problem.message}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </>
  );
}

function countWords(types: string[]): string {
  return types.length === 0 ? "no state yet" : types.length === 1 ? "1 state" : `${String(types.length)} states`;
}
