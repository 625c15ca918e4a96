/** Redrive: what didn't succeed runs again. Offered where Step Functions says that it may be. */
import { RotateCw } from "lucide-react";
import { useEffect, useRef, useState, type RefObject } from "react";
import type { Graph } from "../graph";
import { ApiError, getJson, postJson } from "./api";
import { runsAgain, type Run, type Visit } from "./status";
import type { ViewerStore } from "./store";
import type { Execution } from "./types";

const FIRST_WAIT = 1000; // milliseconds, between a question that failed and the next
const LONGEST_WAIT = 60_000;

interface Said {
  redrivable: boolean;
  reason: string;
}

interface RedriveProps {
  store: ViewerStore;
  graph: Graph;
  run: Run;
}

export function RedriveButton({ store, graph, run }: RedriveProps) {
  const url = store((state) => state.boot.urls.redrive);
  const stoppedAt = store((state) => state.execution.stopped_at);
  const dialog = useRef<HTMLDialogElement>(null);
  const said = useSaid(url, stoppedAt);
  if (said === null) return null;
  if (!said.redrivable) {
    return (
      <span className="text-s text-ink-3 max-md:hidden" title={said.reason}>
        Can’t be redriven
      </span>
    );
  }
  return (
    <>
      <button type="button" className="btn btn-line" onClick={() => dialog.current?.showModal()}>
        <RotateCw aria-hidden size={14} strokeWidth={1.75} />
        Redrive
      </button>
      <RedriveDialog store={store} graph={graph} run={run} dialog={dialog} />
    </>
  );
}

/** Redriving as an action of the page: what is going on, and what was refused. */
function useRedrive(store: ViewerStore, onDone: () => void): { redrive: () => Promise<void>; isBusy: boolean; refusal: string | null } {
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const redrive = async (): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    try {
      const redriven = await postJson<Execution>(store.getState().boot.urls.redrive, {});
      onDone();
      store.getState().replaceExecution(redriven);
      store.getState().follow();
    } catch (error) {
      setRefusal(error instanceof ApiError ? error.message : "The server couldn't be reached. It may have been redriven all the same: look at its status before you try again.");
    } finally {
      setBusy(false);
    }
  };
  return { redrive, isBusy, refusal };
}

function RedriveDialog({ store, graph, run, dialog }: RedriveProps & { dialog: RefObject<HTMLDialogElement | null> }) {
  const execution = store((state) => state.execution);
  const close = (): void => dialog.current?.close();
  const { redrive, isBusy, refusal } = useRedrive(store, close);
  return (
    <dialog ref={dialog} className="confirm" aria-labelledby="redrive-title">
      <form
        method="dialog"
        className="flex flex-col gap-3 p-5"
        onSubmit={(event) => {
          event.preventDefault();
          void redrive();
        }}
      >
        <h2 id="redrive-title" className="text-lg font-semibold">
          Redrive this execution?
        </h2>
        <p className="text-s text-ink-2">
          <span className="font-medium text-base-content">{execution.name}</span> goes on in {execution.environment.name}
          {execution.environment.production ? ", a production environment," : ""} with the input and the definition that it had. What succeeded isn’t run again; retries and time-outs count anew.
        </p>
        <RunsAgain names={namesOf(graph, run)} />
        {refusal && (
          <p role="alert" className="text-s text-fail-ink">
            {refusal}
          </p>
        )}
        <div className="flex justify-end gap-2 pt-1">
          <button type="button" className="btn btn-line" onClick={close}>
            Leave it
          </button>
          <button type="submit" className="btn btn-primary" disabled={isBusy}>
            {isBusy ? "Redriving" : "Redrive execution"}
          </button>
        </div>
      </form>
    </dialog>
  );
}

function RunsAgain({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <div className="flex flex-col gap-1">
      <span className="lbl">Runs again</span>
      <ul className="max-h-40 overflow-y-auto rounded border border-base-300 px-3 py-1.5 text-s" aria-label="Runs again">
        {names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </div>
  );
}

/** What Step Functions says about the execution as it ended; null until it has said so. Asked again, ever more seldom, while it can't be. */
function useSaid(url: string, endedAt: string | null): Said | null {
  const [said, setSaid] = useState<{ endedAt: string | null; said: Said } | null>(null);
  useEffect(() => {
    const stopper = new AbortController();
    let timer: number | undefined;
    const ask = (wait: number): void => {
      getJson<Said>(url, stopper.signal)
        .then((answer) => setSaid({ endedAt, said: answer }))
        .catch((error: unknown) => {
          if (stopper.signal.aborted) return;
          const why = error instanceof ApiError ? error.message : "the server couldn't be reached";
          setSaid({ endedAt, said: { redrivable: false, reason: `It isn't known whether it can be redriven: ${why}` } });
          timer = window.setTimeout(() => ask(Math.min(2 * wait, LONGEST_WAIT)), wait);
        });
    };
    ask(FIRST_WAIT);
    return () => {
      stopper.abort();
      window.clearTimeout(timer);
    };
  }, [url, endedAt]);
  return said?.endedAt === endedAt ? said.said : null;
}

/** By name, the states of a Map's iterations counted; then the items that hadn't begun. */
export function namesOf(graph: Graph, run: Run): string[] {
  const nameOf = (nodeId: string): string => graph.nodes.get(nodeId)?.name ?? nodeId;
  const again = runsAgain(run);
  const counts = new Map<string, number>();
  for (const { nodeId } of again) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
  const names = [...counts].map(([nodeId, count]) => (count > 1 ? `${nameOf(nodeId)} ×${count}` : nameOf(nodeId)));
  return [...names, ...[...mapsAround(again)].flatMap((map) => unbegun(map, nameOf(map.nodeId)))];
}

function unbegun({ iterations }: Visit, name: string): string[] {
  const left = iterations.total - iterations.started;
  return left > 0 ? [`${name}: ${left} ${left === 1 ? "item that hasn’t" : "items that haven’t"} begun`] : [];
}

function mapsAround(visits: readonly Visit[]): Set<Visit> {
  const found = new Set<Visit>();
  for (const visit of visits) for (let outer = visit.parent; outer; outer = outer.parent) if (outer.type === "Map") found.add(outer);
  return found;
}
