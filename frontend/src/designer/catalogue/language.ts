/**
 * A Task's body in the workflow's query language, from parameters written as a JSONPath payload template.
 *
 * Only what the palette itself writes is turned into JSONata: paths into the input and the Context Object, and
 * States.Format with such.
 */

import type { JsonObject, JsonValue } from "../../asl/document";
import { splitArguments } from "../../asl/format";
import type { MakeContext } from "./items";

type Language = MakeContext["queryLanguage"];

/** `$.a.b` as `$states.input.a.b`, `$$.Execution.Id` as `$states.context.Execution.Id`; undefined for what isn't a plain path. */
export function pathInJsonata(path: string): string | undefined {
  if (!/^\$\$?(\.[A-Za-z_]\w*|\[\d+\])*$/.test(path)) return undefined;
  return path.startsWith("$$") ? `$states.context${path.slice(2)}` : `$states.input${path.slice(1)}`;
}

function expressionInJsonata(expression: string): string | undefined {
  const call = /^States\.Format\('((?:[^'\\]|\\[\s\S])*)'(?:,([\s\S]*))?\)$/.exec(expression);
  if (call === null) return pathInJsonata(expression);
  const values = splitArguments(call[2] ?? "").map(pathInJsonata);
  const texts = (call[1] ?? "").split("{}").map((text) => text.replace(/\\([\s\S])/g, "$1"));
  if (values.includes(undefined) || texts.length !== values.length + 1) return undefined;
  return texts.flatMap((text, index) => [...(text === "" && index > 0 ? [] : [JSON.stringify(text)]), ...(index < values.length ? [values[index] ?? ""] : [])]).join(" & ");
}

/** The same template in JSONata; an expression that can't be turned becomes the whole input. */
export function inJsonata(template: JsonValue): JsonValue {
  if (Array.isArray(template)) return template.map(inJsonata);
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => {
      if (!key.endsWith(".$") || typeof value !== "string") return [key, inJsonata(value)];
      return [key.slice(0, -2), `{% ${expressionInJsonata(value) ?? "$states.input"} %}`];
    }),
  );
}

/** A Task that calls `resource`. */
export function taskBody(resource: string, parameters: JsonObject, language: Language): JsonObject {
  if (language === "JSONata") return { Type: "Task", Resource: resource, Arguments: inJsonata(parameters) };
  return { Type: "Task", Resource: resource, Parameters: parameters };
}
