import { describe, expect, it } from "vitest";

import { answerOf } from "./shapeSample";

describe("an answer by its shape", () => {
  it("has every member, the first of an enum, and ends where shapes contain themselves", () => {
    const text = answerOf({
      output: "Out",
      shapes: {
        Out: { type: "structure", members: [{ name: "Id", shape: "Name" }, { name: "Status", shape: "Status" }, { name: "Items", shape: "Items" }, { name: "Tags", shape: "Tags" }, { name: "Self", shape: "Out" }, { name: "Made", shape: "Time" }] },
        Name: { type: "string", min: 6 },
        Status: { type: "string", enum: ["OPEN", "DONE"] },
        Items: { type: "list", member: "Count" },
        Count: { type: "integer", min: 3 },
        Tags: { type: "map", key: "Name", value: "Flag" },
        Flag: { type: "boolean" },
        Time: { type: "timestamp" },
      },
    });
    expect(JSON.parse(text ?? "")).toEqual({ Id: "text--", Status: "OPEN", Items: [3], Tags: { key: true }, Made: "2026-01-31T09:00:00Z" });
  });

  it("takes one member of a union, and nothing where there is no shape", () => {
    const union = { output: "U", shapes: { U: { type: "structure" as const, union: true, members: [{ name: "S", shape: "T" }, { name: "N", shape: "T" }] }, T: { type: "string" as const } } };
    expect(JSON.parse(answerOf(union) ?? "")).toEqual({ S: "text" });
    expect(answerOf({ output: null, shapes: {} })).toBeUndefined();
  });
});
