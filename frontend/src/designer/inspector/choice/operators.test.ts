import { describe, expect, it } from "vitest";

import { canTakePath, comparisonIn, conditionOf, kindOf, operandFor, OPERATORS } from "./operators";

describe("choice rules", () => {
  it("have all 39 comparison operators of the States Language, paths included", () => {
    const names = OPERATORS.flatMap((operator) => (canTakePath(operator) ? [operator.name, `${operator.name}Path`] : [operator.name]));
    expect(names).toHaveLength(39);
    expect(names).toContain("TimestampGreaterThanEqualsPath");
    expect(names).not.toContain("StringMatchesPath");
  });

  it("are taken apart as far as the builder goes, and left to JSON beyond", () => {
    const one = { Variable: "$.a", StringEquals: "x" };
    expect(kindOf(one)).toBe("comparison");
    expect(kindOf({ Not: { And: [one] } })).toBe("Not");
    expect(kindOf({ And: [one, { Or: [one] }] })).toBe("And");
    expect(kindOf({ Variable: "$.a" })).toBe("other");
    expect(kindOf({ ...one, IsNull: true })).toBe("other");
    expect(conditionOf({ Comment: "c", ...one, Next: "A" })).toEqual(one);
  });

  it("keep an operand when the operator changes, where it makes sense", () => {
    const numeric = OPERATORS.find(({ name }) => name === "NumericEquals");
    const text = OPERATORS.find(({ name }) => name === "StringEquals");
    if (numeric === undefined || text === undefined) throw new Error("operators are missing");
    expect(operandFor(numeric, false, "12")).toBe(12);
    expect(operandFor(text, false, 12)).toBe("12");
    expect(operandFor(text, true, "x")).toBe("$.other");
    expect(comparisonIn({ Variable: "$.a", NumericEqualsPath: "$.b" })).toMatchObject({ path: true, operand: "$.b" });
  });
});
