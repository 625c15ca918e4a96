import { describe, expect, it } from "vitest";

import { mustParse, parseDocument, valueAt, type JsonObject } from "./document";
import { EditRefused } from "./edit";
import { containerBeside, copyStates, duplicateStates, moveAlong, moveIn, moveOut, moveStates, pastedStates, refusalToMove } from "./group";
import { insertAfter, insertOnEdge } from "./insert";
import { machineOf, referencesIn } from "./machine";
import { absent, definitions } from "./testing/definitions";
import { refusalToWrap, unwrapState, wrapStates } from "./wrap";

const TEXT = `{
  "StartAt": "A",
  "States": {
    "A": { "Type": "Pass", "Next": "B" },
    "B": { "Type": "Wait", "Seconds": 2.0, "Next": "C" },
    "C": { "Type": "Task", "Resource": "arn:x", "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Failed" }], "Next": "Both" },
    "Both": {
      "Type": "Parallel",
      "Branches": [
        { "StartAt": "L", "States": { "L": { "Type": "Pass", "End": true } } },
        { "StartAt": "R", "States": { "R": { "Type": "Pass", "End": true } } }
      ],
      "Next": "Z"
    },
    "Z": { "Type": "Succeed" },
    "Failed": { "Type": "Fail" }
  }
}
`;
const document = mustParse(TEXT);
const at = (...names: string[]): string[] => names.map((name) => `/States/${name}`);
const machine = (text: string): JsonObject => JSON.parse(text) as JsonObject;
/** Names along Next from StartAt. */
function path(text: string, scope = ""): string[] {
  const parsed = mustParse(text);
  const names: string[] = [];
  for (let name = valueAt(parsed, `${scope}/StartAt`); typeof name === "string" && !names.includes(name); name = valueAt(parsed, `${scope}/States/${name}/Next`)) names.push(name);
  return names;
}

describe("copying and pasting several states", () => {
  it("keeps their text and their ways to each other, and leads the rest onward", () => {
    const copied = copyStates(document, at("B", "C"));
    expect(copied).toContain('"Seconds": 2.0');
    const state = pastedStates(mustParse(copied));
    expect(state?.name).toBe("B");
    if (state === undefined) return;
    const pasted = insertOnEdge(document, ["/States/A/Next"], state).text;
    expect(path(pasted)).toEqual(["A", "B 2", "C 2", "B", "C", "Both", "Z"]);
    expect(pasted.match(/2\.0/g)).toHaveLength(2);
    expect(valueAt(mustParse(pasted), "/States/C 2/Catch/0/Next")).toBe("B");
  });

  it("goes across workflows, also as the last states of an empty one", () => {
    const state = pastedStates(mustParse(copyStates(document, at("A", "B"))));
    if (state === undefined) throw new Error("it is a group");
    const other = mustParse('{ "StartAt": "X", "States": { "X": { "Type": "Pass", "End": true } } }');
    expect(path(insertAfter(other, "/States/X", state).text)).toEqual(["X", "A", "B"]);
    expect(valueAt(mustParse(insertAfter(other, "/States/X", state).text), "/States/B/End")).toBe(true);
  });

  it("takes a whole definition as its states, and nothing else", () => {
    expect(pastedStates(document)?.followers).toHaveLength(5);
    expect(pastedStates(mustParse('{ "A": 5 }'))).toBeUndefined();
    expect(pastedStates(mustParse("{}"))).toBeUndefined();
  });

  it("of states in different containers is refused in words", () => {
    expect(() => copyStates(document, [...at("A"), "/States/Both/Branches/0/States/L"])).toThrow(EditRefused);
  });
});

describe("duplicating", () => {
  it("puts copies of several states after the last of them", () => {
    const edit = duplicateStates(document, at("B", "A"));
    expect(path(edit.text)).toEqual(["A", "B", "A 2", "B 2", "C", "Both", "Z"]);
    expect(edit.label).toBe("duplicate 2 states");
  });
});

describe("moving", () => {
  it("takes several states onto another edge and heals what they leave", () => {
    const edit = moveStates(document, at("A", "B"), ["/States/C/Next"]);
    expect(path(edit.text)).toEqual(["C", "A", "B", "Both", "Z"]);
    expect(edit.select).toEqual(at("A", "B"));
  });

  it("one place earlier and later", () => {
    expect(path(moveAlong(document, at("B"), "earlier").text)).toEqual(["B", "A", "C", "Both", "Z"]);
    expect(path(moveAlong(document, at("B"), "later").text)).toEqual(["A", "C", "B", "Both", "Z"]);
    expect(() => moveAlong(document, at("A"), "earlier")).toThrow("A comes first already.");
    expect(() => moveAlong(document, at("Both"), "later")).toThrow(EditRefused);
  });

  it("into the container beside it and out again", () => {
    expect(containerBeside(document, at("C"))?.name).toBe("Both");
    const inside = moveIn(document, at("C"));
    expect(path(inside.text)).toEqual(["A", "B", "Both", "Z"]);
    expect(path(inside.text, "/States/Both/Branches/0")).toEqual(["C", "L"]);
    expect(inside.label).toBe("move C into Both");
    const out = moveOut(mustParse(inside.text), inside.select ?? []);
    expect(path(out.text)).toEqual(["A", "B", "Both", "C", "Z"]);
  });

  it("says before the drop why it can't be", () => {
    expect(refusalToMove(document, at("B"), ["/States/A/Next"])).toBe("It's there already.");
    expect(refusalToMove(document, at("B"), ["/States/B/Next"])).toBe("It's there already.");
    expect(refusalToMove(document, at("Both"), ["/States/Both/Branches/0/StartAt"])).toBe("A state can't be moved into itself.");
    expect(refusalToMove(document, at("Z"), ["/States/A/Next"])).toContain("Succeed ends the path");
    expect(refusalToMove(document, at("B"), ["/States/C/Next"])).toBeUndefined();
  });
});

