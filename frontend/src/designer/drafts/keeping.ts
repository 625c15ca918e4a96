/**
 * What is typed is kept: at once in this browser, and soon on the server. Without a connection it waits here and is
 * sent when there is one again. A draft of another window is never overwritten: the person chooses.
 */

import { create } from "zustand";

import { ApiError } from "../api";
import { announce, openDialog, replaceText, unsavedCount, useDesigner } from "../state/store";
import { discardDraft, putDraft, type ServerDraft } from "./api";

export interface DraftState {
  /** "kept" on the server, "here" only in this browser (it can't be reached), "nowhere" when neither took it; "going" until the server has forgotten it. */
  where: "none" | "pending" | "kept" | "here" | "nowhere" | "going";
  /** When the server took it. */
  at: Date | undefined;
}

export const useDraft = create<DraftState>(() => ({ where: "none", at: undefined }));

/** What stands in this browser's storage. */
interface LocalDraft {
  base: number;
  text: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The server's version that this text followed; 0 for none. */
  seen: number;
  sent: boolean;
}

/** One of the texts that weren't saved, to choose from. */
export interface Offered {
  base: number;
  text: string;
  at: number;
  where: "browser" | "server";
  version: number;
}

const HERE_AFTER = 300;
const SEND_AFTER = 700;
const RETRY = { first: 2000, longest: 30_000 };

let seen = 0;
let sending = false;
let pause = RETRY.first;
let timers: { here?: ReturnType<typeof setTimeout>; send?: ReturnType<typeof setTimeout> } = {};
/** A choice between drafts is open: nothing is sent over one of them meanwhile. */
let asking = false;

const boot = () => useDesigner.getState().boot;
const key = (): string => `callboard.draft.${String(boot().person?.id ?? "")}.${String(boot().machine.id)}`;

function local(): LocalDraft | null {
  try {
    return JSON.parse(localStorage.getItem(key()) ?? "null") as LocalDraft | null;
  } catch {
    return null;
  }
}

function write(draft: LocalDraft | null): boolean {
  try {
    if (draft === null) localStorage.removeItem(key());
    else localStorage.setItem(key(), JSON.stringify(draft));
    return true;
  } catch {
    return false; // full or forbidden: the server still gets it
  }
}

/** In this browser, without waiting for anything. */
export function keepHere(): void {
  clearTimeout(timers.here);
  const state = useDesigner.getState();
  if (!state.boot.permissions.design || asking) return;
  if (unsavedCount(state) === 0) return forget();
  const present = local();
  if (present?.text === state.text && present.base === state.base.number) return;
  const isHere = write({ base: state.base.number, text: state.text, at: Date.now(), seen, sent: false });
  useDraft.setState(({ where }) => ({ where: where === "here" || where === "nowhere" ? (isHere ? "here" : "nowhere") : "pending" }));
}

function forget(): void {
  clearTimeout(timers.send);
  write(null);
  const url = boot().urls.draft;
  const isKept = seen !== 0 && url !== undefined;
  useDraft.setState({ where: isKept ? "going" : "none", at: undefined });
  if (!isKept) return;
  // Unanswered, it is offered once more; that is no loss.
  void discardDraft(url, seen)
    .catch(() => undefined)
    .finally(() => useDraft.setState(({ where }) => (where === "going" ? { where: "none" } : {})));
}

function sendSoon(delay = SEND_AFTER): void {
  clearTimeout(timers.send);
  timers.send = setTimeout(() => void send(), delay);
}

