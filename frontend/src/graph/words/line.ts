/** The second line of a node: what the state does, in words. */
import { isObject, listAt, objectAt, textAt, type JsonObject } from "../json";
import { modelName } from "./foundationModel";
import { actionWords, parseResource, serviceTitle, type Resource } from "./resource";

export function lineOf(state: JsonObject): string {
  switch (state.Type) {
    case "Task":
      return taskLine(state);
    case "Choice":
      return choiceLine(state);
    case "Wait":
      return waitLine(state);
    case "Pass":
      return passLine(state);
    case "Succeed":
      return "Ends well";
    case "Fail":
      return failLine(state);
    case "Parallel":
      return `Parallel, ${counted(listAt(state, "Branches").length, "branch", "branches")}`;
    case "Map":
      return mapLine(state);
    default:
      return typeof state.Type === "string" ? `Unknown type: ${state.Type}` : "No type yet";
  }
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** 86400 -> "24 h"; two units at most. */
export function secondsWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const units: readonly (readonly [number, string])[] = [[86400, "d"], [3600, "h"], [60, "m"], [1, "s"]];
  const from = units.findIndex(([size]) => seconds >= size && (size !== 86400 || seconds >= 172800));
  let rest = Math.round(seconds);
  return units
    .slice(from, from + 2)
    .map(([size, name]) => {
      const whole = Math.floor(rest / size);
      rest -= whole * size;
      return whole > 0 ? `${whole} ${name}` : "";
    })
    .filter(Boolean)
    .join(" ");
}

/** Parameters of JSONPath or Arguments of JSONata, whichever the state has. */
function argumentsOf(state: JsonObject): JsonObject {
  return isObject(state.Arguments) ? state.Arguments : objectAt(state, "Parameters");
}

/** A value given in the definition, or null where a path or an expression decides at run time. */
function literal(from: JsonObject, key: string): string | null {
  const text = textAt(from, key);
  return text !== null && !text.startsWith("{%") && text !== "" ? text : null;
}

function taskLine(state: JsonObject): string {
  const text = textAt(state, "Resource");
  if (text === null || text === "") return "No resource yet";
  const resource = parseResource(text);
  const args = argumentsOf(state);
  const what = actionLine(resource, args, text);
  if (resource.pattern === "waitForTaskToken") {
    const limit = state.TimeoutSeconds ?? state.HeartbeatSeconds;
    return `Callback: ${what.replace(": ", ", ")}${typeof limit === "number" ? `, ${secondsWords(limit)}` : ""}`;
  }
  return resource.pattern === "sync" ? `${what}, and wait` : what;
}

function actionLine(resource: Resource, args: JsonObject, text: string): string {
  const { service, action } = resource;
  const title = serviceTitle(service);
  switch (service) {
    case "":
      return text;
    case "hole":
      return action;
    case "function":
    case "activity":
      return `${title}: ${action}`;
    case "lambda":
      return action === "invoke" ? `${title}: ${functionName(args) ?? "invoke"}` : `${title}: ${actionWords(action)}`;
    case "bedrock":
    case "bedrockruntime":
      return /invokeModel|converse/i.test(action) ? modelLine(args) : `${title}: ${actionWords(action)}`;
    case "http":
      return `HTTP: ${[literal(args, "Method"), host(literal(args, "ApiEndpoint"))].filter(Boolean).join(" ") || "call"}`;
    default:
      return `${title}: ${actionWords(action) || "?"}`;
  }
}

function functionName(args: JsonObject): string | null {
  const name = literal(args, "FunctionName");
  if (name === null) return null;
  const hole = /^\$\{([^}]*)\}/.exec(name);
  if (hole) return (hole[1] ?? "").replace(/[._]?arn$/i, "");
  const parsed = parseResource(name);
  return parsed.service === "function" ? parsed.action : (name.split(":")[0] ?? null);
}

const TOKEN_KEYS = ["max_tokens", "max_tokens_to_sample", "max_gen_len", "maxTokenCount", "maxTokens", "max_new_tokens", "maxTokensToSample"];

function modelLine(args: JsonObject): string {
  const id = literal(args, "ModelId");
  const name = (id === null ? null : modelName(id)) ?? "model";
  const body = objectAt(args, "Body");
  const places = [body, objectAt(body, "textGenerationConfig"), objectAt(body, "inferenceConfig"), objectAt(args, "InferenceConfig")];
  for (const place of places)
    for (const key of TOKEN_KEYS) {
      const count = place[key];
      if (typeof count === "number") return `Bedrock: ${name}, ${counted(count, "token")}`;
    }
  return `Bedrock: ${name === "model" ? "invoke model" : name}`;
}

function host(address: string | null): string | null {
  if (address === null) return null;
  return /^https?:\/\/([^/?#]+)/.exec(address)?.[1] ?? address;
}

function choiceLine(state: JsonObject): string {
  const rules = listAt(state, "Choices").length;
  const otherwise = textAt(state, "Default");
  return `${counted(rules, "rule")}, ${otherwise === null ? "no default" : `else ${otherwise}`}`;
}

function waitLine(state: JsonObject): string {
  const given = state.Seconds;
  if (typeof given === "number") return `Wait ${secondsWords(given)}`;
  const source = state.Seconds ?? state.SecondsPath;
  if (typeof source === "string") return `Wait for ${bare(source)} seconds`;
  const until = state.Timestamp ?? state.TimestampPath;
  return typeof until === "string" ? `Wait until ${bare(until)}` : "No time given yet";
}

function passLine(state: JsonObject): string {
  if (state.Result !== undefined) return "Gives a fixed result";
  if (state.Parameters !== undefined || state.Output !== undefined) return "Shapes the data";
  if (state.Assign !== undefined) return `Sets ${Object.keys(objectAt(state, "Assign")).join(", ") || "variables"}`;
  return "Passes its input on";
}

function failLine(state: JsonObject): string {
  const error = textAt(state, "Error") ?? textAt(state, "ErrorPath");
  return error === null || error === "" ? "Fails the workflow" : `Fail: ${bare(error)}`;
}

function mapLine(state: JsonObject): string {
  const config = objectAt(objectAt(state, "ItemProcessor"), "ProcessorConfig");
  const path = textAt(state, "ItemsPath") ?? textAt(state, "Items");
  const most = state.MaxConcurrency;
  return [
    config.Mode === "DISTRIBUTED" ? "Distributed map" : "Map",
    path === null || path === "$" ? "each item" : `each of ${bare(path)}`,
    typeof most === "number" && most > 0 ? `${most} at once` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

function bare(text: string): string {
  return text.replace(/^\{%\s*/, "").replace(/\s*%\}$/, "").replace(/^\$states\.input\./, "$.");
}
