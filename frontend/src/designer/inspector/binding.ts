/** Ties a control to a place in the definition: reads the value there, writes a minimal edit. */

import { nodeAt, type JsonValue } from "../../asl/document";
import { removeValue, setValue, switchField } from "../../asl/fields";
import { machineOf, type State } from "../../asl/machine";
import { join, lastToken, type Pointer } from "../../asl/pointer";
import { Raw, type Writable } from "../../asl/style";
import { edit, useDesigner } from "../state/store";

/** To be read only: what an edit leaves alone is the same object before and after it, and its field isn't drawn again. */
export function useValue(pointer: Pointer): JsonValue | undefined {
  return useDesigner((state) => nodeAt(state.good, pointer)?.written.shared as JsonValue | undefined);
}

/** A number as it's written in the document ("2.0"), or "". */
export function useNumberText(pointer: Pointer): string {
  return useDesigner((state) => {
    const node = nodeAt(state.good, pointer);
    return node?.type === "number" ? state.good.text.slice(node.offset, node.offset + node.length) : "";
  });
}

/** The text of the value at `pointer` as it stands in the document, without the indentation of its place. */
export function useSource(pointer: Pointer): string {
  return useDesigner((state) => {
    const node = nodeAt(state.good, pointer);
    return node === undefined ? "" : dedented(state.good.text, node.offset, node.length);
  });
}

function dedented(text: string, offset: number, length: number): string {
  const [first = "", ...rest] = text.slice(offset, offset + length).split(/\r?\n/);
  const depths = rest.filter((line) => line.trim() !== "").map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const depth = Math.min(...depths, Infinity);
  return [first, ...rest.map((line) => line.slice(Number.isFinite(depth) ? depth : 0))].join("\n");
}

export function useText(pointer: Pointer): string {
  const value = useValue(pointer);
  return typeof value === "string" ? value : "";
}

export function useCanEdit(): boolean {
  return useDesigner((state) => state.boot.permissions.design && state.problems.length === 0);
}

const what = (pointer: Pointer): string => `change ${lastToken(pointer)}`;

/** Set or, with undefined, remove; typing in one field makes one undo step. */
export function put(pointer: Pointer, value: Writable | undefined, label = what(pointer)): void {
  edit((document) => (value === undefined ? removeValue(document, pointer, label) : setValue(document, pointer, value, label)), pointer);
}

/** Text; an empty field removes the value. */
export function putText(pointer: Pointer, text: string): void {
  put(pointer, text === "" ? undefined : text);
}

/** A number exactly as it was typed. */
export function putNumber(pointer: Pointer, text: string | undefined): void {
  put(pointer, text === undefined ? undefined : new Raw(text));
}

export function putOneOf(holder: Pointer, alternatives: readonly string[], key: string, value: Writable, label = `change ${key}`): void {
  edit((document) => switchField(document, holder, alternatives, key, value, label), `${holder}/${key}`);
}

export function useStates(scope: Pointer): readonly string[] {
  return useDesigner((state) => namesOf(machineOf(state.good).scopes.get(scope)?.states));
}

const nameLists = new WeakMap<ReadonlyMap<string, State>, readonly string[]>();
const NONE: readonly string[] = [];

function namesOf(states: ReadonlyMap<string, State> | undefined): readonly string[] {
  if (states === undefined) return NONE;
  const known = nameLists.get(states) ?? [...states.keys()];
  nameLists.set(states, known);
  return known;
}

export { join };
