/** What the screens read from the text: graph, problems by place, the selected state. Computed once a text. */

import { duplicatesIn, type Duplicate } from "../../asl/duplicates";
import { rangeOf, sharedValueOf, type ParsedDocument } from "../../asl/document";
import { machineOf, stateAround, type State } from "../../asl/machine";
import { isWithin, join, parentOf, type Pointer } from "../../asl/pointer";
import type { Fix } from "../../asl/repair";
import { project, type Graph, type GraphEdge, type NodeDecoration } from "../../graph";
import type { Diagnostic } from "../api";
import type { DesignerState } from "./store";

const graphs = new WeakMap<ParsedDocument, Graph>();
let latest: Graph | undefined;

/** What an edit left as it was is the very object that it was in the graph before: it isn't laid out or drawn again. */
export function graphOf(document: ParsedDocument): Graph {
  const known = graphs.get(document);
  if (known !== undefined) return known;
  const graph = project(sharedValueOf(document), latest);
  latest = graph;
  graphs.set(document, graph);
  return graph;
}

/**
 * The references that an edge is drawn of. A Catch that shares its line with a Next stays where it is when
 * something is put on the line: errors aren't meant.
 */
export function pointersOf(edge: GraphEdge): Pointer[] {
  if (edge.kind === "start" || edge.kind === "empty") return [join(edge.scope, "StartAt")];
  if (edge.kind === "end") return [join(edge.source, "End")];
  const plain = edge.fields.filter((field) => field.kind !== "catch");
  return (plain.length > 0 ? plain : edge.fields).map((field) => field.pointer);
}

/** A problem to show: the validator's, AWS's, or the parser's. */
export interface Problem {
  severity: "ERROR" | "WARNING";
  message: string;
  /** Absent for a syntax error, which is before any path. */
  path: Pointer | undefined;
  from: number;
  to: number;
  state: string | undefined;
  /** Said by AWS at the last deployment. */
  fromDeployment: boolean;
  /** What kind of finding: problems of one kind can be put right together. */
  code: string;
  fix: Fix | undefined;
}

function problemOf(document: ParsedDocument, diagnostic: Diagnostic, fromDeployment: boolean): Problem {
  const range = rangeOf(document, diagnostic.path);
  const state = stateAround(machineOf(document), diagnostic.path);
  return {
    severity: diagnostic.severity,
    message: diagnostic.message,
    path: diagnostic.path,
    ...range,
    state: state?.name,
    fromDeployment,
    code: diagnostic.code,
    fix: diagnostic.fix,
  };
}

function problemOfDuplicate(document: ParsedDocument, { pointer, key, index, from, to }: Duplicate): Problem {
  return {
    severity: "WARNING",
    message: twice(key),
    path: pointer,
    from,
    to,
    state: stateAround(machineOf(document), pointer)?.name,
    fromDeployment: false,
    code: "DUPLICATE_MEMBER",
    fix: { kind: "duplicate", key, index },
  };
}

const twice = (key: string): string => `'${key}' stands twice here; only the last one counts`;

/** What AWS says again in the validator's own words is one problem, not two. */
function freshOf({ diagnostics, deployProblems }: Pick<DesignerState, "diagnostics" | "deployProblems">): Diagnostic[] {
  if (deployProblems.length === 0) return [];
  const known = new Set(diagnostics.map(({ path, message }) => `${path} ${message}`));
  return deployProblems.filter(({ path, message }) => !known.has(`${path} ${message}`));
}

/** Everything that is wrong, errors first, in the order of the text. */
export function problemsOf(state: Pick<DesignerState, "problems" | "good" | "diagnostics" | "deployProblems">): Problem[] {
  const syntax = state.problems.map<Problem>(({ offset, length, message }) => ({
    severity: "ERROR",
    message,
    path: undefined,
    from: offset,
    to: offset + length,
    state: undefined,
    fromDeployment: false,
    code: "SYNTAX",
    fix: undefined,
  }));
  if (syntax.length > 0) return syntax;
  const found = [
    ...duplicatesIn(state.good).map((duplicate) => problemOfDuplicate(state.good, duplicate)),
    ...state.diagnostics.map((diagnostic) => problemOf(state.good, diagnostic, false)),
    ...freshOf(state).map((diagnostic) => problemOf(state.good, diagnostic, true)),
  ];
  return found.sort((a, b) => Number(a.severity === "WARNING") - Number(b.severity === "WARNING") || a.from - b.from);
}

const NO_MARKS: ReadonlyMap<string, NodeDecoration> = new Map();
let lastMarks = NO_MARKS;

/** Marks for the nodes that have a problem of their own (not one inside their branches). One that says the same stays the same object. */
export function decorationsOf(graph: Graph, state: Pick<DesignerState, "good" | "diagnostics" | "deployProblems">): ReadonlyMap<string, NodeDecoration> {
  const duplicates = duplicatesIn(state.good).map(({ pointer, key }) => ({ path: pointer, message: twice(key), severity: "WARNING" as const }));
  const told = [...duplicates, ...state.diagnostics, ...freshOf(state)].sort((a, b) => Number(a.severity === "WARNING") - Number(b.severity === "WARNING"));
  const found = new Map<string, NonNullable<NodeDecoration["problem"]>>();
  for (const { path, message, severity } of told) {
    const id = nodeAround(graph, path);
    if (id === undefined) continue;
    const known = found.get(id);
    found.set(id, { severity: known?.severity === "ERROR" ? "ERROR" : severity, text: known === undefined ? message : `${known.text}\n${message}` });
  }
  const before = lastMarks;
  lastMarks = found.size === 0 ? NO_MARKS : new Map([...found].map(([id, problem]) => [id, sameMark(before.get(id), problem)]));
  return lastMarks;
}

function sameMark(before: NodeDecoration | undefined, problem: NonNullable<NodeDecoration["problem"]>): NodeDecoration {
  return before?.problem?.severity === problem.severity && before.problem.text === problem.text ? before : { problem };
}

/** The innermost state that `path` lies in. */
function nodeAround(graph: Graph, path: Pointer): string | undefined {
  let at = path;
  while (at !== "" && !graph.nodes.has(at)) at = parentOf(at);
  return at === "" ? undefined : at;
}

export function problemsWithin(problems: readonly Problem[], pointer: Pointer): Problem[] {
  return problems.filter(({ path }) => path !== undefined && isWithin(path, pointer));
}

export function selectedStates(state: Pick<DesignerState, "good" | "selection">): State[] {
  const { states } = machineOf(state.good);
  return state.selection.flatMap((id) => states.get(id) ?? []);
}

export function selectedState(state: Pick<DesignerState, "good" | "selection">): State | undefined {
  const states = selectedStates(state);
  return states.length === 1 && state.selection.length === 1 ? states[0] : undefined;
}

export function selectedEdge(state: Pick<DesignerState, "good" | "selection">): GraphEdge | undefined {
  const [id, ...more] = state.selection;
  return id === undefined || more.length > 0 ? undefined : graphOf(state.good).edges.get(id);
}
