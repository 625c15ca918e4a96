/**
 * Make a definition say `value`, changing only the text of what differs: numbers, spacing and the order of all else stay as
 * they were written.
 */

import { mustParse, nodeAt, propertyOf, type JsonObject, type JsonValue, type Node, type ParsedDocument, type Shared } from "./document";
import type { Pointer } from "./pointer";
import { applyEdits, insertMember, removeMembers, renameKey, replaceValue, type TextEdit } from "./textEdits";

/** Deep equality; the order of members doesn't count. */
export function isSame(a: Shared | JsonValue | undefined, b: Shared | JsonValue | undefined): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => isSame(item, b[index] as JsonValue));
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  return keys.length === others.length && keys.every((key) => Object.hasOwn(b, key) && isSame((a as JsonObject)[key], (b as JsonObject)[key]));
}

const nameOf = (member: Node): string => String(member.children?.[0]?.value);
const valueNodeOf = (member: Node): Node => member.children?.[1] as Node;

/** Which of the old names takes which new one: one that goes while another comes, with the same value or in the same place. */
export function renamings(before: readonly string[], after: readonly string[], isAlike: (gone: string, come: string) => boolean): Map<string, string> {
  const gone = before.filter((name) => !after.includes(name));
  const come = after.filter((name) => !before.includes(name));
  const found = new Map<string, string>();
  for (const name of gone) {
    const free = come.filter((other) => ![...found.values()].includes(other));
    const alike = free.find((other) => isAlike(name, other)) ?? free.find((other) => gone.length === come.length && before.indexOf(name) === after.indexOf(other));
    if (alike !== undefined) found.set(name, alike);
  }
  return found;
}

/** The first pass changes, renames and removes; the second adds, so that no two edits meet. */
type Pass = "change" | "add";

function inObject(document: ParsedDocument, node: Node, value: JsonObject, pass: Pass): TextEdit[] {
  const members = node.children ?? [];
  const names = members.map(nameOf);
  const wanted = Object.keys(value);
  const renamed = pass === "change" ? renamings(names, wanted, (gone, come) => isSame(propertyOf(node, gone)?.part(1)?.written.shared, value[come])) : new Map<string, string>();
  const kept = names.map((name) => renamed.get(name) ?? name).filter((name) => Object.hasOwn(value, name));
  const inOrder = isSame(kept, wanted.filter((name) => kept.includes(name)));
  if (!inOrder || new Set(names).size < names.length || (kept.length === 0 && wanted.length > 0)) return [replaceValue(document, node, value)];
  if (pass === "add") return [...added(document, node, names, value), ...members.flatMap((member) => edits(document, valueNodeOf(member), value[nameOf(member)] as JsonValue, pass))];
  const gone = members.flatMap((member, index) => (Object.hasOwn(value, renamed.get(nameOf(member)) ?? nameOf(member)) ? [] : [index]));
  const changed = members.flatMap((member) => {
    const name = renamed.get(nameOf(member)) ?? nameOf(member);
    if (!Object.hasOwn(value, name)) return [];
    const inner = edits(document, valueNodeOf(member), value[name] as JsonValue, pass);
    return name === nameOf(member) ? inner : [renameKey(valueNodeOf(member), name), ...inner];
  });
  return [...changed, ...(gone.length === 0 ? [] : removeMembers(node, gone))];
}

function added(document: ParsedDocument, node: Node, names: readonly string[], value: JsonObject): TextEdit[] {
  let place = 0;
  return Object.keys(value).flatMap((name) => {
    const at = names.indexOf(name);
    if (at >= 0) {
      place = at + 1;
      return [];
    }
    return [insertMember(document, node, name, value[name] as JsonValue, place)];
  });
}

function inArray(document: ParsedDocument, node: Node, value: JsonValue[], pass: Pass): TextEdit[] {
  const items = node.children ?? [];
  if (items.length === 0 && value.length > 0) return [replaceValue(document, node, value)];
  const shared = Math.min(items.length, value.length);
  let same = 0;
  while (same < shared && isSame(items[same]?.written.shared, value[same])) same += 1;
  let tail = 0;
  while (tail < shared - same && isSame(items[items.length - 1 - tail]?.written.shared, value[value.length - 1 - tail])) tail += 1;
  const [old, fresh] = [items.slice(same, items.length - tail), value.slice(same, value.length - tail)];
  const both = Math.min(old.length, fresh.length);
  const inner = old.slice(0, both).flatMap((item, index) => edits(document, item, fresh[index] as JsonValue, pass));
  const gone = pass === "change" ? old.slice(both).map((item) => items.indexOf(item)) : [];
  if (gone.length === items.length && gone.length > 0) return [replaceValue(document, node, value)];
  const more = pass === "add" ? fresh.slice(both).map((item) => insertMember(document, node, undefined, item, same + both)) : [];
  return [...inner, ...(gone.length === 0 ? [] : removeMembers(node, gone)), ...more];
}

function edits(document: ParsedDocument, node: Node, value: JsonValue, pass: Pass): TextEdit[] {
  if (node.type === "object" && value !== null && typeof value === "object" && !Array.isArray(value)) {
    const known = Object.keys(value);
    const isOrdered = isSame(node.children?.map(nameOf) ?? [], known);
    return isOrdered && isSame(node.written.shared, value) ? [] : inObject(document, node, value, pass);
  }
  if (isSame(node.written.shared, value)) return [];
  return node.type === "array" && Array.isArray(value) ? inArray(document, node, value, pass) : [replaceValue(document, node, value)];
}

/** The text in which the value at `pointer` is `value`. */
export function patched(document: ParsedDocument, value: JsonValue, pointer: Pointer = ""): string {
  let text = document.text;
  for (const pass of ["change", "add"] as const) {
    const current = mustParse(text);
    const node = nodeAt(current, pointer);
    if (node !== undefined) text = applyEdits(text, edits(current, node, value, pass));
  }
  return text;
}
