/** Status, times and actions of the execution. */
import { Clock, History, WifiOff } from "lucide-react";
import { StatusGlyph, type Graph } from "../graph";
import { duration } from "../shell/durations";
import { replayedStatus, runStatus, TONE, WORD } from "./decorate";
import { RunActions } from "./RunActions";
import { RunFacts } from "./RunFacts";
import type { Run } from "./status";
import type { ViewerStore } from "./store";

/** Milliseconds. A run that is watched is looked at every ten seconds at the most, as far as its environment's quota allows. */
const OLD = 15_000;
const OLD_BECAUSE = "Callboard reads the history from Step Functions, within a quarter of what AWS allows an account. Runs that are watched come first, quiet ones are read less often.";

interface HeaderProps {
  store: ViewerStore;
  graph: Graph;
  /** As it is shown, and all of it. */
  run: Run;
  whole: Run;
  now: number;
}

export function Header({ store, graph, run, whole, now }: HeaderProps) {
  const execution = store((state) => state.execution);
  const replay = store((state) => state.replay);
  const status = replay === null ? runStatus(run, execution.status) : replayedStatus(run);
  const stopped = execution.stopped_at === null ? null : Date.parse(execution.stopped_at);
  const took = (replay?.at ?? stopped ?? now) - Date.parse(execution.started_at);
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
      <RunFacts store={store} run={run} took={took} now={now} />
      <div className="ml-auto flex flex-wrap items-center gap-2">
        <Freshness store={store} now={now} />
        <RunActions store={store} graph={graph} run={run} whole={whole} now={now} />
      </div>
    </header>
  );
}

/** How old the events are, where that matters, and whether the page is cut off. */
function Freshness({ store, now }: { store: ViewerStore; now: number }) {
  const connection = store((state) => state.connection);
  const knownUntil = store((state) => state.knownUntil);
  const isReplay = store((state) => state.replay !== null);
  const age = knownUntil === null || isReplay ? 0 : now - knownUntil;
  return (
    <>
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
    </>
  );
}
