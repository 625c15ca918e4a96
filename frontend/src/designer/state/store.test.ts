import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { setValue } from "../../asl/fields";
import { deleteStates } from "../../asl/remove";
import { renameState } from "../../asl/rename";
import { begin } from "../designer.fixture";
import { graphOf, problemsOf } from "./derive";
import { edit, markSaved, redoStep, select, typeText, undoStep, unsavedCount, useDesigner } from "./store";

const TEXT = `{
  "StartAt": "A",
  "States": {
    "A": { "Type": "Pass", "Next": "B" },
    "B": { "Type": "Wait", "Seconds": 2.0, "End": true }
  }
}
`;
const now = () => useDesigner.getState();

beforeEach(() => {
  vi.useFakeTimers();
  begin(TEXT);
});
afterEach(() => vi.useRealTimers());

describe("opening", () => {
  it("shows the text as it is, with nothing to save", () => {
    expect(now().text).toBe(TEXT);
    expect(unsavedCount(now())).toBe(0);
    expect([...graphOf(now().good).nodes.keys()]).toEqual(["/States/A", "/States/B"]);
  });

  it("of a text that doesn't parse shows the code pane and an empty graph", () => {
    begin('{"StartAt": ');
    expect(now().codeDock).toBe("bottom");
    expect(problemsOf(now())[0]?.severity).toBe("ERROR");
    expect(graphOf(now().good).nodes.size).toBe(0);
  });
});

describe("undo and redo", () => {
  it("bring back the very text, and the selection, with the step's name", () => {
    select(["/States/A"]);
    edit((document) => renameState(document, "/States/A", "First"));
    expect(now().selection).toEqual(["/States/First"]);
    undoStep();
    expect(now().text).toBe(TEXT);
    expect(now().selection).toEqual(["/States/A"]);
    expect(now().notice?.text).toBe("Undone: rename A to First");
    redoStep();
    expect(now().text).toContain('"First": {');
  });

  it("take typing in one field as one step, and later typing as another", () => {
    const type = (text: string): boolean => edit((document) => setValue(document, "/States/A/Comment", text, "change Comment"), "comment");
    type("a");
    type("ab");
    vi.advanceTimersByTime(5000);
    type("abc");
    expect(now().history.past).toHaveLength(2);
    undoStep();
    expect(now().text).toContain('"Comment": "ab"');
    undoStep();
    expect(now().text).toBe(TEXT);
  });

  it("forget what was undone once something else is done", () => {
    edit((document) => renameState(document, "/States/A", "First"));
    undoStep();
    edit((document) => renameState(document, "/States/A", "Second"));
    expect(now().history.future).toEqual([]);
  });
});

describe("a broken text", () => {
  it("keeps the last graph, says where it breaks, and lets only the code pane change it", () => {
    typeText(TEXT.replace('"Next": "B"', '"Next": "B'));
    expect(graphOf(now().good).nodes.size).toBe(2);
    expect(problemsOf(now()).length).toBeGreaterThan(0);
    expect(edit((document) => deleteStates(document, ["/States/B"]))).toBe(false);
    expect(now().notice?.level).toBe("error");
    typeText(TEXT);
    expect(now().problems).toEqual([]);
    expect(edit((document) => deleteStates(document, ["/States/B"]))).toBe(true);
  });

  it("can be undone to the text before", () => {
    typeText("{");
    undoStep();
    expect(now().text).toBe(TEXT);
    expect(now().problems).toEqual([]);
  });
});

describe("the selection", () => {
  it("loses what is no longer there", () => {
    select(["/States/A", "/States/B", "/States/A>/States/B"]);
    typeText(TEXT.replace('"Next": "B"', '"End": true'));
    expect(now().selection).toEqual(["/States/A", "/States/B"]);
  });
});

describe("what isn't saved", () => {
  it("is counted in steps, both ways from the saved text", () => {
    edit((document) => renameState(document, "/States/A", "First"));
    vi.advanceTimersByTime(5000);
    edit((document) => renameState(document, "/States/B", "Last"));
    expect(unsavedCount(now())).toBe(2);
    markSaved(4, now().text);
    expect(unsavedCount(now())).toBe(0);
    undoStep();
    expect(unsavedCount(now())).toBe(1);
    redoStep();
    expect(unsavedCount(now())).toBe(0);
  });
});

describe("a person who may only look", () => {
  it("changes nothing", () => {
    begin(TEXT, { design: false, operate: false });
    edit((document) => renameState(document, "/States/A", "First"));
    typeText("{}");
    expect(now().text).toBe(TEXT);
  });
});

describe("problems", () => {
  it("stand at their place in the text, errors first, each with its state", () => {
    useDesigner.setState({
      diagnostics: [
        { path: "/States/A", code: "W", message: "A warning", severity: "WARNING" },
        { path: "/States/B/Seconds", code: "E", message: "An error", severity: "ERROR" },
      ],
    });
    const found = problemsOf(now());
    expect(found.map(({ state }) => state)).toEqual(["B", "A"]);
    expect(TEXT.slice(found[0]?.from, found[0]?.to)).toBe('"Seconds": 2.0');
  });
});

describe("what colleagues say of a state", () => {
  const said = () => now().comments.map(({ state, saved }) => [state, saved]);

  it("goes with it when it is renamed, back and forth, and begins anew with what is saved", () => {
    const comment = { id: 1, state: "A", revision: 1, author: "ada", text: "Why?", created_at: "2026-01-01T00:00:00Z" };
    useDesigner.setState({ comments: [comment, { ...comment, id: 2, state: "B" }] });
    edit((document) => renameState(document, "/States/A", "First"));
    expect(said()).toEqual([["First", "A"], ["B", undefined]]);
    undoStep();
    expect(now().comments[0]?.state).toBe("A");
    redoStep();
    edit((document) => renameState(document, "/States/First", "Begin"));
    expect(said()[0]).toEqual(["Begin", "A"]);
    markSaved(2, now().text);
    expect(said()[0]).toEqual(["Begin", undefined]);
  });
});
