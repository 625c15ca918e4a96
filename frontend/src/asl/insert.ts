/**
 * Put a state into a definition: on an edge, into an empty scope, after another state, behind a new choice
 * rule. Decides how the paths are rewired and what may go where; what a new state holds is the caller's.
 */

import { child, mustParse, nodeAt, valueOf, type JsonObject, type JsonValue, type Node, type ParsedDocument } from "./document";
import { edited, EditRefused, mustFindScope, mustFindState, type Edit } from "./edit";
import { addField, setFieldEdits } from "./fields";
import { endsPath, hasNext, holdsScopes, machineOf, Names, namesIn, referencesFrom, stateAround, uniqueName, type Machine, type Scope, type State } from "./machine";
import { isWithin, join, lastToken, parentOf, type Pointer } from "./pointer";
import { Raw, render, styleOf, type Writable } from "./style";
import { applyEdits, insertMember, removeMember, renameKey, replaceProperty, replaceValue, type TextEdit } from "./textEdits";

/**
 * A state to insert. `followers` come after it in the same scope (a pattern's other states); a path that
 * leaves the pattern is written as ONWARD and led to where the edge went.
 */
export interface NewState {
  name: string;
  body: JsonObject | Raw;
  followers?: { name: string; body: JsonObject | Raw }[];
}

/** Stands in a pattern's Next, Default or Catch for "where the path goes on". */
export const ONWARD = "\u0000onward";

/** Where a path goes on: to a state, or to the end of the scope. */
type Onward = string | undefined;

interface Piece {
  name: string;
  body: JsonObject;
  /** The state's own text, when it was copied and must stay as it was written. */
  raw: string | undefined;
}

const typeOf = (body: JsonObject): string => (typeof body["Type"] === "string" ? body["Type"] : "");

function piecesOf(state: NewState): Piece[] {
  return [{ name: state.name, body: state.body }, ...(state.followers ?? [])].map(({ name, body }) =>
    body instanceof Raw ? { name, body: valueOf(mustParse(body.text).root) as JsonObject, raw: body.text } : { name, body, raw: undefined },
  );
}

/** Rename what's already taken, in the pieces and inside them, and their references to each other. */
function withUniqueNames(machine: Machine, pieces: Piece[]): Piece[] {
  const names = new Names(namesIn(machine));
  const renamed = new Map(pieces.map(({ name }) => [name, names.free(name)]));
  const inPattern = pieces.length > 1;
  return pieces.map(({ name, body, raw }) => {
    const whole = raw ?? JSON.stringify(body);
    const inner = holdsScopes(body) ? renameInside(whole, names) : whole;
    const own = mustParse(inner);
    const text = inPattern ? applyEdits(inner, retarget(own.root, (target) => renamed.get(target))) : inner;
    const changed = raw === undefined ? undefined : text;
    return { name: renamed.get(name) ?? name, body: valueOf(mustParse(text).root) as JsonObject, raw: changed };
  });
}

/** States inside a copied Parallel or Map take new names where theirs are in use. */
function renameInside(stateText: string, names: Names): string {
  const wrapped = mustParse(`{"States":{"x":${stateText}}}`);
  const machine = machineOf(wrapped);
  const edits: TextEdit[] = [];
  for (const scope of machine.scopes.values()) {
    if (scope.owner === undefined) continue;
    const changes = new Map<string, string>();
    for (const state of scope.states.values()) {
      const name = names.free(state.name);
      if (name === state.name) continue;
      changes.set(state.name, name);
      edits.push(renameKey(state.node, name));
    }
    const start = child(scope.node, "StartAt");
    for (const node of [start, ...[...scope.states.values()].flatMap((state) => referencesFrom(state).map((r) => r.node))]) {
      const name = node === undefined ? undefined : changes.get(String(node.value));
      if (node !== undefined && name !== undefined) edits.push(replaceValue(wrapped, node, name));
    }
  }
  return applyEdits(wrapped.text, edits).slice('{"States":{"x":'.length, -"}}".length);
}

