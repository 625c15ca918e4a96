/** What can be done with the run: share, take away, compare, start again, test, redrive, stop. */
import { CopyPlus, FlaskConical, GitCompare, RadioTower, Share2, SkipForward } from "lucide-react";
import type { Graph } from "../graph";
import { ExportMenu } from "./ExportMenu";
import { RedriveButton } from "./Redrive";
import type { Run } from "./status";
import { StopButton } from "./StopButton";
import type { ViewerStore } from "./store";
import { isOver } from "./types";

interface ActionsProps {
  store: ViewerStore;
  graph: Graph;
  /** As it is shown, and all of it. */
  run: Run;
  whole: Run;
  now: number;
}

export function RunActions({ store, graph, run, whole, now }: ActionsProps) {
  const execution = store((state) => state.execution);
  const { urls, permissions } = store((state) => state.boot);
  const over = isOver(execution.status);
  return (
    <>
      <BackToEnd store={store} isOver={over} />
      <ExportMenu store={store} graph={graph} run={run} now={now} />
      {permissions.operate && (
        <a href={urls.share} className="btn btn-ghost btn-square" aria-label="Share" title="Share a link to this run, in plain words">
          <Share2 aria-hidden size={15} strokeWidth={1.75} />
        </a>
      )}
      {over && (
        <a href={urls.compare} className="btn btn-ghost btn-square max-md:hidden" aria-label="Compare with another run" title="Compare with another run">
          <GitCompare aria-hidden size={15} strokeWidth={1.75} />
        </a>
      )}
      <NewFromInput store={store} />
      {over && execution.state_machine.url !== null && (
        <a href={`${execution.state_machine.url}?pin=${String(execution.id)}`} className="btn btn-line" title="Open in the designer, with this run's input and answers as mocks">
          <FlaskConical aria-hidden size={15} strokeWidth={1.75} />
          <span className="max-sm:sr-only">Test with this data</span>
        </a>
      )}
      {permissions.operate && over && execution.status !== "SUCCEEDED" && !execution.express && <RedriveButton store={store} graph={graph} run={whole} />}
      {permissions.operate && !over && <StopButton url={urls.stop} execution={execution} onStopped={(stopped) => store.getState().replaceExecution(stopped)} />}
    </>
  );
}

function BackToEnd({ store, isOver: over }: { store: ViewerStore; isOver: boolean }) {
  const replay = store((state) => state.replay);
  if (replay === null) return null;
  const Icon = over ? SkipForward : RadioTower;
  return (
    <button type="button" className="btn btn-primary" onClick={() => store.getState().setReplay(null)}>
      <Icon aria-hidden size={15} strokeWidth={1.75} />
      {over ? "Back to the end" : "Back to live"}
    </button>
  );
}

function NewFromInput({ store }: { store: ViewerStore }) {
  const { urls, permissions, origin } = store((state) => state.boot);
  // An item of a Map has no workflow of its own that could be started.
  if (!permissions.operate || origin?.kind === "item") return null;
  return (
    <a href={urls.new} className="btn btn-line">
      <CopyPlus aria-hidden size={15} strokeWidth={1.75} />
      <span className="max-sm:hidden">New from this input</span>
      <span className="sm:hidden">New</span>
    </a>
  );
}
