/** A Parallel's branches, a Map's items: failed and aborted first, each leading to the state in which it stands. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { StatusGlyph, type Graph } from "../graph";
import { duration } from "../shell/durations";
import { TONE, WORD } from "./decorate";
import { searchedParts, type Part } from "./parts";

const ROW = 28;

interface PartPickerProps {
  parts: readonly Part[];
  graph: Graph;
  isMap: boolean;
  now: number;
  onChoose: (part: Part) => void;
}

export function PartPicker({ parts, graph, isMap, now, onChoose }: PartPickerProps) {
  const [text, setText] = useState("");
  const shown = useMemo(() => searchedParts(parts, text), [parts, text]);
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualiser's functions are read in this render only
  const virtual = useVirtualizer({ count: shown.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 8 });
  const title = isMap ? "Items" : "Branches";
  return (
    <section aria-label={title} className="flex-none overflow-hidden rounded-lg border border-base-300 bg-base-100" data-parts>
      <header className="flex h-9 items-center gap-2 border-b border-base-300 px-3">
        <h3 className="text-xs font-medium">{title}</h3>
        <span className="num text-2xs text-ink-3">{shown.length.toLocaleString("en")}</span>
        {isMap && <input type="search" className="input ml-auto h-6! w-44! text-xs!" placeholder="Item’s number, or text" aria-label="Find an item" value={text} onChange={(event) => setText(event.target.value)} />}
      </header>
      <div ref={scroller} className="max-h-[140px] overflow-y-auto">
        <ul className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const part = shown[index];
            if (!part) return null;
            const state = graph.nodes.get(part.visit.nodeId)?.name ?? "";
            return (
              <li key={part.index} className="absolute inset-x-0" style={{ top: start, height: ROW }}>
                <button type="button" className="flex size-full items-center gap-2 px-3 text-left text-xs hover:bg-hover" onClick={() => onChoose(part)}>
                  <StatusGlyph tone={TONE[part.status]} size={12} />
                  <span className="num w-18 flex-none whitespace-nowrap">{isMap ? `Item ${part.index}` : `Branch ${part.index + 1}`}</span>
                  <span className="min-w-0 flex-1 truncate text-ink-2">
                    {part.visit.error ?? WORD[part.status]}
                    {part.status !== "ok" && state !== "" ? `, ${state}` : ""}
                  </span>
                  <span className="num flex-none text-ink-2">{duration((part.endedAt ?? Math.max(now, part.startedAt)) - part.startedAt)}</span>
                </button>
              </li>
            );
          })}
        </ul>
      </div>
    </section>
  );
}
