import { describe, expect, it } from "vitest";

import { mustParse } from "./document";
import { duplicatesIn } from "./duplicates";
import { offersAt, repairAll, repairsFor, type Finding, type Fix } from "./repair";

const text = (States: object, rest: object = {}): string => JSON.stringify({ StartAt: "Ask", ...rest, States }, null, 2);
const finding = (path: string, fix: Fix, code = "SCHEMA_VALIDATION_FAILED"): Finding => ({ path, code, fix });

function repaired(source: string, found: Finding, which = 0): { labels: string[]; value: Record<string, never>; label: string; text: string } {
  const document = mustParse(source);
  const repairs = repairsFor(document, found);
  const edit = repairs[which]?.edit(document) ?? { text: "{}", label: "" };
  return { labels: repairs.map(({ label }) => label), value: JSON.parse(edit.text) as Record<string, never>, label: edit.label, text: edit.text };
}

const ASK = { Type: "Pass", Next: "Anser" };
const ANSWER = { Type: "Succeed" };

describe("a finding is put right", () => {
  it("by leading to the state that was meant, or by making it", () => {
    const source = text({ Ask: ASK, Answer: ANSWER });
    const found = finding("/States/Ask/Next", { kind: "target", name: "Anser", near: ["Answer"] });
    expect(repaired(source, found).labels).toEqual(["Lead to Answer", "Add a state called Anser"]);
    expect(repaired(source, found).text).toContain('"Next": "Answer"');
    expect(repaired(source, found).label).toBe("lead to Answer in Ask");
    expect(repaired(source, found, 1).value).toMatchObject({ States: { Anser: { Type: "Pass", End: true }, Ask: { Next: "Anser" } } });
  });

  it("by connecting what nothing leads to, or by deleting it", () => {
    const source = text({ Ask: { Type: "Pass", End: true }, Lost: ANSWER });
    const found = finding("/States/Lost", { kind: "unreachable" });
    expect(repaired(source, found).labels).toEqual(["Lead Ask to it", "Delete Lost"]);
    expect(repaired(source, found).value).toMatchObject({ States: { Ask: { Next: "Lost" } } });
    expect(repaired(source, found, 1).text).not.toContain("Lost");
  });

  it("by adding what is missing", () => {
    expect(repaired('{"States": {"A": {"Type": "Succeed"}}}', finding("", { kind: "add", fields: ["StartAt"] })).value).toMatchObject({ StartAt: "A" });
    expect(repaired("{}", finding("", { kind: "add", fields: ["States", "StartAt"] })).value).toEqual({ StartAt: "", States: {} });
    const choice = text({ Ask: { Type: "Choice", Choices: [{ Variable: "$", IsNull: true }] }, Answer: ANSWER });
    expect(repaired(choice, finding("/States/Ask/Choices/0", { kind: "add", fields: ["Next"] })).text).toContain('"Next": "Answer"');
  });

  it("by going on or by ending", () => {
    const source = text({ Ask: { Type: "Pass" }, Answer: ANSWER });
    const found = finding("/States/Ask", { kind: "onward" });
    expect(repaired(source, found).labels).toEqual(["Go on to Answer", "End the path here"]);
    expect(repaired(source, found).value).toMatchObject({ States: { Ask: { Next: "Answer" } } });
    expect(repaired(source, found, 1).value).toMatchObject({ States: { Ask: { End: true } } });
  });

  it("by keeping one of two", () => {
    const source = text({ Ask: { Type: "Pass", Next: "Ask", End: true } });
    const found = finding("/States/Ask", { kind: "keep_one", fields: ["Next", "End"] });
    expect(repaired(source, found, 1).value).toEqual({ StartAt: "Ask", States: { Ask: { Type: "Pass", End: true } } });
    const paths = text({ Ask: { Type: "Wait", Seconds: 1, SecondsPath: "$.s", End: true } });
    expect(repaired(paths, finding("/States/Ask/SecondsPath", { kind: "keep_one", fields: ["Seconds", "SecondsPath"] })).text).not.toContain("SecondsPath");
  });

  it("by renaming or removing a member", () => {
    const source = text({ Ask: { Type: "Pass", Coment: "x", Parameters: { a: "$.b" }, Resource: "x", End: true } });
    expect(repaired(source, finding("/States/Ask/Coment", { kind: "unknown", near: ["Comment"] })).text).toContain('"Comment": "x"');
    expect(repaired(source, finding("/States/Ask/Coment", { kind: "unknown", near: ["Comment"] }), 1).text).not.toContain("Coment");
    expect(repaired(source, finding("/States/Ask/Parameters/a", { kind: "rename", field: "a", near: ["a.$"] })).text).toContain('"a.$": "$.b"');
    expect(repaired(source, finding("/States/Ask/Parameters", { kind: "rename", field: "a", near: ["a.$"] })).text).toContain('"a.$": "$.b"');
    expect(repaired(source, finding("/States/Ask/Resource", { kind: "remove" })).text).not.toContain("Resource");
    expect(repaired(source, finding("/States/Ask", { kind: "drop", field: "Resource" })).text).not.toContain("Resource");
  });

  it("by saying it in the other query language", () => {
    const source = text({ Ask: { Type: "Task", Arguments: {}, End: true } });
    const wanted = finding("/States/Ask/Arguments", { kind: "language", wanted: "JSONata" });
    expect(repaired(source, wanted).labels).toEqual(["Write Ask in JSONata", "Remove Arguments"]);
    expect(repaired(source, wanted).text).toContain('"QueryLanguage": "JSONata"');
    const other = text({ Ask: { Type: "Task", Parameters: { "a.$": "$.b", c: [1] }, TimeoutSecondsPath: "$.t", End: true } }, { QueryLanguage: "JSONata" });
    const template = repaired(other, finding("/States/Ask/Parameters", { kind: "language", wanted: "JSONPath" }));
    expect(template.labels).toEqual(["Convert it to Arguments", "Remove Parameters"]);
    expect(template.value).toMatchObject({ States: { Ask: { Arguments: { a: "{% $states.input.b %}", c: [1] } } } });
    expect(repaired(other, finding("/States/Ask/TimeoutSecondsPath", { kind: "language", wanted: "JSONPath" })).text).toContain('"TimeoutSeconds": "{% $states.input.t %}"');
    const hard = text({ Ask: { Type: "Task", Parameters: { "a.$": "$.b[0]" }, End: true } }, { QueryLanguage: "JSONata" });
    expect(repaired(hard, finding("/States/Ask/Parameters", { kind: "language", wanted: "JSONPath" })).labels).toEqual(["Remove Parameters"]);
  });

  it("by the value that it should be", () => {
    const source = text({ Ask: { Type: "Task", Resource: "arn:aws:states:::glue:startJobRun.sync", End: true } });
    const replaced = repaired(source, finding("/States/Ask/Resource", { kind: "replace", value: "arn:aws:states:::glue:startJobRun" }));
    expect(replaced.labels).toEqual(["Change it to glue:startJobRun"]);
    expect(replaced.text).not.toContain(".sync");
    expect(repaired(source, finding("/States/Ask/Type", { kind: "one_of", near: ["Pass"] })).text).toContain('"Type": "Pass"');
  });

  it("by putting States.ALL last", () => {
    const source = text({ Ask: { Type: "Task", Retry: [{ ErrorEquals: ["States.ALL"] }, { ErrorEquals: ["X"] }], End: true } });
    const found = finding("/States/Ask/Retry/0/ErrorEquals", { kind: "last" });
    expect(repaired(source, found).value).toMatchObject({ States: { Ask: { Retry: [{ ErrorEquals: ["X"] }, { ErrorEquals: ["States.ALL"] }] } } });
  });

  it("by giving one of two states another name", () => {
    const inner = { StartAt: "Ask", States: { Ask: { Type: "Pass", Next: "B" }, B: ANSWER } };
    const source = text({ Ask: { Type: "Parallel", Branches: [inner], End: true } });
    const path = "/States/Ask/Branches/0/States/Ask";
    expect(repaired(source, finding(path, { kind: "rename_state" })).value).toMatchObject({ States: { Ask: { Branches: [{ StartAt: "Ask 2" }] } } });
  });
});

