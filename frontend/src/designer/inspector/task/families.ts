/**
 * Model families of Bedrock's InvokeModel: where the prompt lies in the Body, which settings there are, where the
 * answer is, and what changing the model does to a Body. The prompt and the settings that both families know are kept.
 *
 * Source: the Bedrock user guide, "Inference request parameters and response fields for foundation models".
 */

import type { JsonObject, JsonValue } from "../../../asl/document";

export interface Setting {
  /** What it is, over all families. */
  meaning: "tokens" | "temperature" | "topP" | "topK" | "scale" | "steps" | "seed" | "width" | "height";
  label: string;
  /** Pointer within the Body. */
  at: string;
  min?: number;
  max?: number;
  integer?: boolean;
}

/** A text in the Body: the object that holds it, and its name there. */
export interface TextPlace {
  holder: string;
  name: string;
}

export interface Family {
  id: string;
  title: string;
  prompt: TextPlace | undefined;
  /** What the model is told before the conversation. */
  system?: TextPlace;
  /** What a picture must not have. */
  negative?: TextPlace;
  settings: readonly Setting[];
  /** Where the answer lies in the Task's result, as a path. */
  answer: string;
  /** A Body around `prompt`, a value to be placed under `content` or, in JSONPath, `content.$`. */
  body: (prompt: JsonValue, expression: boolean) => JsonObject;
}

const temperature = (at: string, max = 1): Setting => ({ meaning: "temperature", label: "Temperature", at, min: 0, max });
const topP = (at: string): Setting => ({ meaning: "topP", label: "Top P", at, min: 0, max: 1 });
const topK = (at: string): Setting => ({ meaning: "topK", label: "Top K", at, min: 0, integer: true });
const tokens = (at: string): Setting => ({ meaning: "tokens", label: "Max tokens", at, min: 1, integer: true });
const seed = (at: string): Setting => ({ meaning: "seed", label: "Seed", at, min: 0, integer: true });
const keyed = (name: string, prompt: JsonValue, expression: boolean): JsonObject => ({ [expression ? `${name}.$` : name]: prompt });

/** How many tokens an answer may have unless somebody says otherwise. */
const ENOUGH = 500;

