/** Where the cursor is: the workflow, the states around it, the field. Each part goes to its beginning. */

import { ChevronRight } from "lucide-react";

import { pointerAt, rangeOf } from "../../asl/document";
import { machineOf } from "../../asl/machine";
import { join, tokensOf, type Pointer } from "../../asl/pointer";
import { showInCode } from "../state/jumping";
import { select, useDesigner } from "../state/store";
import { offsetOf } from "./lineEnds";

interface Crumb {
  label: string;
  pointer: Pointer;
  isState: boolean;
}

/** The names of states stand for the "States" around them; an index stands with its list. */
function crumbsOf(pointer: Pointer, isState: (pointer: Pointer) => boolean): Crumb[] {
  const tokens = tokensOf(pointer);
  const crumbs: Crumb[] = [];
  tokens.forEach((token, index) => {
    const here = join("", ...tokens.slice(0, index + 1));
    const last = crumbs.at(-1);
    if (token === "States" && tokens[index + 1] !== undefined && !isState(here)) return;
    if (/^\d+$/.test(token) && last !== undefined && !last.isState) {
      crumbs[crumbs.length - 1] = { label: `${last.label} ${String(Number(token) + 1)}`, pointer: here, isState: false };
    } else crumbs.push({ label: token, pointer: here, isState: isState(here) });
  });
  return crumbs;
}

export function Breadcrumbs({ position }: { position: number }) {
  const text = useDesigner((state) => state.text);
  const good = useDesigner((state) => state.good);
  if (good.text !== text) return <span className="min-w-0 flex-1" />;
  const { states } = machineOf(good);
  const crumbs = crumbsOf(pointerAt(good, offsetOf(text, position)), (pointer) => states.has(pointer));
  const go = (crumb: Crumb): void => {
    const { from, to } = rangeOf(good, crumb.pointer);
    showInCode(from, to);
    if (crumb.isState) select([crumb.pointer], "code");
  };
  return (
    <nav aria-label="Place of the cursor" className="min-w-0 flex-1 overflow-hidden">
      <ol className="flex items-center text-xs text-ink-2 whitespace-nowrap overflow-hidden">
        {crumbs.map((crumb, index) => (
          <li key={crumb.pointer} className="flex items-center min-w-0 last:flex-none">
            {index > 0 ? <ChevronRight size={12} aria-hidden className="text-ink-3 flex-none mx-0.5" /> : null}
            <button type="button" className={`truncate rounded px-1 h-6 hover:bg-hover focus-visible:-outline-offset-2 ${crumb.isState ? "font-medium text-base-content" : ""}`} onClick={() => go(crumb)}>
              {crumb.label}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
