import { describe, expect, it } from "vitest";

import { bodyFor, familyOf, isMadeConversation, promptIn, promptPlace } from "./families";

describe("model families", () => {
  it.each([
    ["anthropic.claude-3-haiku-20240307-v1:0", "claude"],
    ["us.anthropic.claude-sonnet-4-20250514-v1:0", "claude"],
    ["arn:aws:bedrock:${region}::foundation-model/anthropic.claude-v2", "claude-text"],
    ["meta.llama2-13b-chat-v1", "llama"],
    ["cohere.command-text-v14", "cohere"],
    ["cohere.command-r-v1:0", "cohere-chat"],
    ["amazon.titan-text-express-v1", "titan"],
    ["arn:aws:bedrock:${region}::foundation-model/stability.stable-diffusion-xl-v0", "stability"],
    ["mistral.mistral-7b-instruct-v0:2", "mistral"],
    ["mistral.mistral-large-2407-v1:0", "mistral-chat"],
    ["eu.amazon.nova-lite-v1:0", "nova"],
    ["amazon.nova-canvas-v1:0", "canvas"],
    ["amazon.titan-embed-text-v2:0", "embedding"],
    ["stability.sd3-5-large-v1:0", "stability-image"],
    ["ai21.jamba-1-5-mini-v1:0", "jamba"],
    ["acme.some-model", "other"],
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

  it("make every step from one to another and back with the same prompt", () => {
    const ids = ["claude-3", "claude-v2", "nova-lite", "llama3", "mistral-7b", "pixtral-large", "jamba-mini", "cohere.command-text", "cohere.command-r", "titan-text", "nova-canvas", "stable-diffusion-xl", "stability.sd3"];
    for (const from of ids.map(familyOf))
      for (const to of ids.map(familyOf)) {
        const there = bodyFor(to, from, from.body("{% $topic %}", false));
        expect(promptIn(to, there)).toEqual({ value: "{% $topic %}", expression: false });
        expect(promptIn(from, bodyFor(from, to, there))?.value).toBe("{% $topic %}");
      }
  });

  it("carry a system prompt, expressions of settings, and numbers within what the other allows", () => {
    const [claude, nova, cohere] = [familyOf("claude-3"), familyOf("nova-pro"), familyOf("cohere.command-text")];
    const body = { system: "Be brief.", "max_tokens.$": "$.most", temperature: 0.3, messages: [{ role: "user", content: "Hi" }] };
    expect(bodyFor(nova, claude, body)).toEqual({
      schemaVersion: "messages-v1", messages: [{ role: "user", content: [{ text: "Hi" }] }],
      inferenceConfig: { "maxTokens.$": "$.most", temperature: 0.3 }, system: [{ text: "Be brief." }],
    });
    expect(bodyFor(claude, cohere, { prompt: "a", temperature: 4 })).toMatchObject({ temperature: 1 });
  });

  it("take the text out of a message of pieces", () => {
    const claude = familyOf("claude-3");
    const body = { messages: [{ role: "user", content: [{ type: "text", "text.$": "$.q" }] }] };
    expect(promptIn(familyOf("llama3"), bodyFor(familyOf("llama3"), claude, body))).toEqual({ value: "$.q", expression: true });
  });

  it("find the prompt of a conversation in its last message, and of one piece in its text", () => {
    const claude = familyOf("claude-3");
    const piece = { type: "text", text: "And then?" };
    const talk = { messages: [{ role: "user", content: "Begin." }, { role: "assistant", "content.$": "$.said" }, { role: "user", content: [piece] }] };
    expect(promptPlace(claude, talk)).toEqual({ holder: "/messages/2/content/0", name: "text" });
    expect(promptIn(claude, talk)).toEqual({ value: "And then?", expression: false });
    const picture = { messages: [{ role: "user", content: [{ type: "image" }, piece] }] };
    expect(promptPlace(claude, picture)).toEqual({ holder: "/messages/0", name: "content" });
    expect(promptPlace(claude, undefined)).toEqual({ holder: "/messages/0", name: "content" });
    expect([{ "messages.$": "$.history" }, { messages: "{% $history %}" }, talk].map(isMadeConversation)).toEqual([true, true, false]);
  });
});
