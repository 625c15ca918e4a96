/** A state's visits: the items of a Map, the rounds of a loop. Failed and aborted first, ten thousand as quick as ten. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { StatusGlyph } from "../graph";
import { duration } from "../shell/durations";
import { TONE, visitDuration, WORD } from "./decorate";
import { clock } from "./format";
import type { Visit } from "./status";
import { searched, worstFirst } from "./visits";

const ROW = 28;

export function VisitPicker({ visits, chosen, now, onChoose }: { visits: readonly Visit[]; chosen: Visit; now: number; onChoose: (enteredId: number) => void }) {
  const [text, setText] = useState("");
  const shown = useMemo(() => worstFirst(searched(visits, text)), [visits, text]);
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualiser's functions are read in this render only
  const virtual = useVirtualizer({ count: shown.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 8 });
  const isMap = chosen.iteration !== null;
  return (
    <section aria-label={isMap ? "Items" : "Visits"} className="flex-none overflow-hidden rounded-lg border border-base-300 bg-base-100">
      <header className="flex h-9 items-center gap-2 border-b border-base-300 px-3">
        <h3 className="text-xs font-medium">{isMap ? "Items" : "Visits"}</h3>
        <span className="num text-2xs text-ink-3">{shown.length.toLocaleString("en")}</span>
        <input type="search" className="input ml-auto h-6! w-44! text-xs!" placeholder={isMap ? "Item’s number, or text" : "Text"} aria-label={isMap ? "Find an item" : "Find a visit"} value={text} onChange={(event) => setText(event.target.value)} />
      </header>
      <div ref={scroller} className="max-h-[140px] overflow-y-auto">
        <ul className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const visit = shown[index];
            if (!visit) return null;
            return (
              <li key={visit.enteredId} className="absolute inset-x-0" style={{ top: start, height: ROW }}>
                <button type="button" aria-pressed={visit.enteredId === chosen.enteredId} className={`flex size-full items-center gap-2 px-3 text-left text-xs hover:bg-hover ${visit.enteredId === chosen.enteredId ? "bg-secondary" : ""}`} onClick={() => onChoose(visit.enteredId)}>
                  <StatusGlyph tone={TONE[visit.status]} size={12} />
                  <span className="num w-18 flex-none whitespace-nowrap">{isMap ? `Item ${visit.iteration}` : clock(visit.enteredAt)}</span>
                  <span className="min-w-0 flex-1 truncate text-ink-2">{visit.error ?? WORD[visit.status]}</span>
                  <span className="num flex-none text-ink-2">{duration(visitDuration(visit, now))}</span>
                </button>
              </li>
            );
          })}
        </ul>
      </div>
    </section>
  );
}
