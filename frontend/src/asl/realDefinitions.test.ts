/** Every edit on every state of real definitions, checked against a plain-object model of what it should do. */

import { describe, expect, it } from "vitest";

import { mustParse, type JsonObject, type JsonValue, type ParsedDocument } from "./document";
import { removeValue, setValue } from "./fields";
import { insertOnEdge } from "./insert";
import { hasNext, machineOf, referencesIn, referencesTo, type State } from "./machine";
import { join, tokensOf } from "./pointer";
import { deleteStates } from "./remove";
import { renameState } from "./rename";
import { absent, definitions } from "./testing/definitions";
import { difference } from "./textEdits";

const model = (text: string): JsonObject => JSON.parse(text) as JsonObject;

function at(root: JsonObject, pointer: string): JsonObject {
  return tokensOf(pointer).reduce<JsonValue>((value, token) => (value as JsonObject)[token] ?? null, root) as JsonObject;
}

/** Lines outside the given states that an edit changed, apart from a comma at the line's end. */
function strayLines(before: ParsedDocument, after: string, touched: State[]): string[] {
  const ranges = touched.map(({ node }) => [node.parent?.offset ?? 0, node.offset + node.length] as const);
  const kept = new Set(after.split("\n").map((line) => line.trimEnd().replace(/,$/, "")));
  let offset = 0;
  return before.text.split("\n").filter((line) => {
    const [from, to] = [offset, offset + line.length];
    offset = to + 1;
    if (ranges.some(([start, end]) => from <= end && to >= start)) return false;
    return !kept.has(line.trimEnd().replace(/,$/, ""));
  });
}

const sources = (state: State): State[] => referencesTo(state.scope, state.name).flatMap(({ source }) => source ?? []);
const startLine = /"StartAt"/;

describe.skipIf(definitions.length === 0)(definitions.length === 0 ? absent : "on a real definition", () => {
  it.each(definitions)("$name: setting what is there to what it is changes no byte", ({ text }) => {
    const document = mustParse(text);
    for (const state of machineOf(document).states.values()) {
      expect(renameState(document, state.pointer, state.name).text).toBe(text);
      expect(setValue(document, join(state.pointer, "Type"), state.type, "").text).toBe(text);
      const commented = setValue(document, join(state.pointer, "ZComment"), "x", "").text;
      expect(removeValue(mustParse(commented), join(state.pointer, "ZComment"), "").text).toBe(text);
    }
  });

  it.each(definitions)("$name: a state inserted on each edge and deleted again leaves the very text", ({ text }) => {
    const document = mustParse(text);
    for (const scope of machineOf(document).scopes.values()) {
      for (const reference of referencesIn(scope)) {
        if (!scope.states.has(reference.target)) continue;
        const edit = insertOnEdge(document, [reference.pointer], { name: "Freshly put in", body: { Type: "Pass" } });
        const wanted = model(text);
        const owner = reference.source === undefined ? scope.pointer : reference.pointer.slice(0, reference.pointer.lastIndexOf("/"));
        at(wanted, owner)[reference.pointer.slice(reference.pointer.lastIndexOf("/") + 1)] = "Freshly put in";
        at(wanted, join(scope.pointer, "States"))["Freshly put in"] = { Type: "Pass", Next: reference.target };
        expect(model(edit.text)).toEqual(wanted);
        // A reference to the new state's own successor is the one loop that deleting can't restore.
        if (reference.source?.name === reference.target) continue;
        expect(deleteStates(mustParse(edit.text), edit.select ?? []).text).toBe(text);
      }
    }
  });

  it.each(definitions)("$name: deleting a state heals every path and touches no line but its own and its sources'", ({ text }) => {
    const document = mustParse(text);
    for (const state of machineOf(document).states.values()) {
      const after = deleteStates(document, [state.pointer]).text;
      const machine = machineOf(mustParse(after));
      expect(machine.states.has(state.pointer)).toBe(false);
      const scope = machine.scopes.get(state.scope.pointer);
      expect(scope).toBeDefined();
      if (scope === undefined) continue;
      // What dangled before may go with the deleted state; nothing new may dangle.
      const before = referencesIn(state.scope).filter(({ target }) => !state.scope.states.has(target));
      const now = referencesIn(scope).filter(({ target }) => target !== "" && !scope.states.has(target));
      expect(now.map(({ target }) => target).filter((target) => !before.some((old) => old.target === target))).toEqual([]);
      if (state.scope.states.size === 1) continue;
      if (text.includes("\n")) expect(strayLines(document, after, [state, ...sources(state)]).filter((line) => !startLine.test(line))).toEqual([]);
    }
  });

  it.each(definitions)("$name: a renamed state is followed by every reference, and named back leaves the very text", ({ text }) => {
    const document = mustParse(text);
    for (const state of machineOf(document).states.values()) {
      const there = renameState(document, state.pointer, "Another name");
      const renamed = machineOf(mustParse(there.text));
      const scope = renamed.scopes.get(state.scope.pointer);
      expect(scope === undefined ? [] : referencesTo(scope, state.name)).toEqual([]);
      expect(scope === undefined ? 0 : referencesTo(scope, "Another name").length).toBe(referencesTo(state.scope, state.name).length);
      const back = there.select?.[0] ?? "";
      expect(renameState(mustParse(there.text), back, state.name).text).toBe(text);
      expect(difference(text, there.text)).toBeDefined();
    }
  });

  it.each(definitions)("$name: a state put at each end turns that End into its Next and nothing else", ({ text }) => {
    const document = mustParse(text);
    for (const state of machineOf(document).states.values()) {
      if (!hasNext(state.type) || state.node.children?.every((member) => member.children?.[0]?.value !== "End")) continue;
      const edit = insertOnEdge(document, [join(state.pointer, "End")], { name: "Freshly put in", body: { Type: "Pass" } });
      const wanted = model(text);
      const own = at(wanted, state.pointer);
      delete own["End"];
      own["Next"] = "Freshly put in";
      at(wanted, join(state.scope.pointer, "States"))["Freshly put in"] = { Type: "Pass", End: true };
      expect(model(edit.text)).toEqual(wanted);
    }
  });
});
