/** What becomes of an edit when somebody saved in between: merged on the editor's own text, or one of the two. */

import { toward } from "../../asl/toward";
import type { JsonValue } from "../../asl/document";
import type { Conflict } from "../api";
import { saveAndClose } from "../state/saving";
import { announce, markSaved, openDialog, replaceText, useDesigner } from "../state/store";
import type { MergeAnswer } from "./api";

/** The merge on the screen, as one step that can be undone; it is an edit of the newest revision from now on. */
export function putMerge({ revision, definition }: MergeAnswer, theirs: string): void {
  const { good } = useDesigner.getState();
  replaceText(toward(good, JSON.parse(definition) as JsonValue), `merge revision ${String(revision.number)}`);
  useDesigner.setState({ base: { number: revision.number, text: theirs } });
}

export async function mergeAndSave(answer: MergeAnswer, conflict: Conflict, comment: string): Promise<void> {
  putMerge(answer, conflict.definition);
  await saveAndClose(comment);
}

export function mergeAndLook(answer: MergeAnswer, conflict: Conflict): void {
  putMerge(answer, conflict.definition);
  openDialog(undefined);
  announce(`Revision ${String(answer.revision.number)} is merged in. Nothing is saved yet; undo brings your text back.`);
}

/** Mine over theirs: theirs stays as its own revision. */
export function keepMine(conflict: Conflict, comment: string): Promise<void> {
  return saveAndClose(comment, conflict.latest);
}

/** Theirs on the screen; mine is one undo away. */
export function takeTheirs(conflict: Conflict): void {
  replaceText(conflict.definition, `load revision ${String(conflict.latest)}`);
  markSaved(conflict.latest, conflict.definition);
  openDialog(undefined);
  announce(`Revision ${String(conflict.latest)} loaded. Undo brings your text back.`);
}