export async function send(): Promise<void> {
  const state = useDesigner.getState();
  const url = state.boot.urls.draft;
  if (sending || asking || url === undefined || !state.boot.permissions.design || unsavedCount(state) === 0) return;
  sending = true;
  const { text, base } = state;
  try {
    const kept = await putDraft(url, { definition: text, base_revision: base.number, seen });
    seen = kept.version;
    pause = RETRY.first;
    if (useDesigner.getState().text === text) {
      write({ base: base.number, text, at: Date.now(), seen, sent: true });
      useDraft.setState({ where: "kept", at: new Date(kept.updated_at) });
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    onRefusal(error);
  } finally {
    sending = false;
    const now = useDesigner.getState();
    if (now.text !== text && useDraft.getState().where !== "here" && !asking) {
      // Saved meanwhile: the draft that just arrived is nobody's any more.
      if (unsavedCount(now) === 0) forget();
      else sendSoon();
    }
  }
}

function onRefusal(error: ApiError): void {
  const theirs = (error.body as { draft?: ServerDraft } | undefined)?.draft;
  if (error.status === 409 && theirs !== undefined) return ask([mine(), offeredBy(theirs)]);
  const isHere = local()?.text === useDesigner.getState().text;
  const was = useDraft.getState().where;
  useDraft.setState({ where: isHere ? "here" : "nowhere" });
  if (error.status === 422) {
    if (was !== "here") announce(`The draft isn't kept on the server: ${error.message}`, "error");
    return;
  }
  sendSoon(pause);
  pause = Math.min(pause * 2, RETRY.longest);
}

const mine = (): Offered => {
  const { text, base } = useDesigner.getState();
  return { base: base.number, text, at: Date.now(), where: "browser", version: seen };
};

const offeredBy = (draft: ServerDraft): Offered => ({
  base: draft.base_revision, text: draft.definition, at: Date.parse(draft.updated_at), where: "server", version: draft.version,
});

function ask(drafts: Offered[]): void {
  asking = true;
  openDialog({ kind: "draft", drafts });
}

/** What wasn't saved when the page was last left; answers whether there was something. */
export function offerDrafts(): boolean {
  const { base, boot } = useDesigner.getState();
  if (!boot.permissions.design) return false;
  const kept = local();
  const server = boot.draft ?? null;
  const here: Offered[] = kept === null || kept.sent || kept.text === base.text ? [] : [{ base: kept.base, text: kept.text, at: kept.at, where: "browser", version: kept.seen }];
  // The browser's followed the server's: it is the same work, further on.
  const isFollowed = here.length > 0 && (kept?.seen === server?.version || kept?.text === server?.definition);
  const there = server === null || isFollowed || server.definition === base.text ? [] : [offeredBy(server)];
  const drafts = [...here, ...there];
  if (drafts.length === 0) {
    seen = server?.version ?? 0;
    if (server !== null || kept !== null) forget();
    return false;
  }
  ask(drafts);
  return true;
}

/** One of them comes on the screen, as a step that can be undone; the others are over. */
export function goOnWith(draft: Offered, all: readonly Offered[]): void {
  asking = false;
  seen = Math.max(boot().draft?.version ?? 0, ...all.map(({ version }) => version));
  openDialog(undefined);
  if (draft.text !== useDesigner.getState().text) replaceText(draft.text, "restore the draft");
  useDesigner.setState((state) => ({ base: { ...state.base, number: draft.base } }));
  keepHere();
  sendSoon(0);
}

/** None of them: the text on the screen is the revision's. */
export function throwAway(all: readonly Offered[]): void {
  asking = false;
  seen = Math.max(boot().draft?.version ?? 0, ...all.map(({ version }) => version));
  openDialog(undefined);
  const state = useDesigner.getState();
  if (unsavedCount(state) > 0) replaceText(state.base.text, "throw the draft away");
  forget();
}

/** Nothing typed is lost with the page: it is in this browser before the page goes. */
export const isSafe = (): boolean => unsavedCount(useDesigner.getState()) === 0 || local()?.text === useDesigner.getState().text || useDraft.getState().where === "kept";

/** Start keeping; answers how to stop. */
export function startKeeping(): () => void {
  seen = 0;
  asking = false;
  sending = false;
  pause = RETRY.first;
  const stop = useDesigner.subscribe((state, before) => {
    if (state.text === before.text && state.base === before.base) return;
    clearTimeout(timers.here);
    timers.here = setTimeout(keepHere, HERE_AFTER);
    if (useDraft.getState().where !== "here") sendSoon();
  });
  const retry = (): void => {
    pause = RETRY.first;
    if (useDraft.getState().where === "here" || useDraft.getState().where === "nowhere") sendSoon(0);
  };
  window.addEventListener("online", retry);
  window.addEventListener("pagehide", keepHere);
  return () => {
    stop();
    clearTimeout(timers.here);
    clearTimeout(timers.send);
    timers = {};
    window.removeEventListener("online", retry);
    window.removeEventListener("pagehide", keepHere);
  };
}
