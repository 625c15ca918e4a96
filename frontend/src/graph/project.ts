/**
 * Projects a parsed definition into the graph's model. Pure, and total: broken input is normal in an editor.
 *
 * Order comes from StartAt, never from the JSON's key order. What leads nowhere (a dangling Next) becomes a name in
 * `missing`; what can't be reached is drawn all the same.
 *
 * What a definition has in common with the one before (the very same objects, see asl/tree.ts) isn't projected again, and
 * what comes out the same stays the same object, so that nothing is laid out or drawn for it again.
 */
import { isObject, listAt, objectAt, textAt, type Json, type JsonObject } from "./json";
import {
  END, START, escapePointer,
  type EdgeField, type Graph, type GraphEdge, type GraphNode, type GraphScope, type IconKey, type StateType,
} from "./model";
import { keptFrom } from "./share";
import { traverse } from "./traverse";
import { counted, lineOf } from "./words/line";
import { parseResource, serviceIcon } from "./words/resource";
import { errorWords, ruleWords, shorten } from "./words/rule";

const TYPES = new Set<string>(["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"]);

export function project(definition: unknown, previous: Graph = NOTHING): Graph {
  const builder: Builder = { scopes: new Map(), nodes: new Map(), edges: new Map(), previous };
  addScope(builder, { id: "", parent: null, title: "", body: isObject(definition) ? definition : {} });
  return { scopes: builder.scopes, nodes: builder.nodes, edges: builder.edges };
}

const NOTHING: Graph = { scopes: new Map(), nodes: new Map(), edges: new Map() };

/** Of a definition's text; of one that is no JSON, the graph of nothing. */
export function projectText(text: string): Graph {
  let definition: unknown = null;
  try {
    definition = JSON.parse(text);
  } catch {
    // nothing to draw
  }
  return project(definition);
}

interface Builder {
  scopes: Map<string, GraphScope>;
  nodes: Map<string, GraphNode>;
  edges: Map<string, GraphEdge>;
  previous: Graph;
}

interface ScopeSource {
  id: string;
  parent: string | null;
  title: string;
  body: JsonObject;
}

/** A scope as it was projected from an object, without what lies inside its containers. */
interface Projected {
  source: ScopeSource;
  scope: GraphScope;
  nodes: readonly GraphNode[];
  inside: readonly (readonly ScopeSource[])[];
}

const projected = new WeakMap<JsonObject, Projected>();

function addScope(builder: Builder, source: ScopeSource): void {
  const known = projected.get(source.body);
  const isKnown = known?.source.id === source.id && known.source.parent === source.parent && known.source.title === source.title;
  const made = isKnown ? known : projectScope(source, builder.previous);
  projected.set(source.body, made);
  const { scope, nodes, inside } = made;
  builder.scopes.set(scope.id, scope);
  nodes.forEach((node, index) => {
    builder.nodes.set(node.id, node);
    for (const inner of inside[index] ?? []) addScope(builder, inner);
  });
  for (const edge of [...scope.edges, ...scope.rims]) builder.edges.set(edge.id, edge);
}

function projectScope(source: ScopeSource, previous: Graph): Projected {
  const { id, parent, title, body } = source;
  const states = Object.entries(objectAt(body, "States"));
  const idOf = new Map(states.map(([name]) => [name, `${id}/States/${escapePointer(name)}`]));
  const fields = new Map(states.map(([name, state]) => [name, leadsOf(state, idOf.get(name) ?? "")]));
  const startName = textAt(body, "StartAt");
  const startAt = startName === null ? undefined : idOf.get(startName);

  const successors = new Map<string, string[]>();
  for (const [name, list] of fields)
    successors.set(
      idOf.get(name) ?? "",
      list.map(({ target }) => idOf.get(target)).filter((target) => target !== undefined),
    );
  const { order, back, reached } = traverse([...idOf.values()], startAt, successors);

  const nameById = new Map([...idOf].map(([name, nodeId]) => [nodeId, name]));
  const ways: GraphEdge[] = [];
  const rims: GraphEdge[] = [];
  const nodes: GraphNode[] = [];
  const inside: ScopeSource[][] = [];
  if (states.length === 0) rims.push(rim(id, "empty", `${id}${START}`, `${id}${END}`, true));
  else if (startAt !== undefined) rims.push(rim(id, "start", `${id}${START}`, startAt, true));

  const stateOf = new Map(states);
  for (const nodeId of order) {
    const name = nameById.get(nodeId) ?? "";
    const raw = stateOf.get(name);
    const state = isObject(raw) ? raw : {};
    const inner = innerScopes(state, nodeId);
    const leads = fields.get(name) ?? [];
    const node: GraphNode = {
      ...describe(state),
      id: nodeId,
      scope: id,
      name,
      scopes: inner.map((source) => source.id),
      missing: [...new Set(leads.map(({ target }) => target).filter((target) => !idOf.has(target)))],
      unreachable: startAt !== undefined && !reached.has(nodeId),
    };
    nodes.push(keptFrom(previous.nodes, node));
    inside.push(inner);
    ways.push(...edgesFrom(id, nodeId, leads, idOf, back));
    if (node.end) rims.push(rim(id, "end", nodeId, `${id}${END}`, node.type !== "Succeed" && node.type !== "Fail"));
  }
  const kept = (edge: GraphEdge): GraphEdge => keptFrom(previous.edges, edge);
  const scope: GraphScope = { id, parent, title, startAt: startAt ?? null, nodes: order, edges: ways.map(kept), rims: rims.map(kept) };
  return { source, scope: keptFrom(previous.scopes, scope), nodes, inside };
}

type Described = Pick<GraphNode, "type" | "line" | "icon" | "resource" | "retry" | "catches" | "end" | "callback" | "comment">;

