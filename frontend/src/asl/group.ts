/**
 * Several states of one scope as one thing: copied, pasted, duplicated, moved, deleted and wrapped together.
 *
 * A group goes on where its states' ways out lead. Inside a copy every way out of the group is written as ONWARD, so
 * that it fits on any edge; ways from one of its states to another stay.
 */

import { child, mustParse, stringOf, type ParsedDocument } from "./document";
import { andThen, EditRefused, mustFindState, type Edit } from "./edit";
import { addLoose, insertAfter, insertOnEdge, ONWARD, type NewState } from "./insert";
import { endsPath, hasNext, machineOf, referencesFrom, referencesTo, successorOf, type Scope, type State } from "./machine";
import { isWithin, join, lastToken, parentOf, type Pointer } from "./pointer";
import { deleteStates } from "./remove";
import { Raw } from "./style";
import { applyEdits, replaceProperty, replaceValue, type TextEdit } from "./textEdits";

/** The states at `pointers`, in the order of the path; what lies inside another of them goes with that one. */
export function groupOf(document: ParsedDocument, pointers: readonly Pointer[]): State[] {
  const states = [...new Set(pointers)].map((pointer) => mustFindState(document, pointer));
  const outer = states.filter((state) => !states.some((other) => other !== state && isWithin(state.pointer, other.pointer)));
  const [first] = outer;
  if (first === undefined) throw new EditRefused("Nothing is selected.");
  if (outer.some(({ scope }) => scope !== first.scope))
    throw new EditRefused("These states stand in different containers: choose states that stand side by side.");
  return inPathOrder(first.scope, outer);
}

function inPathOrder(scope: Scope, states: readonly State[]): State[] {
  const place = new Map<State, number>();
  const waiting = [scope.states.get(String(child(scope.node, "StartAt")?.value ?? ""))];
  while (waiting.length > 0) {
    const state = waiting.shift();
    if (state === undefined || place.has(state)) continue;
    place.set(state, place.size);
    waiting.push(...referencesFrom(state).map(({ target }) => scope.states.get(target)));
  }
  return [...states].sort((a, b) => (place.get(a) ?? Infinity) - (place.get(b) ?? Infinity));
}

/** The states' own text, wherever it leads. `{"A": {...}, "B": {...}}`: what the clipboard holds. */
export function copyStates(document: ParsedDocument, pointers: readonly Pointer[]): string {
  const members = groupOf(document, pointers).map(({ name, node }) => `${JSON.stringify(name)}: ${textOf(document, node)}`);
  return `{${members.join(",\n")}}`;
}

const textOf = (document: ParsedDocument, { offset, length }: { offset: number; length: number }): string => document.text.slice(offset, offset + length);

/**
 * States from clipboard text: one or several as `copyStates` writes them, or a whole definition's States. Undefined when
 * it's something else.
 */
export function pastedStates(clipboard: ParsedDocument): NewState | undefined {
  const whole = child(clipboard.root, "States");
  const holder = whole?.type === "object" && child(clipboard.root, "Type") === undefined ? whole : clipboard.root;
  const members = (holder.children ?? []).flatMap(({ children: [key, body] = [] }) => (key === undefined || body === undefined ? [] : [{ name: String(key.value), body }]));
  if (members.length === 0 || members.some(({ body }) => typeof child(body, "Type")?.value !== "string")) return undefined;
  const start = whole === holder ? stringOf(child(clipboard.root, "StartAt")) : undefined;
  const sorted = start !== undefined ? [...members].sort((a, b) => Number(b.name === start) - Number(a.name === start)) : members;
  return asNewState(sorted.map(({ name, body }) => ({ name, text: textOf(clipboard, body) })));
}

interface Member {
  name: string;
  text: string;
}

/** One state is led onward by whoever inserts it; of several each way out says ONWARD. */
function asNewState(members: readonly Member[]): NewState | undefined {
  const [first, ...rest] = members;
  if (first === undefined) return undefined;
  if (rest.length === 0) return { name: first.name, body: new Raw(first.text) };
  const names = new Set(members.map(({ name }) => name));
  const body = ({ text }: Member): Raw => new Raw(openEnds(text, (target) => names.has(target)));
  return { name: first.name, body: body(first), followers: rest.map((member) => ({ name: member.name, body: body(member) })) };
}

