/** A Retrier's attempts on a line: where each happens and how long the wait before it is; with jitter a band of when. */

import type { RetryAttempt } from "../../../asl/retryTimeline";
import { duration } from "../../../shell/durations";

const WIDTH = 308;
const LEFT = 6;
const ROOM = 26; // between two words on the line

export function RetryTimeline({ attempts, total, jitter }: { attempts: RetryAttempt[]; total: number; jitter: boolean }) {
  const end = attempts.at(-1)?.at ?? 0;
  const x = (seconds: number): number => LEFT + (end === 0 ? 0 : (seconds / end) * WIDTH);
  return (
    <figure className="flex flex-col gap-1.5" data-timeline>
      <svg viewBox="0 0 320 34" className="w-full h-auto" aria-hidden>
        <line x1={LEFT} x2={LEFT + WIDTH} y1="14" y2="14" className="stroke-line-2" />
        {attempts.map((attempt) => (
          <Pause key={attempt.number} attempt={attempt} x={x} jitter={jitter} />
        ))}
        <circle cx={LEFT} cy="14" r="4" className="fill-fail" />
        {attempts.map((attempt) => (
          <Attempt key={attempt.number} attempt={attempt} x={x} jitter={jitter} />
        ))}
      </svg>
      <figcaption className="text-xs text-ink-2">{words(attempts, total, jitter)}</figcaption>
    </figure>
  );
}

interface OneProps {
  attempt: RetryAttempt;
  x: (seconds: number) => number;
  jitter: boolean;
}

/** The wait before an attempt; with jitter any part of it is waited. */
function Pause({ attempt: { at, delay }, x, jitter }: OneProps) {
  const [from, to] = [x(at - delay), x(at)];
  if (jitter) return <rect x={from + 1} y="9" width={Math.max(0, to - from - 2)} height="10" rx="2" className="fill-retry-wash stroke-retry-line" strokeWidth="1" />;
  return <line x1={from} x2={to} y1="14" y2="14" className="stroke-retry" strokeWidth="2" strokeDasharray="2 3" />;
}

function Attempt({ attempt: { at, delay }, x, jitter }: OneProps) {
  const [from, to] = [x(at - delay), x(at)];
  return (
    <>
      <circle cx={to} cy="14" r="4" className="fill-base-100 stroke-retry" strokeWidth="1.75" />
      {to - from > ROOM ? (
        <text x={to > 290 ? LEFT + WIDTH : to} y="31" textAnchor={to > 290 ? "end" : "middle"} className="fill-ink-2 num" fontSize="10">
          {jitter ? "≤ " : ""}
          {pauseWords(at)}
        </text>
      ) : null}
    </>
  );
}

/** "3 s", "50.8 s", "1 m 51 s". */
function pauseWords(seconds: number): string {
  return seconds < 60 && Number.isInteger(seconds) ? `${String(seconds)} s` : duration(seconds * 1000);
}

function words(attempts: RetryAttempt[], total: number, jitter: boolean): string {
  if (attempts.length === 0) return "No further attempt.";
  const end = pauseWords(attempts.at(-1)?.at ?? 0);
  const which = total > attempts.length ? `the first ${String(attempts.length)}` : "the last";
  const when = jitter ? `${which} at most ${end} after the failure, each wait a random part of its band` : `${which} ${end} after the failure`;
  return `${String(total)} further ${total === 1 ? "attempt" : "attempts"}; ${when}.`;
}