const described = new WeakMap<JsonObject, Described>();

function describe(state: JsonObject): Described {
  const known = described.get(state) ?? newlyDescribed(state);
  described.set(state, known);
  return known;
}

function newlyDescribed(state: JsonObject): Described {
  const type: StateType = typeof state.Type === "string" && TYPES.has(state.Type) ? (state.Type as StateType) : "Unknown";
  const resource = type === "Task" ? textAt(state, "Resource") : null;
  const parsed = resource === null ? null : parseResource(resource);
  return {
    type,
    line: lineOf(state),
    icon: type === "Task" ? (parsed ? serviceIcon(parsed) : "action") : (type.toLowerCase() as IconKey),
    resource,
    retry: listAt(state, "Retry").length > 0,
    catches: listAt(state, "Catch").length > 0,
    end: state.End === true || type === "Succeed" || type === "Fail",
    callback: parsed?.pattern === "waitForTaskToken",
    comment: textAt(state, "Comment") ?? "",
  };
}

function innerScopes(state: JsonObject, nodeId: string): ScopeSource[] {
  if (state.Type === "Parallel")
    return listAt(state, "Branches").map((branch, index) => ({
      id: `${nodeId}/Branches/${index}`,
      parent: nodeId,
      title: `Branch ${index + 1}`,
      body: isObject(branch) ? branch : {},
    }));
  if (state.Type !== "Map") return [];
  // Iterator is ItemProcessor's name in definitions from before December 2022; it still works.
  const key = state.ItemProcessor === undefined && state.Iterator !== undefined ? "Iterator" : "ItemProcessor";
  return [{ id: `${nodeId}/${key}`, parent: nodeId, title: "Each item", body: objectAt(state, key) }];
}

type Lead = EdgeField & { target: string };

const leading = new WeakMap<JsonObject, { nodeId: string; leads: readonly Lead[] }>();

function leadsOf(state: Json | undefined, nodeId: string): readonly Lead[] {
  if (!isObject(state)) return [];
  const known = leading.get(state);
  if (known?.nodeId === nodeId) return known.leads;
  const leads = fieldsOf(state, nodeId);
  leading.set(state, { nodeId, leads });
  return leads;
}

/** Every field that leads on, in the order that counts: Next, rules, Default, Catch. */
function fieldsOf(state: JsonObject, nodeId: string): Lead[] {
  const leads: Lead[] = [];
  const next = textAt(state, "Next");
  const type = state.Type;
  if (next !== null && type !== "Choice" && type !== "Succeed" && type !== "Fail")
    leads.push({ kind: "next", pointer: `${nodeId}/Next`, index: 0, label: "", target: next });
  if (type === "Choice") {
    listAt(state, "Choices").forEach((rule, index) => {
      const target = textAt(rule, "Next");
      if (target !== null) leads.push({ kind: "choice", pointer: `${nodeId}/Choices/${index}/Next`, index, label: ruleWords(rule), target });
    });
    const otherwise = textAt(state, "Default");
    if (otherwise !== null) leads.push({ kind: "default", pointer: `${nodeId}/Default`, index: 0, label: "otherwise", target: otherwise });
  }
  listAt(state, "Catch").forEach((catcher, index) => {
    const target = textAt(catcher, "Next");
    if (target === null) return;
    const label = errorWords(isObject(catcher) ? catcher.ErrorEquals : undefined);
    leads.push({ kind: "catch", pointer: `${nodeId}/Catch/${index}/Next`, index, label, target });
  });
  return leads;
}

/** One edge for each target: two rules to one state are one line, and a Catch beside a Next is words in the tooltip. */
function edgesFrom(scope: string, source: string, leads: readonly Lead[], idOf: ReadonlyMap<string, string>, back: ReadonlySet<string>): GraphEdge[] {
  const byTarget = new Map<string, Lead[]>();
  for (const lead of leads) {
    const target = idOf.get(lead.target);
    if (target !== undefined) byTarget.set(target, [...(byTarget.get(target) ?? []), lead]);
  }
  return [...byTarget].map(([target, group]) => {
    const id = `${source}>${target}`;
    const plain = group.filter(({ kind }) => kind !== "catch");
    const caught = group.filter(({ kind }) => kind === "catch");
    const kind = (plain[0] ?? caught[0])?.kind ?? "next";
    const text = words(plain.length > 0 ? plain : caught);
    const also = plain.length > 0 && caught.length > 0 ? `also on error: ${words(caught)}` : "";
    return {
      id, scope, source, target, kind,
      label: shorten(text),
      hint: [text, also].filter(Boolean).join("; "),
      fields: group.map(({ kind: fieldKind, pointer, index, label }) => ({ kind: fieldKind, pointer, index, label })),
      back: back.has(id),
      insertable: true,
    };
  });
}

function words(leads: readonly Lead[]): string {
  return [...new Set(leads.map(({ label }) => label))].filter(Boolean).join(" or ");
}

function rim(scope: string, kind: "start" | "end" | "empty", source: string, target: string, insertable: boolean): GraphEdge {
  return { id: `${source}>${target}`, scope, source, target, kind, label: "", hint: "", fields: [], back: false, insertable };
}

/** Every state inside a container, for its line when it is collapsed: "3 branches, 14 states". */
export function insideWords(graph: Graph, nodeId: string): string {
  const node = graph.nodes.get(nodeId);
  if (!node) return "";
  const states = [...graph.nodes.keys()].filter((id) => id.startsWith(`${nodeId}/`)).length;
  const branches = node.type === "Parallel" ? `${counted(node.scopes.length, "branch", "branches")}, ` : "";
  return `${branches}${counted(states, "state")}`;
}
