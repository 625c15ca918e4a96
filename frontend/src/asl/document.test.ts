import { describe, expect, it } from "vitest";

import { mustParse, nodeAt, parseDocument, pointerAt, rangeOf, valueAt } from "./document";
import { machineOf } from "./machine";
import { absent, definitions } from "./testing/definitions";

const TEXT = `{
  "StartAt": "A/B",
  "States": {
    "A/B": { "Type": "Wait", "Seconds": 2.0, "End": true }
  }
}
`;

describe("a document", () => {
  it("keeps its text as it is and finds what a JSON Pointer names, slashes escaped", () => {
    const document = mustParse(TEXT);
    expect(document.text).toBe(TEXT);
    expect(valueAt(document, "/States/A~1B/Type")).toBe("Wait");
    expect(nodeAt(document, "/States/A~1B/Seconds")?.length).toBe("2.0".length);
    expect(nodeAt(document, "/States/Nowhere/Type")).toBeUndefined();
  });

  it("answers with the nearest ancestor's place when the pointer leads nowhere", () => {
    const document = mustParse(TEXT);
    const { from, to } = rangeOf(document, "/States/A~1B/Next");
    expect(TEXT.slice(from, to)).toBe('"A/B": { "Type": "Wait", "Seconds": 2.0, "End": true }');
  });

  it("names the innermost place at an offset", () => {
    const document = mustParse(TEXT);
    expect(pointerAt(document, TEXT.indexOf("2.0"))).toBe("/States/A~1B/Seconds");
    expect(pointerAt(document, TEXT.indexOf('"A/B": {') + 2)).toBe("/States/A~1B");
    expect(pointerAt(document, 0)).toBe("");
  });

  it("lists every syntax error with its place, and takes no comments or trailing commas", () => {
    const result = parseDocument('{ "StartAt": "A", // no\n "States": {"A": tru,} }');
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(result.problems.length).toBeGreaterThanOrEqual(2);
    expect(result.problems.every((problem) => problem.message.endsWith("."))).toBe(true);
  });

  it.each(["", "[]", "3", '"x"'])("does not take %j for a definition", (text) => {
    expect(parseDocument(text).ok).toBe(false);
  });

  it("copes with parts that are not shaped as they should be", () => {
    const broken = '{"StartAt": 3, "States": {"A": 1, "B": {"Type": 2, "Choices": {"Next": "A"}, "Branches": [1], "Catch": "x"}}}';
    const machine = machineOf(mustParse(broken));
    expect([...machine.states.values()].map((state) => state.name)).toEqual(["B"]);
    expect(machineOf(mustParse("{}")).states.size).toBe(0);
  });
});

describe.skipIf(definitions.length === 0)(`real definitions (${definitions.length === 0 ? absent : String(definitions.length)})`, () => {
  it.each(definitions)("$name parses and every state is found where its pointer says", ({ text }) => {
    const document = mustParse(text);
    const machine = machineOf(document);
    expect(machine.states.size).toBeGreaterThan(0);
    for (const state of machine.states.values()) {
      const { from, to } = rangeOf(document, state.pointer);
      expect(text.slice(from, to).startsWith(JSON.stringify(state.name).slice(0, 1))).toBe(true);
      expect(pointerAt(document, from + 1)).toBe(state.pointer);
    }
  });
});
