import { describe, expect, it } from "vitest";

import { mustParse } from "../../../asl/document";
import { expressionOf, templateExpression, templateText, valueOfExpression } from "./convert";
import { heldAt, namesAt, removePlace, renamePlace, setExpression, setLiteral, type Place } from "./place";

describe("a value and an expression", () => {
  it.each([
    ["it's {new}", "States.Format('it\\'s \\{new\\}')", '"it\'s {new}"'],
    [5, "States.StringToJson('5')", "5"],
    [true, "States.StringToJson('true')", "true"],
    ["Title of {$.name}", "States.Format('Title of {}', $.name)", '"Title of " & $.name'],
    ["", "$", "$states.input"],
  ])("%s becomes one in either language", (value, path, jsonata) => {
    expect(expressionOf(value, "JSONPath")).toBe(path);
    expect(expressionOf(value, "JSONata")).toBe(jsonata);
  });

  it.each(["it's {new}", 5, true, "Title of {$.name}", { a: [1, "x'y"] }])("%s comes back as it was", (value) => {
    expect(valueOfExpression(expressionOf(value, "JSONPath"), "JSONPath")).toEqual(value);
    expect(valueOfExpression(expressionOf(value, "JSONata"), "JSONata")).toEqual(value);
  });

  it("stays apart where it depends on the input", () => {
    expect(valueOfExpression("$.a", "JSONPath")).toBeUndefined();
    expect(valueOfExpression("$states.input.a", "JSONata")).toBeUndefined();
    expect(valueOfExpression("$sum($states.input.a)", "JSONata")).toBeUndefined();
  });
});

describe("a template in JSONata", () => {
  it.each(["About {$states.input.topic}, please.", "{$topic}{$tone}", "plain & simple", '{$join($states.input.tags, ", ")} of "all"', "{$a ? $b : $c}!"])("%s is read back", (text) => {
    expect(templateText(templateExpression(text, "JSONata"), "JSONata")).toBe(text);
  });

  it("isn't seen in other expressions", () => {
    for (const text of ["$states.input.a & 'b'", "1 + 2", "'a' & $uppercase('{$b}') & ", "$a"]) expect(templateText(text, "JSONata")).toBeUndefined();
  });
});

describe("a parameter's place", () => {
  const at = (language: Place["language"], name: string, item = false): Place => ({ holder: "/P", name, language, item });
  const document = (text: string) => mustParse(text);

  it("is read in the state's language", () => {
    const path = document('{"P": {"A": 1, "B.$": "$.b"}}');
    expect(heldAt(path, at("JSONPath", "A"))).toEqual({ kind: "value", value: 1 });
    expect(heldAt(path, at("JSONPath", "B"))).toEqual({ kind: "expression", text: "$.b" });
    expect(heldAt(path, at("JSONPath", "C"))).toEqual({ kind: "absent" });
    expect(heldAt(document('{"P": {"A": "{% $x %}"}}'), at("JSONata", "A"))).toEqual({ kind: "expression", text: "$x" });
    expect(namesAt(path, "/P", "JSONPath")).toEqual(["A", "B"]);
  });

  it("is written on its own line, the other form removed", () => {
    const text = '{\n  "P": {\n    "A": 1.0,\n    "B": "x"\n  }\n}';
    expect(setExpression(document(text), at("JSONPath", "B"), "$.b", "").text).toBe('{\n  "P": {\n    "A": 1.0,\n    "B.$": "$.b"\n  }\n}');
    expect(setExpression(document(text), at("JSONata", "B"), "$b", "").text).toBe('{\n  "P": {\n    "A": 1.0,\n    "B": "{% $b %}"\n  }\n}');
    const back = setLiteral(document('{"P": {"B.$": "$"}}'), at("JSONPath", "B"), "y", "");
    expect(back.text).toBe('{"P": { "B": "y" }}'.replace("{ ", "{").replace(" }", "}"));
  });

  it("is made where nothing is, and taken away", () => {
    expect(setLiteral(document("{}"), at("JSONPath", "A"), 1, "").text).toContain('"P"');
    expect(removePlace(document('{"P": {"A": 1, "B.$": "$"}}'), at("JSONPath", "B"), "").text).toBe('{"P": {"A": 1}}');
    expect(renamePlace(document('{"P": {"a.$": "$"}}'), at("JSONPath", "a"), "b", "").text).toBe('{"P": {"b.$": "$"}}');
  });
});
