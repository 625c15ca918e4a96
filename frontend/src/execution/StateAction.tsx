/** Where a state leads first: its Map Run, its execution, the task of review; and for one that failed, a test with its own input. */
import { ArrowUpRight, FlaskConical, Hand } from "lucide-react";
import type { GraphNode } from "../graph";
import type { StateView } from "./stateView";
import type { ViewerStore } from "./store";

export function StateAction({ store, node, view }: { store: ViewerStore; node: GraphNode; view: StateView }) {
  const { visit, status, isDistributed, nested, review } = view;
  const urls = store((state) => state.boot.urls);
  const isWaiting = status === "waiting";
  return (
    <div className="flex flex-none flex-wrap justify-end gap-2">
      <TestLink store={store} node={node} view={view} />
      {isDistributed && visit ? (
        <a href={`${urls.map_runs}?state=${encodeURIComponent(node.name)}`} className="btn btn-line" data-map-run>
          <ArrowUpRight aria-hidden size={15} />
          Map Run
        </a>
      ) : nested !== null ? (
        <a href={urls.nested.replace(/0\/$/, `${nested}/`)} className="btn btn-line" data-nested>
          <ArrowUpRight aria-hidden size={15} />
          Its execution
        </a>
      ) : (
        review && (
          <a href={review.url} className={`btn ${isWaiting ? "btn-primary" : "btn-line"}`} data-review={review.id}>
            {isWaiting ? <Hand aria-hidden size={15} /> : <ArrowUpRight aria-hidden size={15} />}
            {isWaiting ? "Open review task" : "See the decision"}
          </a>
        )
      )}
    </div>
  );
}

/** How many of a state's visits the designer takes as samples. */
const OFFERED = 50;

/** TestState in the designer, with what this visit was given. */
function TestLink({ store, node, view: { visit, summary } }: { store: ViewerStore; node: GraphNode; view: StateView }) {
  const { execution, boot } = store.getState();
  const place = visit === null ? -1 : (summary?.visits.indexOf(visit) ?? -1);
  if (visit === null || visit.error === null || execution.state_machine.url === null || !boot.permissions.operate || place < 0 || place >= OFFERED) return null;
  const query = new URLSearchParams({ pin: String(execution.id), test: node.id, visit: String(place), environment: String(execution.environment.id) });
  return (
    <a href={`${execution.state_machine.url}?${query.toString()}`} className="btn btn-line" data-test-state title="Test this state alone, with the input that it got here (TestState)">
      <FlaskConical aria-hidden size={15} strokeWidth={1.75} />
      Test this state
    </a>
  );
}
