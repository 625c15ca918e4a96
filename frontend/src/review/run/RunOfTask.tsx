/** The run that asks: its graph with the waiting state and the path so far, and the chosen state's data beside it. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { edgeDecorations, mostInteresting, nodeDecorations } from "../../execution/decorate";
import type { Run } from "../../execution/status";
import type { ViewerStore } from "../../execution/store";
import { isOver } from "../../execution/types";
import { useLive } from "../../execution/useLive";
import { useNow } from "../../execution/useNow";
import { useShownRun } from "../../execution/useReplay";
import { WorkflowGraph, type Graph, type GraphHandle } from "../../graph";
import type { Asked } from "./mount";
import { DataSoFar } from "./DataSoFar";

export function RunOfTask({ store, graph, asked }: { store: ViewerStore; graph: Graph; asked: Asked }) {
  const execution = store((state) => state.execution);
  const notice = store((state) => state.notice);
  const { run } = useShownRun(store, graph);
  const now = useNow(!isOver(execution.status));
  const [picked, setPicked] = useState<string | null>(null);
  useLive(store);

  const asking = askingState(graph, run, asked);
  const chosen = picked ?? asking;
  const nodes = useMemo(() => nodeDecorations(graph, run, now), [graph, run, now]);
  const edges = useMemo(() => edgeDecorations(graph, run), [graph, run]);
  const selection = useMemo(() => (chosen === null ? [] : [chosen]), [chosen]);
  const handle = useRef<GraphHandle>(null);
  // Of a workflow too high for the frame, the state that asks is what matters.
  useEffect(() => {
    if (chosen !== null) handle.current?.reveal(chosen);
  }, [chosen]);
  const onSelect = useCallback((ids: readonly string[]) => setPicked(ids[0] ?? null), []);
  return (
    <div className="flex max-md:flex-col md:h-[26rem]">
      <div className="min-w-0 flex-1 max-md:h-80 max-md:flex-none md:border-r border-base-300" onWheelCapture={pageScrolls}>
        <WorkflowGraph ref={handle} graph={graph} label="The run that asks" selection={selection} onSelect={onSelect} nodeDecorations={nodes} edgeDecorations={edges} refit="always" readOnly />
      </div>
      <div className="flex min-w-0 flex-col overflow-y-auto p-4 max-md:border-t max-md:border-base-300 md:w-[22rem] md:flex-none" tabIndex={0} role="region" aria-label="The data so far">
        {notice && <p className="mb-2 text-xs text-retry-ink">{notice.message}</p>}
        {asked.blind ? <p className="text-s text-ink-2">The data so far is hidden until the answer, since it would tell who made which candidate.</p> : <DataSoFar graph={graph} run={run} chosen={chosen} event={chosen === asking ? asked.event : null} executionUrl={execution.url} onChoose={setPicked} />}
      </div>
    </div>
  );
}

/** By the event that asked; before its history is here, or where no event is known, by the state's name. */
function askingState(graph: Graph, run: Run, { event, state }: Asked): string | null {
  const byEvent = event === null ? undefined : run.stateOfEvent.get(event);
  return byEvent ?? [...graph.nodes.values()].find(({ name }) => name === state)?.id ?? mostInteresting(graph, run);
}

/** The wheel over the graph moves the page, as over the rest of it; with Ctrl it is the graph's. */
function pageScrolls(event: React.WheelEvent): void {
  if (!event.ctrlKey) event.stopPropagation();
}
