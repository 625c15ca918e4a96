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
  const isPausing = visit.status === "retrying" && visit.exitedAt === null && last?.endedAt !== undefined && last.endedAt !== null;
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
            {visit.attempts.map((attempt, place) => (
              <Fragment key={attempt.scheduledId}>
                <Before attempt={attempt} before={visit.attempts[place - 1]} />
                <AttemptRow attempt={attempt} number={numberOf(visit.attempts, place)} now={now} />
              </Fragment>
            ))}
            {isPausing && last?.endedAt && <Pause words="Waits for its next attempt" from={last.endedAt} to={now} />}
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

/** Retriers count anew after a redrive. */
function numberOf(attempts: readonly Attempt[], place: number): number {
  return attempts.slice(0, place + 1).filter(({ redrive }) => redrive === attempts[place]?.redrive).length;
}

/** What lies between two attempts: a Retrier's pause, or the end of the execution and its redrive. */
function Before({ attempt, before }: { attempt: Attempt; before: Attempt | undefined }) {
  if (before && before.redrive !== attempt.redrive)
    return (
      <tr data-redrive={attempt.redrive}>
        <td colSpan={4} className="text-xs font-medium text-ink-2">
          The execution ended, and was redriven{attempt.redrive > 1 ? ` (${attempt.redrive})` : ""}: attempts count anew
        </td>
      </tr>
    );
  if (!before || before.endedAt === null || attempt.scheduledAt <= before.endedAt) return null;
  return <Pause words="Waited for the next attempt" from={before.endedAt} to={attempt.scheduledAt} />;
}

function Pause({ words, from, to }: { words: string; from: number; to: number }) {
  return (
    <tr>
      <td />
      <td>
        <span className="chip chip-retry">
          <StatusGlyph tone="retry" size={13} className="text-current" />
          {words}
        </span>
      </td>
      <td className="num text-ink-2">{clock(from, true)}</td>
      <td className="num text-right">{duration(to - from)}</td>
    </tr>
  );
}

function AttemptRow({ attempt, number, now }: { attempt: Attempt; number: number; now: number }) {
  const [tone, word] = OUTCOME[attempt.outcome];
  return (
    <tr>
      <td className="num text-ink-2">{number}</td>
      <td>
        <span className={`chip chip-${tone}`}>
          <StatusGlyph tone={tone} size={13} className="text-current" />
          {attempt.error === null ? word : `${word}: ${attempt.error}`}
        </span>
      </td>
      <td className="num text-ink-2">{clock(attempt.scheduledAt, true)}</td>
      <td className="num text-right">{duration((attempt.endedAt ?? now) - attempt.scheduledAt)}</td>
    </tr>
  );
}

function LastError({ attempts }: { attempts: readonly Attempt[] }) {
  const at = attempts.findLastIndex(({ error }) => error !== null);
  const attempt = attempts[at];
  if (!attempt) return null;
  return <JsonPane title={`Error of attempt ${numberOf(attempts, at)}`} text={JSON.stringify({ Error: attempt.error, Cause: attempt.cause ?? "" })} note="parsed" empty={null} />;
}
