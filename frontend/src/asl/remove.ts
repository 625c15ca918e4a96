/**
 * Delete states, with the path healed: what led to a deleted state leads to where it went on.
 *
 * Where there's nothing to go on to, a Next becomes End, a Default or Catcher goes away with its target, and
 * so does a choice rule as long as another rule is left (else it stays without Next, and is reported).
 */

import { child, type Node, type ParsedDocument } from "./document";
import { andThen, edited, EditRefused, indexInParent, mustFindState, type Edit } from "./edit";
import { insertOnEdge } from "./insert";
import { endsPath, hasNext, machineOf, referencesFrom, referencesTo, successorOf, type Reference, type State } from "./machine";
import { isWithin, join, lastToken, parentOf, type Pointer } from "./pointer";
import { Raw } from "./style";
import { removeMember, removeMembers, replaceProperty, replaceValue, type TextEdit } from "./textEdits";

/** Where each deleted state's path goes on among the states that stay. */
function survivors(gone: ReadonlySet<State>): Map<State, string | undefined> {
  const goesOn = (state: State, seen: Set<State>): string | undefined => {
    const name = successorOf(state);
    const next = name === undefined ? undefined : state.scope.states.get(name);
    if (next === undefined || seen.has(next)) return undefined;
    return gone.has(next) ? goesOn(next, seen.add(next)) : name;
  };
  return new Map([...gone].map((state) => [state, goesOn(state, new Set([state]))]));
}

interface Severed {
  edits: TextEdit[];
  /** Rules and Catchers that go away whole, by the list that holds them. */
  items: Map<Node, number[]>;
}

function dropItem(severed: Severed, reference: Reference, spare: boolean): void {
  const item = reference.node.parent?.parent;
  const list = item?.parent;
  if (item === undefined || list === undefined) return;
  const dropped = severed.items.get(list) ?? [];
  if (spare && dropped.length + 1 >= (list.children?.length ?? 0)) {
    severed.edits.push(...removeMember(reference.node));
    return;
  }
  severed.items.set(list, [...dropped, indexInParent(item)]);
}

function sever(document: ParsedDocument, severed: Severed, reference: Reference): void {
  switch (reference.kind) {
    case "StartAt":
      severed.edits.push(replaceValue(document, reference.node, ""));
      break;
    case "Next":
      severed.edits.push(replaceProperty(document, reference.node, "End", true));
      break;
    case "Default":
      severed.edits.push(...removeMember(reference.node));
      break;
    case "Choice":
      dropItem(severed, reference, true);
      break;
    case "Catch":
      dropItem(severed, reference, false);
      break;
  }
}

/** A Catch list that would be left empty goes away with its field. */
function listEdits(severed: Severed): TextEdit[] {
  return [...severed.items].flatMap(([list, indexes]) => {
    const all = indexes.length === (list.children?.length ?? 0);
    return all && list.parent?.children?.[0]?.value === "Catch" ? removeMember(list) : removeMembers(list, indexes);
  });
}

function healEdits(document: ParsedDocument, gone: ReadonlySet<State>): TextEdit[] {
  const severed: Severed = { edits: [], items: new Map() };
  for (const [state, onward] of survivors(gone)) {
    for (const reference of referencesTo(state.scope, state.name)) {
      if (reference.source !== undefined && gone.has(reference.source)) continue;
      // Healing a loop of two would make a state that leads to itself.
      const toItself = onward !== undefined && reference.source?.name === onward;
      if (onward === undefined || toItself) sever(document, severed, reference);
      else severed.edits.push(replaceValue(document, reference.node, onward));
    }
  }
  return [...severed.edits, ...listEdits(severed)];
}

/** One edit per States object, however many of its members go. */
function memberEdits(gone: ReadonlySet<State>): TextEdit[] {
  const lists = new Map<Node, number[]>();
  for (const state of gone) {
    const states = state.node.parent?.parent;
    if (states !== undefined) lists.set(states, [...(lists.get(states) ?? []), indexInParent(state.node)]);
  }
  return [...lists].flatMap(([states, indexes]) => removeMembers(states, indexes));
}

function outermost(states: State[]): State[] {
  return states.filter((state) => !states.some((other) => other !== state && isWithin(state.pointer, other.pointer)));
}

export function deleteStates(document: ParsedDocument, pointers: readonly Pointer[]): Edit {
  const states = outermost([...new Set(pointers)].map((pointer) => mustFindState(document, pointer)));
  const gone = new Set(states);
  const [first] = states;
  if (first === undefined) throw new EditRefused("Nothing is selected.");
  const label = states.length === 1 ? `delete ${first.name}` : `delete ${String(states.length)} states`;
  return edited(document, label, [...healEdits(document, gone), ...memberEdits(gone)], selectionAfter(first, gone));
}

