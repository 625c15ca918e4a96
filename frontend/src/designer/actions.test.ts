// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";

import { mustParse, valueAt } from "../asl/document";
import { graphOf } from "./state/derive";
import { ACTIONS, action, labelOf, run } from "./actions";
import { outlineOf } from "./canvas/Outline";
import { actionFor } from "./shortcuts";
import { accepts, addItem, draggedItem, dropOn } from "./state/adding";
import { cutSelected, pasteText } from "./state/clipboard";
import { connect, reconnectEdge } from "./state/connecting";
import { FLOW } from "./catalogue/flow";
import { matchesIn } from "./state/look";
import { select, useDesigner } from "./state/store";
import { begin } from "./designer.fixture";

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
  const states = (...names: string[]) => ({ kind: "states", pointers: names.map((name) => `/States/${name}`) }) as const;
  const branch = { kind: "scope", scope: "/States/B/Branches/0" } as const;

  it("says before the drop what goes where, and why not", () => {
    const next = { kind: "edge", edge: edge("/States/A>/States/C") } as const;
    expect(accepts(draggedItem(item("flow:fail")), next)).toMatch(/Fail ends the path/);
    expect(accepts(draggedItem(item("flow:pass")), next)).toBe(true);
    expect(accepts(states("A"), next)).toBe("It's there already.");
    expect(accepts(states("B"), branch)).toBe("A state can't be moved into itself.");
    expect(accepts(states("F"), branch)).toMatch(/Fail ends the path/);
    expect(accepts(states("A"), branch)).toBe(true);
  });

  it("moves a state into a branch", () => {
    dropOn(branch, states("A"));
    expect(at("/StartAt")).toBe("C");
    expect(at("/States/B/Branches/0/States/A")).toEqual({ Type: "Pass", End: true });
    expect(labelOf(action("undo"), now())).toBe("Undo: move A");
  });
});

describe("acting on states", () => {
  const key = (name: string, more: Partial<KeyboardEvent> = {}) =>
    actionFor({ key: name, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, target: document.body, ...more })?.id;

  it("wraps, takes away, and undo names each", () => {
    select(["/States/A"]);
    run(action("wrap-parallel"));
    expect(at("/States/In parallel/Branches/0/StartAt")).toBe("A");
    expect(labelOf(action("undo"), now())).toBe("Undo: wrap A in a Parallel");
    expect(now().selection).toEqual(["/States/In parallel"]);
    run(action("unwrap"));
    expect(at("/StartAt")).toBe("A");
    expect(labelOf(action("undo"), now())).toBe("Undo: take In parallel away around its states");
    run(action("undo"));
    run(action("undo"));
    expect(now().text).toBe(TEXT);
  });

  it("can't wrap what would need two ways on, and then says so by not being offered", () => {
    select(["/States/C"]);
    expect(action("wrap-map").enabled(now())).toBe(false);
  });

  it("duplicates, cuts and pastes several at once", () => {
    select(["/States/A", "/States/C"]);
    run(action("duplicate"));
    expect(at("/States/A 2/Next")).toBe("C 2");
    run(action("undo"));
    select(["/States/A"]);
    const text = cutSelected();
    expect(at("/StartAt")).toBe("C");
    select([]);
    select(["/States/B"]);
    pasteText(text ?? "");
    expect(at("/States/B/Next")).toBe("A");
  });

  it("is heard by its keys: letters on the canvas, not while a button beside it has the keyboard", () => {
    expect(key("ArrowUp", { altKey: true })).toBe("earlier");
    expect(key("p")).toBe("wrap-parallel");
    expect(key("p", { target: document.createElement("button") })).toBeUndefined();
    expect(key("f", { ctrlKey: true })).toBe("find");
    expect(key("c", { ctrlKey: true })).toBeUndefined();
  });

  it("selects one connection after the other, and comes back to the state", () => {
    select(["/States/C"]);
    run(action("next-connection"));
    expect(now().selection).toEqual(["/States/C>/States/B"]);
    run(action("next-connection"));
    expect(now().selection).toEqual(["/States/C>/States/F"]);
    run(action("next-connection"));
    expect(now().selection).toEqual(["/States/C"]);
  });

  it("finds states by name, type and comment; the outline reads them in the path's order", () => {
    const graph = graphOf(now().good);
    expect(matchesIn(graph, "fail")).toEqual(["/States/F"]);
    expect(matchesIn(graph, "")).toEqual([]);
    expect(outlineOf(graph, new Set()).map(({ node, level }) => `${String(level)} ${node.name}`)).toEqual(["1 A", "1 C", "1 B", "1 F"]);
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
