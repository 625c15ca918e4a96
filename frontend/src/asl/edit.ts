/**
 * What every edit of a definition answers: the new text, words for the undo list, and what to select.
 *
 * An edit is a pure function of a document. One that can't be done throws EditRefused with a sentence for
 * the person who asked; anything else that is thrown is our own mistake.
 */

import { mustParse, type Node, type ParsedDocument } from "./document";
import { machineOf, type Machine, type Scope, type State } from "./machine";
import type { Pointer } from "./pointer";
import { applyEdits, type TextEdit } from "./textEdits";

export interface Edit {
  text: string;
  /** As in "Undo: delete Choose title". */
  label: string;
  /** What to select afterwards; absent when the selection stays as it is. */
  select?: Pointer[];
  /** A state's former name and its new one: what is remembered by name elsewhere follows. */
  renamed?: readonly [string, string];
}

export class EditRefused extends Error {}

export function edited(document: ParsedDocument, label: string, edits: TextEdit[], select?: Pointer[]): Edit {
  const text = applyEdits(document.text, edits);
  return select === undefined ? { text, label } : { text, label, select };
}

/** Run `next` on the outcome of `edit`, under one label: two edits, one step in the undo list. */
export function andThen(edit: Edit, label: string, next: (document: ParsedDocument) => Edit): Edit {
  return { ...next(mustParse(edit.text)), label };
}

export function mustFindState(document: ParsedDocument, pointer: Pointer): State {
  const state = machineOf(document).states.get(pointer);
  if (state === undefined) throw new EditRefused("That state is no longer in the definition.");
  return state;
}

export function mustFindScope(machine: Machine, pointer: Pointer): Scope {
  const scope = machine.scopes.get(pointer);
  if (scope === undefined) throw new EditRefused("That part of the workflow is no longer in the definition.");
  return scope;
}

export function indexInParent(node: Node): number {
  const member = node.parent?.type === "property" ? node.parent : node;
  return member.parent?.children?.indexOf(member) ?? -1;
}