/** Edits that lead the state's own ways out elsewhere, where `to` names a new target. */
function retarget(root: Node, to: (target: string) => string | undefined): TextEdit[] {
  const fields = ["Choices", "Catch"].flatMap((field) => child(root, field)?.children ?? []).map((item) => child(item, "Next"));
  return [child(root, "Next"), child(root, "Default"), ...fields].flatMap((node) => {
    const target = node?.type === "string" ? to(node.value as string) : undefined;
    return node === undefined || target === undefined ? [] : [{ from: node.offset, to: node.offset + node.length, insert: JSON.stringify(target) }];
  });
}

/** Lead a state's onward way to `onward`; for a copied state only Next, Default or End change. */
function leadOnward(text: string, onward: Onward, alone: boolean): string {
  const own = mustParse(text);
  const type = String(child(own.root, "Type")?.value ?? "");
  if (alone) return applyEdits(text, ownOnwardEdits(own, type, onward));
  if (onward !== undefined) return applyEdits(text, retarget(own.root, (target) => (target === ONWARD ? onward : undefined)));
  const next = child(own.root, "Next");
  if (next?.value === ONWARD) return applyEdits(text, [replaceProperty(own, next, "End", true)]);
  return text;
}

function ownOnwardEdits(own: ParsedDocument, type: string, onward: Onward): TextEdit[] {
  const { root } = own;
  const next = child(root, "Next");
  const end = child(root, "End");
  if (endsPath(type)) return [];
  if (type === "Choice") return onward === undefined ? [] : setFieldEdits(own, root, "Default", onward);
  const key = onward === undefined ? "End" : "Next";
  const value = onward ?? true;
  const present = next ?? end;
  if (present === undefined) return [addField(own, root, key, value)];
  const spare = next !== undefined && end !== undefined ? removeMember(end) : [];
  return [replaceProperty(own, present, key, value), ...spare];
}

/** A Choice can't end a workflow, nor can a pattern's Default or rule: give them a Succeed to go to. */
function needsAnEnd(pieces: Piece[]): boolean {
  return pieces.some(({ body }) => {
    if (pieces.length === 1) return typeOf(body) === "Choice";
    const own = mustParse(JSON.stringify(body));
    const rules = ["Choices", "Catch"].flatMap((field) => child(own.root, field)?.children ?? []).map((item) => child(item, "Next"));
    return [child(own.root, "Default"), ...rules].some((node) => node?.value === ONWARD);
  });
}

interface Wired {
  pieces: { name: string; value: Writable }[];
  first: string;
}

/** The pieces as they'll be written: unique names, every way out led to its target. */
function wire(document: ParsedDocument, state: NewState, onward: Onward): Wired {
  let pieces = withUniqueNames(machineOf(document), piecesOf(state));
  let goal = onward;
  if (onward === undefined && needsAnEnd(pieces)) {
    goal = uniqueName("Done", [...namesIn(machineOf(document)), ...pieces.map(({ name }) => name)]);
    pieces = [...pieces, { name: goal, body: { Type: "Succeed" }, raw: undefined }];
  }
  const alone = (state.followers ?? []).length === 0;
  const style = styleOf(document);
  const written = pieces.map((piece, index) => {
    const source = piece.raw ?? render(piece.body, "", { ...style, multiline: true, eol: "\n" });
    const text = alone && index > 0 ? source : leadOnward(source, goal, alone);
    const filled = goal === undefined ? text : applyEdits(text, retarget(mustParse(text).root, (target) => (target === ONWARD ? goal : undefined)));
    const value: Writable = piece.raw === undefined ? (valueOf(mustParse(filled).root)) : new Raw(filled);
    return { name: piece.name, value };
  });
  return { pieces: written, first: pieces[0]?.name ?? "" };
}

/** Members for the scope's States, written after `after`, or before all others, or at the end. */
function addStates(document: ParsedDocument, scope: Scope, wired: Wired, after?: State | "first"): TextEdit[] {
  const states = child(scope.node, "States");
  if (states?.type !== "object") return addStatesObject(document, scope, wired);
  const members = states.children ?? [];
  const index = after === "first" ? 0 : after?.node.parent === undefined ? members.length : members.indexOf(after.node.parent) + 1;
  if (members.length === 0) {
    const all = Object.fromEntries(wired.pieces.map(({ name, value }) => [name, plain(value)]));
    return [replaceValue(document, states, all)];
  }
  return wired.pieces.map(({ name, value }) => insertMember(document, states, name, value, index));
}

