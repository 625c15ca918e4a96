/** Paths that lead to something in a sample: what a picker of paths and variables offers. */

import { useContext, useMemo } from "react";

import type { JsonValue } from "../../../asl/document";
import { machineOf, type State } from "../../../asl/machine";
import { variablesFor } from "../../../asl/variables";
import { useDesigner } from "../../state/store";
import { PreviewedState } from "./PreviewContext";
import { sampleOf, useSamples } from "./samples";

const MOST = 200;
const DEEPEST = 6;

/** "$", "$.order", "$.order.lines[0].sku"; names that aren't plain stand in brackets. */
export function pathsIn(value: JsonValue, root = "$"): string[] {
  const found: string[] = [];
  const open: { path: string; value: JsonValue; depth: number }[] = [{ path: root, value, depth: 0 }];
  for (let next = open.shift(); next !== undefined && found.length < MOST; next = open.shift()) {
    const { path, value: inner, depth } = next;
    found.push(path);
    if (typeof inner !== "object" || inner === null || depth >= DEEPEST) continue;
    const members = Array.isArray(inner) ? inner.slice(0, 1).map((item) => [`${path}[0]`, item] as const) : Object.entries(inner).map(([key, item]) => [path + step(key), item] as const);
    open.push(...members.map(([at, item]) => ({ path: at, value: item, depth: depth + 1 })));
  }
  return found;
}

function step(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `['${key.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}']`;
}

const CONTEXT = ["$$.Execution.Id", "$$.Execution.Input", "$$.Execution.Name", "$$.Execution.StartTime", "$$.State.Name", "$$.State.EnteredTime", "$$.State.RetryCount", "$$.StateMachine.Id", "$$.StateMachine.Name"];

/** Of the state around: its sample's input, the variables that it may read, the Context Object. */
export function useSuggestedPaths(): readonly string[] {
  const pointer = useContext(PreviewedState);
  const good = useDesigner((state) => state.good);
  const samples = useSamples();
  const state = pointer === undefined ? undefined : machineOf(good).states.get(pointer);
  const input = state === undefined ? "" : sampleOf(samples, state.name).input;
  return useMemo(() => (state === undefined ? [] : suggested(state, input)), [state, input]);
}

function suggested(state: State, input: string): string[] {
  const isInMap = state.scope.owner?.type === "Map";
  const context = isInMap ? [...CONTEXT, "$$.Map.Item.Index", "$$.Map.Item.Value"] : CONTEXT;
  return [...pathsOf(input), ...variablesFor(state).map(({ name }) => `$${name}`), ...context];
}

function pathsOf(text: string): string[] {
  try {
    return pathsIn(JSON.parse(text) as JsonValue);
  } catch {
    return ["$"];
  }
}
