/**
 * Set and remove single fields. Decides where a new field of a state goes: AWS's usual order, so that Type
 * stays first and Next or End last.
 */

import { child, nodeAt, propertyOf, type JsonObject, type Node, type ParsedDocument } from "./document";
import { edited, EditRefused, type Edit } from "./edit";
import { lastToken, parentOf, tokensOf, type Pointer } from "./pointer";
import type { Writable } from "./style";
import { insertMember, removeMember, replaceProperty, replaceValue, type TextEdit } from "./textEdits";

const FIELD_ORDER = [
  "Comment", "QueryLanguage", "Version", "TimeoutSeconds.machine", "StartAt", "States",
  "Type", "Resource", "Credentials", "InputPath", "Parameters", "Arguments", "Input", "Result",
  "ItemsPath", "Items", "ItemReader", "ItemSelector", "ItemBatcher", "MaxConcurrency", "MaxConcurrencyPath",
  "ToleratedFailureCount", "ToleratedFailurePercentage", "ItemProcessor", "Iterator", "ResultWriter", "Branches",
  "Seconds", "SecondsPath", "Timestamp", "TimestampPath", "Error", "ErrorPath", "Cause", "CausePath",
  "Choices", "Default", "TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath",
  "ResultSelector", "ResultPath", "OutputPath", "Assign", "Output", "Retry", "Catch", "Next", "End",
];
const RANK = new Map(FIELD_ORDER.map((field, rank) => [field, rank]));

/** Fields at which a new one called `key` should be put: after the last one that goes before it. */
function placeFor(object: Node, key: string): number {
  const members = object.children ?? [];
  const rank = RANK.get(key);
  if (rank === undefined) return members.length;
  let place = 0;
  members.forEach((member, index) => {
    const name = String(member.children?.[0]?.value);
    if ((RANK.get(name) ?? -1) <= rank || name === "Type") place = index + 1;
  });
  return place;
}

export function addField(document: ParsedDocument, object: Node, key: string, value: Writable): TextEdit {
  return insertMember(document, object, key, value, placeFor(object, key));
}

export function setFieldEdits(document: ParsedDocument, object: Node, key: string, value: Writable): TextEdit[] {
  const present = child(object, key);
  return present === undefined ? [addField(document, object, key, value)] : [replaceValue(document, present, value)];
}

function missingParents(document: ParsedDocument, pointer: Pointer, value: Writable): { parent: Node; key: string; value: Writable } {
  const tokens = tokensOf(pointer);
  let parent = document.root;
  for (const [depth, token] of tokens.slice(0, -1).entries()) {
    const next = child(parent, token);
    if (next === undefined) {
      const rest = tokens.slice(depth + 1);
      const nested = rest.reduceRight<Writable>((inner, key) => ({ [key]: inner }) as JsonObject, value);
      return { parent, key: token, value: nested };
    }
    parent = next;
  }
  return { parent, key: tokens.at(-1) ?? "", value };
}

/** Set the value at `pointer`; objects on the way that aren't there are made. */
export function setValue(document: ParsedDocument, pointer: Pointer, value: Writable, label: string): Edit {
  const present = nodeAt(document, pointer);
  if (present !== undefined) return edited(document, label, [replaceValue(document, present, value)]);
  const place = missingParents(document, pointer, value);
  if (place.parent.type === "array") return edited(document, label, [insertMember(document, place.parent, undefined, place.value)]);
  if (place.parent.type !== "object") throw new EditRefused(`${lastToken(parentOf(pointer))} isn't an object, so nothing can be set in it.`);
  return edited(document, label, [addField(document, place.parent, place.key, place.value)]);
}

export function removeValue(document: ParsedDocument, pointer: Pointer, label: string): Edit {
  const present = nodeAt(document, pointer);
  return edited(document, label, present === undefined ? [] : removeMember(present));
}

/**
 * Put `key: value` where one of `alternatives` stands (Seconds for SecondsPath, End for Next, "text.$" for
 * "text"): on the same line, the other alternatives removed.
 */
export function switchField(
  document: ParsedDocument,
  objectPointer: Pointer,
  alternatives: readonly string[],
  key: string,
  value: Writable,
  label: string,
): Edit {
  const object = nodeAt(document, objectPointer);
  if (object?.type !== "object") throw new EditRefused("There is nothing here that holds this field.");
  const present = alternatives.filter((name) => propertyOf(object, name) !== undefined);
  const keep = present.includes(key) ? key : present[0];
  if (keep === undefined) return edited(document, label, [addField(document, object, key, value)]);
  const kept = child(object, keep);
  const first = kept === undefined ? [] : [keep === key ? replaceValue(document, kept, value) : replaceProperty(document, kept, key, value)];
  const others = present.filter((name) => name !== keep).flatMap((name) => removeMember(child(object, name) as Node));
  return edited(document, label, [...first, ...others]);
}

/** Append to the list `field` of the object at `pointer`, making the list if it isn't there. */
export function appendItem(document: ParsedDocument, pointer: Pointer, field: string, item: Writable, label: string): Edit {
  const object = nodeAt(document, pointer);
  const list = child(object, field);
  if (list?.type === "array") return edited(document, label, [insertMember(document, list, undefined, item)]);
  if (object === undefined) throw new EditRefused("There is nothing here to add to.");
  return edited(document, label, setFieldEdits(document, object, field, [item] as unknown as Writable));
}

/** Move item `from` of the list at `pointer` to place `to`; the items' own text stays as it is. */
export function moveItem(document: ParsedDocument, pointer: Pointer, from: number, to: number, label: string): Edit {
  const items = nodeAt(document, pointer)?.children ?? [];
  const order = items.map((_, index) => index);
  order.splice(to, 0, ...order.splice(from, 1));
  const textOf = (node: Node): string => document.text.slice(node.offset, node.offset + node.length);
  const edits = items.flatMap((item, index) => {
    const source = items[order[index] ?? index];
    if (source === undefined || source === item) return [];
    return [{ from: item.offset, to: item.offset + item.length, insert: textOf(source) }];
  });
  return edited(document, label, edits);
}