const FAMILIES: readonly Family[] = [
  {
    id: "claude",
    title: "Claude, messages",
    prompt: { holder: "/messages/0", name: "content" },
    system: { holder: "", name: "system" },
    settings: [tokens("/max_tokens"), temperature("/temperature"), topP("/top_p"), topK("/top_k")],
    answer: "$.Body.content[0].text",
    body: (prompt, expression) => ({ anthropic_version: "bedrock-2023-05-31", max_tokens: ENOUGH, messages: [{ role: "user", ...keyed("content", prompt, expression) }] }),
  },
  {
    id: "claude-text",
    title: "Claude, text completion",
    prompt: { holder: "", name: "prompt" },
    settings: [tokens("/max_tokens_to_sample"), temperature("/temperature"), topP("/top_p"), topK("/top_k")],
    answer: "$.Body.completion",
    body: (prompt, expression) => ({ ...keyed("prompt", prompt, expression), max_tokens_to_sample: ENOUGH }),
  },
  {
    id: "nova",
    title: "Nova",
    prompt: { holder: "/messages/0/content/0", name: "text" },
    system: { holder: "/system/0", name: "text" },
    settings: [tokens("/inferenceConfig/maxTokens"), temperature("/inferenceConfig/temperature"), topP("/inferenceConfig/topP"), topK("/inferenceConfig/topK")],
    answer: "$.Body.output.message.content[0].text",
    body: (prompt, expression) => ({ schemaVersion: "messages-v1", messages: [{ role: "user", content: [keyed("text", prompt, expression)] }], inferenceConfig: { maxTokens: ENOUGH } }),
  },
  {
    id: "llama",
    title: "Llama",
    prompt: { holder: "", name: "prompt" },
    settings: [tokens("/max_gen_len"), temperature("/temperature"), topP("/top_p")],
    answer: "$.Body.generation",
    body: (prompt, expression) => ({ ...keyed("prompt", prompt, expression), max_gen_len: ENOUGH }),
  },
  {
    id: "mistral",
    title: "Mistral, text completion",
    prompt: { holder: "", name: "prompt" },
    settings: [tokens("/max_tokens"), temperature("/temperature"), topP("/top_p"), topK("/top_k")],
    answer: "$.Body.outputs[0].text",
    body: (prompt, expression) => ({ ...keyed("prompt", prompt, expression), max_tokens: ENOUGH }),
  },
  {
    id: "mistral-chat",
    title: "Mistral, chat",
    prompt: { holder: "/messages/0", name: "content" },
    settings: [tokens("/max_tokens"), temperature("/temperature"), topP("/top_p")],
    answer: "$.Body.choices[0].message.content",
    body: (prompt, expression) => ({ messages: [{ role: "user", ...keyed("content", prompt, expression) }], max_tokens: ENOUGH }),
  },
  {
    id: "jamba",
    title: "Jamba",
    prompt: { holder: "/messages/0", name: "content" },
    settings: [tokens("/max_tokens"), temperature("/temperature", 2), topP("/top_p")],
    answer: "$.Body.choices[0].message.content",
    body: (prompt, expression) => ({ messages: [{ role: "user", ...keyed("content", prompt, expression) }], max_tokens: ENOUGH }),
  },
  {
    id: "cohere",
    title: "Cohere Command",
    prompt: { holder: "", name: "prompt" },
    settings: [tokens("/max_tokens"), temperature("/temperature", 5), topP("/p"), topK("/k")],
    answer: "$.Body.generations[0].text",
    body: (prompt, expression) => ({ ...keyed("prompt", prompt, expression), max_tokens: ENOUGH }),
  },
  {
    id: "cohere-chat",
    title: "Cohere Command R",
    prompt: { holder: "", name: "message" },
    system: { holder: "", name: "preamble" },
    settings: [tokens("/max_tokens"), temperature("/temperature"), topP("/p"), topK("/k")],
    answer: "$.Body.text",
    body: (prompt, expression) => ({ ...keyed("message", prompt, expression), max_tokens: ENOUGH }),
  },
  {
    id: "titan",
    title: "Titan text",
    prompt: { holder: "", name: "inputText" },
    settings: [tokens("/textGenerationConfig/maxTokenCount"), temperature("/textGenerationConfig/temperature"), topP("/textGenerationConfig/topP")],
    answer: "$.Body.results[0].outputText",
    body: (prompt, expression) => ({ ...keyed("inputText", prompt, expression), textGenerationConfig: { maxTokenCount: ENOUGH } }),
  },
  {
    id: "embedding",
    title: "Titan embeddings",
    prompt: { holder: "", name: "inputText" },
    settings: [],
    answer: "$.Body.embedding",
    body: (prompt, expression) => keyed("inputText", prompt, expression),
  },
  {
    id: "canvas",
    title: "Nova Canvas and Titan images",
    prompt: { holder: "/textToImageParams", name: "text" },
    negative: { holder: "/textToImageParams", name: "negativeText" },
    settings: [
      { meaning: "scale", label: "Prompt strength", at: "/imageGenerationConfig/cfgScale", min: 1.1, max: 10 },
      { meaning: "width", label: "Width", at: "/imageGenerationConfig/width", min: 256, integer: true },
      { meaning: "height", label: "Height", at: "/imageGenerationConfig/height", min: 256, integer: true },
      seed("/imageGenerationConfig/seed"),
    ],
    answer: "$.Body.images[0]",
    body: (prompt, expression) => ({ taskType: "TEXT_IMAGE", textToImageParams: keyed("text", prompt, expression), imageGenerationConfig: { numberOfImages: 1, width: 512, height: 512 } }),
  },
  {
    id: "stability",
    title: "Stable Diffusion XL",
    prompt: { holder: "/text_prompts/0", name: "text" },
    settings: [
      { meaning: "scale", label: "Prompt strength", at: "/cfg_scale", min: 0, max: 35 },
      { meaning: "steps", label: "Steps", at: "/steps", min: 10, max: 150, integer: true },
      seed("/seed"),
    ],
    answer: "$.Body.artifacts[0].base64",
    body: (prompt, expression) => ({ text_prompts: [keyed("text", prompt, expression)], cfg_scale: 10, steps: 30 }),
  },
  {
    id: "stability-image",
    title: "Stable Image and SD 3",
    prompt: { holder: "", name: "prompt" },
    negative: { holder: "", name: "negative_prompt" },
    settings: [seed("/seed")],
    answer: "$.Body.images[0]",
    body: (prompt, expression) => ({ ...keyed("prompt", prompt, expression), aspect_ratio: "1:1", output_format: "png" }),
  },
];

const OTHER: Family = { id: "other", title: "Another model", prompt: undefined, settings: [], answer: "$.Body", body: () => ({}) };

/** What in a model's id, ARN or inference profile tells its family; the first that fits. */
const BY_ID: readonly [RegExp, string][] = [
  [/claude-(v2|v1|instant)/, "claude-text"],
  [/claude/, "claude"],
  [/nova-canvas|titan-image/, "canvas"],
  [/nova-(micro|lite|pro|premier)|nova-2/, "nova"],
  [/titan-embed/, "embedding"],
  [/titan-(text|tg1)/, "titan"],
  [/llama/, "llama"],
  [/mistral-large-24(07|11)|pixtral|ministral|magistral|mistral-small-25/, "mistral-chat"],
  [/mistral|mixtral/, "mistral"],
  [/jamba/, "jamba"],
  [/cohere\.command-r/, "cohere-chat"],
  [/cohere\.command/, "cohere"],
  [/stable-diffusion/, "stability"],
  [/stability\.(sd3|stable-image)/, "stability-image"],
];

