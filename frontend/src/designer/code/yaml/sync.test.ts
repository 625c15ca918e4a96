import { describe, expect, it } from "vitest";

import { mustParse, valueOf, type JsonObject } from "../../../asl/document";
import { patched } from "../../../asl/patch";
import { definitions } from "../../../asl/testing/definitions";
import { rangeInYaml, readYaml, syncYaml, tokensInYaml, writeYaml } from "./sync";

const YAML = `# What this is for
StartAt: Ask # begins here

States:
  # Asks somebody
  Ask:
    Type: Pass
    Parameters: { a: 1 } # short
    Next: Done
  # The end
  Done:
    Type: Succeed
`;
const VALUE = { StartAt: "Ask", States: { Ask: { Type: "Pass", Parameters: { a: 1 }, Next: "Done" }, Done: { Type: "Succeed" } } };
const read = (text: string): JsonObject => {
  const result = readYaml(text);
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.value;
};

describe("YAML follows the JSON", () => {
  it("and stays as it is while it says the same", () => {
    expect(syncYaml(YAML, VALUE)).toBe(YAML);
  });

  it("with its comments, through changes, additions, renamings and deletions", () => {
    const changed = { StartAt: "Ask them", States: { "Ask them": { Type: "Pass", Comment: "no", Parameters: { a: 2 }, Next: "Done" }, Done: { Type: "Fail" } } };
    const text = syncYaml(YAML, changed);
    expect(read(text)).toEqual(changed);
    for (const comment of ["# What this is for", "# begins here", "# Asks somebody", "# short", "# The end"]) expect(text).toContain(comment);
    expect(text.indexOf("# Asks somebody")).toBeLessThan(text.indexOf("Ask them:"));
    const shorter = syncYaml(text, { StartAt: "Done", States: { Done: { Type: "Fail" } } });
    expect(shorter).toContain("# The end");
  });

  it("in its order, and in its arrays", () => {
    const turned = { States: VALUE.States, StartAt: "Ask" };
    expect(Object.keys(read(syncYaml(YAML, turned)))).toEqual(["States", "StartAt"]);
    const list = "a:\n  - 1 # one\n  - 2 # two\n  - {b: 3} # three\n";
    const text = syncYaml(list, { a: [1, { b: 4 }] });
    expect(text).toContain("# one");
    expect(read(text)).toEqual({ a: [1, { b: 4 }] });
  });

  it("and is written anew where it can't be read", () => {
    expect(syncYaml("a: [", { a: 1 })).toBe("a: 1\n");
  });
});

describe("YAML is read", () => {
  it.each(["a: [", "- 1", "a: &x 1\nb: *x", "a: 1\na: 2"])("unless it is no definition: %j", (text) => {
    expect(readYaml(text).ok).toBe(false);
  });

  it("as YAML 1.2 says", () => {
    expect(read("no: no\nday: 2024-01-01\nn: 010\n")).toEqual({ no: "no", day: "2024-01-01", n: 10 });
  });

  it("place by place", () => {
    const result = readYaml(YAML);
    if (!result.ok) throw new Error("unreadable");
    const { from, to } = rangeInYaml(result.document, ["States", "Ask", "Next"], YAML);
    expect(YAML.slice(from, to)).toBe("Next: Done");
    expect(tokensInYaml(result.document, YAML.indexOf("Done\n") + 1)).toEqual(["States", "Ask", "Next"]);
    expect(rangeInYaml(result.document, ["States", "None"], YAML).from).toBe(YAML.indexOf("States"));
  });
});

describe("the JSON follows the YAML", () => {
  const TEXT = '{\n  "StartAt": "A",\n  "n": 2.0,\n  "States": {"A": {"Type":  "Pass", "Next": "B"}, "B": {"Type": "Wait", "Seconds": 1e1, "End": true}},\n  "list": [1, 2, 3]\n}';

  it.each<[string, (value: JsonObject) => JsonObject, string]>([
    ["a changed value", (value) => ({ ...value, StartAt: "B" }), '"StartAt": "B",\n  "n": 2.0,'],
    ["a new member in its place", ({ StartAt, ...rest }) => ({ StartAt: StartAt as string, Comment: "x", ...rest }), '"StartAt": "A",\n  "Comment": "x",\n  "n": 2.0'],
    ["a member less", ({ StartAt, States, list }) => ({ StartAt: StartAt as string, States: States as JsonObject, list: list as number[] }), '"A",\n  "States"'],
    ["a renamed state", (value) => ({ ...value, States: { A2: (value["States"] as JsonObject)["A"] as JsonObject, B: (value["States"] as JsonObject)["B"] as JsonObject } }), '{"A2": {"Type":  "Pass"'],
    ["a longer list", (value) => ({ ...value, list: [1, 9, 2, 3] }), '[1, 9, 2, 3]'],
    ["a shorter list", (value) => ({ ...value, list: [1, 3] }), "[1, 3]"],
    ["an emptied list", (value) => ({ ...value, list: [] }), '"list": []'],
  ])("by %s, and nothing else changes", (_name, change, expected) => {
    const document = mustParse(TEXT);
    const wanted = change(valueOf(document.root) as JsonObject);
    const text = patched(document, wanted);
    expect(JSON.parse(text)).toEqual(wanted);
    expect(text).toContain(expected);
    expect(text.includes("1e1")).toBe(true);
    expect(text.includes('"Type":  "Pass"')).toBe(true);
  });

  it("also when members change their order, come and go at once", () => {
    const wanted = { States: {}, x: { y: [1] }, StartAt: "Z" };
    expect(JSON.parse(patched(mustParse(TEXT), wanted))).toEqual(wanted);
    expect(JSON.parse(patched(mustParse('{"a": {}}'), { a: { b: 1, c: 2 } }))).toEqual({ a: { b: 1, c: 2 } });
  });
});

it.skipIf(definitions.length === 0)("every real definition comes back from YAML as it was, to the byte", () => {
  for (const { name, text } of definitions) {
    let document;
    try {
      document = mustParse(text);
    } catch {
      continue;
    }
    const yaml = writeYaml(valueOf(document.root));
    expect(patched(document, read(yaml)), name).toBe(text);
  }
}, 30_000);
