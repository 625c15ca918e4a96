/** Going from a name to what it means, from the text to the canvas and back, and giving names anew. */

import { showDialog, type EditorView } from "@codemirror/view";

import { refusalOfVariable, renameVariable } from "../../asl/renameVariable";
import { refusalOfName, renameState } from "../../asl/rename";
import { machineOf, stateAround } from "../../asl/machine";
import { pointerAt } from "../../asl/document";
import { canvas } from "../state/canvas";
import { showInCode } from "../state/jumping";
import { announce, edit, select, useDesigner } from "../state/store";
import { offsetOf } from "./lineEnds";
import { symbolAt, targetOf, type Symbol } from "./symbols";

function symbolHere(position: number): Symbol | undefined {
  const { good, text } = useDesigner.getState();
  return good.text === text ? symbolAt(good, offsetOf(text, position)) : undefined;
}

/** True when there is a name at the position that could be followed. */
export function goToName(_view: EditorView, position: number): boolean {
  const symbol = symbolHere(position);
  const { good } = useDesigner.getState();
  const target = symbol === undefined ? undefined : targetOf(good, symbol);
  if (target === undefined) return false;
  showInCode(target.from, target.to);
  const state = stateAround(machineOf(good), pointerAt(good, target.from + 1));
  if (state !== undefined) select([state.pointer], "code");
  return true;
}

/** F12: on a name that is used, to where it is defined; on the definition of a state, to the state on the canvas. */
export function goOrBack(view: EditorView): boolean {
  const { head } = view.state.selection.main;
  const symbol = symbolHere(head);
  if (symbol?.kind === "state" && symbol.isDefinition) return goToCanvas(view);
  if (!goToName(view, head)) goToCanvas(view);
  return true;
}

/** To the state around the cursor, on the canvas. */
export function goToCanvas(view: EditorView): boolean {
  const { good, text, problems } = useDesigner.getState();
  if (problems.length > 0) return true;
  const state = stateAround(machineOf(good), pointerAt(good, offsetOf(text, view.state.selection.main.head)));
  if (state === undefined) announce("The cursor is in no state");
  else {
    select([state.pointer]);
    requestAnimationFrame(() => canvas()?.reveal(state.pointer, { focus: true }));
  }
  return true;
}

function nameOf(symbol: Symbol): string {
  if (symbol.kind === "state") return symbol.state.name;
  return symbol.name;
}

function refusal(symbol: Symbol, name: string): string | undefined {
  const { good } = useDesigner.getState();
  if (symbol.kind === "state") return refusalOfName(good, symbol.state.pointer, name);
  return refusalOfVariable(name);
}

function rename(symbol: Symbol, name: string): void {
  const refused = refusal(symbol, name);
  if (refused !== undefined) announce(refused, "error");
  else if (symbol.kind === "state") edit((document) => renameState(document, symbol.state.pointer, name));
  else edit((document) => renameVariable(document, symbol.pointer, nameOf(symbol), name));
}

/** F2: asks for the new name of the state or variable under the cursor. */
export function renameHere(view: EditorView): boolean {
  const symbol = symbolHere(view.state.selection.main.head);
  if (symbol === undefined || symbol.kind === "unknown state") {
    announce("Put the cursor on the name of a state or of a variable");
    return true;
  }
  const before = nameOf(symbol);
  const { result } = showDialog(view, {
    label: `New name of ${before}: `,
    input: { name: "name", value: before },
    submitLabel: "Rename",
    focus: true,
    class: "cm-rename",
  });
  void result.then((form) => {
    const given = form === null ? "" : new FormData(form).get("name");
    const name = typeof given === "string" ? given.trim() : "";
    if (name !== "" && name !== before) rename(symbol, name);
    view.focus();
  });
  return true;
}
