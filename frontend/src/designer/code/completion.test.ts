import { CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { afterEach, describe, expect, it, vi } from "vitest";

import { begin } from "../designer.fixture";
import { complete } from "./completion";
import { completeField } from "./fieldCompletion";
import { saidAt } from "./hover";
import { placeAt, tokensAround } from "./place";

/** `|` is the cursor. */
function at(marked: string): { text: string; position: number } {
  const position = marked.indexOf("|");
  return { text: marked.slice(0, position) + marked.slice(position + 1), position };
}

async function answer(marked: string, good = marked.replace("|", "")): Promise<CompletionResult | null> {
  const { text, position } = at(marked);
  begin(good);
  return complete(new CompletionContext(EditorState.create({ doc: text }), position, true));
}

async function offered(marked: string, good?: string): Promise<string[]> {
  return (await answer(marked, good))?.options.map(({ label }) => label) ?? [];
}

afterEach(() => vi.unstubAllGlobals());

const MACHINE = (state: string, rest = ""): string => `{"StartAt": "Ask", ${rest}"States": {"Ask": {${state}}, "Answer": {"Type": "Succeed"}}}`;
const GOOD = MACHINE('"Type": "Pass", "Assign": {"who.$": "$.who"}, "Next": "Answer"');

describe("the place of the cursor", () => {
  it.each([
    ['{"StartAt": "A", "St|', "key", [], "St"],
    ['{"States": {"A": {"Type": "|"}}}', "value", ["States", "A"], ""],
    ['{"States": {"A": {"Type": "Pass"\n "Ne|\n}}}', "key", ["States", "A"], "Ne"],
    ['{"States": {"A": {"Retry": [{"ErrorEquals": ["x", "y|"]}]}}}', "value", ["States", "A", "Retry", "0", "ErrorEquals"], "y"],
    ['{"States": {"A": {|}}}', "key", ["States", "A"], ""],
    ['{"a": "b\\"c|"}', "value", [], 'b"c'],
    ["|", "nothing", [], ""],
  ])("in %s", (marked, expects, tokens, typed) => {
    const { text, position } = at(marked);
    const place = placeAt(text, position);
    expect([place.expects, tokensAround(place), place.typed]).toEqual([expects, tokens, typed]);
  });

  it("knows what stands before and after it", () => {
    const { text, position } = at('{"States": {"A": {"Type": "Wait", "|", "End": true}}}');
    expect([...(placeAt(text, position).around.at(-1)?.members ?? [])]).toEqual([["Type", "Wait"], ["End", undefined]]);
  });
});

describe("completion offers", () => {
  it("the fields that a state of this type has in its query language, and lacks", async () => {
    const fields = await offered(MACHINE('"Type": "Wait", "Seconds": 1, "|"'));
    expect(fields).toContain("Next");
    expect(fields).toContain("OutputPath");
    expect(fields).not.toContain("Seconds");
    expect(fields).not.toContain("Resource");
    expect(fields).not.toContain("Output");
    expect(await offered(MACHINE('"Type": "Wait", "QueryLanguage": "JSONata", "|"'))).toEqual(expect.arrayContaining(["Output", "Assign"]));
  });

  it("the fields of rules, Retriers, Catchers and of what is around states", async () => {
    expect(await offered(MACHINE('"Type": "Choice", "Choices": [{"Variable": "$.a", "|"}]'))).toContain("NumericGreaterThanEqualsPath");
    expect(await offered(MACHINE('"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"|"}]'))).toEqual(["Next", "Comment", "Assign", "Condition", "Output"]);
    expect(await offered(MACHINE('"Type": "Task", "Retry": [{"|"}]'))).toContain("JitterStrategy");
    expect(await offered(MACHINE('"Type": "Task", "Catch": [{"|"}]'))).not.toContain("Output");
    expect(await offered('{"|"}')).toContain("StartAt");
    expect(await offered(MACHINE('"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"|"}}'))).toEqual(["Mode", "ExecutionType"]);
    expect(await offered('{"States": {"|"}}')).toContain("A new Parallel state");
  });

  it("values, names of states and of errors", async () => {
    expect(await offered(MACHINE('"Type": "|"'))).toContain("Parallel");
    expect(await offered(MACHINE('"Type": "Task", "Retry": [{"JitterStrategy": "|"}]'))).toEqual(["FULL", "NONE"]);
    expect(await offered(MACHINE('"Type": "Pass", "Next": "|"'), GOOD)).toEqual(["Ask", "Answer"]);
    expect(await offered('{"StartAt": "|", "States": {"Ask": {"Type": "Succeed"}}}')).toEqual(["Ask"]);
    expect(await offered(MACHINE('"Type": "Task", "Retry": [{"ErrorEquals": ["|"]}]'))).toContain("States.TaskFailed");
  });

  it("variables, the Context Object and functions where a path is read", async () => {
    const reading = (value: string, more = ""): string =>
      `{"StartAt": "Ask", "States": {"Ask": {"Type": "Pass", "Assign": {"who.$": "$.who"}, "Next": "B"}, "B": {"Type": "Pass", ${more}"Parameters": {"x.$": "${value}"}, "End": true}}}`;
    expect(await offered(reading("$|"))).toEqual(["$who", "$", "$$"]);
    expect(await offered(reading("$$.Exec|"))).toContain("Execution.Id");
    expect(await offered(reading("States.For|"))).toContain("States.Format");
    expect(await offered(reading("States.Format('{}', $w|"))).toContain("$who");
    expect(await offered(reading("|"))).toEqual(expect.arrayContaining(["$who", "States.UUID"]));
    expect(await offered(MACHINE('"Type": "Pass", "Parameters": {"x": "$|"}'))).toEqual([]);
  });

  it("JSONata inside its braces", async () => {
    const jsonata = (value: string): string => MACHINE(`"Type": "Task", "Arguments": {"x": "${value}"}`, '"QueryLanguage": "JSONata", ');
    expect(await offered(jsonata("{% $me|"))).toEqual(expect.arrayContaining(["$merge", "$states.input"]));
    expect(await offered(jsonata("{% $states.context.Task.|"))).toContain("Task.Token");
    expect(await offered(jsonata("{% $states.|"))).toEqual(["input", "result", "errorOutput", "context"]);
    expect(await offered(jsonata("|"))).toEqual(["{% … %}"]);
  });

  it("something else where a member of the Context Object begins, however slowly it is typed", async () => {
    const jsonata = (await answer(MACHINE('"Type": "Pass", "Output": "{% $|"', '"QueryLanguage": "JSONata", ')))?.validFor as RegExp;
    expect(["$st", "$states.", "$states.inp", "$states.context."].map((typed) => jsonata.test(typed))).toEqual([true, true, true, false]);
    const path = (await answer(MACHINE('"Type": "Pass", "Parameters": {"x.$": "$|"}')))?.validFor as RegExp;
    expect(["$wh", "$$", "$$.", "$."].map((typed) => path.test(typed))).toEqual([true, true, false, false]);
  });

  it("what the action takes, and Resources", async () => {
    const shapes = {
      resource: "arn:aws:states:::sqs:sendMessage", service: "sqs", action: "sendMessage", doc: "Sends.", note: "", url: "https://x", input: "In",
      shapes: { In: { type: "structure", members: [{ name: "QueueUrl", shape: "Text", required: true, doc: "Where to." }, { name: "Kind", shape: "Kind" }] }, Text: { type: "string" }, Kind: { type: "string", enum: ["ONE", "TWO"] } },
    }; // prettier-ignore
    const actions = [{ resource: shapes.resource, service: "sqs", service_title: "SQS", action: "sendMessage", title: "", summary: "", optimized: true, supported: true, patterns: ["", "waitForTaskToken"], parameters: {} }];
    vi.stubGlobal("document", { cookie: "" });
    vi.stubGlobal("fetch", (url: string) => Promise.resolve(new Response(JSON.stringify(url.includes("shapes") ? shapes : { actions }))));
    const task = (parameters: string): string => MACHINE(`"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {${parameters}}`);
    expect(await offered(task('"|"'))).toEqual(["QueueUrl", "QueueUrl.$", "Kind", "Kind.$"]);
    expect(await offered(task('"QueueUrl.$": "$.q", "|"'))).toEqual(["Kind", "Kind.$"]);
    expect(await offered(task('"Kind": "|"'))).toEqual(["ONE", "TWO"]);
    expect(await offered(MACHINE('"Type": "Task", "Resource": "sqs|"'))).toEqual([shapes.resource, `${shapes.resource}.waitForTaskToken`]);
    const hovered = at(task('"Queue|Url": ""'));
    expect((await saidAt(hovered.text, hovered.position))?.said.words).toBe("Where to.");
  });
});

describe("a small editor offers what may stand at its place", () => {
  const DEFINITION = MACHINE('"Type": "Pass", "Assign": {"who.$": "$.who"}, "Next": "Answer"').replace('{"Type": "Succeed"}', '{"Type": "Pass", "Parameters": {"a": 1}, "End": true}');

  async function inField(marked: string, pointer: string): Promise<{ labels: string[]; from: number | undefined }> {
    const { text, position } = at(marked);
    begin(DEFINITION);
    const result = await completeField(new CompletionContext(EditorState.create({ doc: text }), position, true), pointer);
    return { labels: result?.options.map(({ label }) => label) ?? [], from: result?.from };
  }

  it("where it is, and where it would be", async () => {
    expect(await inField('{"x.$": "$w|"}', "/States/Answer/Parameters")).toEqual({ labels: ["$who", "$", "$$"], from: 9 });
    expect((await inField('{"x.$": "$$.Exec|"}', "/States/Answer/Assign")).labels).toContain("Execution.Id");
    expect((await inField('{"|"}', "/States/Answer")).labels).toContain("ResultPath");
    expect((await inField('{"|"}', "/States/Answer/ItemBatcher/BatchInput")).labels).toEqual([]);
  });
});

describe("hovering says", () => {
  it.each([
    ['"Type": "Pass", "Ne|xt": "Answer"', "Next", "The state that comes after this one."],
    ['"Type": "Pass", "Next": "An|swer"', "Answer (Succeed)", "Ends the path well."],
    ['"Type": "Pass", "Next": "No|body"', "Nobody", "There is no state of this name here."],
    ['"Type": "Task", "Retry": [{"ErrorEquals": ["States.Time|out"]}]', "States.Timeout", "A Task or the execution took longer than its TimeoutSeconds."],
    ['"Type": "Pass", "Parameters": {"x.$": "States.UU|ID()"}', "States.UUID()", "A new UUID, version 4."],
    ['"Type": "Pass", "Parameters": {"x.$": "$$.Execution.Na|me"}', "$$.Execution.Name", "The execution's name."],
  ])("of %s", async (marked, title, words) => {
    const { text, position } = at(MACHINE(marked));
    begin(text);
    expect((await saidAt(text, position))?.said).toMatchObject({ title, words });
  });
});
