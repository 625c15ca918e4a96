import { describe, expect, it } from "vitest";

import { mustParse } from "./document";
import { machineOf } from "./machine";
import { variablesFor } from "./variables";

const definition = {
  StartAt: "First",
  States: {
    First: { Type: "Pass", Assign: { a: 1 }, Next: "Choose" },
    Choose: { Type: "Choice", Choices: [{ Condition: "{% true %}", Assign: { b: 1 }, Next: "Each" }], Default: "Never" },
    Each: {
      Type: "Map",
      ItemProcessor: { StartAt: "Inner", States: { Inner: { Type: "Pass", Assign: { "inner.$": "$" }, Next: "Last" }, Last: { Type: "Succeed" } } },
      Assign: { late: 1 },
      Next: "End",
    },
    Never: { Type: "Pass", Assign: { other: 1 }, End: true },
    End: { Type: "Succeed" },
  },
};

function namesFor(pointer: string, document = mustParse(JSON.stringify(definition))): string[] {
  const state = machineOf(document).states.get(pointer);
  if (state === undefined) throw new Error(`no state at ${pointer}`);
  return variablesFor(state).map(({ name, assigned }) => `${name}: ${assigned.map((place) => place.state.name).join(", ")}`);
}

describe("variables in scope", () => {
  it("are those that states before it assign, rules of a Choice included", () => {
    expect(namesFor("/States/First")).toEqual([]);
    expect(namesFor("/States/Each")).toEqual(["a: First", "b: Choose"]);
    expect(namesFor("/States/End")).toEqual(["a: First", "b: Choose", "late: Each"]);
  });

  it("are read inside a Map, with its own, but not outside of it", () => {
    expect(namesFor("/States/Each/ItemProcessor/States/Last")).toEqual(["a: First", "b: Choose", "inner: Inner"]);
  });

  it("aren't seen by the children of a distributed Map", () => {
    const each = { ...definition.States.Each, ItemProcessor: { ...definition.States.Each.ItemProcessor, ProcessorConfig: { Mode: "DISTRIBUTED" } } };
    const document = mustParse(JSON.stringify({ ...definition, States: { ...definition.States, Each: each } }));
    expect(namesFor("/States/Each/ItemProcessor/States/Last", document)).toEqual(["inner: Inner"]);
  });
});
