import { describe, expect, test } from "vitest";
import { project } from "../graph/project";
import { amountWords, costOfRun, expressCost, priceOf } from "./cost";
import type { Prices } from "./types";
import { ALL, chainOf, filterEvents, typesOf } from "./eventFilter";
import { History } from "./history.fixture";
import { modelCall } from "./modelCall";
import { replay } from "./replayer";
import { consequenceOf, rootFailure, searched, worstFirst } from "./visits";

const definition = {
  StartAt: "M",
  States: { M: { Type: "Map", End: true, ItemProcessor: { StartAt: "a", States: { a: { Type: "Task", Resource: "arn:aws:states:::bedrock:invokeModel", End: true } } } } },
};
const graph = project(definition);

/** Three items: the first succeeds, the second fails, the third is aborted for it. */
function failing(): History {
  const h = new History(undefined, definition);
  const started = h.add("MapStateStarted", h.enter("M", h.start()), { length: 3 });
  const begun = [0, 1, 2].map((index) => h.schedule(h.enter("a", h.add("MapIterationStarted", started, { name: "M", index }), { item: `thing ${index}` })));
  h.after(1000);
  h.add("MapIterationSucceeded", h.exit("a", h.succeed(begun[0] ?? 0)), { name: "M", index: 0 });
  const failed = h.fail(begun[1] ?? 0, "Model.Busy", "Try later");
  h.add("ExecutionFailed", h.add("MapStateFailed", h.add("MapIterationFailed", failed, { name: "M", index: 1 })), { error: "Model.Busy" });
  return h;
}

describe("a failed run", () => {
  const run = replay(graph, failing().events);
  const items = run.states.get("/States/M/ItemProcessor/States/a")?.visits ?? [];

  test("its failure began in the item that failed; what is around and beside it followed", () => {
    const root = rootFailure(run);
    expect([root?.iteration, root?.error]).toEqual([1, "Model.Busy"]);
    expect(run.visits.map((visit) => consequenceOf(visit, root))).toEqual(["around", null, "root", "beside"]);
  });

  test("its items stand with the failed one first, then the aborted one", () => {
    expect(worstFirst(items).map(({ iteration }) => iteration)).toEqual([1, 2, 0]);
    expect(searched(items, "#2").map(({ iteration }) => iteration)).toEqual([2]);
    expect(searched(items, "THING 0").map(({ iteration }) => iteration)).toEqual([0]);
  });

  test("a run that succeeded has no failure", () => {
    const h = new History(undefined, definition);
    h.add("ExecutionSucceeded", h.start());
    expect(rootFailure(replay(graph, h.events))).toBeNull();
  });
});

describe("events", () => {
  const { events } = failing();
  const run = replay(graph, events);
  const ids = (filter: Partial<typeof ALL>): number[] => filterEvents(events, run, { ...ALL, ...filter }).map(({ id }) => id);

  test("are narrowed by state, type, time and text, all at once", () => {
    expect(filterEvents(events, run, ALL)).toBe(events);
    expect(ids({ type: "problems" }).map((id) => events[id - 1]?.type)).toEqual(["TaskFailed", "MapIterationFailed", "MapStateFailed", "ExecutionFailed"]);
    expect(ids({ type: "MapStateStarted" })).toEqual([3]);
    expect(ids({ text: '"item":"thing 2"' })).toHaveLength(1);
    expect(ids({ from: 0.5 }).every((id) => id > 12)).toBe(true);
    expect(ids({ to: 0.5, from: 0.6 })).toEqual([]);
    expect(ids({ state: "/States/M" }).length).toBeGreaterThan(2);
    expect(typesOf(events)).toContain("TaskScheduled");
  });

  test("each leads back to the first by what came before it", () => {
    const byId = new Map(events.map((event) => [event.id, event]));
    expect(chainOf(byId, 3)).toEqual([3, 2, 1]);
    expect(chainOf(byId, 99)).toEqual([]);
  });
});

