/** Below the header: what started this execution, and of an EXPRESS one, how much of its way the log can tell. */
import { CornerLeftUp, ScrollText } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, getJson, postJson } from "./api";
import type { ViewerStore } from "./store";
import type { Execution, Express, HistoryEvent } from "./types";

export function Origin({ store }: { store: ViewerStore }) {
  const origin = store((state) => state.boot.origin);
  if (!origin) return null;
  return (
    <nav aria-label="What started it" className="flex flex-none items-center gap-x-3 border-b border-base-300 bg-base-100 px-5 py-1.5 text-s max-md:px-3" data-origin={origin.kind}>
      <CornerLeftUp aria-hidden size={14} className="flex-none text-ink-3" />
      <span className="min-w-0 truncate text-ink-2">
        {origin.kind === "item" ? "An item of " : "Started by "}
        <a href={origin.url} className="text-base-content underline underline-offset-3">
          {origin.state === "" ? origin.name : `${origin.state} in ${origin.name}`}
        </a>
      </span>
      {origin.map_run !== null && (
        <a href={origin.map_run} className="flex-none underline underline-offset-3">
          Its Map Run
        </a>
      )}
    </nav>
  );
}

/** How long after its end a log is asked for by itself: CloudWatch takes some seconds. */
const ASKED_AGAIN = [400, 1500, 4000, 10_000];
const PAGE = 1000;

export function FromLog({ store }: { store: ViewerStore }) {
  const express = store((state) => state.execution.express) ?? null;
  return express === null ? null : <LogNote store={store} express={express} />;
}

function LogNote({ store, express }: { store: ViewerStore; express: Express }) {
  const count = store((state) => state.events.length);
  const isWhole = store((state) => state.events.at(-1)?.type.startsWith("Execution") === true && state.events[0]?.id === 1);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isLogged = express.log_group !== "";

  const read = useCallback(async (): Promise<void> => {
    setBusy(true);
    try {
      const { urls } = store.getState().boot;
      const said = await postJson<{ whole: boolean; execution: Execution }>(urls.log, {});
      store.getState().replaceExecution(said.execution);
      store.getState().receive(await logged(urls.events), {});
      setProblem(said.whole ? null : "Only a part of the log was read: it holds too much at that time.");
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message : "The server couldn’t be reached. Try again.");
    } finally {
      setBusy(false);
    }
  }, [store]);

  // What is here is shown at once; what may still be on its way to the log is asked for a few times.
  const asked = useRef(0);
  useEffect(() => {
    const first = asked.current === 0;
    if (first) void logged(store.getState().boot.urls.events).then((events) => store.getState().receive(events, {}));
    const wait = ASKED_AGAIN[asked.current];
    if (!isLogged || isWhole || isBusy || wait === undefined || express.level !== "ALL") return;
    const timer = setTimeout(() => {
      asked.current += 1;
      void read();
    }, wait);
    return () => clearTimeout(timer);
  }, [store, isLogged, isWhole, isBusy, express.level, read]);

  return (
    <aside aria-label="Where its way is from" className="flex flex-none flex-wrap items-center gap-x-3 gap-y-1 border-b border-base-300 bg-base-100 px-5 py-1.5 text-s text-ink-2 max-md:px-3" data-from-log={express.level}>
      <ScrollText aria-hidden size={14} className="flex-none text-ink-3" />
      <p className="min-w-0 flex-1">{words(express, count)}</p>
      {problem !== null && <p role="status" className="text-retry-ink">{problem}</p>}
      {isLogged && (
        <button type="button" className="btn btn-line btn-xs" disabled={isBusy} onClick={() => void read()}>
          {isBusy ? "Reading the log" : "Read the log again"}
        </button>
      )}
    </aside>
  );
}

function words(express: Express, count: number): string {
  if (express.log_group === "") return "An EXPRESS execution, and nothing is logged: only its input and what it answered are known, not its way.";
  const data = express.includes_data ? "" : " Inputs and outputs of its states are left out of the log (includeExecutionData is off).";
  if (express.level !== "ALL") return `From the log, at level ${express.level}: only what went wrong is there, not the way to it.${data}`;
  return `${count === 0 ? "An EXPRESS execution: its way comes from the log, a few seconds after it." : "From the log, which Step Functions fills as well as it can: an event may be missing."}${data}`;
}

/** All events that are here; those of a log may have gaps. */
async function logged(url: string): Promise<HistoryEvent[]> {
  const found: HistoryEvent[] = [];
  for (;;) {
    const page = await getJson<{ events: HistoryEvent[] }>(`${url}?after=${found.at(-1)?.id ?? 0}&limit=${PAGE}`);
    found.push(...page.events);
    if (page.events.length < PAGE) return found;
  }
}
