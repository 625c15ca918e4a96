// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { mustParse, valueAt } from "../../../asl/document";
import { machineOf } from "../../../asl/machine";
import type { ActionShapes } from "../../catalogue/shapes";
import { begin } from "../../designer.fixture";
import { undoStep, useDesigner } from "../../state/store";
import { TaskFormContext } from "./context";
import { StructureFields } from "./StructureFields";
import TaskForm from "./TaskForm";

vi.mock("../../code/SmallEditor", () => ({ default: ({ label, text }: { label: string; text: string }) => <pre aria-label={label}>{text}</pre> }));

const ACTION: ActionShapes = {
  resource: "arn:aws:states:::dynamodb:getItem", service: "dynamodb", action: "getItem", optimized: true, supported: true, patterns: [""], operation: "GetItem",
  doc: "Reads an item.", url: "https://docs.example/GetItem", guide: "", note: "Values are typed.", input: "In", output: null, errors: [],
  shapes: {
    In: { type: "structure", members: [{ name: "TableName", shape: "Text", required: true, doc: "Which table." }, { name: "Key", shape: "Key", required: true }, { name: "Limit", shape: "Whole" }, { name: "Mode", shape: "Mode", doc: "How it is read." }, { name: "Names", shape: "Texts" }] },
    Text: { type: "string" },
    Whole: { type: "integer", min: 1 },
    Mode: { type: "string", enum: ["FAST", "SURE"] },
    Texts: { type: "list", member: "Text" },
    Key: { type: "map", key: "Text", value: "Value" },
    Value: { type: "structure", members: ["S", "N", "M", "L", "SS", "BOOL"].map((name) => ({ name, shape: name === "M" ? "Key" : name === "BOOL" ? "Flag" : name === "S" || name === "N" ? "Text" : "Values" })) },
    Values: { type: "list", member: "Value" },
    Flag: { type: "boolean" },
  },
};

const PATH = `{
  "StartAt": "A",
  "States": {
    "A": {
      "Type": "Task",
      "Resource": "arn:aws:states:::dynamodb:getItem",
      "Parameters": {
        "TableName": "notes",
        "Key": { "id": { "S.$": "$.id" } },
        "Odd": 2.0
      },
      "End": true
    }
  }
}`;
const JSONATA = `{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Arguments": {"TableName": "notes"}, "End": true}}}`;

const at = (language: "JSONPath" | "JSONata"): string => `/States/A/${language === "JSONata" ? "Arguments" : "Parameters"}`;
const now = (pointer: string) => valueAt(mustParse(useDesigner.getState().text), pointer);

function show(language: "JSONPath" | "JSONata"): void {
  begin(language === "JSONata" ? JSONATA : PATH);
  render(
    <TaskFormContext value={{ action: ACTION, language, url: "/c" }}>
      <StructureFields shape={ACTION.shapes["In"] ?? { type: "structure", members: [] }} at={at(language)} depth={0} />
    </TaskFormContext>,
  );
}

beforeEach(() => vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(new Response(JSON.stringify({ items: [], problem: "", ...ACTION }))))));
afterEach(cleanup);

