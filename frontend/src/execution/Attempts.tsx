/** What a task tried, and what it waits for before it tries again. */
import { Fragment } from "react";
import { StatusGlyph, type StatusTone } from "../graph";
import { duration } from "../shell/durations";
import { clock } from "./format";
import { JsonPane } from "./JsonView";
import type { Attempt, Visit } from "./status";

const OUTCOME: Readonly<Record<Attempt["outcome"], readonly [tone: StatusTone, word: string]>> = {
  running: ["run", "Running"],
  waiting: ["wait", "Waiting for a person"],
  succeeded: ["ok", "Succeeded"],
  failed: ["fail", "Failed"],
  timedOut: ["time", "Timed out"],
  stopped: ["stop", "Aborted"],
};

export function Attempts({ visit, now }: { visit: Visit; now: number }) {
  const last = visit.attempts.at(-1);
  return (
    <>
      <div className="flex-none overflow-x-auto rounded-lg border border-base-300 bg-base-100">
        <table className="tb">
          <thead>
            <tr>
              <th scope="col">No.</th>
              <th scope="col">Result</th>
              <th scope="col">Started</th>
              <th scope="col" className="text-right!">Took</th>
            </tr>
          </thead>
          <tbody>
            {visit.attempts.map((attempt, i) => {
              const [tone, word] = OUTCOME[attempt.outcome];
              const ended = visit.attempts[i - 1]?.endedAt ?? null;
              return (
                <Fragment key={attempt.scheduledId}>
                {ended !== null && attempt.scheduledAt > ended && (
                  <tr>
                    <td />
                    <td>
                      <span className="chip chip-retry">
                        <StatusGlyph tone="retry" size={13} className="text-current" />
                        Waited for the next attempt
                      </span>
                    </td>
                    <td className="num text-ink-2">{clock(ended, true)}</td>
                    <td className="num text-right">{duration(attempt.scheduledAt - ended)}</td>
                  </tr>
                )}
                <tr>
                  <td className="num text-ink-2">{i + 1}</td>
                  <td>
                    <span className={`chip chip-${tone}`}>
                      <StatusGlyph tone={tone} size={13} className="text-current" />
                      {attempt.error === null ? word : `${word}: ${attempt.error}`}
                    </span>
                  </td>
                  <td className="num text-ink-2">{clock(attempt.scheduledAt, true)}</td>
                  <td className="num text-right">{duration((attempt.endedAt ?? now) - attempt.scheduledAt)}</td>
                </tr>
                </Fragment>
              );
            })}
            {visit.status === "retrying" && visit.exitedAt === null && last && (
              <tr>
                <td />
                <td>
                  <span className="chip chip-retry">
                    <StatusGlyph tone="retry" size={13} className="text-current" />
                    Waits for its next attempt
                  </span>
                </td>
                <td className="num text-ink-2">{last.endedAt === null ? "" : clock(last.endedAt, true)}</td>
                <td className="num text-right">{last.endedAt === null ? "" : duration(now - last.endedAt)}</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      <div className="flex min-h-0 flex-1 gap-3 max-lg:flex-col">
        {visit.attempts.some(({ error }) => error !== null) && <LastError attempts={visit.attempts} />}
        {last && last.parameters !== null && <JsonPane title="Request of the last attempt" text={last.parameters} empty={null} />}
      </div>
    </>
  );
}

function LastError({ attempts }: { attempts: readonly Attempt[] }) {
  const at = attempts.findLastIndex(({ error }) => error !== null);
  const attempt = attempts[at];
  if (!attempt) return null;
  return <JsonPane title={`Error of attempt ${at + 1}`} text={JSON.stringify({ Error: attempt.error, Cause: attempt.cause ?? "" })} note="parsed" empty={null} />;
}
