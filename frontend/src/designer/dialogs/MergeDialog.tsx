/** Somebody saved in between: what they changed is merged into mine, and where both changed the same, a person says whose stays. */

import { useEffect, useId, useState } from "react";

import { ApiError, type Conflict } from "../api";
import { askMerge, type MergeAnswer, type MergeConflict, type Side } from "../drafts/api";
import { keepMine, mergeAndLook, mergeAndSave, takeTheirs } from "../drafts/merging";
import { Dialog } from "../parts/Dialog";
import { openDialog, useDesigner } from "../state/store";

const close = (): void => openDialog(undefined);

export default function MergeDialog({ conflict, comment }: { conflict: Conflict; comment: string }) {
  const { base, text, saving, boot } = useDesigner();
  const [choices, setChoices] = useState<Record<string, Side>>({});
  const [answer, setAnswer] = useState<MergeAnswer>();
  const [failure, setFailure] = useState<string>();
  const url = boot.urls.merge;
  useEffect(() => {
    if (url === undefined) return;
    let isCurrent = true;
    askMerge(url, text, base.number, choices)
      .then((found) => isCurrent && (setAnswer(found), setFailure(undefined)))
      .catch((error: unknown) => isCurrent && setFailure(error instanceof ApiError ? error.message : String(error)));
    return () => {
      isCurrent = false;
    };
  }, [url, text, base.number, choices]);
  const conflicts = answer?.conflicts ?? [];
  const open = conflicts.filter(({ key }) => choices[key] === undefined).length;
  // Somebody may have saved once more since: that is what is merged, and what saving is measured by.
  const isCurrent = answer !== undefined && answer.revision.number === conflict.latest;
  const ready = isCurrent && open === 0 && !saving;
  return (
    <Dialog
      title={`Merge with revision ${String(conflict.latest)}`}
      wide
      onClose={close}
      onSubmit={() => void (ready && mergeAndSave(answer, conflict, comment))}
      footer={
        <>
          <button type="button" className="btn btn-ghost mr-auto" onClick={close}>
            Decide later
          </button>
          <button type="button" className="btn btn-line" disabled={!ready} onClick={() => ready && mergeAndLook(answer, conflict)}>
            Merge and look first
          </button>
          <button type="submit" className="btn btn-primary" disabled={!ready}>
            {saving ? "Saving" : open > 0 ? `${String(open)} to decide` : "Merge and save"}
          </button>
        </>
      }
    >
      <p className="text-s">
        You began at revision {base.number}; {answer?.revision.author ?? "somebody"} has saved revision {conflict.latest} since
        {answer?.revision.comment ? `: “${answer.revision.comment}”` : ""}. Nothing of yours is lost, and nothing is saved yet.
      </p>
      {failure === undefined ? null : (
        <p role="alert" className="text-s text-fail-ink">
          {failure}
        </p>
      )}
      {answer !== undefined && !isCurrent ? (
        <p role="alert" className="text-s text-fail-ink">
          Revision {answer.revision.number} has been saved meanwhile. Close this and save again to merge with it.
        </p>
      ) : null}
      {answer === undefined ? null : <Taken taken={answer.taken} />}
      {conflicts.map((each) => (
        <Question key={each.key} conflict={each} chosen={choices[each.key]} onChoose={(side) => setChoices({ ...choices, [each.key]: side })} />
      ))}
      <details className="text-s">
        <summary className="cursor-pointer text-ink-2">Without merging</summary>
        <ul className="flex flex-col gap-2 pt-2">
          <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <button type="button" className="btn btn-line btn-sm" onClick={() => takeTheirs(conflict)}>
              Load revision {conflict.latest}
            </button>
            <span className="text-xs text-ink-2">It comes on the screen; undo brings your text back.</span>
          </li>
          <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <button type="button" className="btn btn-line btn-sm" disabled={saving} onClick={() => void keepMine(conflict, comment)}>
              Save mine as the newest
            </button>
            <span className="text-xs text-ink-2">Their changes aren't in it; revision {conflict.latest} stays in the history.</span>
          </li>
        </ul>
      </details>
    </Dialog>
  );
}

function Taken({ taken }: { taken: readonly string[] }) {
  if (taken.length === 0) return <p className="text-s text-ink-2">There is nothing of theirs to take besides what is asked here.</p>;
  return (
    <section aria-label="What comes from them" className="text-s">
      <h3 className="text-xs font-medium text-ink-2">Comes from them</h3>
      <ul className="pl-5 list-disc">
        {taken.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
    </section>
  );
}

function Question({ conflict, chosen, onChoose }: { conflict: MergeConflict; chosen: Side | undefined; onChoose: (side: Side) => void }) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-2 border-t border-base-300 pt-3">
      <legend className="sr-only">
        {conflict.state || "The workflow's own settings"}, {conflict.path}
      </legend>
      <p className="text-s" aria-hidden>
        <span className="font-medium">{conflict.state || "The workflow's own settings"}</span> <span className="text-ink-2">{conflict.path}</span>
      </p>
      {conflict.base === null ? null : (
        <details className="text-xs text-ink-2">
          <summary className="cursor-pointer">Before both</summary>
          <Value text={conflict.base} />
        </details>
      )}
      <div className="grid gap-3 sm:grid-cols-2">
        {(["mine", "theirs"] as const).map((side) => (
          <label key={side} className={`flex min-w-0 cursor-pointer flex-col gap-1.5 rounded-box border p-2.5 ${chosen === side ? "border-base-content bg-secondary" : "border-base-300"}`}>
            <span className="flex items-center gap-2 text-s">
              <input type="radio" className="radio radio-sm" name={name} checked={chosen === side} onChange={() => onChoose(side)} />
              {side === "mine" ? "Mine" : "Theirs"}
            </span>
            <Value text={conflict[side]} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Value({ text }: { text: string | null }) {
  if (text === null) return <span className="text-xs text-ink-3">Not there</span>;
  return <pre className="mono max-h-48 overflow-auto text-xs whitespace-pre-wrap break-words">{text}</pre>;
}