describe("the form of an action", () => {
  it("shows what is required and what is there; what no shape knows stays, as JSON", async () => {
    show("JSONPath");
    expect((screen.getByLabelText("TableName")).getAttribute("value")).toBe("notes");
    expect(screen.queryByLabelText("Limit")).toBeNull();
    expect((await screen.findByLabelText("Odd")).textContent).toBe("2.0");
    expect(screen.getByLabelText("S").getAttribute("value")).toBe("$.id");
  });

  it("writes one field and leaves the rest of the text as it was", () => {
    show("JSONPath");
    fireEvent.change(screen.getByLabelText("TableName"), { target: { value: "other" } });
    expect(useDesigner.getState().text).toBe(PATH.replace('"notes"', '"other"'));
    expect(useDesigner.getState().history.past.at(-1)?.label).toBe("set TableName");
    act(undoStep);
    expect(useDesigner.getState().text).toBe(PATH);
  });

  it("adds a field that is found by its documentation, with the values that it may have", () => {
    show("JSONPath");
    fireEvent.click(screen.getByRole("button", { name: /Add a field/ }));
    fireEvent.change(screen.getByLabelText("Find a field to add"), { target: { value: "how read" } });
    fireEvent.keyDown(screen.getByLabelText("Find a field to add"), { key: "Enter" });
    fireEvent.change(screen.getByLabelText("Mode"), { target: { value: "SURE" } });
    expect(now(`${at("JSONPath")}/Mode`)).toBe("SURE");
  });

  it("keeps a number's field while it is emptied, and writes numbers as they're typed", () => {
    show("JSONPath");
    fireEvent.click(screen.getByRole("button", { name: /Add a field/ }));
    fireEvent.mouseDown(screen.getByRole("option", { name: /Limit/ }));
    fireEvent.change(screen.getByLabelText("Limit"), { target: { value: "10" } });
    expect(now(`${at("JSONPath")}/Limit`)).toBe(10);
    fireEvent.change(screen.getByLabelText("Limit"), { target: { value: "" } });
    expect(now(`${at("JSONPath")}/Limit`)).toBeUndefined();
    fireEvent.change(screen.getByLabelText("Limit"), { target: { value: "1.5" } });
    expect(screen.getByText("A whole number.")).toBeTruthy();
  });

  it("makes a value an expression and back, in either language", () => {
    for (const [language, written] of [["JSONPath", "States.Format('notes')"], ["JSONata", '{% "notes" %}']] as const) {
      show(language);
      fireEvent.click(screen.getByRole("button", { name: /TableName is an expression/ }));
      expect(now(`${at(language)}/TableName${language === "JSONPath" ? ".$" : ""}`)).toBe(written);
      fireEvent.click(screen.getByRole("button", { name: /TableName is an expression/ }));
      expect(now(`${at(language)}/TableName`)).toBe("notes");
      cleanup();
    }
  });

  it("changes the kind of a typed value and keeps its text or expression", async () => {
    show("JSONPath");
    fireEvent.change(screen.getByLabelText("Kind of id"), { target: { value: "N" } });
    expect(now(`${at("JSONPath")}/Key/id`)).toEqual({ "N.$": "$.id" });
    fireEvent.click(await screen.findByRole("button", { name: /N is an expression/ }));
    fireEvent.change(await screen.findByLabelText("N"), { target: { value: "7" } });
    fireEvent.change(screen.getByLabelText("Kind of id"), { target: { value: "S" } });
    expect(now(`${at("JSONPath")}/Key/id`)).toEqual({ S: "7" });
  });

  it("has lists and maps to add to, in a place that isn't there yet too", () => {
    show("JSONata");
    fireEvent.change(screen.getByLabelText("New name in Key"), { target: { value: "id" } });
    fireEvent.click(screen.getByRole("button", { name: "Add to Key" }));
    expect(now(`${at("JSONata")}/Key`)).toEqual({ id: {} });
    fireEvent.click(screen.getByRole("button", { name: /Add a field/ }));
    fireEvent.mouseDown(screen.getByRole("option", { name: /Names/ }));
    fireEvent.click(screen.getByRole("button", { name: "Add an item" }));
    fireEvent.change(screen.getByLabelText("Names 1"), { target: { value: "a" } });
    expect(now(`${at("JSONata")}/Names`)).toEqual(["a"]);
  });
});

describe("a Task", () => {
  it("can be looked at as JSON, and asks for the action's own shapes", async () => {
    begin(PATH);
    const state = machineOf(useDesigner.getState().good).states.get("/States/A");
    if (state === undefined) throw new Error("A is missing");
    render(<TaskForm state={state} />);
    expect(await screen.findByText("Values are typed.")).toBeTruthy();
    fireEvent.click(screen.getByRole("radio", { name: "JSON" }));
    expect((await screen.findByLabelText("Parameters")).textContent).toContain('"Odd": 2.0');
  });
});