describe("a model's call", () => {
  const anthropic = [
    { ModelId: "anthropic.claude-3-haiku", Body: { anthropic_version: "bedrock-2023-05-31", max_tokens: 200, system: "Be brief.", messages: [{ role: "user", content: [{ type: "text", text: "A title?" }] }] } },
    { Body: { content: [{ type: "text", text: "A talk" }], usage: { input_tokens: 12, output_tokens: 3 } } },
  ].map((value) => JSON.stringify(value)) as [string, string];

  test("of Anthropic's body reads as a conversation with its parameters and tokens", () => {
    expect(modelCall(...anthropic)).toEqual({
      model: "anthropic.claude-3-haiku", parameters: { max_tokens: 200 },
      messages: [{ role: "system", text: "Be brief." }, { role: "user", text: "A title?" }, { role: "assistant", text: "A talk" }],
      tokensIn: 12, tokensOut: 3,
    });
  });

  test.each([
    [{ ModelId: "m", Messages: [{ Role: "user", Content: [{ Text: "Hi" }] }], InferenceConfig: { MaxTokens: 9 } }, { Output: { Message: { Role: "assistant", Content: [{ Text: "Ho" }] } }, Usage: { InputTokens: 1, OutputTokens: 2 } }],
    [{ ModelId: "amazon.titan", Body: { inputText: "Hi", textGenerationConfig: { maxTokenCount: 9 } } }, { Body: { inputTextTokenCount: 1, results: [{ outputText: "Ho", tokenCount: 2 }] } }],
    [{ ModelId: "meta.llama", Body: { prompt: "Hi", max_gen_len: 9 } }, { Body: { generation: "Ho", prompt_token_count: 1, generation_token_count: 2 } }],
    [{ ApiEndpoint: "https://api.openai.com/v1/chat/completions", RequestBody: { messages: [{ role: "user", content: "Hi" }], max_tokens: 9 } }, { ResponseBody: { choices: [{ message: { role: "assistant", content: "Ho" } }], usage: { prompt_tokens: 1, completion_tokens: 2 } } }],
  ])("of another service says the same: %#", (request, result) => {
    const call = modelCall(JSON.stringify(request), JSON.stringify(result));
    expect([call?.messages, call?.tokensIn, call?.tokensOut, Object.values(call?.parameters ?? {})]).toEqual([[{ role: "user", text: "Hi" }, { role: "assistant", text: "Ho" }], 1, 2, [9]]);
  });

  test("a list that Hugging Face answers is its text; what asks no model is no call", () => {
    const call = modelCall('{"ApiEndpoint":"https://api-inference.huggingface.co/models/m","RequestBody":{"inputs":"Hi","parameters":{"max_new_tokens":9}}}', '{"ResponseBody":[{"generated_text":"Ho"}]}');
    expect(call?.messages.at(-1)?.text).toBe("Ho");
    expect(modelCall('{"Bucket":"b"}', "{}")).toBeNull();
    expect(modelCall("{broken", null)).toBeNull();
  });

  const PRICES: Prices = {
    as_of: "2026-03", region: "us-east-1", source: "", transition: 0.000025, express_request: 0.000001, express_gb_second: 0.00001667,
    models: { "anthropic.claude-3-haiku": [0.25, 1.25], "anthropic.claude-haiku-4-5": [1, 5], "us.anthropic.claude-haiku-4-5": [1.1, 5.5] },
  };

  test("a run costs its transitions, retries and the start among them, and its tokens by model", () => {
    const simple = project({ StartAt: "a", States: { a: { Type: "Task", Resource: "", End: true } } });
    const h = new History();
    const first = h.schedule(h.enter("a", h.start()), "invokeModel", "bedrock", JSON.parse(anthropic[0]));
    const second = h.schedule(h.fail(first, "E"), "invokeModel", "bedrock", JSON.parse(anthropic[0]));
    h.exit("a", h.succeed(second, JSON.parse(anthropic[1])));
    const cost = costOfRun(replay(simple, h.events), PRICES, null);
    expect(cost).toMatchObject({ transitions: 3, tokensIn: 12, tokensOut: 3, unpriced: [] });
    expect(cost.engine + cost.tokens).toBeCloseTo(3 * 0.000025 + (12 * 0.25 + 3 * 1.25) / 1e6, 12);
    const unknown = costOfRun(replay(simple, h.events), { ...PRICES, models: {} }, null);
    expect([unknown.unpriced, amountWords(unknown)]).toEqual([["anthropic.claude-3-haiku"], "$0.000075 and more"]);
  });

  test("a region's profile has a price of its own where the table says so; an EXPRESS run is billed by time and memory", () => {
    expect(priceOf("us.anthropic.claude-haiku-4-5-20251001-v1:0", PRICES)).toEqual([1.1, 5.5]);
    expect(priceOf("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0", PRICES)).toEqual([0.25, 1.25]);
    expect(priceOf("eu.anthropic.claude-3-haiku-20240307-v1:0", PRICES)).toEqual([0.25, 1.25]);
    expect(priceOf("somebody.s-model", PRICES)).toBeNull();
    const express = { level: "ALL", includes_data: true, log_group: "", billed_milliseconds: 150, billed_megabytes: 65 };
    expect(expressCost(express, PRICES)).toBeCloseTo(0.000001 + 0.125 * 0.2 * 0.00001667, 12);
    expect(expressCost({ ...express, billed_milliseconds: null }, PRICES)).toBe(0);
  });
});
