/** Another value of the document with the smallest changes of its text: what means the same stays as it was written. */

import { mustParse, valueOf, type JsonValue, type ParsedDocument } from "./document";
import { removeValue, setValue } from "./fields";
import { join, type Pointer } from "./pointer";

type Step = { pointer: Pointer; value: JsonValue } | { pointer: Pointer; gone: true };

export function toward(document: ParsedDocument, target: JsonValue): string {
  let text = document.text;
  for (const step of steps(valueOf(document.root), target, "")) {
    const current = mustParse(text);
    const edit = "gone" in step ? removeValue(current, step.pointer, "") : setValue(current, step.pointer, step.value, "");
    text = edit.text;
  }
  return text;
}

/** Members that go before those that come, so that a renamed one isn't there twice. */
function* steps(now: JsonValue, target: JsonValue, at: Pointer): Generator<Step> {
  if (isSame(now, target)) return;
  if (isObject(now) && isObject(target)) {
    for (const key of Object.keys(now)) if (!(key in target)) yield { pointer: join(at, key), gone: true };
    for (const [key, value] of Object.entries(target)) {
      const present = now[key];
      if (present === undefined) yield { pointer: join(at, key), value };
      else yield* steps(present, value, join(at, key));
    }
  } else if (Array.isArray(now) && Array.isArray(target) && now.length === target.length) {
    for (const [index, value] of target.entries()) yield* steps(now[index] ?? null, value, join(at, index));
  } else yield { pointer: at, value: target };
}

function isObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSame(a: JsonValue, b: JsonValue): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, index) => isSame(each, b[index] ?? null));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => key in b && isSame(a[key] ?? null, b[key] ?? null));
  }
  return a === b;
}

