/** Save as a new revision, with a message; and what to do when somebody saved in between. */

import { useState } from "react";

import type { Conflict } from "../api";
import { TextInput } from "../parts/controls";
import { Dialog } from "../parts/Dialog";
import { problemsOf } from "../state/derive";
import { keepMine, saveAndClose, takeTheirs } from "../state/saving";
import { openDialog, unsavedCount, useDesigner } from "../state/store";

const close = (): void => openDialog(undefined);

export function SaveDialog() {
  const state = useDesigner();
  const [comment, setComment] = useState("");
  const errors = problemsOf(state).filter(({ severity }) => severity === "ERROR").length;
  const edits = unsavedCount(state);
  return (
    <Dialog
      title="Save a revision"
      onClose={close}
      onSubmit={() => void saveAndClose(comment.trim())}
      footer={
        <>
          <button type="button" className="btn btn-ghost" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="btn btn-primary" disabled={state.saving}>
            {state.saving ? "Saving" : `Save as revision ${String(state.base.number + 1)}`}
          </button>
        </>
      }
    >
      <p className="text-s text-ink-2">
        {edits === 1 ? "1 edit" : `${String(edits)} edits`} since revision {state.base.number}.
      </p>
      <TextInput label="What changed" value={comment} onChange={setComment} placeholder="Optional, shown in the history" />
      {errors === 0 ? null : (
        <p className="text-xs text-retry-ink">
          {errors === 1 ? "1 error is" : `${String(errors)} errors are`} left in the definition. It can be saved, but not deployed.
        </p>
      )}
    </Dialog>
  );
}

export function ConflictDialog({ conflict, comment }: { conflict: Conflict; comment: string }) {
  const base = useDesigner((state) => state.base.number);
  const saving = useDesigner((state) => state.saving);
  return (
    <Dialog
      title="Somebody saved in between"
      onClose={close}
      footer={
        <>
          <button type="button" className="btn btn-ghost" onClick={close}>
            Decide later
          </button>
          <button type="button" className="btn btn-line" onClick={() => takeTheirs(conflict)}>
            Load revision {conflict.latest}
          </button>
          <button type="button" className="btn btn-primary" disabled={saving} onClick={() => void keepMine(conflict, comment)}>
            Save mine as the newest
          </button>
        </>
      }
    >
      <p className="text-s">
        You began at revision {base}; the newest is revision {conflict.latest}. Nothing of yours is lost, and nothing was saved yet.
      </p>
      <ul className="text-s text-ink-2 list-disc pl-5 flex flex-col gap-1">
        <li>Save mine as the newest: your text becomes the next revision; revision {conflict.latest} stays in the history.</li>
        <li>Load revision {conflict.latest}: it comes on the screen; undo brings your text back.</li>
      </ul>
    </Dialog>
  );
}
