/** The calls about drafts and merges (docs/api.md). */

import { send } from "../api";

export interface ServerDraft {
  definition: string;
  base_revision: number;
  version: number;
  updated_at: string;
}

export const putDraft = (url: string, draft: { definition: string; base_revision: number; seen: number }) =>
  send<Omit<ServerDraft, "definition">>("PUT", url, draft);

export const discardDraft = (url: string, seen: number) => send<{ discarded: boolean }>("DELETE", url, { seen });

export type Side = "mine" | "theirs";

export interface MergeConflict {
  key: string;
  /** "" is the workflow itself. */
  state: string;
  path: string;
  /** JSON, or null where a side has no such field. */
  base: string | null;
  mine: string | null;
  theirs: string | null;
  chosen: Side;
}

export interface MergeAnswer {
  revision: { number: number; comment: string; author: string | null; created_at: string };
  /** What the merge means; its text is made on the editor's own. */
  definition: string;
  taken: string[];
  conflicts: MergeConflict[];
}

export const askMerge = (url: string, definition: string, base: number, choices: Record<string, Side>) =>
  send<MergeAnswer>("POST", url, { definition, base_revision: base, choices });
