/** The state or variable whose name stands at a place of the text: for going there, renaming it, and saying what it is. */

import { child, nodeAt, pointerAt, stringOf, type ParsedDocument } from "../../asl/document";
import { machineOf, referencesIn, referencesTo, stateAround, type State } from "../../asl/machine";
import { parentOf, type Pointer } from "../../asl/pointer";
import { assignedAt } from "../../asl/renameVariable";
import { variablesFor } from "../../asl/variables";

interface Spot {
  from: number;
  to: number;
  pointer: Pointer;
}

export type Symbol =
  | (Spot & { kind: "state"; state: State; isDefinition: boolean })
  | (Spot & { kind: "unknown state"; name: string })
  | (Spot & { kind: "variable"; name: string; isDefinition: boolean });

export function symbolAt(document: ParsedDocument, offset: number): Symbol | undefined {
  const pointer = pointerAt(document, offset);
  const value = nodeAt(document, pointer);
  const key = value?.parent?.type === "property" ? value.parent.children?.[0] : undefined;
  if (key !== undefined && offset <= key.offset + key.length && value !== undefined && offset < value.offset) return atName(document, pointer, key.offset, key.offset + key.length);
  if (value?.type !== "string") return undefined;
  const spot = { from: value.offset, to: value.offset + value.length, pointer };
  return reference(document, spot) ?? variable(document, spot, offset);
}

function atName(document: ParsedDocument, pointer: Pointer, from: number, to: number): Symbol | undefined {
  const state = machineOf(document).states.get(pointer);
  if (state !== undefined) return { kind: "state", state, isDefinition: true, pointer, from, to };
  const name = assignedAt(document, pointer);
  return name === undefined ? undefined : { kind: "variable", name, isDefinition: true, pointer, from, to };
}

function reference(document: ParsedDocument, spot: Spot): Symbol | undefined {
  const machine = machineOf(document);
  const scope = machine.scopes.get(parentOf(spot.pointer)) ?? stateAround(machine, spot.pointer)?.scope;
  const found = scope === undefined ? undefined : referencesIn(scope).find(({ pointer }) => pointer === spot.pointer);
  if (found === undefined) return undefined;
  const state = scope?.states.get(found.target);
  return state === undefined ? { kind: "unknown state", name: found.target, ...spot } : { kind: "state", state, isDefinition: false, ...spot };
}

function variable(document: ParsedDocument, spot: Spot, offset: number): Symbol | undefined {
  const text = document.text.slice(spot.from, spot.to);
  for (const found of text.matchAll(/(?<![\w$])\$([\p{L}_][\p{L}\p{N}_]*)/gu)) {
    const from = spot.from + found.index;
    const to = from + found[0].length;
    if (offset < from || offset > to || found[1] === "states") continue;
    const name = found[1] ?? "";
    const state = stateAround(machineOf(document), spot.pointer);
    const isKnown = state !== undefined && variablesFor(state).some((each) => each.name === name);
    return isKnown ? { kind: "variable", name, isDefinition: false, pointer: spot.pointer, from, to } : undefined;
  }
  return undefined;
}

export interface Target {
  from: number;
  to: number;
}

/** Where the name is defined; for the definition itself, where it is used. */
export function targetOf(document: ParsedDocument, symbol: Symbol): Target | undefined {
  if (symbol.kind === "unknown state") return undefined;
  if (symbol.kind === "state") {
    const { state } = symbol;
    const used = symbol.isDefinition ? referencesTo(state.scope, state.name)[0]?.node : state.node.parent?.children?.[0];
    return used === undefined ? undefined : { from: used.offset, to: used.offset + used.length };
  }
  const state = stateAround(machineOf(document), symbol.pointer);
  const [first] = state === undefined ? [] : (variablesFor(state).find(({ name }) => name === symbol.name)?.assigned ?? []);
  const node = first === undefined ? undefined : nodeAt(document, first.pointer)?.parent?.children?.[0];
  return node === undefined ? undefined : { from: node.offset, to: node.offset + node.length };
}

export function commentOf(state: State): string {
  return stringOf(child(state.node, "Comment")) ?? "";
}
