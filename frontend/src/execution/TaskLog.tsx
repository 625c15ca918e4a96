/** What the function that a Task called wrote to its log: asked for by hand, each time anew. */
import { ScrollText } from "lucide-react";
import { useState } from "react";
import { ApiError, getJson } from "./api";
import { clock } from "./format";

interface Log {
  group: string;
  lines: { at: string; text: string }[];
  whole: boolean;
  by_request: boolean;
}

export function TaskLog({ url, event }: { url: string; event: number }) {
  const [log, setLog] = useState<Log | string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const read = (): void => {
    setBusy(true);
    getJson<Log>(`${url}?event=${event}`)
      .then(setLog)
      .catch((error: unknown) => setLog(error instanceof ApiError ? error.message : "The server couldn’t be reached. Try again."))
      .finally(() => setBusy(false));
  };
  return (
    <section aria-label="Log of the function" className="flex-none overflow-hidden rounded-lg border border-base-300 bg-base-100" data-task-log>
      <header className="flex min-h-10 flex-wrap items-center gap-x-2 px-3 py-1">
        <ScrollText aria-hidden size={14} className="flex-none" />
        <h3 className="text-xs font-medium">The function’s log</h3>
        {log !== null && typeof log !== "string" && <span className="min-w-0 truncate font-mono text-2xs text-ink-3">{log.group}</span>}
        <button type="button" className="btn btn-line btn-xs ml-auto" disabled={isBusy} onClick={read}>
          {isBusy ? "Reading" : log === null ? "Read it" : "Read again"}
        </button>
      </header>
      <div role="status">
        {typeof log === "string" && <p className="border-t border-base-300 px-3 py-2 text-s text-ink-2">{log}</p>}
        {log !== null && typeof log !== "string" && <Lines log={log} />}
      </div>
    </section>
  );
}

function Lines({ log }: { log: Log }) {
  if (log.lines.length === 0) return <p className="border-t border-base-300 px-3 py-2 text-s text-ink-2">Nothing was logged in that time, or it hasn’t arrived yet.</p>;
  return (
    <>
      {!log.by_request && <p className="border-t border-base-300 px-3 py-1.5 text-xs text-ink-2">The history doesn’t say which call it was: lines of other calls at the same time may be among these.</p>}
      <ol tabIndex={0} aria-label="Lines" className="max-h-72 overflow-auto border-t border-base-300 px-3 py-2 font-mono text-2xs leading-[1.125rem]">
        {log.lines.map(({ at, text }, i) => (
          <li key={i} className="flex gap-3">
            <time className="num flex-none text-ink-3" dateTime={at}>
              {clock(Date.parse(at), true)}
            </time>
            <span className="min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</span>
          </li>
        ))}
      </ol>
      {!log.whole && <p className="border-t border-base-300 px-3 py-1.5 text-xs text-ink-2">There is more than is shown.</p>}
    </>
  );
}
