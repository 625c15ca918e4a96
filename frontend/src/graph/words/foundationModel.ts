/** A foundation model's name as people say it, from its id, ARN or inference profile. */

const PROVIDERS = /^(?:anthropic|amazon|meta|cohere|stability|mistral|ai21|deepseek|openai|qwen|writer|twelvelabs|luma)\./;
const REGION = /^(?:us|eu|apac|global|us-gov|jp|au|ca)\./;
const UPPER = new Set(["xl", "ai", "gpt", "oss"]);

/** "anthropic.claude-3-5-haiku-20241022-v1:0" -> "Claude 3.5 Haiku"; null if the text names no model. */
export function modelName(id: string): string | null {
  let text = id.includes("/") ? id.slice(id.lastIndexOf("/") + 1) : id;
  if (text.startsWith("${")) text = text.slice(2, -1);
  else if (text.startsWith("$") || text.startsWith("{%") || text === "") return null;
  text = text.replace(REGION, "");
  const provider = PROVIDERS.exec(text)?.[0] ?? "";
  text = text.slice(provider.length);
  if (provider === "" && !/[-.]/.test(text)) return text;
  const words = text
    .replace(/:\d+(?:k|:mm)?$/, "")
    .replace(/-v\d+(?:\.\d+)*$/, (version) => (/^claude/.test(text) && !/claude-(\d|instant|sonnet|haiku|opus)/.test(text) ? version : ""))
    .replace(/-\d{8}/, "")
    .replace(/-(?:chat|instruct)$/, "")
    .replace(/-(\d+)-(\d+)(?=-|$)/, " $1.$2")
    .replace(/^llama(\d)/, "llama-$1")
    .split(/[- ]/)
    .filter((word) => word !== "" && word !== "text")
    .map(capitalise);
  if (provider === "cohere.") words.unshift("Cohere");
  return words.join(" ").replace(/\bV(\d)/, "$1");
}

function capitalise(word: string): string {
  if (UPPER.has(word) || /^\d+b$/.test(word)) return word.toUpperCase();
  return word.charAt(0).toUpperCase() + word.slice(1);
}
