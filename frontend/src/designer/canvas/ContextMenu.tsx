/** The actions on what is selected, where it was asked for. */

import { useEffect, useRef, type KeyboardEvent } from "react";

import { action, labelOf, run } from "../actions";
import { useDesigner } from "../state/store";

const STATE = ["add", "rename", "duplicate", "copy", "paste", "delete"];

export function ContextMenu({ at, onClose }: { at: { x: number; y: number }; onClose: () => void }) {
  const state = useDesigner();
  const ref = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.querySelector<HTMLElement>("button:not(:disabled)")?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected && document.activeElement === document.body) before.focus();
    };
  }, []);
  const walk = (event: KeyboardEvent): void => {
    if (event.key === "Escape" || event.key === "Tab") onClose();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const items = [...(ref.current?.querySelectorAll<HTMLElement>("button:not(:disabled)") ?? [])];
    const next = (items.indexOf(document.activeElement as HTMLElement) + step + items.length) % items.length;
    items[next]?.focus();
  };
  return (
    <>
      <div className="fixed inset-0 z-40" onPointerDown={onClose} aria-hidden />
      <ul
        ref={ref}
        role="menu"
        aria-label="Actions"
        className="fixed z-50 w-60 p-1 rounded-box bg-base-100 shadow-float"
        style={{ left: Math.min(at.x, window.innerWidth - 248), top: Math.min(at.y, window.innerHeight - 220) }}
        onKeyDown={walk}
      >
        {STATE.map((id) => {
          const found = action(id);
          const Icon = found.icon;
          return (
            <li key={id} role="none">
              <button
                type="button"
                role="menuitem"
                className="w-full flex items-center gap-2.5 px-2 h-8 rounded-field text-s hover:bg-hover focus-visible:bg-hover disabled:text-ink-3"
                disabled={!found.enabled(state)}
                onClick={() => {
                  onClose();
                  run(found);
                }}
              >
                <Icon size={15} aria-hidden /> {labelOf(found, state)}
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