function addStatesObject(document: ParsedDocument, scope: Scope, wired: Wired): TextEdit[] {
  const all = Object.fromEntries(wired.pieces.map(({ name, value }) => [name, plain(value)]));
  return setFieldEdits(document, scope.node, "States", all);
}

function plain(value: Writable): JsonValue {
  return value instanceof Raw ? (valueOf(mustParse(value.text).root)) : value;
}

function setStart(document: ParsedDocument, scope: Scope, name: string): TextEdit[] {
  return setFieldEdits(document, scope.node, "StartAt", name);
}

const labelFor = (state: NewState): string => `add ${state.name}`;

/** Insert into a scope that has no state yet (or whose StartAt leads nowhere). */
export function insertIntoScope(document: ParsedDocument, scopePointer: Pointer, state: NewState): Edit {
  const scope = mustFindScope(machineOf(document), scopePointer);
  const start = child(scope.node, "StartAt");
  if (start?.type === "string" && scope.states.has(start.value as string)) return insertOnEdge(document, [join(scopePointer, "StartAt")], state);
  const wired = wire(document, state, undefined);
  const missing = start === undefined && child(scope.node, "States") === undefined;
  if (missing && (scope.node.children ?? []).length === 0) return fillBlankScope(document, scope, wired, state);
  const edits = [...setStart(document, scope, wired.first), ...addStates(document, scope, wired)];
  return edited(document, labelFor(state), edits, [join(scopePointer, "States", wired.first)]);
}

/** `{}`: both fields come in with one edit, for they'd land on the same place. */
function fillBlankScope(document: ParsedDocument, scope: Scope, wired: Wired, state: NewState): Edit {
  const States = Object.fromEntries(wired.pieces.map(({ name, value }) => [name, plain(value)]));
  const edits = [replaceValue(document, scope.node, { StartAt: wired.first, States })];
  return edited(document, labelFor(state), edits, [join(scope.pointer, "States", wired.first)]);
}

/** What an edge's pointer stands for: the scope it lies in, the state it leaves, where it leads. */
interface EdgePlace {
  scope: Scope;
  source: State | undefined;
  field: string;
  node: Node | undefined;
  target: Onward;
}

function edgeAt(document: ParsedDocument, pointer: Pointer): EdgePlace {
  const machine = machineOf(document);
  const field = lastToken(pointer);
  const node = nodeAt(document, pointer);
  if (field === "StartAt") {
    const scope = mustFindScope(machine, parentOf(pointer));
    return { scope, source: undefined, field, node, target: node?.type === "string" ? (node.value as string) : undefined };
  }
  const source = stateAround(machine, parentOf(pointer));
  if (source === undefined) throw new EditRefused("That connection is no longer in the definition.");
  const target = field === "End" || node?.type !== "string" ? undefined : (node.value as string);
  return { scope: source.scope, source, field, node, target };
}

/** Edits that make the edge at `pointer` lead to `name`. */
export function leadTo(document: ParsedDocument, pointer: Pointer, name: string): TextEdit[] {
  const { node, field, source, scope } = edgeAt(document, pointer);
  if (field === "StartAt") return setStart(document, scope, name);
  if (source === undefined) return [];
  if (field === "End") return node === undefined ? [addField(document, source.node, "Next", name)] : [replaceProperty(document, node, "Next", name)];
  if (node !== undefined) return [replaceValue(document, node, name)];
  const holder = nodeAt(document, parentOf(pointer));
  if (holder?.type !== "object") throw new EditRefused("That connection is no longer in the definition.");
  return [addField(document, holder, field, name)];
}

/** Why a state of this type can't be put on these edges, or undefined when it can. */
export function refusalOnEdge(document: ParsedDocument, pointers: readonly Pointer[], type: string): string | undefined {
  if (!endsPath(type)) return undefined;
  const goesOn = pointers.some((pointer) => {
    const { target, scope } = edgeAt(document, pointer);
    return target !== undefined && scope.states.has(target);
  });
  return goesOn ? `${type} ends the path: put it where the path ends, or on a Choice as a new rule.` : undefined;
}

