/** JSONPath that says the same in JSONata at a glance: names after `$`. All else is the server's (asl/conversion.py). */

import type { JsonObject, JsonValue } from "./document";

const SIMPLE = /^\$(\$)?((?:\.[A-Za-z_][A-Za-z0-9_]*)*)$/;

function path(text: JsonValue): string | undefined {
  const found = typeof text === "string" ? SIMPLE.exec(text) : null;
  return found === null ? undefined : `{% ${found[1] === undefined ? "$states.input" : "$states.context"}${found[2] ?? ""} %}`;
}

/** A path (`isPath`) or a payload template as JSONata; undefined where it isn't that simple. */
export function inJsonata(value: JsonValue, isPath: boolean): JsonValue | undefined {
  if (isPath) return path(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => inJsonata(item, false));
    return items.includes(undefined) ? undefined : (items as JsonValue[]);
  }
  if (value === null || typeof value !== "object") return typeof value === "string" && value.startsWith("{%") ? undefined : value;
  const made: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const isRead = key.endsWith(".$");
    const converted = inJsonata(member, isRead);
    if (converted === undefined) return undefined;
    made[isRead ? key.slice(0, -2) : key] = converted;
  }
  return made;
}
