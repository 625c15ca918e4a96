/** The tools that float on the canvas, made from the list of actions. */

import { Menu } from "lucide-react";
import { Fragment, type KeyboardEvent } from "react";

import { action, labelOf, run } from "../actions";
import { keysOf } from "../shortcuts";
import { useLook } from "../state/look";
import { useDesigner } from "../state/store";
import type { MenuPlace } from "./ContextMenu";

const TOOLS = [["undo", "redo"], ["add", "direction", "code"], ["find", "outline"], ["zoom-in", "zoom-out", "fit"]];

/** A toolbar is one stop for Tab; the arrow keys move inside it. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  items[(at + step + items.length) % items.length]?.focus();
}

export function Floater({ onMenu }: { onMenu: (at: MenuPlace) => void }) {
  const state = useDesigner();
  useLook();
  return (
    <div role="toolbar" aria-label="Canvas" aria-orientation="vertical" className="absolute left-2 top-3 z-10 max-h-[calc(100%-1.25rem)] overflow-y-auto flex flex-col items-center gap-0.5 p-1 rounded-lg bg-base-100 shadow-float [scrollbar-width:none]" onKeyDown={walk}>
      {TOOLS.map((group, groupIndex) => (
        <Fragment key={group[0]}>
          {groupIndex === 0 ? null : <i className="h-px w-5 bg-base-300 my-0.5" aria-hidden />}
          {group.map((id, index) => {
            const found = action(id);
            const Icon = found.icon;
            const enabled = found.enabled(state);
            const label = labelOf(found, state);
            const keys = found.shortcuts?.[0];
            return (
              <button
                key={id}
                type="button"
                tabIndex={groupIndex === 0 && index === 0 ? 0 : -1}
                aria-disabled={!enabled}
                className={`btn btn-ghost btn-square btn-sm ${enabled ? "" : "!text-ink-3 opacity-50"}`}
                aria-label={label}
                title={keys === undefined ? label : `${label} (${keysOf(keys).join(" ")})`}
                onClick={() => run(found)}
              >
                <Icon size={16} aria-hidden />
              </button>
            );
          })}
        </Fragment>
      ))}
      <i className="h-px w-5 bg-base-300 my-0.5" aria-hidden />
      <button
        type="button"
        tabIndex={-1}
        className="btn btn-ghost btn-square btn-sm"
        aria-label="All actions"
        aria-haspopup="menu"
        title="All actions (.)"
        data-focus="all-actions"
        onClick={({ currentTarget }) => {
          const { right, top } = currentTarget.getBoundingClientRect();
          onMenu({ x: right + 8, y: top, all: true });
        }}
      >
        <Menu size={16} aria-hidden />
      </button>
    </div>
  );
}
