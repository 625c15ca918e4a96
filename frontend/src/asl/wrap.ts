/**
 * Put states that stand side by side into a new Parallel or Map, and take a container away around its states.
 *
 * What led to the first of them leads to the container; the container goes on where they went on. A Catch that led out of
 * them can't cross the container's border: it becomes the container's own.
 */

import { child, mustParse, valueOf, type JsonObject, type JsonValue, type ParsedDocument } from "./document";
import { andThen, edited, EditRefused, mustFindState, type Edit } from "./edit";
import { setFieldEdits } from "./fields";
import { groupOf } from "./group";
import { endsPath, hasNext, machineOf, namesIn, referencesFrom, referencesIn, uniqueName, type Reference, type State } from "./machine";
import { join, type Pointer } from "./pointer";
import { Raw, render, styleOf } from "./style";
import { applyEdits, insertMember, removeMembers, replaceProperty, replaceValue, type TextEdit } from "./textEdits";

export type Wrapping = "Parallel" | "Map";

interface Plan {
  group: readonly State[];
  /** The one state that the others lead into. */
  entry: State;
  /** Where the path goes on after them; undefined when it ends. */
  onward: string | undefined;
  /** Catchers that lead out, written on the container. */
  caught: readonly JsonValue[];
}

export function wrapStates(document: ParsedDocument, pointers: readonly Pointer[], kind: Wrapping): Edit {
  const plan = planOf(document, pointers);
  const { group, entry } = plan;
  const machine = machineOf(document);
  const name = uniqueName(kind === "Map" ? "For each" : "In parallel", namesIn(machine));
  const body = new Raw(bodyOf(document, plan, kind));
  const words = group.length === 1 ? entry.name : `${String(group.length)} states`;
  const last = group.reduce((a, b) => (b.node.offset > a.node.offset ? b : a));
  const member = last.node.parent;
  const states = member?.parent;
  if (member === undefined || states === undefined) throw new EditRefused("These states are no longer in the definition.");
  const index = (states.children ?? []).indexOf(member) + 1;
  const outside = referencesIn(entry.scope).filter(({ target, source }) => target === entry.name && (source === undefined || !group.includes(source)));
  const edits = [...outside.map(({ node }) => replaceValue(document, node, name)), insertMember(document, states, name, body, index)];
  const container = join(entry.scope.pointer, "States", name);
  return andThen(edited(document, "", edits), `wrap ${words} in a ${kind}`, (both) => {
    const gone = group.map(({ pointer }) => mustFindState(both, pointer).node.parent);
    const holder = gone[0]?.parent;
    const indexes = gone.map((node) => holder?.children?.findIndex((each) => each === node) ?? -1);
    return edited(both, "", holder === undefined ? [] : removeMembers(holder, indexes), [container]);
  });
}

/** Why the states can't be wrapped, or undefined when they can. */
export function refusalToWrap(document: ParsedDocument, pointers: readonly Pointer[]): string | undefined {
  try {
    planOf(document, pointers);
    return undefined;
  } catch (error) {
    if (error instanceof EditRefused) return error.message;
    throw error;
  }
}

function planOf(document: ParsedDocument, pointers: readonly Pointer[]): Plan {
  const group = groupOf(document, pointers);
  const scope = group[0]?.scope;
  if (scope === undefined) throw new EditRefused("Nothing is selected.");
  const names = new Set(group.map(({ name }) => name));
  const isInside = (reference: Reference): boolean => reference.source !== undefined && group.includes(reference.source);
  const entered = new Set(referencesIn(scope).filter((reference) => names.has(reference.target) && !isInside(reference)).map(({ target }) => target));
  if (entered.size > 1) throw new EditRefused(`Paths lead into both ${[...entered].slice(0, 2).join(" and ")}: a container has one beginning.`);
  const entry = group.find(({ name }) => entered.has(name)) ?? group[0];
  const out = group.flatMap(referencesFrom).filter(({ target }) => !names.has(target));
  const goals = new Set(out.filter(({ kind }) => kind !== "Catch").map(({ target }) => target));
  const ends = group.some(({ node, type }) => child(node, "End")?.value === true || type === "Succeed");
  if (goals.size > 1) throw new EditRefused(`They lead on to both ${[...goals].slice(0, 2).join(" and ")}: a container has one way on.`);
  if (goals.size === 1 && ends) throw new EditRefused("Some of them end the workflow and others go on: a container has one way on.");
  if (entry === undefined || group.every(({ type }) => endsPath(type))) throw new EditRefused("A container around nothing but an end would never go on.");
  return { group, entry, onward: [...goals][0], caught: catchersOf(out) };
}

/** Each once, in order. */
function catchersOf(out: readonly Reference[]): JsonValue[] {
  const items = out.filter(({ kind }) => kind === "Catch").flatMap(({ node }) => node.parent?.parent ?? []);
  const texts = new Map(items.map((item) => [JSON.stringify(valueOf(item)), valueOf(item)]));
  return [...texts.values()];
}