/** After a deletion, what came before is selected, so that a keyboard user isn't sent to the start. */
function selectionAfter(state: State, gone: ReadonlySet<State>): Pointer[] {
  const reference = referencesTo(state.scope, state.name).find(({ source }) => source !== undefined && !gone.has(source));
  return reference?.source === undefined ? [] : [reference.source.pointer];
}

/** Take a connection away: the rule, the Catcher, the Default; a Next becomes End. */
export function deleteEdge(document: ParsedDocument, pointers: readonly Pointer[]): Edit {
  const machine = machineOf(document);
  const all = [...machine.states.values()].flatMap(referencesFrom);
  const severed: Severed = { edits: [], items: new Map() };
  const found = all.filter((reference) => pointers.includes(reference.pointer));
  for (const reference of found) sever(document, severed, reference);
  const [first] = found;
  if (first === undefined) throw new EditRefused("The start and the end of a path can't be deleted, only led elsewhere.");
  return edited(document, `disconnect ${first.source?.name ?? "Start"} from ${first.target}`, [...severed.edits, ...listEdits(severed)]);
}

/** Lead the edge drawn of `pointers` to another state of its scope, or, for a Next, to the end (undefined). */
export function reconnect(document: ParsedDocument, pointers: readonly Pointer[], target: Pointer | undefined): Edit {
  const machine = machineOf(document);
  const edits = pointers.flatMap((pointer) => reconnectOne(document, pointer, target));
  const name = target === undefined ? "End" : (machine.states.get(target)?.name ?? "");
  return edited(document, `lead to ${name}`, edits);
}

function reconnectOne(document: ParsedDocument, pointer: Pointer, target: Pointer | undefined): TextEdit[] {
  const machine = machineOf(document);
  const source = lastToken(pointer) === "StartAt" ? undefined : [...machine.states.values()].find((state) => isWithin(pointer, state.pointer) && ownField(pointer, state));
  const scope = source === undefined ? machine.scopes.get(parentOf(pointer)) : source.scope;
  if (scope === undefined) throw new EditRefused("That connection is no longer in the definition.");
  if (target === undefined) return endHere(document, source, pointer);
  const state = machine.states.get(target);
  if (state?.scope !== scope) throw new EditRefused("A path can't cross the border of a Parallel or a Map.");
  return leadEdits(document, pointer, source, state.name, scope.node);
}

/** Is `pointer` a field of this very state, not of one inside it? */
function ownField(pointer: Pointer, state: State): boolean {
  const [field] = pointer.slice(state.pointer.length + 1).split("/");
  return field !== "Branches" && field !== "ItemProcessor" && field !== "Iterator";
}

function endHere(document: ParsedDocument, source: State | undefined, pointer: Pointer): TextEdit[] {
  if (source === undefined || !hasNext(source.type) || lastToken(parentOf(pointer)) !== source.name)
    throw new EditRefused("Only a state's own Next can end here; rules and Catchers need a state to go to.");
  const next = child(source.node, "Next");
  return next === undefined ? [] : [replaceProperty(document, next, "End", true)];
}

function leadEdits(document: ParsedDocument, pointer: Pointer, source: State | undefined, name: string, scope: Node): TextEdit[] {
  const owner = source?.node ?? scope;
  const field = lastToken(pointer);
  const known = machineOf(document);
  const reference = [...known.states.values()].flatMap(referencesFrom).find((candidate) => candidate.pointer === pointer);
  if (reference !== undefined) return [replaceValue(document, reference.node, name)];
  const end = child(owner, "End");
  if (field === "End" && end !== undefined) return [replaceProperty(document, end, "Next", name)];
  const present = child(owner, field);
  if (present !== undefined) return [replaceValue(document, present, name)];
  throw new EditRefused("That connection is no longer in the definition.");
}

/** Move a state, text and all, onto another edge; the place it leaves is healed. */
export function moveOnEdge(document: ParsedDocument, pointer: Pointer, edge: readonly Pointer[]): Edit {
  const state = mustFindState(document, pointer);
  if (edge.some((place) => isWithin(place, pointer))) throw new EditRefused("A state can't be moved behind itself.");
  const leadsHere = referencesTo(state.scope, state.name).map((reference) => reference.pointer);
  if (edge.every((place) => leadsHere.includes(place))) throw new EditRefused("It's there already.");
  const body = new Raw(document.text.slice(state.node.offset, state.node.offset + state.node.length));
  const label = `move ${state.name}`;
  if (endsPath(state.type)) throw new EditRefused(`${state.type} ends the path: lead a connection to it instead.`);
  return andThen(deleteStates(document, [pointer]), label, (healed) => insertOnEdge(healed, edge, { name: state.name, body }));
}

/** Move a state into an empty scope. */
export function moveIntoScope(document: ParsedDocument, pointer: Pointer, scope: Pointer): Edit {
  if (isWithin(scope, pointer)) throw new EditRefused("A state can't be moved into itself.");
  return moveOnEdge(document, pointer, [join(scope, "StartAt")]);
}
