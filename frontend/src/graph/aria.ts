/** Everything that a screen reader hears of the graph, in one table. */
import { counted } from "./words/line";
import type { Graph, GraphEdge, GraphNode } from "./model";
import type { NodeDecoration } from "./types";

export const ARIA = {
  graph: (label: string | undefined, states: number) => `${label ?? "Workflow graph"}, ${counted(states, "state")}`,
  instructions: "Arrow keys walk along the flow and across to other rules, branches and error handlers; Enter selects, Tab goes on to the connections, plus and minus zoom, 0 fits the graph into view.",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  fit: "Fit the graph into view",
  collapse: (name: string) => `Collapse ${name}`,
  expand: (name: string) => `Expand ${name}`,
  minimap: "Map of the whole workflow",

  emptyPlace(graph: Graph, scopeId: string): string {
    const scope = graph.scopes.get(scopeId);
    const owner = graph.nodes.get(scope?.parent ?? "")?.name;
    return owner === undefined ? "the first state" : `the first state of ${scope?.title.toLowerCase() ?? ""} in ${owner}`;
  },

  /** What follows the state's name, which stands visibly on the node (WCAG 2.5.3: the name begins as it's seen). */
  node(graph: Graph, node: GraphNode, decoration: NodeDecoration | undefined): string {
    const leads = outgoing(graph, node.id);
    return [
      "",
      decoration?.line ?? node.line,
      node.type === "Unknown" ? "state without a known type" : node.type,
      decoration?.spoken ?? "",
      node.retry ? "retries" : "",
      node.comment === "" ? "" : `comment: ${node.comment}`,
      node.unreachable ? "nothing leads here" : "",
      node.missing.length > 0 ? `leads to ${node.missing.join(", ")}, which doesn't exist` : "",
      decoration?.problem ? `${decoration.problem.severity === "ERROR" ? "error" : "warning"}: ${decoration.problem.text}` : "",
      leads.length > 0 ? `leads to ${leads.map((edge) => this.lead(graph, edge)).join(", ")}` : node.end ? "ends here" : "",
    ]
      .filter((part, index) => index === 0 || part !== "")
      .join("; ");
  },

  lead(graph: Graph, edge: GraphEdge): string {
    const target = graph.nodes.get(edge.target)?.name ?? "";
    if (edge.kind === "catch") return `${target} on ${edge.hint}`;
    return edge.hint === "" ? target : `${target} if ${edge.hint}`;
  },

  edge(graph: Graph, edge: GraphEdge): string {
    const name = (id: string): string => graph.nodes.get(id)?.name ?? (id.endsWith("#start") ? "Start" : "End");
    return `From ${name(edge.source)} to ${name(edge.target)}${edge.hint === "" ? "" : `: ${edge.hint}`}`;
  },
} as const;

function outgoing(graph: Graph, nodeId: string): GraphEdge[] {
  const scope = graph.scopes.get(graph.nodes.get(nodeId)?.scope ?? "");
  return scope?.edges.filter((edge) => edge.source === nodeId) ?? [];
}
