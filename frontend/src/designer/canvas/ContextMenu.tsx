/** Actions in a menu: those on what is selected where it was asked for, or all of them from the toolbar. */

import { Fragment, useEffect, useLayoutEffect, useRef, type KeyboardEvent } from "react";

import { action, ACTIONS, GROUPS, labelOf, run, type Action } from "../actions";
import { keysOf } from "../shortcuts";
import { selectedEdge, selectedStates } from "../state/derive";
import { useDesigner, type DesignerState } from "../state/store";

export interface MenuPlace {
  x: number;
  y: number;
  /** Everything that can be done, by group; otherwise what fits the selection. */
  all?: boolean;
}

interface Section {
  title: string;
  items: readonly Action[];
}

const STATES = [
  ["add", "add-rule", "add-catch", "add-branch", "connect", "catch-to", "rename", "comment"],
  ["copy", "cut", "paste", "duplicate", "delete"],
  ["earlier", "later", "move-in", "move-out", "wrap-parallel", "wrap-map", "unwrap", "collapse"],
];
const EDGE = [["add", "paste", "connect", "next-connection", "delete"]];
const NOTHING = [
  ["add", "paste", "select-all", "undo", "redo"],
  ["find", "outline", "minimap", "comments"],
  ["direction", "fit", "collapse-all", "expand-all"],
];

/** Of the selection's actions only those that can be done now; of all actions each, so that one can see what there is. */
function sectionsOf(state: DesignerState, all: boolean): Section[] {
  if (all) return GROUPS.map((group) => ({ title: group, items: ACTIONS.filter((each) => each.group === group) }));
  const lists = selectedStates(state).length > 0 ? STATES : selectedEdge(state) === undefined ? NOTHING : EDGE;
  return lists.map((ids) => ({ title: "", items: ids.map(action).filter((each) => each.enabled(state)) })).filter(({ items }) => items.length > 0);
}

const ITEMS = "button:not([aria-disabled=true])";

export function ContextMenu({ at, onClose }: { at: MenuPlace; onClose: () => void }) {
  const state = useDesigner();
  const ref = useRef<HTMLUListElement>(null);
  const sections = sectionsOf(state, at.all === true);
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.querySelector<HTMLElement>(ITEMS)?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected && document.activeElement === document.body) before.focus();
    };
  }, []);
  useLayoutEffect(() => {
    const menu = ref.current;
    if (menu === null) return;
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${String(Math.max(8, Math.min(at.x, window.innerWidth - width - 8)))}px`;
    menu.style.top = `${String(Math.max(8, Math.min(at.y, window.innerHeight - height - 8)))}px`;
  }, [at]);
  const walk = (event: KeyboardEvent): void => {
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      onClose();
    }
    const items = [...(ref.current?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
    const here = items.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next =
      step !== undefined ? items[(here + step + items.length) % items.length]
      : event.key === "Home" ? items[0]
      : event.key === "End" ? items.at(-1)
      : /^[a-z]$/i.test(event.key) && !event.ctrlKey && !event.metaKey ? [...items.slice(here + 1), ...items].find((item) => item.textContent.toLowerCase().startsWith(event.key.toLowerCase()))
      : undefined;
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
  };
  return (
    <>
      <div className="fixed inset-0 z-40" onPointerDown={onClose} aria-hidden />
      <ul
        ref={ref}
        role="menu"
        aria-label={at.all === true ? "All actions" : "Actions"}
        className={`fixed z-50 p-1 rounded-box bg-base-100 shadow-float max-h-[calc(100dvh-1rem)] overflow-y-auto ${at.all === true ? "w-80" : "w-72"} max-w-[calc(100vw-1rem)]`}
        onKeyDown={walk}
      >
        {sections.map(({ title, items }, index) => (
          <Fragment key={index}>
            {index > 0 ? <li role="separator" className="h-px bg-base-300 my-1 mx-2" /> : null}
            {title === "" ? null : (
              <li role="presentation" className="px-2 h-6 flex items-center text-xs font-medium text-ink-2">
                {title}
              </li>
            )}
            {items.map((each) => (
              <MenuItem key={each.id} found={each} state={state} onClose={onClose} />
            ))}
          </Fragment>
        ))}
      </ul>
    </>
  );
}

function MenuItem({ found, state, onClose }: { found: Action; state: DesignerState; onClose: () => void }) {
  const Icon = found.icon;
  const [keys] = found.shortcuts ?? [];
  const isEnabled = found.enabled(state);
  return (
    <li role="none">
      <button
        type="button"
        role="menuitem"
        className={`w-full flex items-center gap-2.5 px-2 h-8 rounded-field text-s text-left hover:bg-hover focus-visible:bg-hover ${isEnabled ? "" : "text-ink-3"}`}
        aria-disabled={!isEnabled}
        {...(keys === undefined ? {} : { "aria-keyshortcuts": keys.replace("Mod", "Control") })}
        onClick={() => {
          if (!isEnabled) return;
          onClose();
          run(found);
        }}
      >
        <Icon size={15} aria-hidden className="flex-none" />
        <span className="truncate flex-1">{labelOf(found, state)}</span>
        {keys === undefined ? null : (
          <span className="flex gap-0.5 flex-none" aria-hidden>
            {keysOf(keys).map((key) => (
              <kbd key={key} className="kbd">
                {key}
              </kbd>
            ))}
          </span>
        )}
      </button>
    </li>
  );
}
