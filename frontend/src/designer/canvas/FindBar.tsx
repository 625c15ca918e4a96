/** Find a state: what doesn't match is dimmed, Enter goes from one match to the next. */

import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useState, type KeyboardEvent } from "react";

import { backToCanvas } from "../actionsLooking";
import { canvas } from "../state/canvas";
import { graphOf } from "../state/derive";
import { matchesIn, uncover, useLook } from "../state/look";
import { select, useDesigner } from "../state/store";

export function FindBar() {
  const query = useLook((look) => look.query);
  return query === undefined ? null : <Bar query={query} />;
}

function close(): void {
  useLook.setState({ query: undefined });
  backToCanvas();
}

function Bar({ query }: { query: string }) {
  const graph = graphOf(useDesigner((state) => state.good));
  const [at, setAt] = useState(-1);
  const found = matchesIn(graph, query);
  const go = (step: number): void => {
    if (found.length === 0) return;
    const next = (at + step + found.length) % found.length;
    const id = found[next] ?? "";
    setAt(next);
    uncover(id);
    select([id]);
    requestAnimationFrame(() => canvas()?.reveal(id, { centre: true }));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
    else if (event.key === "ArrowDown") go(1);
    else if (event.key === "ArrowUp") go(-1);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const count = query.trim() === "" ? "" : found.length === 0 ? "None" : at < 0 ? `${String(found.length)} found` : `${String(at + 1)} of ${String(found.length)}`;
  return (
    <div role="search" aria-label="Find a state" className="absolute right-3 top-3 z-20 flex items-center gap-1 rounded-lg bg-base-100 p-1 shadow-float max-w-[max(16rem,calc(100%-4.5rem))]" onKeyDown={onKeyDown}>
      <input
        className="input !h-7 w-52 min-w-20 !px-2 text-s"
        placeholder="Find a state"
        aria-label="Find a state"
        data-focus="find-state"
        value={query}
        onChange={({ target }) => {
          setAt(-1);
          useLook.setState({ query: target.value });
        }}
      />
      <span role="status" className="num text-xs text-ink-2 px-1 min-w-14 text-right whitespace-nowrap">
        {count}
      </span>
      <Step label="Previous match" onClick={() => go(-1)} icon={ChevronUp} disabled={found.length === 0} />
      <Step label="Next match" onClick={() => go(1)} icon={ChevronDown} disabled={found.length === 0} />
      <Step label="Close the search" onClick={close} icon={X} />
    </div>
  );
}

function Step({ label, onClick, icon: Icon, disabled = false }: { label: string; onClick: () => void; icon: typeof X; disabled?: boolean }) {
  return (
    <button type="button" className="btn btn-ghost btn-square btn-sm" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      <Icon size={15} aria-hidden />
    </button>
  );
}
