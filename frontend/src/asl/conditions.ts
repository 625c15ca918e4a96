/**
 * The rules of a Choice taken apart and put together: conditions are wrapped, unwrapped, added, moved and taken away.
 *
 * A rule carries its condition among its other members (Next, Assign ...); a condition inside And, Or or Not stands by
 * itself. What isn't touched keeps its own text, so that 2.0 stays 2.0.
 */

import { child, nodeAt, type JsonObject, type Node, type ParsedDocument } from "./document";
import { edited, EditRefused, type Edit } from "./edit";
import { moveItem, switchField } from "./fields";
import { join, lastToken, parentOf, type Pointer } from "./pointer";
import { Raw, styleOf } from "./style";
import { insertMember, removeMembers, replaceValue } from "./textEdits";

/** What belongs to a rule beside its condition. */
export const RULE_MEMBERS: readonly string[] = ["Next", "Comment", "Assign", "Output"];
export const GROUPS = ["And", "Or"] as const;
export type Group = (typeof GROUPS)[number];
export type Wrapping = Group | "Not";

/** Is it a rule of a Choice, not a condition inside one? */
export function isRule(pointer: Pointer): boolean {
  return /\/Choices\/\d+$/.test(pointer);
}

interface Member {
  key: string;
  /** As it stands in the document, its further lines indented as if it began at the margin. */
  text: string;
}

function membersOf(document: ParsedDocument, node: Node): Member[] {
  return (node.children ?? []).map((member) => {
    const [key, value] = member.children ?? [];
    if (key === undefined || value === undefined) throw new EditRefused("This rule isn't complete.");
    return { key: String(key.value), text: atMargin(document.text, value) };
  });
}

function atMargin(text: string, node: Node): string {
  const [first = "", ...rest] = text.slice(node.offset, node.offset + node.length).split(/\r?\n/);
  const depths = rest.filter((line) => line.trim() !== "").map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const depth = Math.min(...depths, Infinity);
  return [first, ...rest.map((line) => line.slice(Number.isFinite(depth) ? depth : 0))].join("\n");
}

function indented(text: string, unit: string): string {
  return text.replaceAll("\n", `\n${unit}`);
}

function objectText(members: readonly Member[], unit: string): string {
  return `{\n${members.map(({ key, text }) => `${unit}${JSON.stringify(key)}: ${indented(text, unit)}`).join(",\n")}\n}`;
}

function listText(items: readonly string[], unit: string): string {
  return `[\n${items.map((item) => unit + indented(item, unit)).join(",\n")}\n]`;
}

function mustFind(document: ParsedDocument, pointer: Pointer): Node {
  const node = nodeAt(document, pointer);
  if (node?.type !== "object") throw new EditRefused("That condition is no longer in the definition.");
  return node;
}

/** The condition alone, as text. */
function conditionText(document: ParsedDocument, pointer: Pointer): string {
  const node = mustFind(document, pointer);
  if (!isRule(pointer)) return atMargin(document.text, node);
  return objectText(membersOf(document, node).filter(({ key }) => !RULE_MEMBERS.includes(key)), styleOf(document).unit);
}

/** Put another condition where the one at `pointer` is; a rule keeps what is its own. */
function withCondition(document: ParsedDocument, pointer: Pointer, members: readonly Member[], label: string): Edit {
  const node = mustFind(document, pointer);
  const all = isRule(pointer) ? membersOf(document, node) : [];
  const first = all.findIndex(({ key }) => !RULE_MEMBERS.includes(key));
  const own = all.filter(({ key }) => RULE_MEMBERS.includes(key));
  const before = first < 0 ? [] : all.slice(0, first);
  const after = own.filter((member) => !before.includes(member));
  return edited(document, label, [replaceValue(document, node, new Raw(objectText([...before, ...members, ...after], styleOf(document).unit)))]);
}

