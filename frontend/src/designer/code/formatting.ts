/** The whole definition laid out evenly: only white space changes. */

import { format } from "jsonc-parser";

import { styleOf } from "../../asl/style";
import { applyEdits } from "../../asl/textEdits";
import { announce, edit } from "../state/store";

export function formatted(text: string, unit: string, eol: string): string {
  const insertSpaces = !unit.startsWith("\t");
  const edits = format(text, undefined, { insertSpaces, tabSize: insertSpaces ? unit.length : 1, eol, keepLines: false });
  return applyEdits(text, edits.map(({ offset, length, content }) => ({ from: offset, to: offset + length, insert: content })));
}

export function formatDefinition(): void {
  let changes = false;
  const done = edit((document) => {
    const { unit, eol } = styleOf(document);
    const text = formatted(document.text, unit, eol);
    changes = text !== document.text;
    return { text, label: "format the definition" };
  });
  if (done && !changes) announce("The definition is formatted already");
}
