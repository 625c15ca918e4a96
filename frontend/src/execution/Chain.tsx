/** Every model that the run asked, in order: a chain of prompts reads as one conversation. */
import { useMemo } from "react";
import type { Graph } from "../graph";
import { Conversation } from "./Conversation";
import { clock } from "./format";
import { modelCall, type ModelCall } from "./modelCall";
import type { Run, Visit } from "./status";
import type { ViewerStore } from "./store";

export interface Link {
  readonly visit: Visit;
  readonly at: number;
  readonly call: ModelCall;
}

/** The last attempt of each visit that asked a model; the first hundred. */
export function chainOf(run: Run): Link[] {
  const links: Link[] = [];
  for (const visit of run.visits) {
    const attempt = visit.attempts.at(-1);
    const call = attempt ? modelCall(attempt.parameters, attempt.result) : null;
    if (attempt && call) links.push({ visit, at: attempt.scheduledAt, call });
    if (links.length === 100) break;
  }
  return links;
}

export function Chain({ store, graph, run }: { store: ViewerStore; graph: Graph; run: Run }) {
  const links = useMemo(() => chainOf(run), [run]);
  return links.map(({ visit, at, call }) => (
    <section key={visit.enteredId} className="flex flex-none flex-col gap-3 border-b border-base-300 pb-4 last:border-b-0" data-asked={call.model}>
      <h3 className="flex items-baseline gap-2 text-s font-semibold">
        <button
          type="button"
          className="link"
          onClick={() => {
            store.getState().selectState(visit.nodeId);
            store.getState().selectVisit(visit.enteredId);
          }}
        >
          {graph.nodes.get(visit.nodeId)?.name ?? visit.nodeId}
        </button>
        <span className="num text-2xs font-normal text-ink-3">
          {clock(at)}
          {visit.iteration !== null && `, item ${visit.iteration}`}
        </span>
      </h3>
      <Conversation call={call} />
    </section>
  ));
}
