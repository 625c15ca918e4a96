/**
 * The task token of a callback: which parameter hands it on, and how it's put there. A Task that waits for a token and
 * tells nobody waits until it times out.
 */

import type { JsonObject, JsonValue } from "../../../asl/document";
import type { Language } from "./place";

/** The parameter that holds what is sent, by "service:action". */
const CARRIERS: Readonly<Record<string, string>> = {
  "sqs:sendMessage": "MessageBody",
  "sns:publish": "Message",
  "lambda:invoke": "Payload",
  "states:startExecution": "Input",
  "apigateway:invoke": "RequestBody",
};

export const contextValue = (language: Language, name: string, path: string): JsonObject =>
  language === "JSONata" ? { [name]: `{% $states.context.${path} %}` } : { [`${name}.$`]: `$$.${path}` };

export const inputValue = (language: Language, name: string): JsonObject => (language === "JSONata" ? { [name]: "{% $states.input %}" } : { [`${name}.$`]: "$" });

export function carriesToken(parameters: JsonValue | undefined): boolean {
  return /\bTask\.Token\b/.test(JSON.stringify(parameters ?? null));
}

export interface Carrier {
  /** Every name that the parameter may stand under now. */
  names: readonly string[];
  name: string;
  value: JsonObject;
}

/** What to write so that the token is handed on; undefined where only the person knows the place. */
export function carrierOf(key: string, parameters: JsonValue | undefined, language: Language): Carrier | undefined {
  const name = CARRIERS[key];
  if (name === undefined) return undefined;
  const holder = typeof parameters === "object" && parameters !== null && !Array.isArray(parameters) ? parameters : {};
  const now = holder[name];
  const token = contextValue(language, "taskToken", "Task.Token");
  const kept = typeof now === "object" && now !== null && !Array.isArray(now) ? now : undefined;
  const value = kept === undefined ? { ...token, ...inputValue(language, "input") } : { ...kept, ...token };
  return { names: [name, `${name}.$`], name, value };
}

const STARTED_BY = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID";

export const isLinked = (parameters: JsonValue | undefined): boolean => JSON.stringify(parameters ?? null).includes(STARTED_BY);

/** A nested execution's Input with the ARN of this one, by which AWS's console links the two. */
export function linkedInput(parameters: JsonValue | undefined, language: Language): Carrier {
  const holder = typeof parameters === "object" && parameters !== null && !Array.isArray(parameters) ? parameters : {};
  const now = holder["Input"];
  const kept = typeof now === "object" && now !== null && !Array.isArray(now) ? now : inputValue(language, "input");
  return { names: ["Input", "Input.$"], name: "Input", value: { ...contextValue(language, STARTED_BY, "Execution.Id"), ...kept } };
}
