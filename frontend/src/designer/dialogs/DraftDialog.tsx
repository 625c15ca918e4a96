/** Work that wasn't saved is there: go on with it, or throw it away knowingly. */

import { useState } from "react";

import { goOnWith, throwAway, type Offered } from "../drafts/keeping";
import { Dialog } from "../parts/Dialog";
import { useDesigner } from "../state/store";

const moment = new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit", day: "numeric", month: "short" });

export default function DraftDialog({ drafts }: { drafts: readonly Offered[] }) {
  const current = useDesigner((state) => state.boot.machine.revision.number);
  const [at, setAt] = useState(0);
  const [isSure, setSure] = useState(false);
  const chosen = drafts[at];
  if (chosen === undefined) return null;
  const goOn = (): void => goOnWith(chosen, drafts);
  return (
    <Dialog
      title="There is work that wasn't saved"
      onClose={goOn}
      onSubmit={goOn}
      footer={
        <>
          <button type="button" className="btn btn-line" onClick={() => (isSure ? throwAway(drafts) : setSure(true))}>
            {isSure ? "Yes, throw it away" : "Throw it away"}
          </button>
          <button type="submit" className="btn btn-primary" data-autofocus>
            Go on with it
          </button>
        </>
      }
    >
      {drafts.length === 1 ? <p className="text-s">{wordsOf(chosen)}</p> : <p className="text-s">Two windows of yours went different ways. Choose the one to go on with; the other is thrown away.</p>}
      {drafts.length === 1
        ? null
        : drafts.map((draft, index) => (
            <label key={`${draft.where}-${String(draft.at)}`} className="flex items-center gap-2 text-s">
              <input type="radio" className="radio radio-sm" name="draft" checked={index === at} onChange={() => setAt(index)} />
              {wordsOf(draft)}
            </label>
          ))}
      {chosen.base === current ? null : <p className="text-s text-ink-2">Revision {current} is the newest now: saving shows what to merge.</p>}
      {isSure ? (
        <p role="alert" className="text-s text-fail-ink">
          It can't be brought back after this.
        </p>
      ) : null}
    </Dialog>
  );
}

function wordsOf({ base, at, where }: Offered): string {
  return `An edit of revision ${String(base)}, ${where === "server" ? "kept" : "kept in this browser"} ${moment.format(at)}.`;
}