function membersIn(document: ParsedDocument, pointer: Pointer): Member[] {
  return membersOf(document, mustFind(document, pointer)).filter(({ key }) => !RULE_MEMBERS.includes(key));
}

/** The condition at `pointer` inside a new And, Or or Not; `more` are conditions beside it. */
export function wrapCondition(document: ParsedDocument, pointer: Pointer, wrapping: Wrapping, more: readonly JsonObject[], label: string): Edit {
  const { unit } = styleOf(document);
  const inner = conditionText(document, pointer);
  const text = wrapping === "Not" ? inner : listText([inner, ...more.map((item) => JSON.stringify(item, null, unit))], unit);
  return withCondition(document, pointer, [{ key: wrapping, text }], label);
}

/** What is in the And, Or or Not at `pointer` takes its place; of a list the first. */
export function unwrapCondition(document: ParsedDocument, pointer: Pointer, label: string): Edit {
  const inner = firstInside(document, pointer);
  return withCondition(document, pointer, membersIn(document, inner), label);
}

function firstInside(document: ParsedDocument, pointer: Pointer): Pointer {
  const node = mustFind(document, pointer);
  for (const group of GROUPS) if ((child(node, group)?.children?.length ?? 0) > 0) return join(pointer, group, 0);
  if (child(node, "Not") !== undefined) return join(pointer, "Not");
  throw new EditRefused("There is no condition inside.");
}

/** "All of" becomes "any of", and the other way round. */
export function changeGroup(document: ParsedDocument, pointer: Pointer, to: Group, label: string): Edit {
  const from = GROUPS.find((group) => child(mustFind(document, pointer), group) !== undefined);
  const list = from === undefined ? undefined : nodeAt(document, join(pointer, from));
  if (list === undefined) throw new EditRefused("There is no group of conditions here.");
  return switchField(document, pointer, GROUPS, to, new Raw(document.text.slice(list.offset, list.offset + list.length)), label);
}

/** Another condition at the end of the list at `pointer` (".../And"). */
export function addCondition(document: ParsedDocument, pointer: Pointer, condition: JsonObject, label: string): Edit {
  const list = nodeAt(document, pointer);
  if (list?.type !== "array") throw new EditRefused("There is no group of conditions here.");
  return edited(document, label, [insertMember(document, list, undefined, condition)]);
}

/** The item of a list again, right behind itself: a rule or a condition. */
export function duplicateItem(document: ParsedDocument, pointer: Pointer, label: string): Edit {
  const item = mustFind(document, pointer);
  const list = nodeAt(document, parentOf(pointer));
  const index = Number(lastToken(pointer));
  if (list?.type !== "array") throw new EditRefused("Only what stands in a list can be duplicated.");
  return edited(document, label, [insertMember(document, list, undefined, new Raw(atMargin(document.text, item)), index + 1)]);
}

/** Out of its list; the last one takes the list's own group with it. */
export function removeCondition(document: ParsedDocument, pointer: Pointer, label: string): Edit {
  const list = nodeAt(document, parentOf(pointer));
  if (list?.type !== "array") throw new EditRefused("A rule needs a condition: delete the rule instead.");
  if ((list.children?.length ?? 0) < 2) throw new EditRefused("A group needs a condition: delete the group instead.");
  return edited(document, label, removeMembers(list, [Number(lastToken(pointer))]));
}

export function moveCondition(document: ParsedDocument, pointer: Pointer, by: -1 | 1, label: string): Edit {
  const index = Number(lastToken(pointer));
  return moveItem(document, parentOf(pointer), index, index + by, label);
}

/**
 * Another comparison: its operator and operand, at the place of the one there is. The Variable stays as it is written.
 * `known` are all members that may be operators.
 */
export function changeComparison(document: ParsedDocument, pointer: Pointer, known: readonly string[], operator: string, operand: Raw, label: string): Edit {
  return switchField(document, pointer, known, operator, operand, label);
}