describe("wrapping", () => {
  it("in a Parallel: one branch with their text, entered and left where they were; Catches become its own", () => {
    const edit = wrapStates(document, at("B", "C"), "Parallel");
    const States = (machine(edit.text) as { States: Record<string, JsonObject> }).States;
    expect(path(edit.text)).toEqual(["A", "In parallel", "Both", "Z"]);
    expect(States["In parallel"]).toEqual({
      Type: "Parallel",
      Branches: [{ StartAt: "B", States: { B: { Type: "Wait", Seconds: 2, Next: "C" }, C: { Type: "Task", Resource: "arn:x", End: true } } }],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Failed" }],
      Next: "Both",
    });
    expect(edit.text).toContain('"Seconds": 2.0');
    expect(edit.label).toBe("wrap 2 states in a Parallel");
    expect(edit.select).toEqual(["/States/In parallel"]);
  });

  it("in a Map, and taken away again", () => {
    const wrapped = wrapStates(document, at("A"), "Map");
    expect(path(wrapped.text)).toEqual(["For each", "B", "C", "Both", "Z"]);
    expect(path(wrapped.text, "/States/For each/ItemProcessor")).toEqual(["A"]);
    expect(path(unwrapState(mustParse(wrapped.text), "/States/For each").text)).toEqual(["A", "B", "C", "Both", "Z"]);
  });

  it("is refused where a container would need two beginnings or two ways on", () => {
    const fork = mustParse(`{ "StartAt": "C", "States": {
      "C": { "Type": "Choice", "Choices": [{ "Variable": "$.x", "IsNull": true, "Next": "X" }], "Default": "Y" },
      "X": { "Type": "Pass", "End": true }, "Y": { "Type": "Pass", "Next": "X" } } }`);
    expect(refusalToWrap(fork, at("X", "Y"))).toContain("one beginning");
    expect(refusalToWrap(fork, at("C"))).toContain("one way on");
    expect(refusalToWrap(fork, at("C", "X", "Y"))).toBeUndefined();
  });

  it("of a Choice that leads on gives its branch an end", () => {
    const choice = mustParse(`{ "StartAt": "C", "States": {
      "C": { "Type": "Choice", "Choices": [{ "Variable": "$.x", "IsNull": true, "Next": "X" }], "Default": "X" }, "X": { "Type": "Pass", "End": true } } }`);
    const wrapped = mustParse(wrapStates(choice, at("C"), "Map").text);
    expect(valueAt(wrapped, "/States/For each/ItemProcessor/States/C/Default")).toBe("Branch done");
    expect(valueAt(wrapped, "/States/For each/Next")).toBe("X");
  });
});

describe.skipIf(definitions.length === 0)(definitions.length === 0 ? absent : "on real definitions", () => {
  it("wrapping each state keeps every other way as it is, and nothing new dangles", () => {
    for (const { text } of definitions.filter((_, index) => index % 4 === 0)) {
      const before = mustParse(text);
      for (const state of [...machineOf(before).states.values()].slice(0, 6)) {
        if (refusalToWrap(before, [state.pointer]) !== undefined) continue;
        for (const kind of ["Parallel", "Map"] as const) {
          const after = mustParse(wrapStates(before, [state.pointer], kind).text);
          const dangling = (parsed: typeof after): number => [...machineOf(parsed).scopes.values()].flatMap((scope) => referencesIn(scope).filter(({ target }) => !scope.states.has(target))).length;
          expect(dangling(after)).toBeLessThanOrEqual(dangling(before));
        }
      }
    }
  }, 30_000);

  it("moving a state anywhere it may go leaves a definition that parses with as many states", () => {
    for (const { text } of definitions.filter((_, index) => index % 6 === 1)) {
      const before = mustParse(text);
      const { states, scopes } = machineOf(before);
      const edges = [...scopes.values()].flatMap((scope) => referencesIn(scope).map(({ pointer }) => pointer)).slice(0, 8);
      for (const state of [...states.values()].slice(0, 6))
        for (const edge of edges) {
          if (refusalToMove(before, [state.pointer], [edge]) !== undefined) continue;
          let moved: string;
          try {
            moved = moveStates(before, [state.pointer], [edge]).text;
          } catch (error) {
            expect(error).toBeInstanceOf(EditRefused);
            continue;
          }
          const parsed = parseDocument(moved);
          expect(parsed.ok && machineOf(parsed.document).states.size).toBeGreaterThanOrEqual(states.size);
        }
    }
  }, 30_000);
});
