/**
 * States.Format expressions as text with slots, and back: "Title of {$.name}" for
 * `States.Format('Title of {}', $.name)`. Only the outermost call is looked at; its arguments stay text.
 */

export interface FormatCall {
  /** The template with each `{}` filled by its argument's text in braces. */
  text: string;
  slots: string[];
}

const CALL = /^States\.Format\(\s*'((?:[^'\\]|\\[\s\S])*)'\s*(?:,([\s\S]*))?\)\s*$/;
const SLOT = /\{(\$[^{}]*|States\.[A-Za-z0-9]+\([^{}]*\))\}/g;

/** Split at commas that stand outside quotes, brackets and parentheses. */
export function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let current = "";
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "\\" && quoted) {
      current += char + text.charAt(at + 1);
      at += 1;
      continue;
    }
    if (char === "'") quoted = !quoted;
    if (!quoted && "([".includes(char)) depth += 1;
    if (!quoted && ")]".includes(char)) depth -= 1;
    if (char === "," && depth === 0 && !quoted) {
      parts.push(current.trim());
      current = "";
    } else current += char;
  }
  if (current.trim() !== "" || parts.length > 0) parts.push(current.trim());
  return parts;
}

/** Undefined when `expression` isn't one States.Format call whose slots and arguments agree in number. */
export function parseFormat(expression: string): FormatCall | undefined {
  const match = CALL.exec(expression.trim());
  if (match === null) return undefined;
  const slots = splitArguments(match[2] ?? "");
  let used = 0;
  const text = (match[1] ?? "").replace(/\\([\s\S])|\{\}/g, (_, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    const slot = slots[used] ?? "";
    used += 1;
    return `{${slot}}`;
  });
  // What a slot can't show in braces (a literal, a filter with braces) is left to be edited as an expression.
  const readable = slots.every((slot) => new RegExp(`^${SLOT.source}$`).test(`{${slot}}`));
  return used === slots.length && readable ? { text, slots } : undefined;
}

const escapeLiteral = (text: string): string => text.replace(/[\\'{}]/g, (char) => `\\${char}`);

/** The expression for text with slots; braces around anything but a path or an intrinsic are literal. */
export function formatExpression(text: string): string {
  const slots: string[] = [];
  let template = "";
  let at = 0;
  for (const match of text.matchAll(SLOT)) {
    template += `${escapeLiteral(text.slice(at, match.index))}{}`;
    slots.push(match[1] ?? "");
    at = match.index + match[0].length;
  }
  template += escapeLiteral(text.slice(at));
  return `States.Format('${template}'${slots.map((slot) => `, ${slot}`).join("")})`;
}

export function slotsOf(text: string): string[] {
  return [...text.matchAll(SLOT)].map((match) => match[1] ?? "");
}
