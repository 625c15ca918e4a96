/** Variables that a state may read: which there are, and which states assign them before it. */

import { child, stringOf, type Node } from "./document";
import { referencesIn, type Scope, type State } from "./machine";
import { join, type Pointer } from "./pointer";

export interface Variable {
  name: string;
  /** Where it may have been assigned: the state, and the pointer of the member in its Assign. */
  assigned: { state: State; pointer: Pointer }[];
}

/** In order of name. What a state assigns itself is there only if a path leads back to it. */
export function variablesFor(state: State): Variable[] {
  const found = new Map<string, Variable>();
  for (let at: State | undefined = state; at !== undefined; at = outward(at)) {
    for (const earlier of statesBefore(at)) collect(found, earlier);
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** The Parallel or Map around a state, whose variables it sees too; a distributed Map's children are executions of their own. */
function outward({ scope }: State): State | undefined {
  const isDistributed = stringOf(child(child(scope.node, "ProcessorConfig"), "Mode")) === "DISTRIBUTED";
  return isDistributed ? undefined : scope.owner;
}

/** The states of its scope from which a path leads to `state`. */
function statesBefore(state: State): State[] {
  const sources = leadingTo(state.scope);
  const before = new Set<string>();
  const open = [state.name];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const source of sources.get(name) ?? []) {
      if (before.has(source)) continue;
      before.add(source);
      open.push(source);
    }
  }
  return [...state.scope.states.values()].filter(({ name }) => before.has(name));
}

function leadingTo(scope: Scope): Map<string, string[]> {
  const sources = new Map<string, string[]>();
  for (const { source, target } of referencesIn(scope)) {
    if (source !== undefined) sources.set(target, [...(sources.get(target) ?? []), source.name]);
  }
  return sources;
}

function collect(found: Map<string, Variable>, state: State): void {
  const holders: [Node | undefined, Pointer][] = [[state.node, state.pointer]];
  for (const field of ["Choices", "Catch"]) {
    const list = child(state.node, field);
    (list?.type === "array" ? (list.children ?? []) : []).forEach((item, index) => holders.push([item, join(state.pointer, field, index)]));
  }
  for (const [holder, pointer] of holders) {
    const assign = child(holder, "Assign");
    for (const member of assign?.type === "object" ? (assign.children ?? []) : []) {
      const key = String(member.children?.[0]?.value);
      const name = key.replace(/\.\$$/, "");
      const variable = found.get(name) ?? { name, assigned: [] };
      variable.assigned.push({ state, pointer: join(pointer, "Assign", key) });
      found.set(name, variable);
    }
  }
}
