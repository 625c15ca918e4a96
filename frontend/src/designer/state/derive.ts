/** What the screens read from the text: graph, problems by place, the selected state. Computed once a text. */

import { duplicatesIn, type Duplicate } from "../../asl/duplicates";
import { rangeOf, sharedValueOf, type ParsedDocument } from "../../asl/document";
import { machineOf, stateAround, type State } from "../../asl/machine";
import { isWithin, join, type Pointer } from "../../asl/pointer";
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
    message: `'${key}' stands twice here; only the last one counts`,
    path: pointer,
    from,
    to,
    state: stateAround(machineOf(document), pointer)?.name,
    fromDeployment: false,
    code: "DUPLICATE_MEMBER",
    fix: { kind: "duplicate", key, index },
  };
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
  // What AWS says again in the validator's own words is one problem, not two.
  const known = new Set(state.diagnostics.map(({ path, message }) => `${path} ${message}`));
  const fresh = state.deployProblems.filter(({ path, message }) => !known.has(`${path} ${message}`));
  const found = [
    ...duplicatesIn(state.good).map((duplicate) => problemOfDuplicate(state.good, duplicate)),
    ...state.diagnostics.map((diagnostic) => problemOf(state.good, diagnostic, false)),
    ...fresh.map((diagnostic) => problemOf(state.good, diagnostic, true)),
  ];
  return found.sort((a, b) => Number(a.severity === "WARNING") - Number(b.severity === "WARNING") || a.from - b.from);
}

/** Marks for the nodes that have a problem of their own (not one inside their branches). */
export function decorationsOf(document: ParsedDocument, problems: readonly Problem[]): Map<string, NodeDecoration> {
  const machine = machineOf(document);
  const marks = new Map<string, NodeDecoration>();
  for (const problem of problems) {
    const state = problem.path === undefined ? undefined : stateAround(machine, problem.path);
    if (state === undefined) continue;
    const known = marks.get(state.pointer)?.problem;
    const text = known === undefined ? problem.message : `${known.text}\n${problem.message}`;
    const severity = known?.severity === "ERROR" ? "ERROR" : problem.severity;
    marks.set(state.pointer, { problem: { severity, text } });
  }
  return marks;
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
