/**
 * What this person used lately and marked as a favourite. Kept in the browser: losing it costs a few clicks, and the
 * palette needn't ask the server for it.
 */

import { create } from "zustand";

import type { CatalogueAction } from "../api";
import { useDesigner } from "../state/store";
import type { PaletteItem } from "./items";
import { itemOfAction } from "./search";

/** Of each person: two may share a browser. */
const key = (): string => `callboard.palette.${String(useDesigner.getState().boot.person?.id ?? "")}`;
const MOST_RECENT = 6;
const MOST_FAVOURITES = 60;

/** An item by its id; one of the catalogue with what it takes to make it again. */
interface Kept {
  id: string;
  action?: CatalogueAction;
}

interface Remembered {
  recent: readonly Kept[];
  favourites: readonly Kept[];
}

const NOTHING: Remembered = { recent: [], favourites: [] };

function isKept(value: unknown): value is Kept {
  if (typeof value !== "object" || value === null || typeof (value as Kept).id !== "string") return false;
  const { action } = value as Kept;
  return action === undefined || (typeof action.resource === "string" && typeof action.title === "string" && typeof action.service_title === "string" && typeof action.parameters === "object");
}

function read(): Remembered {
  try {
    const found = JSON.parse(localStorage.getItem(key()) ?? "{}") as Partial<Record<keyof Remembered, unknown>>;
    const list = (value: unknown): readonly Kept[] => (Array.isArray(value) ? value.filter(isKept) : []);
    return { recent: list(found.recent).slice(0, MOST_RECENT), favourites: list(found.favourites).slice(0, MOST_FAVOURITES) };
  } catch {
    return NOTHING;
  }
}

export const useRemembered = create<Remembered>(() => NOTHING);

/** Read what was kept, once it's known whose it is. */
export function openRemembered(): void {
  useRemembered.setState(read());
}

function keep(change: Partial<Remembered>): void {
  useRemembered.setState(change);
  try {
    localStorage.setItem(key(), JSON.stringify(useRemembered.getState()));
  } catch {
    // A full or forbidden storage: it holds until the page is closed.
  }
}

const keptOf = ({ id, action }: PaletteItem): Kept => (action === undefined ? { id } : { id, action });

export function noteUse(item: PaletteItem): void {
  const others = useRemembered.getState().recent.filter(({ id }) => id !== item.id);
  keep({ recent: [keptOf(item), ...others].slice(0, MOST_RECENT) });
}

export function toggleFavourite(item: PaletteItem): void {
  const { favourites } = useRemembered.getState();
  const others = favourites.filter(({ id }) => id !== item.id);
  keep({ favourites: others.length < favourites.length ? others : [...favourites, keptOf(item)].slice(-MOST_FAVOURITES) });
}

/** The items that are meant, of `known` or made again; what a later version no longer has is left out. */
export function itemsOf(kept: readonly Kept[], known: readonly PaletteItem[]): PaletteItem[] {
  return kept.flatMap(({ id, action }) => known.find((item) => item.id === id) ?? (action === undefined ? [] : [itemOfAction(action)]));
}
