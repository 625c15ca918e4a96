/** A definition from elsewhere takes the place of the text. */

import { useState } from "react";

import { parseDocument } from "../../asl/document";
import { Dialog } from "../parts/Dialog";
import { announce, openDialog, replaceText } from "../state/store";

const close = (): void => openDialog(undefined);

/** An imported file takes the place of the text; undo brings that back. */
export default function ImportDialog({ name, text }: { name: string; text: string }) {
  const [result] = useState(() => parseDocument(text));
  const accept = (): void => {
    replaceText(text, `import ${name}`);
    close();
    announce(`Imported ${name}`);
  };
  return (
    <Dialog
      title={`Import ${name}`}
      onClose={close}
      footer={
        <>
          <button type="button" className="btn btn-ghost" onClick={close}>
            Cancel
          </button>
          <button type="button" className="btn btn-primary" data-autofocus disabled={!result.ok} onClick={accept}>
            Replace the definition
          </button>
        </>
      }
    >
      {result.ok ? (
        <p className="text-s">It takes the place of what is on the screen, to the byte. Nothing is saved yet, and undo brings the present text back.</p>
      ) : (
        <p className="text-s">
          This file can't be read as a definition: {result.problems[0]?.message} {name.match(/\.ya?ml$/i) === null ? "" : "Only JSON can be imported so far."}
        </p>
      )}
    </Dialog>
  );
}
