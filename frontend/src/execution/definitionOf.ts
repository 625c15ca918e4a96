/** The part of a definition that a node's id, a JSON Pointer, leads to. */
import { unescapePointer } from "../graph/model";

export function definitionOf(definition: string, pointer: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(definition);
  } catch {
    return undefined;
  }
  for (const token of pointer.split("/").slice(1)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[unescapePointer(token)];
  }
  return value;
}
