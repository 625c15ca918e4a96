/** Copy, cut, paste and duplicate states as JSON text, through the system's clipboard where the browser lets us. */

import { parseDocument, type ParsedDocument } from "../../asl/document";
import { EditRefused, type Edit } from "../../asl/edit";
import { copyStates, duplicateStates, groupOf, pastedStates } from "../../asl/group";
import { addLoose, insertAfter, insertIntoScope, insertOnEdge, type NewState } from "../../asl/insert";
import { endsPath, machineOf } from "../../asl/machine";
import { deleteStates } from "../../asl/remove";
import { pointersOf, selectedEdge, selectedStates } from "./derive";
import { announce, edit, useDesigner } from "./store";

let lastCopied = "";

const wordsOf = (names: readonly string[]): string => (names.length === 1 ? (names[0] ?? "") : `${String(names.length)} states`);

export function copySelected(verb = "Copied"): string | undefined {
  const state = useDesigner.getState();
  const selected = selectedStates(state);
  if (selected.length === 0) return undefined;
  try {
    lastCopied = copyStates(state.good, selected.map(({ pointer }) => pointer));
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
    announce(error.message, "error");
    return undefined;
  }
  announce(`${verb} ${wordsOf(selected.map(({ name }) => name))}`);
  return lastCopied;
}

/** Copies, then deletes; the text that was copied, or undefined when nothing was. */
export function cutSelected(): string | undefined {
  const pointers = selectedStates(useDesigner.getState()).map(({ pointer }) => pointer);
  const text = copySelected("Cut");
  if (text === undefined) return undefined;
  const done = edit((document) => {
    const names = groupOf(document, pointers).map(({ name }) => name);
    return { ...deleteStates(document, pointers), label: `cut ${wordsOf(names)}` };
  });
  return done ? text : undefined;
}

export async function copyByMenu(): Promise<void> {
  const text = copySelected();
  if (text !== undefined) await navigator.clipboard.writeText(text).catch(() => undefined);
}

export async function cutByMenu(): Promise<void> {
  const text = cutSelected();
  if (text !== undefined) await navigator.clipboard.writeText(text).catch(() => undefined);
}

export async function pasteByMenu(): Promise<void> {
  const text = await navigator.clipboard.readText().catch(() => lastCopied);
  pasteText(text === "" ? lastCopied : text);
}

export function duplicateSelected(): void {
  const pointers = selectedStates(useDesigner.getState()).map(({ pointer }) => pointer);
  edit((document) => duplicateStates(document, pointers));
}

export function pasteText(text: string): void {
  const result = parseDocument(text);
  const state = result.ok ? pastedStates(result.document) : undefined;
  if (state === undefined) {
    announce('The clipboard holds no states. Copy some here, or JSON such as {"Name": {"Type": "Pass"}}.', "error");
    return;
  }
  const count = 1 + (state.followers ?? []).length;
  const label = count === 1 ? `paste ${state.name}` : `paste ${String(count)} states`;
  const done = edit((document) => ({ ...pasted(document, state), label }));
  if (done) announce(count === 1 ? `Pasted ${state.name}` : `Pasted ${String(count)} states`);
}

/** On the selected connection, after the selected state, else where nothing leads to it yet. */
function pasted(document: ParsedDocument, state: NewState): Edit {
  const current = useDesigner.getState();
  const machine = machineOf(document);
  const edge = selectedEdge(current);
  const after = selectedStates(current).at(-1);
  const into = current.addInto;
  if (into !== undefined && machine.scopes.has(into)) return insertIntoScope(document, into, state);
  if (edge !== undefined) return insertOnEdge(document, pointersOf(edge), state);
  if (after !== undefined && !endsPath(after.type)) return insertAfter(document, after.pointer, state);
  if (machine.root.states.size === 0) return insertIntoScope(document, "", state);
  return addLoose(document, after?.scope ?? machine.root, state);
}