function bodyOf(document: ParsedDocument, plan: Plan, kind: Wrapping): string {
  const style = { ...styleOf(document), eol: "\n", multiline: true };
  const { unit } = style;
  const depth = kind === "Map" ? 2 : 3;
  const indent = (levels: number): string => unit.repeat(levels);
  const inner = innerTexts(document, plan).map(({ name, text }) => `${indent(depth + 1)}${JSON.stringify(name)}: ${render(new Raw(text), indent(depth + 1), style)}`);
  const scope = `"StartAt": ${JSON.stringify(plan.entry.name)},\n${indent(depth)}"States": {\n${inner.join(",\n")}\n${indent(depth)}}`;
  const rest: JsonObject = plan.caught.length === 0 ? {} : { Catch: [...plan.caught] };
  const onward: JsonObject = plan.onward === undefined ? { End: true } : { Next: plan.onward };
  const after = Object.entries({ ...rest, ...onward }).map(([key, value]) => `${unit}${JSON.stringify(key)}: ${render(value, unit, style)}`);
  const holds =
    kind === "Map"
      ? `${unit}"ItemProcessor": {\n${indent(2)}"ProcessorConfig": { "Mode": "INLINE" },\n${indent(2)}${scope}\n${unit}}`
      : `${unit}"Branches": [\n${indent(2)}{\n${indent(3)}${scope}\n${indent(2)}}\n${unit}]`;
  return `{\n${unit}"Type": "${kind}",\n${[holds, ...after].join(",\n")}\n}`;
}

/** The states' texts with their ways out closed; a rule that led on needs a state to go to. */
function innerTexts(document: ParsedDocument, { group }: Plan): { name: string; text: string }[] {
  const names = new Set(group.map(({ name }) => name));
  const done = uniqueName("Branch done", namesIn(machineOf(document)));
  let needsDone = false;
  const closed = group.map((state) => {
    const { name, node } = state;
    const text = document.text.slice(node.offset, node.offset + node.length);
    const own = mustParse(text);
    const edits: TextEdit[] = [];
    const next = child(own.root, "Next");
    if (hasNext(state.type) && next?.type === "string" && !names.has(String(next.value))) edits.push(replaceProperty(own, next, "End", true));
    const rules = (child(own.root, "Choices")?.children ?? []).map((item) => child(item, "Next"));
    for (const way of [child(own.root, "Default"), ...rules]) {
      if (way?.type !== "string" || names.has(String(way.value))) continue;
      needsDone = true;
      edits.push(replaceValue(own, way, done));
    }
    return { name, text: withoutLostCatchers(applyEdits(text, edits), names) };
  });
  return needsDone ? [...closed, { name: done, text: '{ "Type": "Succeed" }' }] : closed;
}

function withoutLostCatchers(text: string, names: ReadonlySet<string>): string {
  const own = mustParse(text);
  const list = child(own.root, "Catch");
  const items = list?.children ?? [];
  const lost = items.flatMap((item, index) => (names.has(String(child(item, "Next")?.value ?? "")) ? [] : [index]));
  if (list?.type !== "array" || lost.length === 0) return text;
  if (lost.length < items.length) return applyEdits(text, removeMembers(list, lost));
  const property = list.parent;
  return applyEdits(text, removeMembers(own.root, [own.root.children?.findIndex((each) => each === property) ?? -1]));
}

/** Take a Map, or a Parallel with one branch, away around its states; they stand where it stood. */
export function unwrapState(document: ParsedDocument, pointer: Pointer): Edit {
  const container = mustFindState(document, pointer);
  const machine = machineOf(document);
  const inner = [...machine.scopes.values()].filter(({ owner }) => owner === container);
  const [scope, ...more] = inner;
  if (scope === undefined || scope.states.size === 0) throw new EditRefused(`${container.name} holds no states; delete it instead.`);
  if (more.length > 0) throw new EditRefused(`${container.name} has ${String(inner.length)} branches; only one can stand where it stood.`);
  const start = scope.states.get(String(child(scope.node, "StartAt")?.value ?? ""));
  if (start === undefined) throw new EditRefused(`${container.name} doesn't say where it starts.`);
  const onward = child(container.node, "Next");
  const goal = onward?.type === "string" ? String(onward.value) : undefined;
  const outer = container.node.parent?.parent;
  if (container.node.parent === undefined || outer === undefined) throw new EditRefused("That state is no longer in the definition.");
  const at = (outer.children ?? []).indexOf(container.node.parent);
  const members = [...scope.states.values()].map(({ name, node, type }) => ({ name, text: ledTo(document.text.slice(node.offset, node.offset + node.length), type, goal) }));
  const leads = referencesIn(container.scope).filter(({ target }) => target === container.name);
  const edits = [
    ...leads.map(({ node }) => replaceValue(document, node, start.name)),
    ...members.map(({ name, text }) => insertMember(document, outer, name, new Raw(text), at + 1)),
  ];
  const select = members.map(({ name }) => join(container.scope.pointer, "States", name));
  return andThen(edited(document, "", edits), `take ${container.name} away around its states`, (both) => {
    const gone = mustFindState(both, pointer).node.parent;
    const holder = gone?.parent;
    const index = holder?.children?.findIndex((each) => each === gone) ?? -1;
    return edited(both, "", holder === undefined ? [] : removeMembers(holder, [index]), select);
  });
}

function ledTo(text: string, type: string, goal: string | undefined): string {
  const own = mustParse(text);
  const end = child(own.root, "End");
  if (goal === undefined) return text;
  if (end?.value === true) return applyEdits(text, [replaceProperty(own, end, "Next", goal)]);
  if (type !== "Succeed") return text;
  // Inside, Succeed ended the branch; outside it would end the workflow.
  const typed = child(own.root, "Type");
  if (typed === undefined) return text;
  const passed = mustParse(applyEdits(text, [replaceValue(own, typed, "Pass")]));
  return applyEdits(passed.text, setFieldEdits(passed, passed.root, "Next", goal));
}
