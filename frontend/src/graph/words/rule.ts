/** Choice rules and error names in words, long for the tooltip and short for the canvas. */
import { isObject, type Json } from "../json";

/** The canvas shows at most this many characters of a label; the tooltip has the rest. */
export const LABEL_LENGTH = 26;

export function shorten(text: string, length = LABEL_LENGTH): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}

const SUFFIXES: readonly (readonly [suffix: string, words: string])[] = [
  ["GreaterThanEquals", "≥"],
  ["LessThanEquals", "≤"],
  ["GreaterThan", ">"],
  ["LessThan", "<"],
  ["Matches", "matches"],
  ["Equals", "is"],
];

const TESTS: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  IsPresent: ["is present", "is absent"],
  IsNull: ["is null", "isn't null"],
  IsNumeric: ["is a number", "isn't a number"],
  IsString: ["is text", "isn't text"],
  IsBoolean: ["is true or false", "isn't true or false"],
  IsTimestamp: ["is a time", "isn't a time"],
};

/** A top-level rule: its Comment if it has one (people write them to be read here), else the condition. */
export function ruleWords(rule: Json | undefined): string {
  if (!isObject(rule)) return "?";
  if (typeof rule.Comment === "string" && rule.Comment.trim() !== "") return rule.Comment.trim();
  return conditionWords(rule);
}

export function conditionWords(rule: Json | undefined): string {
  if (!isObject(rule)) return "?";
  if (typeof rule.Condition === "string") return expressionWords(rule.Condition);
  if (typeof rule.Condition === "boolean") return String(rule.Condition);
  if (Array.isArray(rule.And)) return joined(rule.And, " and ");
  if (Array.isArray(rule.Or)) return joined(rule.Or, " or ");
  if (rule.Not !== undefined) return `not ${conditionWords(rule.Not)}`;
  const name = pathWords(rule.Variable);
  for (const [operator, value] of Object.entries(rule)) {
    const test = TESTS[operator];
    if (test) return `${name} ${value === false ? test[1] : test[0]}`;
    const base = operator.replace(/Path$/, "");
    const found = SUFFIXES.find(([suffix]) => base.endsWith(suffix));
    if (!found) continue;
    if (base === "BooleanEquals" && typeof value === "boolean") return value ? name : `not ${name}`;
    return `${name} ${found[1]} ${operator.endsWith("Path") ? pathWords(value) : valueWords(value)}`;
  }
  return name;
}

function joined(rules: readonly Json[], word: string): string {
  return rules.map(conditionWords).join(word) || "?";
}

function valueWords(value: Json | undefined): string {
  if (typeof value === "string") return value === "" ? "empty" : value;
  return JSON.stringify(value) ?? "?";
}

/** The last name of a path says most: "$.job.TranscriptionJobStatus" -> "TranscriptionJobStatus". */
function pathWords(path: Json | undefined): string {
  if (typeof path !== "string") return "?";
  const names = path.match(/[A-Za-z_][\w-]*(?:\[[^\]]*\])?/g);
  return names?.at(-1)?.replace(/\[(?:0|\*|'.*'|".*")\]$/, "") ?? path;
}

function expressionWords(expression: string): string {
  return expression
    .replace(/^\{%\s*/, "")
    .replace(/\s*%\}$/, "")
    .replaceAll(/\$states\.(?:input|result)\./g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** ["States.ALL"] -> "any error"; otherwise the names without what comes before the last dot. */
export function errorWords(names: Json | undefined): string {
  const list = Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  if (list.length === 0 || list.includes("States.ALL")) return "any error";
  return list.map(errorName).join(" or ");
}

function errorName(name: string): string {
  const known = KNOWN_ERRORS[name];
  if (known) return known;
  const last = name.slice(name.lastIndexOf(".") + 1);
  return last.length > LABEL_LENGTH ? last.replace(/(?:Exception|Error)$/, "") : last;
}

const KNOWN_ERRORS: Readonly<Record<string, string>> = {
  "States.TaskFailed": "task failed",
  "States.Timeout": "timed out",
  "States.HeartbeatTimeout": "no heartbeat",
  "States.Permissions": "no permission",
  "States.DataLimitExceeded": "too much data",
};
