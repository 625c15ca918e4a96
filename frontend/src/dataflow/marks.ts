/** A JSON value as lines, each marked by what a step did to it. Data in, data out. */

import type { JsonValue } from "../asl/document";

export type Mark = "" | "added" | "changed" | "removed";

export interface Line {
  depth: number;
  text: string;
  mark: Mark;
}

/** Longer texts and longer lists of lines tell nothing more in a small panel. */
const LONGEST = 300;
const MOST = 600;

/** `before` is the value that the step began with; without one nothing is marked. */
export function linesOf(value: JsonValue, before?: JsonValue): { lines: Line[]; more: number } {
  const lines: Line[] = [];
  write(lines, value, before, before === undefined ? "" : undefined, 0, "", "");
  return { lines: lines.slice(0, MOST), more: Math.max(0, lines.length - MOST) };
}

/** How many parts are new, different or gone, in words; "" for none. */
export function changeWords(lines: readonly Line[]): string {
  const count = (mark: Mark): number => lines.filter((line) => line.mark === mark).length;
  const parts = (["added", "changed", "removed"] as const).flatMap((mark) => (count(mark) === 0 ? [] : [`${String(count(mark))} ${mark}`]));
  return parts.join(", ");
}

function write(lines: Line[], value: JsonValue, before: JsonValue | undefined, fixed: Mark | undefined, depth: number, head: string, tail: string): void {
  const own: Mark = fixed ?? markOf(value, before);
  if (typeof value !== "object" || value === null || isEmpty(value)) {
    lines.push({ depth, text: `${head}${shortened(JSON.stringify(value))}${tail}`, mark: own });
    return;
  }
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const compared = fixed === undefined && isLike(value, before);
  lines.push({ depth, text: `${head}${open}`, mark: compared ? "" : own });
  const members = Object.entries(value);
  const old = compared ? before : undefined;
  members.forEach(([key, member], index) => {
    const was = old === undefined ? undefined : (old as Record<string, JsonValue>)[key];
    const mark = fixed ?? (compared ? (was === undefined ? "added" : undefined) : own);
    const name = Array.isArray(value) ? "" : `${JSON.stringify(key)}: `;
    write(lines, member, was, mark, depth + 1, name, index < members.length - 1 ? "," : "");
  });
  for (const [key, gone] of Object.entries(old ?? {}).filter(([name]) => !(name in (value as object)))) {
    const name = Array.isArray(value) ? "" : `${JSON.stringify(key)}: `;
    lines.push({ depth: depth + 1, text: `${name}${shortened(JSON.stringify(gone))}`, mark: "removed" });
  }
  lines.push({ depth, text: `${close}${tail}`, mark: compared ? "" : own });
}

function markOf(value: JsonValue, before: JsonValue | undefined): Mark {
  if (before === undefined) return "added";
  return JSON.stringify(value) === JSON.stringify(before) ? "" : "changed";
}

/** Both objects or both lists: then their members are compared one by one. */
function isLike(value: JsonValue, before: JsonValue | undefined): before is JsonValue & object {
  return typeof before === "object" && before !== null && Array.isArray(value) === Array.isArray(before) && hasCommon(value as object, before);
}

function hasCommon(value: object, before: object): boolean {
  return Object.keys(before).length === 0 || Object.keys(value).some((key) => key in before);
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** One line of it, for beside a field. */
export function summary(text: string, most = 160): string {
  const flat = text.replaceAll(/\s+/g, " ");
  return flat.length <= most ? flat : `${flat.slice(0, most)}…`;
}
