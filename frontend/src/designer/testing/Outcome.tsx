/** How the last run went, or all the saved cases. */

import { Check, CircleX, TriangleAlert } from "lucide-react";

import { JsonPane } from "../../execution/JsonView";
import { StatusGlyph, type StatusTone } from "../../graph";
import { duration } from "../../shell/durations";
import { expectThis, useTesting, type Report, type Simulation } from "./store";

const TONES: Readonly<Record<Simulation["status"], readonly [StatusTone, string]>> = {
  SUCCEEDED: ["ok", "Succeeded"],
  FAILED: ["fail", "Failed"],
  TIMED_OUT: ["time", "Timed out"],
  ABORTED: ["stop", "Aborted"],
  STUCK: ["retry", "Stopped here"],
  REACHED: ["run", "Ran to here"],
};

export function Outcome() {
  const { simulation, report, refusal } = useTesting();
  return (
    <div className="flex min-h-0 min-w-0 flex-col gap-3 overflow-y-auto p-3" aria-live="polite">
      {refusal === undefined ? null : (
        <p role="alert" className="flex items-start gap-2 text-s text-fail-ink">
          <TriangleAlert size={15} aria-hidden className="mt-0.5 flex-none" /> {refusal}
        </p>
      )}
      {simulation === undefined ? null : <Ran run={simulation} />}
      {report === undefined ? null : <All report={report} />}
      {simulation === undefined && report === undefined && refusal === undefined ? (
        <p className="text-s text-ink-2">Run it to see the path on the canvas and what comes out. Nothing is deployed or called; waiting takes no time.</p>
      ) : null}
    </div>
  );
}

function Ran({ run }: { run: Simulation }) {
  const [tone, word] = TONES[run.status];
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-s">
        <span className={`chip chip-${tone}`}>
          <StatusGlyph tone={tone} size={12} className="text-current" /> {word}
        </span>
        <span className="num text-ink-2">
          {run.path.length === 1 ? "1 state" : `${String(run.path.length)} states`}, {duration(run.seconds * 1000)} by its own clock
        </span>
        {run.status === "STUCK" || run.status === "REACHED" ? null : (
          <button type="button" className="btn btn-ghost btn-xs ml-auto" onClick={() => expectThis(run)}>
            Expect this
          </button>
        )}
      </p>
      {run.problem === null ? null : <p className="text-s text-retry-ink">{run.problem}</p>}
      {run.truncated ? <p className="text-xs text-ink-2">The history is long: the canvas shows its beginning.</p> : null}
      {run.error === null ? null : (
        <p className="text-s">
          <b className="font-medium">{run.error}</b> {run.cause}
        </p>
      )}
      {run.output === null ? null : <JsonPane title="Output" text={run.output} empty={null} grow={false} />}
    </>
  );
}

function All({ report }: { report: Report }) {
  const failed = report.outcomes.filter(({ wrong }) => wrong.length > 0).length;
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-s">
        <span className={`chip chip-${failed > 0 ? "fail" : "ok"}`}>
          <StatusGlyph tone={failed > 0 ? "fail" : "ok"} size={12} className="text-current" />
          {failed > 0 ? `${String(failed)} of ${String(report.outcomes.length)} failed` : `${String(report.outcomes.length)} passed`}
        </span>
        <span className="num text-ink-2">
          {share(report.coverage.states)} states, {share(report.coverage.transitions)} transitions covered
        </span>
      </p>
      <ul className="flex flex-col gap-1.5">
        {report.outcomes.map(({ name, wrong }) => (
          <li key={name} className="text-s">
            <span className="flex items-center gap-1.5">
              {wrong.length > 0 ? <CircleX size={14} aria-label="Failed" className="flex-none text-fail" /> : <Check size={14} aria-label="Passed" className="flex-none text-ok" />}
              {name}
            </span>
            {wrong.map((line) => (
              <p key={line} className="pl-5 text-xs break-words text-fail-ink">
                {line}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}

function share(counts: Readonly<Record<string, number>>): string {
  const all = Object.values(counts);
  return `${String(all.filter((count) => count > 0).length)} of ${String(all.length)}`;
}
