/** What can be added: drag it onto the canvas, or click or press Enter to put it after the selection. */

import { GripVertical, Search, X } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type DragEvent, type KeyboardEvent } from "react";

import { child } from "../../asl/document";
import { machineOf } from "../../asl/machine";
import { CategoryIcon } from "../../graph";
import { ApiError, searchCatalogue } from "../api";
import { BUNDLED } from "../catalogue/bundled";
import { FLOW } from "../catalogue/flow";
import type { PaletteItem } from "../catalogue/items";
import { PATTERNS } from "../catalogue/patterns";
import { itemOfAction, rank } from "../catalogue/search";
import { Tabs, useSettled } from "../parts/controls";
import { addItem, draggedItem } from "../state/adding";
import { canvas } from "../state/canvas";
import { useDesigner, type PaletteTab } from "../state/store";

const TABS: readonly { value: PaletteTab; label: string }[] = [
  { value: "actions", label: "Actions" },
  { value: "flow", label: "Flow" },
  { value: "patterns", label: "Patterns" },
];

/** Actions of the catalogue for what was typed; those that the bundle has already are left out. */
function useCatalogue(query: string): { items: PaletteItem[]; asking: boolean; problem: string } {
  const url = useDesigner((state) => state.boot.urls.catalogue);
  const settled = useSettled(query, 120);
  const [answer, setAnswer] = useState<{ query: string; items: PaletteItem[]; problem: string }>({ query: "", items: [], problem: "" });
  useEffect(() => {
    if (settled === "") return;
    const abort = new AbortController();
    searchCatalogue(url, settled, 40, abort.signal).then(
      ({ actions }) => {
        const fresh = actions.filter(({ resource }) => !BUNDLED.some(({ id }) => id === resource));
        setAnswer({ query: settled, items: fresh.map(itemOfAction), problem: "" });
      },
      (error: unknown) => {
        if (abort.signal.aborted || !(error instanceof ApiError)) return;
        setAnswer({ query: settled, items: [], problem: error.message });
      },
    );
    return () => abort.abort();
  }, [url, settled]);
  const current = query !== "" && answer.query === query;
  return { items: current ? answer.items : [], asking: query !== "" && !current, problem: current ? answer.problem : "" };
}

