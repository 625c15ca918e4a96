/** Ranks palette items for what was typed: title first, then service, then other words. */

import { parseResource, serviceIcon } from "../../graph";
import type { JsonObject } from "../../asl/document";
import type { CatalogueAction } from "../api";
import type { PaletteItem } from "./items";

function scoreOfWord(word: string, item: PaletteItem): number {
  const title = item.title.toLowerCase();
  if (title.startsWith(word)) return 8;
  if (title.split(/\s+/).some((part) => part.startsWith(word))) return 6;
  const line = item.line.toLowerCase();
  if (line.split(/\W+/).some((part) => part.startsWith(word))) return 5;
  if (title.includes(word)) return 3;
  const rest = `${item.words ?? ""} ${item.group}`.toLowerCase();
  return rest.split(/\W+/).some((part) => part.startsWith(word)) ? 2 : 0;
}

/** Items that match every word typed, best first; the given order breaks ties. */
export function rank(items: readonly PaletteItem[], query: string): PaletteItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...items];
  const scored = items.map((item) => {
    const scores = words.map((word) => scoreOfWord(word, item));
    return { item, score: scores.includes(0) ? 0 : scores.reduce((sum, score) => sum + score, 0) };
  });
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

/** An action of the catalogue as a palette item. */
export function itemOfAction(action: CatalogueAction): PaletteItem {
  const Parameters = action.parameters as JsonObject;
  return {
    id: action.resource,
    title: action.title,
    line: action.service_title,
    icon: serviceIcon(parseResource(action.resource)),
    group: action.service_title,
    words: `${action.service} ${action.action}`,
    make: () => ({ name: action.title, body: { Type: "Task", Resource: action.resource, Parameters } }),
  };
}
