/** Choice conditions for the rule builder: which operators there are, and how a condition is taken apart. */

import { RULE_MEMBERS } from "../../../asl/conditions";
import type { JsonObject, JsonValue } from "../../../asl/document";

export type OperandKind = "text" | "number" | "boolean" | "timestamp" | "test";

export interface Operator {
  name: string;
  words: string;
  kind: OperandKind;
  group: string;
}

function compare(type: string, kind: OperandKind, group: string, extra: readonly Operator[] = []): Operator[] {
  const table: [string, string][] = [
    ["Equals", "is"],
    ["LessThan", "<"],
    ["LessThanEquals", "≤"],
    ["GreaterThan", ">"],
    ["GreaterThanEquals", "≥"],
  ];
  return [...table.map(([suffix, words]) => ({ name: type + suffix, words, kind, group })), ...extra];
}

export const OPERATORS: readonly Operator[] = [
  ...compare("String", "text", "Text", [{ name: "StringMatches", words: "matches (with *)", kind: "text", group: "Text" }]),
  ...compare("Numeric", "number", "Number"),
  { name: "BooleanEquals", words: "is", kind: "boolean", group: "True or false" },
  ...compare("Timestamp", "timestamp", "Time"),
  { name: "IsPresent", words: "is present", kind: "test", group: "Kind" },
  { name: "IsNull", words: "is null", kind: "test", group: "Kind" },
  { name: "IsString", words: "is text", kind: "test", group: "Kind" },
  { name: "IsNumeric", words: "is a number", kind: "test", group: "Kind" },
  { name: "IsBoolean", words: "is true or false", kind: "test", group: "Kind" },
  { name: "IsTimestamp", words: "is a time", kind: "test", group: "Kind" },
];

/** Every member that may be a comparison's operator. */
export const KNOWN: readonly string[] = OPERATORS.flatMap(({ name }) => [name, `${name}Path`]);

/** "StringEqualsPath" is StringEquals against a path. StringMatches and the tests have no such form. */
export function canTakePath(operator: Operator): boolean {
  return operator.kind !== "test" && operator.name !== "StringMatches";
}

export interface Comparison {
  /** Key of the operand as written, "StringEquals" or "StringEqualsPath". */
  key: string;
  operator: Operator;
  path: boolean;
  operand: JsonValue;
}

/** The one comparison of a rule, or undefined when it's something else or more. */
export function comparisonIn(rule: JsonObject): Comparison | undefined {
  const found = Object.keys(rule).flatMap((key) => {
    const operator = OPERATORS.find(({ name }) => key === name || key === `${name}Path`);
    return operator === undefined ? [] : [{ key, operator, path: key.endsWith("Path"), operand: rule[key] ?? null }];
  });
  return found.length === 1 ? found[0] : undefined;
}

/** What a new operand starts as; the old one is kept where it makes sense. */
export function operandFor(operator: Operator, path: boolean, old: JsonValue): JsonValue {
  if (path) return typeof old === "string" && old.startsWith("$") ? old : "$.other";
  switch (operator.kind) {
    case "text":
      return typeof old === "string" && !old.startsWith("$") ? old : typeof old === "number" ? String(old) : "";
    case "number":
      return typeof old === "number" ? old : Number.isFinite(Number(old)) && old !== "" && typeof old === "string" ? Number(old) : 0;
    case "boolean":
    case "test":
      return typeof old === "boolean" ? old : true;
    case "timestamp":
      return typeof old === "string" && /^\d{4}-/.test(old) ? old : "2026-01-01T00:00:00Z";
  }
}

export type ConditionKind = "And" | "Or" | "Not" | "comparison" | "other";

/** How a condition can be edited: as a group, a negation, one comparison, or only as JSON. */
export function kindOf(condition: JsonObject): ConditionKind {
  for (const group of ["And", "Or"] as const) if (Array.isArray(condition[group])) return group;
  if (isObject(condition["Not"])) return "Not";
  return isComparison(condition) ? "comparison" : "other";
}

export const NEW_CONDITION: JsonObject = { Variable: "$.value", StringEquals: "" };

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

export function isComparison(value: JsonValue | undefined): boolean {
  return isObject(value) && typeof value["Variable"] === "string" && comparisonIn(value) !== undefined;
}

/** The condition alone, without what belongs to the rule (Next, Comment, Assign, Output). */
export function conditionOf(rule: JsonObject): JsonObject {
  const entries = Object.entries(rule).filter(([key]) => !RULE_MEMBERS.includes(key));
  return Object.fromEntries(entries);
}
