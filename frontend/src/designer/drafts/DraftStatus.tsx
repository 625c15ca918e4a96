/** Whether what is on the screen is saved, and where it is kept until then. */

import { unsavedCount, useDesigner } from "../state/store";
import { useDraft, type DraftState } from "./keeping";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

export function draftWords(unsaved: number, { where, at }: DraftState): string {
  if (unsaved === 0) return where === "going" ? "Removing the draft" : "Saved";
  if (where === "here") return "Offline, kept in this browser";
  if (where === "nowhere") return "Not kept anywhere: save soon";
  if (where === "kept" && at !== undefined) return `Draft saved ${clock.format(at)}`;
  return "Keeping the draft";
}

export function DraftStatus() {
  const unsaved = useDesigner(unsavedCount);
  const draft = useDraft();
  const edits = unsaved === 1 ? "1 edit since the revision" : `${String(unsaved)} edits since the revision`;
  const tone = unsaved > 0 && (draft.where === "here" || draft.where === "nowhere") ? "text-retry-ink" : "text-ink-2";
  return (
    <span className={`hidden md:inline text-xs num whitespace-nowrap ${tone}`} role="status" title={unsaved === 0 ? undefined : edits}>
      {draftWords(unsaved, draft)}
    </span>
  );
}
