// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";

import { mustParse, valueAt } from "../asl/document";
import { graphOf } from "./state/derive";
import { ACTIONS, action, labelOf, run } from "./actions";
import { accepts, addItem, draggedItem, dropOn } from "./state/adding";
import { connect, reconnectEdge } from "./state/connecting";
import { FLOW } from "./catalogue/flow";
import { select, useDesigner } from "./state/store";
import { begin } from "./testing";

const TEXT = `{
  "StartAt": "A",
  "States": {
    "A": { "Type": "Pass", "Next": "C" },
    "C": { "Type": "Choice", "Choices": [{ "Variable": "$.x", "IsPresent": true, "Next": "B" }], "Default": "F" },
    "B": { "Type": "Parallel", "Branches": [{ "StartAt": "", "States": {} }], "End": true },
    "F": { "Type": "Fail" }
  }
}`;
const now = () => useDesigner.getState();
const at = (pointer: string) => valueAt(mustParse(now().text), pointer);
const edge = (id: string) => {
  const found = graphOf(now().good).edges.get(id);
  if (found === undefined) throw new Error(`no edge ${id}`);
  return found;
};
const item = (id: string) => {
  const found = FLOW.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no item ${id}`);
  return found;
};

beforeEach(() => begin(TEXT));

describe("the list of actions", () => {
  it("has every id and every shortcut once", () => {
    const ids = ACTIONS.map(({ id }) => id);
    const shortcuts = ACTIONS.flatMap((each) => each.shortcuts ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
  });

  it("can name and judge every action in any state", () => {
    for (const state of [now(), (begin("{}"), now()), (begin("not json"), now())])
      for (const each of ACTIONS) {
        expect(labelOf(each, state)).not.toBe("");
        expect(typeof each.enabled(state)).toBe("boolean");
      }
  });

  it("deletes what is selected and heals the path; undo names it", () => {
    select(["/States/A"]);
    run(action("delete"));
    expect(at("/StartAt")).toBe("C");
    expect(labelOf(action("undo"), now())).toBe("Undo: delete A");
  });

  it("deletes a connection", () => {
    select(["/States/C>/States/F"]);
    run(action("delete"));
    expect(at("/States/C/Default")).toBeUndefined();
  });
});

describe("adding", () => {
  it("goes after the selected state, onto the selected edge, else where the workflow ends", () => {
    select(["/States/A"]);
    addItem(item("flow:wait"));
    expect(at("/States/A/Next")).toBe("Wait");
    expect(now().selection).toEqual(["/States/Wait"]);
    select(["/States/C>/States/B"]);
    addItem(item("flow:pass"));
    expect(at("/States/C/Choices/0/Next")).toBe("Pass");
    select([]);
    begin('{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}');
    addItem(item("flow:wait"));
    expect(at("/States/A/Next")).toBe("Wait");
  });

  it("with nothing selected goes to the end of the workflow, not into a loop", () => {
    begin(`{"StartAt": "Look", "States": {
      "Look": {"Type": "Pass", "Next": "Ready?"},
      "Ready?": {"Type": "Choice", "Choices": [{"Variable": "$.s", "StringEquals": "DONE", "Next": "Read"}], "Default": "Hold"},
      "Hold": {"Type": "Wait", "Seconds": 5, "Next": "Look"},
      "Read": {"Type": "Pass", "End": true}}}`);
    addItem(item("flow:wait"));
    expect(at("/States/Read/Next")).toBe("Wait");
  });

  it("fills the empty branch that was asked for", () => {
    useDesigner.setState({ addInto: "/States/B/Branches/0" });
    addItem(item("flow:pass"));
    expect(at("/States/B/Branches/0/StartAt")).toBe("Pass");
    expect(now().addInto).toBeUndefined();
  });
});

describe("dropping", () => {
  it("shows only places where it makes sense", () => {
    const next = { kind: "edge", edge: edge("/States/A>/States/C") } as const;
    expect(accepts(draggedItem(item("flow:fail")), next)).toBe(false);
    expect(accepts(draggedItem(item("flow:pass")), next)).toBe(true);
    expect(accepts({ kind: "state", pointer: "/States/A" }, next)).toBe(false);
    expect(accepts({ kind: "state", pointer: "/States/B" }, { kind: "scope", scope: "/States/B/Branches/0" })).toBe(false);
    expect(accepts({ kind: "state", pointer: "/States/A" }, { kind: "scope", scope: "/States/B/Branches/0" })).toBe(true);
  });

  it("moves a state into a branch", () => {
    dropOn({ kind: "scope", scope: "/States/B/Branches/0" }, { kind: "state", pointer: "/States/A" });
    expect(at("/StartAt")).toBe("C");
    expect(at("/States/B/Branches/0/States/A")).toEqual({ Type: "Pass", End: true });
  });
});

describe("connecting", () => {
  it("sets the Next of a state, and adds a rule to a Choice", () => {
    connect("/States/A", "/States/F");
    expect(at("/States/A/Next")).toBe("F");
    connect("/States/C", "/States/A");
    expect(at("/States/C/Choices/1/Next")).toBe("A");
  });

  it("from a Fail, or across a border, is refused with words", () => {
    connect("/States/F", "/States/A");
    expect(now().notice?.text).toMatch(/ends the path/);
    expect(now().text).toBe(TEXT);
  });

  it("leads an edge elsewhere, to the end too", () => {
    reconnectEdge(edge("/States/C>/States/F"), "/States/B");
    expect(at("/States/C/Default")).toBe("B");
    reconnectEdge(edge("/States/A>/States/C"), undefined);
    expect(at("/States/A/End")).toBe(true);
  });
});