describe("members that stand twice", () => {
  const source = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true, "End": true}, "A": {"Type": "Succeed"}}}';

  it("are found where the first stands", () => {
    const document = mustParse(source);
    expect(duplicatesIn(document).map(({ pointer, key, index }) => [pointer, key, index])).toEqual([["/States", "A", 0]]);
    expect(duplicatesIn(mustParse('{"a": [{"b": 1, "b": 2}]}')).map(({ from }) => from)).toEqual([8]);
  });

  it("are renamed if they are states, and removed otherwise", () => {
    expect(repaired(source, finding("/States", { kind: "duplicate", key: "A", index: 0 })).text).toContain('"A 2": {"Type": "Pass"');
    expect(repaired('{"b": 1, "b": 2}', finding("", { kind: "duplicate", key: "b", index: 0 })).text).toBe('{"b": 2}');
  });
});

it("all of a kind are put right in one step", () => {
  const document = mustParse(text({ Ask: { Type: "Pass", Parameters: { a: "$.b", c: { d: "$.e" } }, Next: "B" }, B: { Type: "Pass", Parameters: { x: "$" }, End: true } }));
  const all = ["/States/Ask/Parameters/a", "/States/Ask/Parameters/c/d", "/States/B/Parameters/x"].map((path) => {
    const field = path.split("/").at(-1) ?? "";
    return finding(path, { kind: "rename", field, near: [`${field}.$`] }, "NO_DOLLAR");
  });
  const edit = repairAll(document, all, "add .$ to 3 members");
  expect(edit.label).toBe("add .$ to 3 members");
  expect(edit.text.match(/\.\$"/g)).toHaveLength(3);
});

it("a Choice without a Default is offered one", () => {
  const document = mustParse(text({ Ask: { Type: "Choice", Choices: [] }, Answer: ANSWER }));
  const [offer] = offersAt(document, "/States/Ask/Choices");
  expect(offer?.edit(document).text).toContain('"Default": "Answer"');
  expect(offersAt(document, "/States/Answer")).toEqual([]);
});
