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
  value: JsonObject | JsonValue[];
}

/** What to write so that the token is handed on; undefined where only the person knows the place. */
export function carrierOf(key: string, parameters: JsonValue | undefined, language: Language): Carrier | undefined {
  const holder = objectIn(parameters) ?? {};
  const token = contextValue(language, "taskToken", "Task.Token");
  if (key === "events:putEvents") return eventsCarrier(holder, token);
  if (key === "ecs:runTask") return containerCarrier(holder, language);
  const name = CARRIERS[key];
  if (name === undefined) return undefined;
  const kept = objectIn(holder[name]);
  const value = kept === undefined ? { ...token, ...inputValue(language, "input") } : { ...kept, ...token };
  return { names: [name, `${name}.$`], name, value };
}

const objectIn = (value: JsonValue | undefined): JsonObject | undefined => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined);

/** The first item of a list as an object, and the others. */
function firstOf(value: JsonValue | undefined): [JsonObject, JsonValue[]] {
  const [first, ...rest] = Array.isArray(value) ? value : [];
  return [objectIn(first) ?? {}, rest];
}

/** In the first entry's Detail. */
function eventsCarrier(holder: JsonObject, token: JsonObject): Carrier {
  const [entry, rest] = firstOf(holder["Entries"]);
  const { "Detail.$": path, ...others } = entry;
  const detail = objectIn(entry["Detail"]) ?? (path === undefined ? {} : { "input.$": path });
  return { names: ["Entries", "Entries.$"], name: "Entries", value: [{ ...others, Detail: { ...detail, ...token } }, ...rest] };
}

/** In the environment of the first container that is overridden. */
function containerCarrier(holder: JsonObject, language: Language): Carrier {
  const overrides = objectIn(holder["Overrides"]) ?? {};
  const [container, rest] = firstOf(overrides["ContainerOverrides"]);
  const variables = Array.isArray(container["Environment"]) ? container["Environment"] : [];
  const variable = { Name: "TASK_TOKEN", ...contextValue(language, "Value", "Task.Token") };
  const first = { Name: "container-name", ...container, Environment: [...variables, variable] };
  return { names: ["Overrides", "Overrides.$"], name: "Overrides", value: { ...overrides, ContainerOverrides: [first, ...rest] } };
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
