import { describe, expect, it } from "vitest";

import { addCondition, changeComparison, changeGroup, duplicateItem, isRule, moveCondition, removeCondition, unwrapCondition, wrapCondition } from "./conditions";
import { mustParse, valueAt } from "./document";
import { EditRefused, type Edit } from "./edit";
import { Raw } from "./style";

const TEXT = `{
  "StartAt": "C",
  "States": {
    "C": {
      "Type": "Choice",
      "Choices": [
        {
          "Comment": "dear",
          "Variable": "$.price",
          "NumericGreaterThan": 10.50,
          "Next": "A"
        },
        {
          "And": [
            { "Variable": "$.a", "IsNull": true },
            { "Not": { "Variable": "$.b", "NumericEquals": 2.0 } }
          ],
          "Next": "B"
        }
      ],
      "Default": "A"
    }
  }
}`;
const FIRST = "/States/C/Choices/0";
const SECOND = "/States/C/Choices/1";
const ONE = { Variable: "$.x", IsString: true };

function after(edit: Edit, pointer: string): unknown {
  return valueAt(mustParse(edit.text), pointer);
}

describe("conditions", () => {
  it("are wrapped with what belongs to the rule left outside, and numbers as they are written", () => {
    const edit = wrapCondition(mustParse(TEXT), FIRST, "Or", [ONE], "add a condition");
    expect(after(edit, FIRST)).toEqual({ Comment: "dear", Or: [{ Variable: "$.price", NumericGreaterThan: 10.5 }, ONE], Next: "A" });
    expect(edit.text).toContain('"NumericGreaterThan": 10.50');
    expect(edit.text.slice(edit.text.indexOf('"And"'))).toBe(TEXT.slice(TEXT.indexOf('"And"')));
    expect(edit.text).toContain(`        {
          "Comment": "dear",
          "Or": [
            {
              "Variable": "$.price",`);
  });

  it("come out of a Not or a group again", () => {
    const wrapped = wrapCondition(mustParse(TEXT), FIRST, "Not", [], "negate");
    expect(after(wrapped, `${FIRST}/Not`)).toEqual({ Variable: "$.price", NumericGreaterThan: 10.5 });
    expect(unwrapCondition(mustParse(wrapped.text), FIRST, "unwrap").text).toBe(TEXT);
    expect(after(unwrapCondition(mustParse(TEXT), `${SECOND}/And/1`, "unwrap"), `${SECOND}/And/1`)).toEqual({ Variable: "$.b", NumericEquals: 2 });
  });

  it("are added, duplicated, moved and taken away in their list", () => {
    const added = addCondition(mustParse(TEXT), `${SECOND}/And`, ONE, "add");
    expect(after(added, `${SECOND}/And/2`)).toEqual(ONE);
    const moved = moveCondition(mustParse(TEXT), `${SECOND}/And/1`, -1, "move");
    expect(after(moved, `${SECOND}/And/1`)).toEqual({ Variable: "$.a", IsNull: true });
    expect(moved.text).toContain("2.0");
    const twice = duplicateItem(mustParse(TEXT), FIRST, "duplicate");
    expect(after(twice, SECOND)).toEqual(after(twice, FIRST));
    expect(twice.text.match(/10\.50/g)).toHaveLength(2);
    const fewer = removeCondition(mustParse(TEXT), `${SECOND}/And/0`, "delete");
    expect(after(fewer, `${SECOND}/And`)).toHaveLength(1);
    expect(() => removeCondition(mustParse(fewer.text), `${SECOND}/And/0`, "delete")).toThrow(EditRefused);
    expect(() => removeCondition(mustParse(TEXT), `${SECOND}/And/1/Not`, "delete")).toThrow(EditRefused);
  });

  it("change from all of to any of, and from one operator to another, on their own line", () => {
    const any = changeGroup(mustParse(TEXT), SECOND, "Or", "change");
    expect(any.text).toBe(TEXT.replace('"And"', '"Or"'));
    const less = changeComparison(mustParse(TEXT), FIRST, ["NumericGreaterThan", "NumericLessThan"], "NumericLessThan", new Raw("3"), "change");
    expect(less.text).toBe(TEXT.replace('"NumericGreaterThan": 10.50', '"NumericLessThan": 3'));
  });

  it("are told from the rules around them", () => {
    expect(isRule(FIRST)).toBe(true);
    expect(isRule(`${SECOND}/And/1`)).toBe(false);
    expect(isRule(`${SECOND}/And/1/Not`)).toBe(false);
  });
});
