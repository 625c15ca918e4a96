/** The strip below: how many errors and warnings, the first in words, all of them on a click. */

import { Check, CircleX, TriangleAlert } from "lucide-react";
import { useState } from "react";

import { problemsOf } from "./state/derive";
import { jumpTo } from "./state/jumping";
import { useDesigner } from "./state/store";

export function Problems() {
  const state = useDesigner();
  const [open, setOpen] = useState(false);
  const problems = problemsOf(state);
  const errors = problems.filter(({ severity }) => severity === "ERROR").length;
  const warnings = problems.length - errors;
  const [first] = problems;
  const shown = open && problems.length > 0;
  return (
    <section aria-label="Problems" className="flex-none border-t border-base-300 bg-base-200">
      {shown ? (
        <ul className="max-h-40 overflow-y-auto py-1 border-b border-base-300 bg-base-100">
          {problems.map((problem, index) => (
            <li key={index}>
              <button type="button" className="w-full flex items-baseline gap-2 text-left text-xs px-4 py-1 hover:bg-hover focus-visible:-outline-offset-2" onClick={() => jumpTo(problem)}>
                {problem.severity === "ERROR" ? <CircleX size={13} aria-label="Error" className="text-fail flex-none self-center" /> : <TriangleAlert size={13} aria-label="Warning" className="text-retry-ink flex-none self-center" />}
                <b className="font-medium flex-none">{problem.state ?? (problem.path === undefined ? "Syntax" : "Workflow")}</b>
                <span className="text-ink-2">{problem.message}</span>
                {problem.fromDeployment ? <span className="chip chip-env !h-4">AWS</span> : null}
              </button>
            </li>
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
                <b className="font-medium text-base-content">{first.state ?? (first.path === undefined ? "Syntax" : "Workflow")}</b> {first.message}
              </button>
            )}
          </>
        )}
      </div>
    </section>
  );
}
