/** Copy and paste states as JSON text, through the system's clipboard where the browser lets us. */

import { parseDocument } from "../../asl/document";
import { addLoose, insertAfter, insertIntoScope } from "../../asl/insert";
import { machineOf } from "../../asl/machine";
import { copyState, pastedState } from "../../asl/parts";
import { selectedState } from "./derive";
import { announce, edit, useDesigner } from "./store";

let lastCopied = "";

export function copySelected(): string | undefined {
  const state = useDesigner.getState();
  const selected = selectedState(state);
  if (selected === undefined) return undefined;
  lastCopied = copyState(state.good, selected.pointer);
  announce(`Copied ${selected.name}`);
  return lastCopied;
}

export async function copyByMenu(): Promise<void> {
  const text = copySelected();
  if (text !== undefined) await navigator.clipboard.writeText(text).catch(() => undefined);
}

export async function pasteByMenu(): Promise<void> {
  const text = await navigator.clipboard.readText().catch(() => lastCopied);
  pasteText(text === "" ? lastCopied : text);
}

export function pasteText(text: string): void {
  const result = parseDocument(text);
  const state = result.ok ? pastedState(result.document) : undefined;
  if (state === undefined) {
    announce('The clipboard holds no state. Copy one here, or JSON such as {"Name": {"Type": "Pass"}}.', "error");
    return;
  }
  const selected = selectedState(useDesigner.getState());
  edit((document) => {
    const machine = machineOf(document);
    const label = `paste ${state.name}`;
    if (selected !== undefined) return { ...insertAfter(document, selected.pointer, state), label };
    if (machine.root.states.size === 0) return { ...insertIntoScope(document, "", state), label };
    return { ...addLoose(document, machine.root, state), label };
  });
}
