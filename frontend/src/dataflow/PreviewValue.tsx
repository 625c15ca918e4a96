/** One value on its way: a line that opens to the whole of it, or the engine's own error with its place. */

import { ChevronRight, CornerDownRight, TriangleAlert } from "lucide-react";
import { useState } from "react";

import type { JsonValue } from "../asl/document";
import { tokensOf } from "../asl/pointer";
import type { Found } from "./found";
import { JsonMarks } from "./JsonMarks";
import { summary } from "./marks";

export function PreviewError({ found }: { found: Found }) {
  const place = found.at === undefined ? [] : tokensOf(found.at).slice(1);
  return (
    <p className="flex items-start gap-1.5 text-xs text-fail-ink break-words min-w-0" data-preview="error">
      <TriangleAlert size={13} aria-hidden className="mt-0.5 flex-none" />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        {found.error === undefined ? null : <b className="font-medium">{found.error}: </b>}
        {summary(found.cause ?? "", 400)}
        {place.length === 0 ? null : <span className="text-ink-2"> At {place.join(" › ")}.</span>}
      </span>
    </p>
  );
}

/** One line that opens to the whole value, with what changed marked. */
export function PreviewValue({ found, before, open: isOpenAtFirst = false, label = "Becomes" }: { found: Found; before?: JsonValue | undefined; open?: boolean; label?: string }) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const text = found.shown?.text ?? JSON.stringify(found.value);
  const isCut = found.shown?.cut === true;
  return (
    <div className="min-w-0 flex flex-col gap-1" data-preview="value">
      <button
        type="button"
        className="flex items-center gap-1.5 min-w-0 text-left rounded-field hover:bg-hover -mx-1 px-1 py-0.5"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <CornerDownRight size={13} aria-hidden className="flex-none text-ink-3" />
        <span className={isOpen ? "text-2xs text-ink-3 flex-1" : "sr-only"}>{label}</span>
        {isOpen ? null : <span className="code text-2xs! truncate min-w-0 flex-1 text-ink-2">{summary(text)}</span>}
        <ChevronRight size={13} aria-hidden className={`flex-none text-ink-3 ${isOpen ? "rotate-90" : ""}`} />
      </button>
      {isOpen ? found.value === undefined ? <JsonText text={text} size={found.shown?.size ?? text.length} cut={isCut} /> : <JsonMarks value={found.value} before={before} label={label} /> : null}
    </div>
  );
}

function JsonText({ text, size, cut }: { text: string; size: number; cut: boolean }) {
  return (
    <div className="flex flex-col gap-1">
      <pre tabIndex={0} aria-label="Beginning of the value" className="code text-2xs! max-h-64 overflow-auto rounded-field bg-sunk px-2 py-1.5 whitespace-pre-wrap! [overflow-wrap:anywhere]">
        {text}
      </pre>
      {cut ? <p className="text-2xs text-ink-3">The beginning of {size.toLocaleString()} characters.</p> : null}
    </div>
  );
}
