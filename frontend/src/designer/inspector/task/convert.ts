/**
 * A value as an expression and an expression as a value, where that's possible: what a switch between the two
 * makes of what stands there. Text with slots ("Title of {$.name}") is a template of either language.
 */

import type { JsonValue } from "../../../asl/document";
import { formatExpression, parseFormat, slotsOf } from "../../../asl/format";
import type { Language } from "./place";

const quoted = (text: string): string => `'${text.replace(/[\\'{}]/g, (char) => `\\${char}`)}'`;
const unquoted = (text: string): string => text.replace(/\\([\s\S])/g, "$1");

/** The whole input, in either language. */
export const INPUT: Record<Language, string> = { JSONPath: "$", JSONata: "$states.input" };

/** An expression with the value of `value`; an empty or missing one becomes the whole input. */
export function expressionOf(value: JsonValue | undefined, language: Language): string {
  if (value === undefined || value === "" || value === null || isEmpty(value)) return INPUT[language];
  if (typeof value === "string" && hasSlots(value, language)) return templateExpression(value, language);
  if (language === "JSONata") return JSON.stringify(value);
  return typeof value === "string" ? `States.Format(${quoted(value)})` : `States.StringToJson(${quoted(JSON.stringify(value))})`;
}

const isEmpty = (value: JsonValue): boolean => typeof value === "object" && value !== null && Object.keys(value).length === 0;

/** The value that `expression` always has, or its text as a template; undefined where it depends on the input otherwise. */
export function valueOfExpression(expression: string, language: Language): JsonValue | undefined {
  const text = expression.trim();
  if (language === "JSONata") return jsonIn(text) ?? templateText(text, "JSONata");
  const json = /^States\.StringToJson\(\s*'((?:[^'\\]|\\[\s\S])*)'\s*\)$/.exec(text);
  if (json !== null) return jsonIn(unquoted(json[1] ?? ""));
  return templateText(text, "JSONPath");
}

function jsonIn(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

const JSONATA_SLOT = /\{(\$[^{}]*)\}/g;

export function slotsIn(text: string, language: Language): string[] {
  return language === "JSONPath" ? slotsOf(text) : [...text.matchAll(JSONATA_SLOT)].map((match) => match[1] ?? "");
}

export const hasSlots = (text: string, language: Language): boolean => slotsIn(text, language).length > 0;

/** Text with slots as an expression: States.Format, or pieces joined by &. */
export function templateExpression(text: string, language: Language): string {
  if (language === "JSONPath") return formatExpression(text);
  const pieces: string[] = [];
  let at = 0;
  for (const match of text.matchAll(JSONATA_SLOT)) {
    const before = text.slice(at, match.index);
    if (before !== "" || pieces.length === 0) pieces.push(JSON.stringify(before));
    pieces.push(needsBrackets(match[1] ?? "") ? `(${match[1] ?? ""})` : (match[1] ?? ""));
    at = match.index + match[0].length;
  }
  const rest = text.slice(at);
  if (rest !== "" || pieces.length === 0) pieces.push(JSON.stringify(rest));
  return pieces.join(" & ");
}

const needsBrackets = (slot: string): boolean => /[\s&?:]/.test(slot.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, ""));

/** The text with slots that an expression was written from; undefined where it's no such one. */
export function templateText(expression: string, language: Language): string | undefined {
  if (language === "JSONPath") return parseFormat(expression)?.text;
  const pieces = splitAtAmpersands(expression);
  if (pieces === undefined) return undefined;
  let text = "";
  for (const [index, piece] of pieces.entries()) {
    const literal = stringIn(piece);
    if (literal !== undefined) text += literal;
    else {
      const bare = /^\(([\s\S]*)\)$/.exec(piece)?.[1] ?? piece;
      if (index === 0 || !bare.startsWith("$") || /[{}]/.test(bare)) return undefined;
      text += `{${bare}}`;
    }
  }
  // A text that would be read back as slots where the expression has literal braces can't be shown as a template.
  return templateExpression(text, "JSONata") === pieces.join(" & ") || slotsIn(text, "JSONata").length === pieces.filter((piece) => stringIn(piece) === undefined).length ? text : undefined;
}

function stringIn(piece: string): string | undefined {
  const single = /^'((?:[^'\\]|\\[\s\S])*)'$/.exec(piece);
  if (single !== null) return unquoted(single[1] ?? "");
  const value = piece.startsWith('"') ? jsonIn(piece) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The operands of a chain of &, or undefined where quotes or brackets don't close. */
function splitAtAmpersands(text: string): string[] | undefined {
  const pieces: string[] = [];
  let depth = 0;
  let quote = "";
  let current = "";
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote !== "") {
      current += char;
      if (char === "\\") {
        current += text.charAt(at + 1);
        at += 1;
      } else if (char === quote) quote = "";
      continue;
    }
    if (char === '"' || char === "'") quote = char;
    if ("([{".includes(char)) depth += 1;
    if (")]}".includes(char)) depth -= 1;
    if (char === "&" && depth === 0) {
      pieces.push(current.trim());
      current = "";
    } else current += char;
  }
  pieces.push(current.trim());
  return quote !== "" || depth !== 0 || pieces.includes("") ? undefined : pieces;
}
