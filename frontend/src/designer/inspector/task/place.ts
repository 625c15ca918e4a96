/**
 * Where one parameter of a Task stands, and how it's read and written in either query language.
 *
 * In JSONPath a value is `name`, an expression `name.$`; in JSONata an expression is text in {% %}. Items of a
 * list have no name of their own, so in JSONPath they're values only.
 */

import { child, nodeAt, valueOf, type JsonValue, type ParsedDocument } from "../../../asl/document";
import type { Edit } from "../../../asl/edit";
import { edited } from "../../../asl/edit";
import { removeValue, setValue, switchField } from "../../../asl/fields";
import { join, type Pointer } from "../../../asl/pointer";
import type { Writable } from "../../../asl/style";
import { renameKey } from "../../../asl/textEdits";

export type Language = "JSONPath" | "JSONata";

export interface Place {
  /** The object or list that holds it; it needn't be there yet. */
  holder: Pointer;
  name: string;
  language: Language;
  /** An item of a list. */
  item?: boolean;
}

export type Held = { kind: "absent" } | { kind: "value"; value: JsonValue } | { kind: "expression"; text: string };

const JSONATA = /^\{%([\s\S]*)%\}$/;
const pathKey = (name: string): string => `${name}.$`;

/** The text between {% and %}, or undefined for any other value. */
export function expressionIn(value: JsonValue | undefined): string | undefined {
  const match = typeof value === "string" ? JSONATA.exec(value) : null;
  return match === null ? undefined : (match[1] ?? "").trim();
}

export const asJsonata = (text: string): string => `{% ${text.trim()} %}`;

export function canBeExpression(place: Place): boolean {
  return place.language === "JSONata" || place.item !== true;
}

/** Where its expression stands, or would. */
export const expressionPointer = ({ holder, name, language }: Place): Pointer => join(holder, language === "JSONPath" ? pathKey(name) : name);

/** Where its value stands in the document now (`name` or `name.$`). */
export function pointerOf(document: ParsedDocument, place: Place): Pointer {
  const byPath = join(place.holder, pathKey(place.name));
  return place.language === "JSONPath" && place.item !== true && nodeAt(document, byPath) !== undefined ? byPath : join(place.holder, place.name);
}

export function heldAt(document: ParsedDocument, place: Place): Held {
  const holder = nodeAt(document, place.holder);
  const path = place.language === "JSONPath" && place.item !== true ? child(holder, pathKey(place.name)) : undefined;
  if (path !== undefined) return { kind: "expression", text: path.type === "string" ? (path.value as string) : JSON.stringify(valueOf(path)) };
  const node = child(holder, place.name);
  if (node === undefined) return { kind: "absent" };
  const value = valueOf(node);
  const expression = place.language === "JSONata" ? expressionIn(value) : undefined;
  return expression === undefined ? { kind: "value", value } : { kind: "expression", text: expression };
}

function write(document: ParsedDocument, place: Place, key: string, value: Writable, label: string): Edit {
  const holder = nodeAt(document, place.holder);
  if (holder?.type !== "object") return setValue(document, join(place.holder, key), value, label);
  return switchField(document, place.holder, [place.name, pathKey(place.name)], key, value, label);
}

export function setLiteral(document: ParsedDocument, place: Place, value: Writable, label: string): Edit {
  return write(document, place, place.name, value, label);
}

export function setExpression(document: ParsedDocument, place: Place, text: string, label: string): Edit {
  if (place.language === "JSONata") return write(document, place, place.name, asJsonata(text), label);
  return write(document, place, pathKey(place.name), text, label);
}

export function removePlace(document: ParsedDocument, place: Place, label: string): Edit {
  return removeValue(document, pointerOf(document, place), label);
}

/** The names in an object as the forms show them, each once: "id" for "id" and "id.$". */
export function namesAt(document: ParsedDocument, holder: Pointer, language: Language): string[] {
  const node = nodeAt(document, holder);
  const keys = node?.type === "object" ? (node.children ?? []).map((member) => String(member.children?.[0]?.value)) : [];
  return [...new Set(language === "JSONPath" ? keys.map((key) => key.replace(/\.\$$/, "")) : keys)];
}

/** Give a member of a map another name; what it holds stays as it's written. */
export function renamePlace(document: ParsedDocument, place: Place, name: string, label: string): Edit {
  const at = pointerOf(document, place);
  const node = nodeAt(document, at);
  const key = at === join(place.holder, place.name) ? name : pathKey(name);
  return edited(document, label, node === undefined ? [] : [renameKey(node, key)]);
}
