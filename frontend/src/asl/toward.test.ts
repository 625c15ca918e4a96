import { describe, expect, it } from "vitest";

import { mustParse, type JsonValue } from "./document";
import { toward } from "./toward";

const TEXT = `{
  "StartAt": "A",
  "States": {
    "A": { "Type": "Pass", "Result": 2.0, "Next": "B" },
    "B": {
      "Type": "Wait",
      "Seconds":   1,
      "End": true
    }
  }
}
`;
const changed = (change: (value: Record<string, unknown>) => void): string => {
  const value = JSON.parse(TEXT) as Record<string, unknown>;
  change(value);
  return toward(mustParse(TEXT), value as JsonValue);
};

describe("toward", () => {
  it("leaves the text alone where nothing means something else", () => {
    expect(toward(mustParse(TEXT), JSON.parse(TEXT) as JsonValue)).toBe(TEXT);
  });

  it("touches only what changed, and what it gives means the target", () => {
    const text = changed((value) => {
      const states = value["States"] as Record<string, Record<string, unknown>>;
      states["B"] = { Type: "Wait", Seconds: 5, Next: "C" };
      states["C"] = { Type: "Succeed" };
    });
    expect(text).toContain('"A": { "Type": "Pass", "Result": 2.0, "Next": "B" }');
    expect(text).toContain('"Seconds":   5');
    expect(JSON.parse(text)).toEqual({ StartAt: "A", States: { A: { Type: "Pass", Result: 2, Next: "B" }, B: { Type: "Wait", Seconds: 5, Next: "C" }, C: { Type: "Succeed" } } });
  });

  it("replaces a list that grew, and empties what is emptied", () => {
    expect(JSON.parse(toward(mustParse('{"a": [1], "b": {"c": 1}}'), { a: [1, 2], b: {} }))).toEqual({ a: [1, 2], b: {} });
  });
});