/**
 * Insert `state` on an edge. `pointers` are the references drawn as that edge ("/States/A/Next",
 * "/States/A/End", "/States/C/Choices/0/Next", "/StartAt" ...); all of them come to lead to the new state.
 */
export function insertOnEdge(document: ParsedDocument, pointers: readonly Pointer[], state: NewState): Edit {
  const places = pointers.map((pointer) => edgeAt(document, pointer));
  const [place] = places;
  if (place === undefined) throw new EditRefused("That connection is no longer in the definition.");
  const refused = refusalOnEdge(document, pointers, typeOf(piecesOf(state)[0]?.body ?? {}));
  if (refused !== undefined) throw new EditRefused(refused);
  const onward = place.target !== undefined && place.scope.states.has(place.target) ? place.target : undefined;
  if (place.scope.states.size === 0) return insertIntoScope(document, place.scope.pointer, state);
  const wired = wire(document, state, onward);
  const edits = [
    ...pointers.flatMap((pointer) => leadTo(document, pointer, wired.first)),
    ...addStates(document, place.scope, wired, place.source ?? "first"),
  ];
  return edited(document, labelFor(state), edits, [join(place.scope.pointer, "States", wired.first)]);
}

/** Insert after a state: on its way out. After a Succeed or Fail there is no way out: before it, then. */
export function insertAfter(document: ParsedDocument, pointer: Pointer, state: NewState): Edit {
  const after = mustFindState(document, pointer);
  if (after.type === "Choice") return insertOnEdge(document, [join(pointer, "Default")], state);
  if (hasNext(after.type)) {
    const field = child(after.node, "Next") === undefined ? "End" : "Next";
    return insertOnEdge(document, [join(pointer, field)], state);
  }
  return insertBefore(document, pointer, state);
}

/** Insert before a state: everything that leads to it leads to the new one. */
export function insertBefore(document: ParsedDocument, pointer: Pointer, state: NewState): Edit {
  const before = mustFindState(document, pointer);
  const machine = machineOf(document);
  const references = [...(machine.scopes.get(before.scope.pointer)?.states.values() ?? [])].flatMap(referencesFrom);
  const pointers = references.filter(({ target, kind }) => target === before.name && kind !== "Catch").map((reference) => reference.pointer);
  const start = child(before.scope.node, "StartAt");
  if (start?.value === before.name) pointers.unshift(join(before.scope.pointer, "StartAt"));
  if (pointers.length === 0) return addLoose(document, before.scope, state);
  return insertOnEdge(document, pointers, state);
}

/** Add a state that nothing leads to yet (a diagnostic will say so). */
export function addLoose(document: ParsedDocument, scope: Scope, state: NewState): Edit {
  const wired = wire(document, state, undefined);
  return edited(document, labelFor(state), addStates(document, scope, wired), [join(scope.pointer, "States", wired.first)]);
}

/** A new rule of the Choice at `pointer` that leads to `state`, which goes on where the Choice goes by default. */
export function insertAsRule(document: ParsedDocument, pointer: Pointer, rule: JsonObject, state: NewState): Edit {
  const choice = mustFindState(document, pointer);
  const otherwise = child(choice.node, "Default");
  const onward = otherwise?.type === "string" && choice.scope.states.has(otherwise.value as string) ? (otherwise.value as string) : undefined;
  const wired = wire(document, state, onward);
  const list = child(choice.node, "Choices");
  const item = { ...rule, Next: wired.first };
  const added = list?.type === "array" ? [insertMember(document, list, undefined, item)] : setFieldEdits(document, choice.node, "Choices", [item]);
  const edits = [...added, ...addStates(document, choice.scope, wired, choice)];
  return edited(document, `add a rule to ${choice.name}`, edits, [join(choice.scope.pointer, "States", wired.first)]);
}

/** May the state at `pointer` be put into the scope at `scope`? Not into itself. */
export function fitsInto(pointer: Pointer, scope: Pointer): boolean {
  return !isWithin(scope, pointer);
}
