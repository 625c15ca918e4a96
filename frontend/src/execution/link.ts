/** Deep links: `?state=Ask a person&event=27`. The state's name if it's the only one of that name, else its pointer. */
import type { Graph } from "../graph/model";

export function readLink(search: string, graph: Graph): { state: string | null; event: number | null } {
  const params = new URLSearchParams(search);
  const event = Number(params.get("event"));
  const wanted = params.get("state");
  let state: string | null = null;
  if (wanted !== null) state = graph.nodes.has(wanted) ? wanted : ([...graph.nodes.values()].find(({ name }) => name === wanted)?.id ?? null);
  return { state, event: Number.isInteger(event) && event > 0 ? event : null };
}

export function writeLink(address: string, graph: Graph, state: string | null, event: number | null): string {
  const url = new URL(address);
  const name = state === null ? undefined : graph.nodes.get(state)?.name;
  if (state === null || name === undefined) url.searchParams.delete("state");
  else url.searchParams.set("state", [...graph.nodes.values()].filter((node) => node.name === name).length > 1 ? state : name);
  if (event === null || event === 0) url.searchParams.delete("event");
  else url.searchParams.set("event", String(event));
  return url.href;
}
