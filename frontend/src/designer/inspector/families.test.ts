import { describe, expect, it } from "vitest";

import { bodyFor, familyOf, promptIn } from "./families";

describe("model families", () => {
  it.each([
    ["anthropic.claude-3-haiku-20240307-v1:0", "claude"],
    ["us.anthropic.claude-sonnet-4-20250514-v1:0", "claude"],
    ["arn:aws:bedrock:${region}::foundation-model/anthropic.claude-v2", "claude-text"],
    ["meta.llama2-13b-chat-v1", "llama"],
    ["cohere.command-text-v14", "cohere"],
    ["cohere.command-r-v1:0", "other"],
    ["amazon.titan-text-express-v1", "titan"],
    ["arn:aws:bedrock:${region}::foundation-model/stability.stable-diffusion-xl-v0", "stability"],
    ["mistral.mistral-7b-instruct-v0:2", "other"],
  ])("%s is %s", (modelId, family) => {
    expect(familyOf(modelId).id).toBe(family);
  });

  it("keep the prompt and the settings they share when the model changes", () => {
    const claude = familyOf("anthropic.claude-3-haiku-20240307-v1:0");
    const titan = familyOf("amazon.titan-text-express-v1");
    const body = { anthropic_version: "x", max_tokens: 300, temperature: 0.4, messages: [{ role: "user", "content.$": "$.prompt" }] };
    const there = bodyFor(titan, claude, body);
    expect(there).toEqual({ "inputText.$": "$.prompt", textGenerationConfig: { maxTokenCount: 300, temperature: 0.4 } });
    expect(bodyFor(claude, titan, there)).toMatchObject({ max_tokens: 300, temperature: 0.4, messages: [{ role: "user", "content.$": "$.prompt" }] });
  });

  it("find the prompt as a literal, as an expression, or not at all", () => {
    const llama = familyOf("meta.llama2-13b-chat-v1");
    expect(promptIn(llama, { prompt: "a" })).toEqual({ value: "a", expression: false });
    expect(promptIn(llama, { "prompt.$": "$.a" })).toEqual({ value: "$.a", expression: true });
    expect(promptIn(llama, undefined)).toBeUndefined();
  });
});
