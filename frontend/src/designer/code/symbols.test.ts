import { describe, expect, it } from "vitest";

import { mustParse } from "../../asl/document";
import { renameVariable } from "../../asl/renameVariable";
import { formatted } from "./formatting";
import { symbolAt, targetOf } from "./symbols";

const TEXT = `{
  "StartAt": "Ask",
  "States": {
    "Ask": {"Type": "Pass", "Assign": {"who.$": "$.who"}, "Next": "Map"},
    "Map": {"Type": "Map", "ItemProcessor": {"StartAt": "In", "States": {"In": {"Type": "Pass", "Parameters": {"a.$": "States.Format('{}', $who)", "b.$": "$whole", "c": "$who"}, "End": true}}}, "Next": "J"},
    "J": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": ["{% $who & $states.input.who %}", "{% function($who) { $who } %}"], "Assign": {"who": 1}, "End": true}
  }
}`;
const document = mustParse(TEXT);

function goneTo(word: string, nth = 0): string | undefined {
  let offset = -1;
  for (let count = 0; count <= nth; count += 1) offset = TEXT.indexOf(word, offset + 1);
  const symbol = symbolAt(document, offset + 1);
  const target = symbol === undefined ? undefined : targetOf(document, symbol);
  return target === undefined ? undefined : TEXT.slice(target.from - 2, target.to);
}

describe("a name leads", () => {
  it("from where it is used to where it is defined, and back", () => {
    expect(goneTo('"Ask"')).toBe('  "Ask"');
    expect(goneTo('"Map",') ?? goneTo('"Map"')).toBe('  "Map"');
    expect(goneTo('"Map":')).toBe(': "Map"');
    expect(goneTo("$who)")).toBe(' {"who.$"');
    expect(goneTo("$whole")).toBeUndefined();
    expect(goneTo('"Type"')).toBeUndefined();
  });
});

describe("a variable gets another name", () => {
  it("wherever it is read, also inside a Map, but not where another thing is called so", () => {
    const { text, label } = renameVariable(document, "/States/Ask", "who", "person");
    expect(label).toBe("rename $who to $person");
    expect(text).toContain('"Assign": {"person.$": "$.who"}');
    expect(text).toContain("States.Format('{}', $person)");
    expect(text).toContain('"b.$": "$whole"');
    expect(text).toContain("{% $person & $states.input.who %}");
    expect(text).toContain("{% function($who) { $who } %}");
    expect(text).toContain('"Assign": {"person": 1}');
  });

  it("that it can have", () => {
    expect(() => renameVariable(document, "/States/Ask", "who", "states")).toThrow("own");
    expect(() => renameVariable(document, "/States/Ask", "who", "a b")).toThrow("letters");
    expect(() => renameVariable(document, "/States/Ask", "nobody", "x")).toThrow("$nobody");
  });
});

it("formatting changes white space only", () => {
  const text = formatted('{"a":2.0,"b":[1,2]}', "  ", "\n");
  expect(text).toBe('{\n  "a": 2.0,\n  "b": [\n    1,\n    2\n  ]\n}');
  expect(formatted(text, "\t", "\n")).toContain('\n\t"a": 2.0');
});
