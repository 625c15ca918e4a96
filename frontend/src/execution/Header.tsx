/** Status, times and actions of the execution. */
import { Clock, CopyPlus, Download, FlaskConical, GitCompare, History, RadioTower, SkipForward, Square, WifiOff } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { StatusGlyph, type Graph } from "../graph";
import { ApiError, postJson } from "./api";
import { dollars, tokensOf, TRANSITION_PRICE, transitionsOf } from "./cost";
import { replayedStatus, runStatus, TONE, WORD } from "./decorate";
import { duration, runningDuration } from "../shell/durations";
import { clock, day, utc } from "./format";
import { RedriveButton } from "./Redrive";
import type { Run } from "./status";
import type { ViewerStore } from "./store";
import { isOver, type Execution, type Express } from "./types";

/** Milliseconds. A run that is watched is looked at every ten seconds at the most, as far as its environment's quota allows. */
const OLD = 15_000;
const OLD_BECAUSE = "Callboard reads the history from Step Functions, within a quarter of what AWS allows an account. Runs that are watched come first, quiet ones are read less often.";

export function Header({ store, graph, run, whole, now }: { store: ViewerStore; graph: Graph; run: Run; whole: Run; now: number }) {
  const execution = store((state) => state.execution);
  const connection = store((state) => state.connection);
  const { urls, permissions } = store((state) => state.boot);
  // An item of a Map has no workflow of its own that could be started.
  const isItem = store((state) => state.boot.origin?.kind === "item");
  const replay = store((state) => state.replay);
  const status = replay === null ? runStatus(run, execution.status) : replayedStatus(run);
  const tokens = useMemo(() => tokensOf(whole), [whole]);
  const over = isOver(execution.status);
  const knownUntil = store((state) => state.knownUntil);
  const age = knownUntil === null || replay !== null ? 0 : now - knownUntil;
  const started = Date.parse(execution.started_at);
  const stopped = execution.stopped_at === null ? null : Date.parse(execution.stopped_at);
  const took = (replay?.at ?? stopped ?? now) - started;
  return (
    <header className="flex min-h-[60px] flex-none flex-wrap items-center gap-x-4 gap-y-2 border-b border-base-300 bg-base-100 px-5 py-2.5 max-md:px-3">
      <span className={`chip chip-lg chip-${TONE[status]}`} data-status={execution.status} role="status">
        <StatusGlyph tone={TONE[status]} size={15} className="text-current" />
        {WORD[status]}
      </span>
      {replay !== null && (
        <span className="num flex h-8 items-center gap-1.5 rounded border border-dashed border-line-2 px-2.5 text-s" data-replay={replay.count}>
          <History aria-hidden size={14} strokeWidth={1.75} />
          Replay at {duration(took)}
        </span>
      )}
      <dl className="num flex items-center gap-6 text-s max-md:gap-4">
        <Fact name="Duration">
          <span className="font-semibold">{over || replay !== null ? duration(took) : runningDuration(took)}</span>
        </Fact>
        <Fact name="Started">
          <time dateTime={execution.started_at} title={utc(started)}>
            {day(started, now)} {clock(started)}
          </time>
        </Fact>
        {execution.started_by && (
          <Fact name="By" className="max-md:hidden">
            {execution.started_by}
          </Fact>
        )}
        {execution.revision !== null && (
          <Fact name="Revision" className="max-md:hidden">
            r{execution.revision}
          </Fact>
        )}
        {execution.express ? (
          <Billed express={execution.express} />
        ) : (
          <Fact name="Transitions" className="max-sm:hidden">
            <span title="Step Functions’ price in us-east-1: 0.025 USD for 1,000 state transitions; the models’ and services’ own prices come on top">
              {transitionsOf(run).toLocaleString("en")}, {dollars(transitionsOf(run) * TRANSITION_PRICE)}
            </span>
          </Fact>
        )}
        {tokens.length > 0 && (
          <Fact name="Tokens" className="max-lg:hidden">
            <span title={tokens.map((one) => `${one.model}: ${one.tokensIn} in, ${one.tokensOut} out`).join("\n")}>
              {tokens.reduce((sum, one) => sum + one.tokensIn, 0).toLocaleString("en")} in, {tokens.reduce((sum, one) => sum + one.tokensOut, 0).toLocaleString("en")} out
            </span>
          </Fact>
        )}
      </dl>
      <div className="ml-auto flex items-center gap-2">
        {replay !== null && (
          <button type="button" className="btn btn-primary" onClick={() => store.getState().setReplay(null)}>
            {over ? <SkipForward aria-hidden size={15} strokeWidth={1.75} /> : <RadioTower aria-hidden size={15} strokeWidth={1.75} />}
            {over ? "Back to the end" : "Back to live"}
          </button>
        )}
        {age > OLD && (
          <span className="chip chip-idle" data-age title={OLD_BECAUSE}>
            <Clock aria-hidden size={13} strokeWidth={1.75} />
            Events as of {duration(Math.floor(age / 1000) * 1000)} ago
          </span>
        )}
        {connection === "lost" && (
          <span className="chip chip-retry" role="status">
            <WifiOff aria-hidden size={13} />
            Reconnecting
          </span>
        )}
        <button type="button" className="btn btn-ghost btn-square max-md:hidden" aria-label="Download as JSON" title="Download the run with its history as JSON" onClick={() => download(store)}>
          <Download aria-hidden size={15} strokeWidth={1.75} />
        </button>
        {over && (
          <a href={urls.compare} className="btn btn-ghost btn-square max-md:hidden" aria-label="Compare with another run" title="Compare with another run">
            <GitCompare aria-hidden size={15} strokeWidth={1.75} />
          </a>
        )}
        {permissions.operate && !isItem && (
          <a href={urls.new} className="btn btn-line">
            <CopyPlus aria-hidden size={15} strokeWidth={1.75} />
            <span className="max-sm:hidden">New from this input</span>
            <span className="sm:hidden">New</span>
          </a>
        )}
        {over && execution.state_machine.url !== null && (
          <a href={`${execution.state_machine.url}?pin=${String(execution.id)}`} className="btn btn-line" title="Open in the designer, with this run's input and answers as mocks">
            <FlaskConical aria-hidden size={15} strokeWidth={1.75} />
            <span className="max-sm:sr-only">Test with this data</span>
          </a>
        )}
        {permissions.operate && over && execution.status !== "SUCCEEDED" && !execution.express && <RedriveButton store={store} graph={graph} run={whole} />}
        {permissions.operate && !over && <StopButton url={urls.stop} execution={execution} onStopped={(stoppedOne) => store.getState().replaceExecution(stoppedOne)} />}
      </div>
    </header>
  );
}