export function familyOf(modelId: string): Family {
  const id = modelId.toLowerCase();
  const found = BY_ID.find(([pattern]) => pattern.test(id))?.[1];
  return FAMILIES.find((family) => family.id === found) ?? OTHER;
}

function tokensIn(pointer: string): string[] {
  return pointer.split("/").filter(Boolean);
}

function at(body: JsonValue | undefined, pointer: string): JsonValue | undefined {
  return tokensIn(pointer).reduce<JsonValue | undefined>((value, token) => {
    if (Array.isArray(value)) return value[Number(token)];
    return typeof value === "object" && value !== null ? value[token] : undefined;
  }, body);
}

/** Put `value` at `pointer`; what is missing on the way is made, lists where the next step is a number. */
function put(body: JsonObject, pointer: string, value: JsonValue): void {
  const path = tokensIn(pointer);
  const last = path.pop() ?? "";
  const holder = path.reduce<JsonObject>((object, token, depth) => {
    if (typeof object[token] !== "object" || object[token] === null) object[token] = /^\d+$/.test(path[depth + 1] ?? last) ? ([] as JsonValue[]) : {};
    return object[token] as JsonObject;
  }, body);
  holder[last] = value;
}

export interface FoundText {
  value: JsonValue;
  /** Written as `name.$`. */
  expression: boolean;
}

/** A text of the Body, a value or (`name.$`) an expression. */
export function textIn(place: TextPlace | undefined, body: JsonValue | undefined): FoundText | undefined {
  if (place === undefined) return undefined;
  const holder = at(body, place.holder);
  if (typeof holder !== "object" || holder === null || Array.isArray(holder)) return undefined;
  const expression = holder[`${place.name}.$`];
  if (expression !== undefined) return { value: expression, expression: true };
  const value = holder[place.name];
  return value === undefined ? undefined : { value, expression: false };
}

/** Where the prompt of this Body lies: of a conversation in its last message, of one piece in that piece's text. */
export function promptPlace(family: Family, body: JsonValue | undefined): TextPlace | undefined {
  const { prompt } = family;
  if (prompt === undefined) return undefined;
  const last = messagesIn(body) - 1;
  const place = last > 0 ? { ...prompt, holder: prompt.holder.replace(/^\/messages\/0/, `/messages/${String(last)}`) } : prompt;
  return onlyPiece(textIn(place, body)) === undefined ? place : { holder: `${place.holder}/${place.name}/0`, name: "text" };
}

/** How many messages the conversation of a Body has; 0 where it has none, or an expression makes them. */
export function messagesIn(body: JsonValue | undefined): number {
  const messages = at(body, "/messages");
  return Array.isArray(messages) ? messages.length : 0;
}

/** Does an expression make all messages? */
export function isMadeConversation(body: JsonValue | undefined): boolean {
  return at(body, "/messages.$") !== undefined || typeof at(body, "/messages") === "string";
}

export const promptIn = (family: Family, body: JsonValue | undefined): FoundText | undefined => textIn(promptPlace(family, body), body);

const NO_PROMPT: FoundText = { value: "Say in one sentence what this is about.", expression: false };

/** Prompts of conversations are lists of pieces with some families; of one piece the text is meant. */
function onlyPiece(found: FoundText | undefined): FoundText | undefined {
  if (found === undefined || !Array.isArray(found.value) || found.value.length !== 1) return undefined;
  return textIn({ holder: "/0", name: "text" }, found.value);
}

/** The Body for `to`, with the prompt and the settings of `body`, which was written for `from`. */
export function bodyFor(to: Family, from: Family, body: JsonValue | undefined): JsonObject {
  const prompt = promptIn(from, body) ?? NO_PROMPT;
  const next = structuredClone(to.body(prompt.value, prompt.expression));
  for (const setting of to.settings) {
    const source = from.settings.find(({ meaning }) => meaning === setting.meaning);
    if (source === undefined) continue;
    for (const tail of ["", ".$"]) {
      const value = at(body, source.at + tail);
      if (value === undefined) continue;
      put(next, setting.at + tail, tail === "" ? within(setting, value) : value);
      if (tail !== "") drop(next, setting.at);
    }
  }
  for (const name of ["system", "negative"] as const) {
    const text = textIn(from[name], body);
    const place = to[name];
    if (text !== undefined && place !== undefined) put(next, `${place.holder}/${place.name}${text.expression ? ".$" : ""}`, text.value);
  }
  return next;
}

/** A number that the new family allows. */
function within({ min = -Infinity, max = Infinity }: Setting, value: JsonValue): JsonValue {
  return typeof value === "number" ? Math.min(max, Math.max(min, value)) : value;
}

function drop(body: JsonObject, pointer: string): void {
  const path = tokensIn(pointer);
  const last = path.pop() ?? "";
  const holder = at(body, path.join("/"));
  if (typeof holder === "object" && holder !== null && !Array.isArray(holder)) delete holder[last];
}
