/** What can be added: drag it onto the canvas, or click or press Enter to put it after the selection. */

import { Search, X } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";

import { child } from "../../asl/document";
import { machineOf } from "../../asl/machine";
import { ApiError, searchCatalogue } from "../api";
import { BUNDLED } from "../catalogue/bundled";
import { FLOW } from "../catalogue/flow";
import type { PaletteItem } from "../catalogue/items";
import { loadPatterns, useOwnItems } from "../catalogue/ownItems";
import { itemsOf, openRemembered, useRemembered } from "../catalogue/remembered";
import { itemOfAction, rank } from "../catalogue/search";
import { Tabs, useSettled } from "../parts/controls";
import { canvas } from "../state/canvas";
import { useDocument, whenIdle } from "../state/later";
import { useDesigner, type PaletteTab } from "../state/store";
import { InfoPanel } from "./InfoPanel";
import { add, Group, walk } from "./PaletteItems";
import { ServiceList } from "./ServiceList";

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
  const good = useDocument();
  return useMemo(() => {
    const used = new Set([...machineOf(good).states.values()].map(({ node }) => String(child(node, "Resource")?.value ?? "")));
    return BUNDLED.filter(({ id }) => used.has(id.replace(/#.*/, "")));
  }, [good]);
}

interface ItemGroup {
  title: string;
  items: PaletteItem[];
}

function grouped(items: readonly PaletteItem[]): ItemGroup[] {
  const groups = new Map<string, PaletteItem[]>();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return [...groups].map(([title, members]) => ({ title, items: members }));
}

export function Palette({ onClose }: { onClose?: (() => void) | undefined }) {
  const tab = useDesigner((state) => state.paletteTab);
  const [query, setQuery] = useState("");
  const [about, setAbout] = useState<PaletteItem | undefined>(undefined);
  const list = useRef<HTMLDivElement>(null);
  const typed = query.trim();
  const catalogue = useCatalogue(typed);
  const here = useInThisWorkflow();
  const remembered = useRemembered();
  const own = useOwnItems();
  useEffect(openRemembered, []);
  const wantsPatterns = tab === "patterns" || typed !== "";
  useEffect(() => (wantsPatterns ? void loadPatterns() : whenIdle(() => void loadPatterns())), [wantsPatterns]);
  const groups = typed === "" ? groupsOf(tab, here, remembered, own) : found(typed, own.all, catalogue.items);
  const first = groups[0]?.items[0];

  /** Escape empties the search; once more goes back to the canvas. */
  const leave = (): void => {
    const { selection, good } = useDesigner.getState();
    const back = selection.find((id) => machineOf(good).states.has(id)) ?? [...machineOf(good).states.keys()][0];
    if (about !== undefined) setAbout(undefined);
    else if (query !== "") setQuery("");
    else if (back !== undefined) canvas()?.reveal(back, { focus: true });
  };

  const onSearchKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && first !== undefined) add(first);
    else if (event.key === "ArrowDown") list.current?.querySelector<HTMLElement>("[data-row]")?.focus();
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
      <div ref={list} id="palette-panel" role="tabpanel" aria-labelledby={`palette-panel-${tab}`} tabIndex={-1} className="flex-1 min-h-0 overflow-y-auto px-1.5 pt-1 pb-3" onKeyDown={(event) => walk(event, leave)}>
        {groups.map((group) => (
          <Group key={group.title} title={group.title} items={group.items} onAbout={setAbout} />
        ))}
        {typed === "" && tab === "actions" ? <ServiceList onAbout={setAbout} /> : null}
        <p role="status" className="px-2 py-1 text-xs text-ink-2">
          {catalogue.problem !== "" ? catalogue.problem : catalogue.asking ? "Searching all services" : groups.length === 0 ? `Nothing found for "${query}". Naming the service helps: s3 list, for one.` : ""}
        </p>
      </div>
      {about === undefined ? null : <InfoPanel key={about.id} item={about} onClose={() => setAbout(undefined)} />}
    </aside>
  );
}

function groupsOf(
  tab: PaletteTab,
  here: PaletteItem[],
  { recent, favourites }: ReturnType<typeof useRemembered.getState>,
  { all, patterns }: ReturnType<typeof useOwnItems.getState>,
): ItemGroup[] {
  if (tab === "flow") return grouped(FLOW);
  if (tab === "patterns") return grouped(patterns);
  const mine = [
    { title: "Favourites", items: itemsOf(favourites, all) },
    { title: "Recently used", items: itemsOf(recent, all) },
    { title: "In this workflow", items: here },
  ];
  return [...mine.filter(({ items }) => items.length > 0), ...grouped(BUNDLED)];
}

function found(query: string, all: readonly PaletteItem[], fromCatalogue: PaletteItem[]): ItemGroup[] {
  const own = rank(all, query);
  return [...(own.length === 0 ? [] : [{ title: "Often used", items: own }]), ...grouped(fromCatalogue)];
}
