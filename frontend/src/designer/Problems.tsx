/** The strip below: how many errors and warnings, the first in words, all of them on a click, each with what can be done about it. */

import { Check, CircleX, TriangleAlert } from "lucide-react";
import { useEffect, useMemo, useState } from "react";

import type * as quickFix from "./code/quickFix";
import { problemsOf, type Problem } from "./state/derive";
import { jumpTo } from "./state/jumping";
import { useLater } from "./state/later";
import { useDesigner } from "./state/store";

type Repairing = typeof quickFix;

/** What can be done about problems is only fetched once somebody looks at the list. */
function useRepairing(isOpen: boolean): Repairing | undefined {
  const [repairing, setRepairing] = useState<Repairing>();
  useEffect(() => {
    if (isOpen) void import("./code/quickFix").then((module) => setRepairing(module));
  }, [isOpen]);
  return repairing;
}

function useProblems(): Problem[] {
  const told = useLater(({ problems, good, diagnostics, deployProblems }) => ({ problems, good, diagnostics, deployProblems }));
  return useMemo(() => problemsOf(told), [told]);
}

export function Problems() {
  const [open, setOpen] = useState(false);
  const problems = useProblems();
  const errors = problems.filter(({ severity }) => severity === "ERROR").length;
  const warnings = problems.length - errors;
  const [first] = problems;
  const shown = open && problems.length > 0;
  const repairing = useRepairing(shown);
  return (
    <section aria-label="Problems" className="flex-none border-t border-base-300 bg-base-200">
      {shown ? (
        <ul className="max-h-40 overflow-y-auto py-1 border-b border-base-300 bg-base-100">
          {problems.map((problem, index) => (
            <Row key={index} problem={problem} problems={problems} repairing={repairing} />
          ))}
        </ul>
      ) : null}
      <div className="h-7 flex items-center gap-4 px-4 text-xs text-ink-2 whitespace-nowrap overflow-hidden">
        {problems.length === 0 ? (
          <span className="flex items-center gap-1.5" role="status">
            <Check size={13} aria-hidden className="text-ink-3" /> No problems
          </span>
        ) : (
          <>
            <button type="button" className="flex items-center gap-3 font-medium focus-visible:-outline-offset-2" aria-expanded={shown} onClick={() => setOpen(!open)}>
              <span className={`flex items-center gap-1.5 ${errors > 0 ? "text-fail-ink" : "text-ink-2"}`}>
                <CircleX size={13} aria-hidden /> <span className="num">{errors}</span> {errors === 1 ? "error" : "errors"}
              </span>
              <span className={`flex items-center gap-1.5 ${warnings > 0 ? "text-retry-ink" : "text-ink-2"}`}>
                <TriangleAlert size={13} aria-hidden /> <span className="num">{warnings}</span> {warnings === 1 ? "warning" : "warnings"}
              </span>
            </button>
            {first === undefined ? null : (
              <button type="button" className="truncate text-left focus-visible:-outline-offset-2" onClick={() => jumpTo(first)}>
                <b className="font-medium text-base-content">{placeOf(first)}</b> {first.message}
              </button>
            )}
          </>
        )}
      </div>
    </section>
  );
}

function placeOf({ state, path }: Problem): string {
  return state ?? (path === undefined ? "Syntax" : "Workflow");
}

function Row({ problem, problems, repairing }: { problem: Problem; problems: readonly Problem[]; repairing: Repairing | undefined }) {
  // The offers are edits of the text that the problems are about.
  const text = useDesigner((state) => state.text);
  const offers = useMemo(() => (text === "" ? [] : (repairing?.offersFor(problem, problems) ?? [])), [text, problem, problems, repairing]);
  return (
    <li className="flex items-start gap-2 px-4 hover:bg-hover">
      <button type="button" className="flex-1 min-w-0 flex items-baseline gap-2 text-left text-xs py-1 focus-visible:-outline-offset-2" onClick={() => jumpTo(problem)}>
        {problem.severity === "ERROR" ? <CircleX size={13} aria-label="Error" className="text-fail flex-none self-center" /> : <TriangleAlert size={13} aria-label="Warning" className="text-retry-ink flex-none self-center" />}
        <b className="font-medium flex-none">{placeOf(problem)}</b>
        <span className="text-ink-2 min-w-0">{problem.message}</span>
        {problem.fromDeployment ? <span className="chip chip-env !h-4">AWS</span> : null}
      </button>
      <span className="flex flex-none gap-1 py-0.5">
        {offers.map(({ label, run }) => (
          <button key={label} type="button" className="text-xs h-6 px-2 rounded-field border border-base-300 bg-base-100 hover:bg-hover focus-visible:-outline-offset-2 max-w-56 truncate" onClick={run}>
            {label}
          </button>
        ))}
      </span>
    </li>
  );
}
