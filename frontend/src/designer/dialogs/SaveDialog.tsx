/** Save as a new revision, with a message. */

import { useState } from "react";

import { TextInput } from "../parts/controls";
import { Dialog } from "../parts/Dialog";
import { problemsOf } from "../state/derive";
import { saveAndClose } from "../state/saving";
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
