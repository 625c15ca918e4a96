/** The right pane: one state, or the execution itself when no state is chosen. */
import type { Graph } from "../graph";
import { ExecutionDetail } from "./ExecutionDetail";
import { StateDetail } from "./StateDetail";
import type { Run } from "./status";
import type { ViewerStore } from "./store";

export interface DetailProps {
  store: ViewerStore;
  graph: Graph;
  run: Run;
  now: number;
  /** "" for the execution. */
  nodeId: string;
}

export function Detail({ nodeId, ...rest }: DetailProps) {
  const node = rest.graph.nodes.get(nodeId);
  return node ? <StateDetail {...rest} node={node} /> : <ExecutionDetail {...rest} />;
}
