/** The dialog that is open, if one is. */

import { useState } from "react";

import { parseDocument } from "../../asl/document";
import { ACTIONS, GROUPS, labelOf } from "../actions";
import { Dialog } from "../parts/Dialog";
import { keysOf } from "../shortcuts";
import { dropDraft, restoreDraft } from "../state/saving";
import { announce, openDialog, replaceText, useDesigner } from "../state/store";
import { DeployDialog } from "./DeployDialog";
import { ConflictDialog, SaveDialog } from "./SaveDialog";
import { CommentDialog, ConnectDialog } from "./StateDialogs";

const close = (): void => openDialog(undefined);

export function Dialogs() {
  const dialog = useDesigner((state) => state.dialog);
  switch (dialog?.kind) {
    case "save":
      return <SaveDialog />;
    case "conflict":
      return <ConflictDialog conflict={dialog.conflict} comment={dialog.comment} />;
    case "deploy":
      return <DeployDialog />;
    case "shortcuts":
      return <ShortcutsDialog />;
    case "comment":
      return <CommentDialog pointer={dialog.pointer} />;
    case "connect":
      return <ConnectDialog from={dialog.from} errors={dialog.errors === true} />;
    case "draft":
      return <DraftDialog draft={dialog.draft} base={dialog.base} />;
    case "import":
      return <ImportDialog name={dialog.name} text={dialog.text} />;
    case undefined:
      return null;
  }
}

function ShortcutsDialog() {
  const state = useDesigner();
  const groups = GROUPS.map((group) => ({ group, shown: ACTIONS.filter((each) => each.group === group && each.shortcuts !== undefined) }));
  return (
    <Dialog title="Keyboard shortcuts" onClose={close} wide reading>
      <div className="sm:columns-2 gap-x-8">
        {groups.map(({ group, shown }) => (
          <section key={group} className="break-inside-avoid mb-3" aria-labelledby={`shortcuts-${group}`}>
            <h3 id={`shortcuts-${group}`} className="text-xs font-medium text-ink-2 h-7 flex items-end pb-1">
              {group}
            </h3>
            {shown.map((action) => (
              <Keys key={action.id} label={labelOf(action, state)} alternatives={(action.shortcuts ?? []).map(keysOf)} />
            ))}
          </section>
        ))}
      </div>
      <p className="text-xs text-ink-2">
        Shift with an arrow key adds to the selection; Shift with the mouse draws a frame around states. Tab goes from a state to the connections that leave it.
      </p>
    </Dialog>
  );
}

function Keys({ label, alternatives }: { label: string; alternatives: string[][] }) {
  return (
    <div className="flex items-center justify-between gap-3 h-9 border-b border-base-300 text-s min-w-0">
      <span className="truncate">{label}</span>
      <span className="flex gap-1.5 flex-none items-center">
        {alternatives.map((keys, index) => (
          <span key={keys.join("+")} className="flex gap-1 items-center">
            {index > 0 ? <span className="text-xs text-ink-3">or</span> : null}
            {keys.map((key) => (
              <kbd key={key} className="kbd">
                {key}
              </kbd>
            ))}
          </span>
        ))}
      </span>
    </div>
  );
}

function DraftDialog({ draft, base }: { draft: string; base: number }) {
  const current = useDesigner((state) => state.base.number);
  return (
    <Dialog
      title="There is work that wasn't saved"
      onClose={close}
      footer={
        <>
          <button type="button" className="btn btn-line" onClick={dropDraft}>
            Throw it away
          </button>
          <button type="button" className="btn btn-primary" data-autofocus onClick={() => restoreDraft(draft, base)}>
            Go on with it
          </button>
        </>
      }
    >
      <p className="text-s">
        This browser kept an edit of revision {base} that was never saved.
        {base === current ? "" : ` Revision ${String(current)} is the newest now; saving will ask what to do about that.`}
      </p>
    </Dialog>
  );
}

/** An imported file takes the place of the text; undo brings that back. */
function ImportDialog({ name, text }: { name: string; text: string }) {
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
