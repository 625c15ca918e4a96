/** Put a palette item where the person means: after the selection, on the selected edge, or where it was dropped. */

import type { ParsedDocument } from "../../asl/document";
import { EditRefused, type Edit } from "../../asl/edit";
import { moveStates, refusalToMove } from "../../asl/group";
import { insertAfter, insertAsRule, insertIntoScope, insertOnEdge, refusalOnEdge, type NewState } from "../../asl/insert";
import { child, stringOf, type JsonObject } from "../../asl/document";
import { endsPath, machineOf, successorOf, type Machine, type Scope } from "../../asl/machine";
import { insertAsCatch } from "../../asl/parts";
import { join, type Pointer } from "../../asl/pointer";
import type { DropTarget } from "../../graph";
import { reviewQueueOf } from "../boot";
import type { MakeContext, PaletteItem } from "../catalogue/items";
import { canvas, focusOn } from "./canvas";
import { graphOf, pointersOf, selectedEdge, selectedStates } from "./derive";
import { useLook } from "./look";
import { announce, edit, select, useDesigner, type Dragged } from "./store";

export function makeContext(): MakeContext {
  const { boot, environment, good } = useDesigner.getState();
  const chosen = boot.environments.find(({ id }) => id === environment);
  const language = stringOf(child(good.root, "QueryLanguage")) === "JSONata" ? "JSONata" : "JSONPath";
  return { reviewQueueUrl: reviewQueueOf(chosen), queryLanguage: language };
}

/**
 * Where something goes that's added with nothing selected: after the first state that ends the workflow, in the
 * order of its paths; before its Succeed when only those end it; else where the path from StartAt runs out.
 */
function lastOf(document: ParsedDocument, scope: Scope): string | undefined {
  const { nodes, scopes } = graphOf(document);
  const ends = (scopes.get(scope.pointer)?.nodes ?? []).flatMap((id) => nodes.get(id) ?? []).filter(({ end, unreachable }) => end && !unreachable);
  const end = ends.find(({ type }) => !endsPath(type)) ?? ends.find(({ type }) => type === "Succeed");
  return end?.id ?? endOfPath(scope);
}

function endOfPath(scope: Scope): string | undefined {
  const seen = new Set<string>();
  let state = scope.states.get(stringOf(child(scope.node, "StartAt")) ?? "");
  while (state !== undefined && !seen.has(state.name)) {
    seen.add(state.name);
    const next = scope.states.get(successorOf(state) ?? "");
    if (next === undefined) return state.pointer;
    state = next;
  }
  return state?.pointer;
}

function insertAtEnd(document: ParsedDocument, machine: Machine, state: NewState): Edit {
  const last = lastOf(document, machine.root);
  return last === undefined ? insertIntoScope(document, "", state) : insertAfter(document, last, state);
}

/** Add by click or by Enter: on the selected edge, after the selected state, else where the workflow ends. */
export function addItem(item: PaletteItem): void {
  const state = item.make(makeContext());
  const current = useDesigner.getState();
  const edge = selectedEdge(current);
  const after = selectedStates(current).at(-1);
  const into = current.addInto;
  const { addAs } = useLook.getState();
  const place = (document: ParsedDocument): Edit => {
    if (addAs !== undefined && addAs.pointer === after?.pointer)
      return addAs.kind === "rule" ? insertAsRule(document, addAs.pointer, ruleOf(), state) : insertAsCatch(document, addAs.pointer, state);
    if (into !== undefined && machineOf(document).scopes.has(into)) return insertIntoScope(document, into, state);
    if (edge !== undefined) return insertOnEdge(document, pointersOf(edge), state);
    if (after !== undefined) return insertAfter(document, after.pointer, state);
    return insertAtEnd(document, machineOf(document), state);
  };
  const done = edit((document) => ({ ...place(document), label: `add ${item.title}` }));
  useLook.setState({ addAs: undefined });
  if (done) afterAdding(item.title);
}

/** A condition to begin with; the inspector asks for the real one. */
const ruleOf = (): JsonObject =>
  makeContext().queryLanguage === "JSONata" ? { Condition: "{% $exists($states.input.value) %}" } : { Variable: "$.value", IsPresent: true };

/** The next state chosen in the palette is where a new rule, or the errors, of the state at `pointer` lead. */
export function addAs(kind: "rule" | "catch", pointer: string): void {
  select([pointer]);
  useLook.setState({ addAs: { kind, pointer } });
  useDesigner.setState({ sheet: "palette" });
  focusOn("palette-search");
}

/** The next state chosen in the palette goes into this empty scope. */
export function addInto(scope: string): void {
  useDesigner.setState({ addInto: scope, sheet: "palette" });
  focusOn("palette-search");
}

/** The next one goes onto this edge. */
export function addOn(edge: string): void {
  select([edge]);
  useDesigner.setState({ sheet: "palette" });
  focusOn("palette-search");
}

function afterAdding(title: string): void {
  const [added] = useDesigner.getState().selection;
  announce(`Added ${title}`);
  useDesigner.setState({ sheet: undefined });
  // The keyboard goes on from what was added.
  if (added !== undefined) requestAnimationFrame(() => canvas()?.reveal(added, { focus: true }));
}

export function draggedItem(item: PaletteItem): Dragged {
  const state = item.make(makeContext());
  const type = "Type" in state.body && typeof state.body["Type"] === "string" ? state.body["Type"] : "";
  return { kind: "new", state, title: item.title, type };
}

const BROKEN = "The definition's text doesn't parse at the moment.";

/** May what is being dragged be dropped there? True, or why not, in words that the canvas shows before the drop. */
export function accepts(dragged: Dragged, target: DropTarget): true | string {
  const { good, problems } = useDesigner.getState();
  if (problems.length > 0) return BROKEN;
  const edge = placesOf(target);
  if (dragged.kind === "new") return target.kind === "scope" || target.edge.kind === "empty" ? true : (refusalOnEdge(good, edge, dragged.type) ?? true);
  try {
    return refusalToMove(good, dragged.pointers, edge) ?? true;
  } catch (error) {
    if (error instanceof EditRefused) return error.message;
    throw error;
  }
}

/** The references that a drop leads to what is dropped. */
function placesOf(target: DropTarget): Pointer[] {
  return target.kind === "scope" ? [join(target.scope, "StartAt")] : pointersOf(target.edge);
}

export function dropOn(target: DropTarget, dragged: Dragged): void {
  const scope = target.kind === "scope" ? target.scope : target.edge.kind === "empty" ? target.edge.scope : undefined;
  const done = edit((document) => {
    const edge = placesOf(target);
    if (dragged.kind === "states") return moveStates(document, dragged.pointers, edge);
    const added = scope === undefined ? insertOnEdge(document, edge, dragged.state) : insertIntoScope(document, scope, dragged.state);
    return { ...added, label: `add ${dragged.title}` };
  });
  if (done && dragged.kind === "new") afterAdding(dragged.title);
}