/** Step Functions bills an EXPRESS execution by its time and memory; it says how much of what was started from here. */
function Billed({ express }: { express: Express }) {
  if (express.billed_milliseconds === null || express.billed_megabytes === null) return null;
  return (
    <Fact name="Billed" className="max-sm:hidden">
      {(express.billed_milliseconds / 1000).toFixed(1)} s, {express.billed_megabytes} MB
    </Fact>
  );
}

/** The execution and its history as the page has them: task tokens were taken out before they were stored. */
function download(store: ViewerStore): void {
  const { execution, events } = store.getState();
  const address = URL.createObjectURL(new Blob([JSON.stringify({ execution, events }, null, 2)], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: `${execution.name}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function Fact({ name, className, children }: { name: string; className?: string; children: React.ReactNode }) {
  return (
    <div className={className}>
      <dt className="text-2xs text-ink-3">{name}</dt>
      <dd className="whitespace-nowrap">{children}</dd>
    </div>
  );
}

function StopButton({ url, execution, onStopped }: { url: string; execution: Execution; onStopped: (execution: Execution) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [cause, setCause] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  const stop = async (): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    try {
      onStopped(await postJson<Execution>(url, cause.trim() === "" ? {} : { cause: cause.trim() }));
      dialog.current?.close();
    } catch (error) {
      setRefusal(error instanceof ApiError ? error.message : "The server couldn't be reached. Nothing was stopped; try again.");
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <button type="button" className="btn btn-line" onClick={() => dialog.current?.showModal()}>
        <Square aria-hidden size={13} strokeWidth={1.75} />
        Stop
      </button>
      <dialog ref={dialog} className="confirm" aria-labelledby="stop-title">
        <form
          method="dialog"
          className="flex flex-col gap-3 p-5"
          onSubmit={(event) => {
            event.preventDefault();
            void stop();
          }}
        >
          <h2 id="stop-title" className="text-lg font-semibold">
            Stop this execution?
          </h2>
          <p className="text-s text-ink-2">
            <span className="font-medium text-base-content">{execution.name}</span>
            {execution.environment.production ? ` runs in ${execution.environment.name}, a production environment. ` : ` runs in ${execution.environment.name}. `}
            It ends as aborted and open review tasks close. For 14 days it can be redriven.
          </p>
          <label className="flex flex-col gap-1">
            <span className="lbl">Cause, for the history (optional)</span>
            <input className="input" value={cause} maxLength={32_768} onChange={(event) => setCause(event.target.value)} />
          </label>
          {refusal && (
            <p role="alert" className="text-s text-fail-ink">
              {refusal}
            </p>
          )}
          <div className="flex justify-end gap-2 pt-1">
            <button type="button" className="btn btn-line" onClick={() => dialog.current?.close()}>
              Keep it running
            </button>
            <button type="submit" className="btn btn-primary" disabled={isBusy}>
              {isBusy ? "Stopping" : "Stop execution"}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
