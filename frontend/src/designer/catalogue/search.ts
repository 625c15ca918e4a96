/**
 * Ranks what the palette has itself: title first, then service, then other words, then what it is about. What the
 * catalogue finds is ranked by the server and comes after, but an action that is meant exactly comes first.
 */

import { parseResource, serviceIcon } from "../../graph";
import type { JsonObject } from "../../asl/document";
import type { CatalogueAction } from "../api";
import type { PaletteItem } from "./items";
import { taskBody } from "./language";

/** Words that say nothing about what is looked for. */
const EMPTY = new Set(["a", "an", "the", "to", "from", "in", "into", "of", "on", "with", "for", "my", "over", "all", "aws", "amazon"]);

export function wordsOf(query: string): string[] {
  const words = query.toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);
  const telling = words.filter((word) => !EMPTY.has(word));
  return telling.length === 0 ? words : telling;
}

const parts = (text: string): string[] => text.toLowerCase().split(/[^a-z0-9]+/);

function scoreOfWord(word: string, item: PaletteItem): number {
  const title = parts(item.title);
  if (title.includes(word)) return 8;
  if (title.some((part) => part.startsWith(word))) return 6;
  const line = parts(item.line);
  if (line.includes(word)) return 5;
  if (line.some((part) => part.startsWith(word))) return 4;
  const rest = parts(`${item.words ?? ""} ${item.group}`);
  if (rest.includes(word)) return 5;
  if (rest.some((part) => part.startsWith(word)) || item.title.toLowerCase().includes(word)) return 2;
  return parts(item.about ?? "").some((part) => part.startsWith(word)) ? 1 : 0;
}

/** Items that match every word typed, best first; the given order breaks ties. */
export function rank(items: readonly PaletteItem[], query: string): PaletteItem[] {
  const words = wordsOf(query);
  if (words.length === 0) return [...items];
  const scored = items.map((item) => {
    const scores = words.map((word) => scoreOfWord(word, item));
    const whole = parts(item.title).filter(Boolean).length === words.length ? 1 : 0;
    return { item, score: scores.includes(0) ? 0 : scores.reduce((sum, score) => sum + score, 0) / words.length + whole };
  });
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

/** An action of the catalogue as a palette item. */
export function itemOfAction(action: CatalogueAction): PaletteItem {
  const parameters = action.parameters as JsonObject;
  return {
    id: action.resource,
    resource: action.resource,
    action,
    title: action.title,
    line: action.optimized ? `${action.service_title}, optimized` : action.service_title,
    supported: action.supported,
    icon: serviceIcon(parseResource(action.resource)),
    group: action.service_title,
    words: `${action.service} ${action.action}`,
    make: ({ queryLanguage }) => ({ name: action.title, body: taskBody(action.resource, parameters, queryLanguage) }),
  };
}