/** The state's text with `End` and every way to a state that isn't `kept` led to ONWARD. */
function openEnds(text: string, kept: (target: string) => boolean): string {
  const own = mustParse(text);
  const end = child(own.root, "End");
  const lists = ["Choices", "Catch"].flatMap((field) => child(own.root, field)?.children ?? []).map((item) => child(item, "Next"));
  const edits = [child(own.root, "Next"), child(own.root, "Default"), ...lists].flatMap((node): TextEdit[] =>
    node?.type !== "string" || kept(String(node.value)) ? [] : [replaceValue(own, node, ONWARD)],
  );
  return applyEdits(text, [...edits, ...(end?.value === true ? [replaceProperty(own, end, "Next", ONWARD)] : [])]);
}

function newStateOf(document: ParsedDocument, group: readonly State[]): NewState {
  const made = asNewState(group.map(({ name, node }) => ({ name, text: textOf(document, node) })));
  if (made === undefined) throw new EditRefused("Nothing is selected.");
  return made;
}

const wordsOf = (group: readonly State[]): string => (group.length === 1 ? (group[0]?.name ?? "") : `${String(group.length)} states`);

/** A copy right after the last of the states; of a single Succeed or Fail one that nothing leads to yet. */
export function duplicateStates(document: ParsedDocument, pointers: readonly Pointer[]): Edit {
  const group = groupOf(document, pointers);
  const last = group.findLast(({ type }) => hasNext(type)) ?? group.findLast(({ type }) => !endsPath(type));
  const made = newStateOf(document, group);
  const [first] = group;
  const label = `duplicate ${wordsOf(group)}`;
  if (last !== undefined) return { ...insertAfter(document, last.pointer, made), label };
  if (first === undefined) throw new EditRefused("Nothing is selected.");
  return { ...addLoose(document, first.scope, made), label };
}

/** Why the states can't be moved as one onto another edge, or undefined when they can. */
export function refusalToMove(document: ParsedDocument, pointers: readonly Pointer[], edge: readonly Pointer[]): string | undefined {
  const group = groupOf(document, pointers);
  const [first] = group;
  if (first === undefined) return "Nothing is selected.";
  if (group.length === 1 && endsPath(first.type)) return `${first.type} ends the path: lead a connection to it instead.`;
  if (edge.some((place) => group.some(({ pointer }) => isWithin(place, pointer) && !isOwnWayOut(place, pointer))))
    return group.length === 1 ? "A state can't be moved into itself." : "States can't be moved into themselves.";
  if (edge.some((place) => group.some(({ pointer }) => isOwnWayOut(place, pointer))) || edge.every((place) => leadsTo(place, first))) return "It's there already.";
  return undefined;
}

/** ".../Next" or ".../Choices/0/Next" of this very state. */
function isOwnWayOut(place: Pointer, pointer: Pointer): boolean {
  if (!place.startsWith(`${pointer}/`)) return false;
  const [field = ""] = place.slice(pointer.length + 1).split("/");
  return !["Branches", "ItemProcessor", "Iterator"].includes(field);
}

function leadsTo(place: Pointer, { scope, name }: State): boolean {
  return referencesTo(scope, name).some(({ pointer }) => pointer === place);
}

/** Move states, text and all, onto another edge; the place they leave is healed. */
export function moveStates(document: ParsedDocument, pointers: readonly Pointer[], edge: readonly Pointer[]): Edit {
  const refused = refusalToMove(document, pointers, edge);
  if (refused !== undefined) throw new EditRefused(refused);
  const group = groupOf(document, pointers);
  const made = newStateOf(document, group);
  const healed = deleteStates(document, group.map(({ pointer }) => pointer));
  return andThen(healed, `move ${wordsOf(group)}`, (left) => {
    const inserted = insertOnEdge(left, edge.map((place) => afterDeletion(left, place)), made);
    const scope = parentOf(parentOf(inserted.select?.[0] ?? ""));
    return { ...inserted, select: group.length === 1 ? (inserted.select ?? []) : group.map(({ name }) => join(scope, "States", name)) };
  });
}

