/**
 * A Task that asks a model, read as a conversation: Bedrock's InvokeModel (the bodies of Anthropic, Amazon, Meta and
 * Mistral) and Converse, and HTTP end points that speak as OpenAI or Hugging Face do. Pure; what isn't known is null.
 */
export interface Message {
  readonly role: string;
  readonly text: string;
}

export interface ModelCall {
  readonly model: string;
  /** Temperature, maximum of tokens and the like, as they were sent. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly messages: readonly Message[];
  /** null where the model said none. */
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
}

type Bag = Readonly<Record<string, unknown>>;

export function modelCall(request: string | null, result: string | null): ModelCall | null {
  const sent = bagOf(request);
  if (sent === null) return null;
  const body = bagOf(first(sent, "Body", "RequestBody")) ?? sent;
  const model = first(sent, "ModelId") ?? first(body, "model") ?? (typeof sent.ApiEndpoint === "string" ? sent.ApiEndpoint : undefined);
  if (typeof model !== "string") return null;
  const asked = promptOf(body);
  if (asked.length === 0) return null;
  const got = bagOf(result);
  const answer = bagOf(first(got ?? {}, "Body", "ResponseBody")) ?? got;
  const usage = bagOf(first(answer ?? {}, "usage", "Usage")) ?? {};
  const said = answer === null ? "" : answerOf(answer, first(got ?? {}, "ResponseBody", "Body"));
  return {
    model,
    parameters: parametersOf(body),
    messages: said === "" ? asked : [...asked, { role: "assistant", text: said }],
    tokensIn: numberOf(first(usage, "input_tokens", "InputTokens", "inputTokens", "prompt_tokens") ?? answer?.prompt_token_count ?? answer?.inputTextTokenCount),
    tokensOut: numberOf(first(usage, "output_tokens", "OutputTokens", "outputTokens", "completion_tokens") ?? answer?.generation_token_count ?? first(bagOf(listOf(answer?.results)[0]) ?? {}, "tokenCount")),
  };
}

function nameOf(role: unknown): string {
  return typeof role === "string" ? role : "user";
}

function promptOf(body: Bag): Message[] {
  const system = textOf(first(body, "system", "System"));
  const messages = listOf(first(body, "messages", "Messages")).map((one) => {
    const bag = bagOf(one) ?? {};
    return { role: nameOf(first(bag, "role", "Role")), text: textOf(first(bag, "content", "Content")) };
  });
  const prompt = textOf(first(body, "prompt", "inputText", "inputs"));
  return [...(system === "" ? [] : [{ role: "system", text: system }]), ...messages, ...(prompt === "" ? [] : [{ role: "user", text: prompt }])];
}

function answerOf(answer: Bag, whole: unknown): string {
  const output = bagOf(first(answer, "Output", "output"));
  const message = bagOf(first(output ?? {}, "Message", "message")) ?? bagOf(bagOf(listOf(answer.choices)[0])?.message);
  const candidates = [message && first(message, "content", "Content"), answer.content, answer.completion, answer.generation, answer.outputs, answer.results, answer.generated_text, whole];
  return candidates.map(textOf).find((text) => text !== "") ?? "";
}

/** Text itself, or the texts of a list of parts. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join("\n");
  const bag = bagOf(value);
  if (bag === null) return "";
  const inner = first(bag, "text", "Text", "outputText", "generated_text", "content");
  return inner === undefined ? "" : textOf(inner);
}

const SAID_ELSEWHERE = new Set(["messages", "Messages", "prompt", "inputText", "inputs", "system", "System", "model", "anthropic_version", "ModelId"]);
const NO_PARAMETERS = new Set(["Body", "RequestBody", "ApiEndpoint", "Authentication", "InvocationConfig", "Method", "Headers"]);

function parametersOf(body: Bag): Bag {
  const nested = ["textGenerationConfig", "parameters", "InferenceConfig", "inferenceConfig"].map((key) => bagOf(body[key]) ?? {});
  const plain = Object.entries(body).filter(([key, value]) => !SAID_ELSEWHERE.has(key) && !NO_PARAMETERS.has(key) && (typeof value !== "object" || Array.isArray(value)));
  return Object.assign({}, Object.fromEntries(plain), ...nested) as Bag;
}

function first(bag: Bag, ...keys: string[]): unknown {
  return keys.map((key) => bag[key]).find((value) => value !== undefined && value !== null);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** An object, also where it is written as JSON text. */
function bagOf(value: unknown): Bag | null {
  if (typeof value === "string" && /^\s*\{/.test(value)) {
    try {
      return bagOf(JSON.parse(value));
    } catch {
      return null;
    }
  }
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Bag) : null;
}