/** Bundled actions that the workflow has already, so that they're at hand. */
function useInThisWorkflow(): PaletteItem[] {
  const good = useDesigner((state) => state.good);
  return useMemo(() => {
    const used = new Set([...machineOf(good).states.values()].map(({ node }) => String(child(node, "Resource")?.value ?? "")));
    return BUNDLED.filter(({ id }) => used.has(id.replace(/#.*/, "")));
  }, [good]);
}

interface Group {
  title: string;
  items: PaletteItem[];
}

function grouped(items: PaletteItem[]): Group[] {
  const groups = new Map<string, PaletteItem[]>();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return [...groups].map(([title, members]) => ({ title, items: members }));
}

export function Palette({ onClose }: { onClose?: (() => void) | undefined }) {
  const tab = useDesigner((state) => state.paletteTab);
  const [query, setQuery] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const catalogue = useCatalogue(query.trim());
  const here = useInThisWorkflow();
  const groups = query.trim() === "" ? groupsOf(tab, here) : found(query.trim(), catalogue.items);
  const first = groups[0]?.items[0];

  /** Escape empties the search; once more goes back to the canvas. */
  const leave = (): void => {
    const { selection, good } = useDesigner.getState();
    const back = selection.find((id) => machineOf(good).states.has(id)) ?? [...machineOf(good).states.keys()][0];
    if (query !== "") setQuery("");
    else if (back !== undefined) canvas()?.reveal(back, { focus: true });
  };

  const onSearchKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && first !== undefined) addItem(first);
    else if (event.key === "ArrowDown") list.current?.querySelector("button")?.focus();
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
  };

  return (
    <aside aria-label="Palette" className="h-full w-full bg-base-100 flex flex-col min-h-0">
      <h2 className="sr-only">Palette</h2>
      <div className="p-3 pb-2 flex flex-col gap-2.5 flex-none">
        <div className="flex gap-2">
          <label className="input !px-2 gap-1.5">
            <Search size={15} className="text-ink-3" aria-hidden />
            <input placeholder="Find an action or a pattern" aria-label="Find an action or a pattern" data-focus="palette-search" value={query} onChange={({ target }) => setQuery(target.value)} onKeyDown={onSearchKey} />
            <kbd className="kbd">/</kbd>
          </label>
          {onClose === undefined ? null : (
            <button type="button" className="btn btn-ghost btn-square" aria-label="Close the palette" onClick={onClose}>
              <X size={16} aria-hidden />
            </button>
          )}
        </div>
        <Tabs
          label="Kinds"
          value={tab}
          tabs={TABS}
          onChange={(next) => {
            setQuery("");
            useDesigner.setState({ paletteTab: next });
          }}
          className="seg w-full"
          panelId="palette-panel"
        />
      </div>
      <div ref={list} id="palette-panel" role="tabpanel" aria-labelledby={`palette-panel-${tab}`} tabIndex={-1} className="flex-1 min-h-0 overflow-y-auto px-1.5 pt-1 pb-3" onKeyDown={walk}>
        {groups.map((group) => (
          <section key={group.title} className="mb-2.5" aria-label={group.title}>
            <h3 className="flex items-center justify-between px-2 h-6 text-xs font-medium text-ink-2">
              <span>{group.title}</span>
              <span className="num font-normal text-ink-3">{group.items.length}</span>
            </h3>
            {group.items.map((item) => (
              <Item key={item.id} item={item} />
            ))}
          </section>
        ))}
        <p role="status" className="px-2 py-1 text-xs text-ink-2">
          {catalogue.problem !== "" ? catalogue.problem : catalogue.asking ? "Searching all services" : groups.length === 0 ? `Nothing found for "${query}". Naming the service helps: s3 list, for one.` : ""}
        </p>
      </div>
    </aside>
  );
}

function groupsOf(tab: PaletteTab, here: PaletteItem[]): Group[] {
  if (tab === "flow") return grouped(FLOW);
  if (tab === "patterns") return grouped(PATTERNS);
  const own = here.length === 0 ? [] : [{ title: "In this workflow", items: here }];
  return [...own, ...grouped(BUNDLED)];
}

function found(query: string, fromCatalogue: PaletteItem[]): Group[] {
  const own = rank([...BUNDLED, ...FLOW, ...PATTERNS], query);
  return [...(own.length === 0 ? [] : [{ title: "Often used", items: own }]), ...grouped(fromCatalogue)];
}

/** Arrow keys walk the list; from the top back to the search. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  if (at + step < 0) document.querySelector<HTMLElement>('[data-focus="palette-search"]')?.focus();
  else items[at + step]?.focus();
}

function Item({ item }: { item: PaletteItem }) {
  const readOnly = useDesigner((state) => !state.boot.permissions.design);
  const onDragStart = (event: DragEvent): void => {
    event.dataTransfer.setData("text/plain", item.title);
    event.dataTransfer.effectAllowed = "copy";
    // Chrome ends a drag whose source changes at once: the canvas shows its zones a moment later.
    setTimeout(() => useDesigner.setState({ dragging: draggedItem(item) }), 0);
  };
  return (
    <button
      type="button"
      draggable={!readOnly}
      disabled={readOnly}
      onDragStart={onDragStart}
      onDragEnd={() => useDesigner.setState({ dragging: undefined })}
      onClick={() => addItem(item)}
      className="group w-full flex items-center gap-2.5 h-9 px-2 rounded-md text-left cursor-grab hover:bg-hover focus-visible:bg-hover focus-visible:-outline-offset-2"
    >
      <span className="size-6 rounded-[5px] bg-secondary text-ink-2 grid place-items-center flex-none overflow-hidden">
        <CategoryIcon icon={item.icon} size={14} />
      </span>
      <span className="min-w-0 flex-1 leading-none">
        <span className="block text-s font-medium truncate leading-4">{item.title}</span>
        <span className="block text-2xs text-ink-2 truncate">{item.line}</span>
      </span>
      <GripVertical size={14} aria-hidden className="text-ink-3 opacity-0 group-hover:opacity-100" />
    </button>
  );
}
