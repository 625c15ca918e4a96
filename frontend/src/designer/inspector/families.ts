/**
 * Model families of Bedrock's InvokeModel: where the prompt lies in the Body, which settings there are, and
 * what changing the model does to a Body. The prompt and the settings that both families know are kept.
 */

import type { JsonObject, JsonValue } from "../../asl/document";

export interface Setting {
  /** What it is, over all families. */
  meaning: "tokens" | "temperature" | "topP" | "topK" | "scale" | "steps";
  label: string;
  /** Pointer within the Body. */
  at: string;
  min?: number;
  max?: number;
  integer?: boolean;
}

export interface Family {
  id: "claude" | "claude-text" | "llama" | "cohere" | "titan" | "stability" | "other";
  title: string;
  /** The object that holds the prompt, within the Body, and its field's name. */
  prompt: { holder: string; name: string } | undefined;
  settings: readonly Setting[];
  /** A Body around `prompt`, a value to be placed under `promptKey` ("prompt" or "prompt.$"). */
  body: (prompt: JsonValue, expression: boolean) => JsonObject;
}

const temperature = (at: string): Setting => ({ meaning: "temperature", label: "Temperature", at, min: 0, max: 1 });
const topP = (at: string): Setting => ({ meaning: "topP", label: "Top P", at, min: 0, max: 1 });
const tokens = (at: string): Setting => ({ meaning: "tokens", label: "Max tokens", at, min: 1, integer: true });
const keyed = (name: string, prompt: JsonValue, expression: boolean): JsonObject => ({ [expression ? `${name}.$` : name]: prompt });

const FAMILIES: readonly Family[] = [
  {
    id: "claude",
    title: "Claude, messages",
    prompt: { holder: "/messages/0", name: "content" },
    settings: [tokens("/max_tokens"), temperature("/temperature"), topP("/top_p")],
    body: (prompt, expression) => ({
      anthropic_version: "bedrock-2023-05-31",
      max_tokens: 200,
      messages: [{ role: "user", ...keyed("content", prompt, expression) }],
    }),
  },
  {
    id: "claude-text",
    title: "Claude, text completion",
    prompt: { holder: "", name: "prompt" },
    settings: [tokens("/max_tokens_to_sample"), temperature("/temperature"), topP("/top_p")],
    body: (prompt, expression) => ({ ...keyed("prompt", prompt, expression), max_tokens_to_sample: 200 }),
  },
  {
    id: "llama",
    title: "Llama",
    prompt: { holder: "", name: "prompt" },
    settings: [tokens("/max_gen_len"), temperature("/temperature"), topP("/top_p")],
    body: (prompt, expression) => ({ ...keyed("prompt", prompt, expression), max_gen_len: 200 }),
  },
  {
    id: "cohere",
    title: "Cohere Command",
    prompt: { holder: "", name: "prompt" },
    settings: [tokens("/max_tokens"), temperature("/temperature"), topP("/p")],
    body: (prompt, expression) => ({ ...keyed("prompt", prompt, expression), max_tokens: 200 }),
  },
  {
    id: "titan",
    title: "Titan text",
    prompt: { holder: "", name: "inputText" },
    settings: [tokens("/textGenerationConfig/maxTokenCount"), temperature("/textGenerationConfig/temperature"), topP("/textGenerationConfig/topP")],
    body: (prompt, expression) => ({ ...keyed("inputText", prompt, expression), textGenerationConfig: { maxTokenCount: 200 } }),
  },
  {
    id: "stability",
    title: "Stable Diffusion",
    prompt: { holder: "/text_prompts/0", name: "text" },
    settings: [
      { meaning: "scale", label: "Prompt strength", at: "/cfg_scale", min: 0, max: 35 },
      { meaning: "steps", label: "Steps", at: "/steps", min: 10, max: 150, integer: true },
    ],
    body: (prompt, expression) => ({ text_prompts: [keyed("text", prompt, expression)], cfg_scale: 10, steps: 30 }),
  },
];