/** A Next that the healing turned into End is that state's End now. */
function afterDeletion(document: ParsedDocument, place: Pointer): Pointer {
  const owner = machineOf(document).states.get(parentOf(place));
  if (owner === undefined || lastToken(place) !== "Next" || child(owner.node, "Next") !== undefined) return place;
  return join(owner.pointer, "End");
}

/** The edge that the state's path goes on by. */
export function onwardOf(state: State): Pointer {
  if (state.type === "Choice") return join(state.pointer, "Default");
  return join(state.pointer, child(state.node, "Next") === undefined ? "End" : "Next");
}

/** Out of the container that the states stand in, to right after it. */
export function moveOut(document: ParsedDocument, pointers: readonly Pointer[]): Edit {
  const group = groupOf(document, pointers);
  const owner = group[0]?.scope.owner;
  if (owner === undefined) throw new EditRefused("It stands in no container.");
  return { ...moveStates(document, pointers, [onwardOf(owner)]), label: `move ${wordsOf(group)} out of ${owner.name}` };
}

/** The container that the states can be moved into by key: the one that comes next, or else the one before. */
export function containerBeside(document: ParsedDocument, pointers: readonly Pointer[]): State | undefined {
  const group = groupOf(document, pointers);
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const isContainer = (state: State | undefined): state is State => state !== undefined && !group.includes(state) && (state.type === "Parallel" || state.type === "Map");
  const next = last.scope.states.get(successorOf(last) ?? "");
  if (isContainer(next)) return next;
  return referencesTo(first.scope, first.name).map(({ source }) => source).find(isContainer);
}

/** Into the container beside them: at the beginning when it comes next, at the end of its last branch when it came before. */
export function moveIn(document: ParsedDocument, pointers: readonly Pointer[]): Edit {
  const group = groupOf(document, pointers);
  const container = containerBeside(document, pointers);
  if (container === undefined) throw new EditRefused("No Parallel or Map comes right before or after it.");
  const inner = [...machineOf(document).scopes.values()].filter(({ owner }) => owner === container);
  const isNext = successorOf(group.at(-1) ?? container) === container.name;
  const scope = isNext ? inner[0] : inner.at(-1);
  if (scope === undefined) throw new EditRefused(`${container.name} has no branch to move it into.`);
  const edge = isNext ? join(scope.pointer, "StartAt") : endOf(scope);
  return { ...moveStates(document, pointers, [edge]), label: `move ${wordsOf(group)} into ${container.name}` };
}

function endOf(scope: Scope): Pointer {
  const last = [...scope.states.values()].find(({ node }) => child(node, "End")?.value === true);
  return last === undefined ? join(scope.pointer, "StartAt") : join(last.pointer, "End");
}

/** One place earlier or later on its path. */
export function moveAlong(document: ParsedDocument, pointers: readonly Pointer[], way: "earlier" | "later"): Edit {
  const group = groupOf(document, pointers);
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) throw new EditRefused("Nothing is selected.");
  const label = `move ${wordsOf(group)} ${way}`;
  if (way === "later") {
    const next = last.scope.states.get(successorOf(last) ?? "");
    if (next === undefined || endsPath(next.type)) throw new EditRefused(`Nothing that it could stand behind comes after ${last.name}.`);
    return { ...moveStates(document, pointers, [onwardOf(next)]), label };
  }
  const before = referencesTo(first.scope, first.name).find(({ source, kind }) => source !== undefined && kind !== "Catch" && !group.includes(source))?.source;
  if (before === undefined) throw new EditRefused(`${first.name} comes first already.`);
  const leads = referencesTo(before.scope, before.name).filter(({ kind, source }) => kind !== "Catch" && source !== first && source !== last);
  if (leads.length === 0) throw new EditRefused(`Nothing leads to ${before.name} that it could stand on.`);
  return { ...moveStates(document, pointers, leads.map(({ pointer }) => pointer)), label };
}