const OTHER: Family = { id: "other", title: "Another model", prompt: undefined, settings: [], body: () => ({}) };

/** By the model's id, ARN or inference profile; the old Claude ids take text, not messages. */
export function familyOf(modelId: string): Family {
  const id = modelId.toLowerCase();
  const wanted = (): Family["id"] => {
    if (/claude-(v2|v1|instant)/.test(id)) return "claude-text";
    if (id.includes("claude")) return "claude";
    if (id.includes("llama")) return "llama";
    if (/cohere\.command-(?!r)|cohere\.command$/.test(id)) return "cohere";
    if (/titan-(text|tg1)/.test(id)) return "titan";
    if (/stable-diffusion|stability\./.test(id)) return "stability";
    return "other";
  };
  const found = wanted();
  return FAMILIES.find((family) => family.id === found) ?? OTHER;
}

function at(body: JsonValue | undefined, pointer: string): JsonValue | undefined {
  return pointer
    .split("/")
    .filter(Boolean)
    .reduce<JsonValue | undefined>((value, token) => {
      if (Array.isArray(value)) return value[Number(token)];
      return typeof value === "object" && value !== null ? value[token] : undefined;
    }, body);
}

function put(body: JsonObject, pointer: string, value: JsonValue): void {
  const tokens = pointer.split("/").filter(Boolean);
  const last = tokens.pop() ?? "";
  const holder = tokens.reduce<JsonObject>((object, token) => {
    if (typeof object[token] !== "object") object[token] = {};
    return object[token] as JsonObject;
  }, body);
  holder[last] = value;
}

/** The prompt in a Body and whether it's an expression (`prompt.$`). */
export function promptIn(family: Family, body: JsonValue | undefined): { value: JsonValue; expression: boolean } | undefined {
  if (family.prompt === undefined) return undefined;
  const holder = at(body, family.prompt.holder);
  if (typeof holder !== "object" || holder === null || Array.isArray(holder)) return undefined;
  const expression = holder[`${family.prompt.name}.$`];
  if (expression !== undefined) return { value: expression, expression: true };
  const value = holder[family.prompt.name];
  return value === undefined ? undefined : { value, expression: false };
}

const NO_PROMPT = { value: "Say in one sentence what this is about.", expression: false };

/** The Body for `to`, with the prompt and the settings of `body`, which was written for `from`. */
export function bodyFor(to: Family, from: Family, body: JsonValue | undefined): JsonObject {
  const prompt = promptIn(from, body) ?? NO_PROMPT;
  const next = structuredClone(to.body(prompt.value, prompt.expression));
  for (const setting of to.settings) {
    const source = from.settings.find(({ meaning }) => meaning === setting.meaning);
    const value = source === undefined ? undefined : at(body, source.at);
    if (value !== undefined) put(next, setting.at, value);
  }
  return next;
}

/** Models to choose from when the environment can't be asked. */
export const BUNDLED_MODELS: readonly { modelId: string; modelName: string; providerName: string }[] = [
  { modelId: "anthropic.claude-3-haiku-20240307-v1:0", modelName: "Claude 3 Haiku", providerName: "Anthropic" },
  { modelId: "anthropic.claude-3-5-sonnet-20240620-v1:0", modelName: "Claude 3.5 Sonnet", providerName: "Anthropic" },
  { modelId: "anthropic.claude-v2", modelName: "Claude", providerName: "Anthropic" },
  { modelId: "meta.llama2-13b-chat-v1", modelName: "Llama 2 Chat 13B", providerName: "Meta" },
  { modelId: "cohere.command-text-v14", modelName: "Command", providerName: "Cohere" },
  { modelId: "amazon.titan-text-express-v1", modelName: "Titan Text Express", providerName: "Amazon" },
  { modelId: "stability.stable-diffusion-xl-v1", modelName: "SDXL 1.0", providerName: "Stability AI" },
];
