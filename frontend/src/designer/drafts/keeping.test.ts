import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { begin, bootWith } from "../designer.fixture";
import { markSaved, startDesigner, typeText, undoStep, useDesigner } from "../state/store";
import { draftWords } from "./DraftStatus";
import { goOnWith, isSafe, offerDrafts, startKeeping, throwAway, useDraft, type Offered } from "./keeping";

const TEXT = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}';
const MINE = TEXT.replace("Pass", "Succeed");
const KEY = "callboard.draft.7.1";
const now = () => useDesigner.getState();

let asked: { method: string; body: Record<string, unknown> }[] = [];
let stop = (): void => undefined;
const storage = new Map<string, string>();
let online: (() => void) | undefined;

function answer(status: number, body: unknown): void {
  vi.stubGlobal("fetch", (_url: string, init: RequestInit) => {
    asked.push({ method: init.method ?? "GET", body: JSON.parse(init.body as string) as Record<string, unknown> });
    return status === 0 ? Promise.reject(new TypeError("no network")) : Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
}
const kept = (version: number) => ({ base_revision: 3, version, updated_at: "2026-01-01T10:42:00Z" });

function open(draft?: unknown): void {
  const boot = bootWith(TEXT);
  startDesigner({ ...boot, person: { id: 7, name: "me" }, urls: { ...boot.urls, draft: "/draft" }, draft: (draft ?? null) as never });
  stop = startKeeping();
}

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  storage.clear();
  vi.stubGlobal("document", { cookie: "csrftoken=abc" });
  vi.stubGlobal("window", { addEventListener: (name: string, run: () => void) => name === "online" && (online = run), removeEventListener: () => undefined });
  vi.stubGlobal("localStorage", { getItem: (key: string) => storage.get(key) ?? null, setItem: (key: string, value: string) => storage.set(key, value), removeItem: (key: string) => storage.delete(key) });
  useDraft.setState({ where: "none", at: undefined });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a draft", () => {
  it("is in the browser at once and on the server soon, and gone when it is saved", async () => {
    answer(200, kept(5));
    open();
    typeText(MINE);
    await vi.advanceTimersByTimeAsync(350);
    expect(JSON.parse(storage.get(KEY) ?? "{}")).toMatchObject({ base: 3, text: MINE, sent: false });
    expect(isSafe()).toBe(true);
    await vi.advanceTimersByTimeAsync(500);
    expect(asked).toEqual([{ method: "PUT", body: { definition: MINE, base_revision: 3, seen: 0 } }]);
    expect(useDraft.getState()).toMatchObject({ where: "kept" });
    expect(draftWords(1, useDraft.getState())).toMatch(/^Draft saved \d/);
    markSaved(4, MINE);
    await vi.advanceTimersByTimeAsync(400);
    expect(storage.has(KEY)).toBe(false);
    expect(asked.at(-1)).toEqual({ method: "DELETE", body: { seen: 5 } });
  });

  it("waits in this browser while the server is away, and is sent when there is a connection", async () => {
    answer(0, undefined);
    open();
    typeText(MINE);
    await vi.advanceTimersByTimeAsync(800);
    expect(draftWords(1, useDraft.getState())).toBe("Offline, kept in this browser");
    const before = asked.length;
    await vi.advanceTimersByTimeAsync(2100);
    expect(asked.length).toBe(before + 1);
    answer(200, kept(6));
    online?.();
    await vi.advanceTimersByTimeAsync(10);
    expect(useDraft.getState().where).toBe("kept");
  });

  it("that was never sent is offered on opening, and no server draft that it followed beside it", async () => {
    answer(200, kept(9));
    storage.set(KEY, JSON.stringify({ base: 3, text: MINE, at: 1, seen: 5, sent: false }));
    open({ ...kept(5), definition: "older" });
    expect(offerDrafts()).toBe(true);
    const { drafts } = now().dialog as unknown as { drafts: Offered[] };
    expect(drafts.map(({ where, text }) => [where, text])).toEqual([["browser", MINE]]);
    goOnWith(drafts[0] as Offered, drafts);
    expect(now().text).toBe(MINE);
    await vi.advanceTimersByTimeAsync(10);
    expect(asked[0]).toMatchObject({ method: "PUT", body: { definition: MINE, seen: 5 } });
    undoStep();
    expect(now().text).toBe(TEXT);
  });

  it("of another window is asked about, not overwritten", async () => {
    answer(409, { message: "newer", draft: { ...kept(8), definition: "theirs" } });
    open();
    typeText(MINE);
    await vi.advanceTimersByTimeAsync(800);
    const { drafts } = now().dialog as unknown as { drafts: Offered[] };
    expect(drafts.map(({ text }) => text)).toEqual([MINE, "theirs"]);
    answer(200, kept(9));
    goOnWith(drafts[0] as Offered, drafts);
    await vi.advanceTimersByTimeAsync(10);
    expect(asked.at(-1)).toMatchObject({ method: "PUT", body: { definition: MINE, seen: 8 } });
  });

  it("is thrown away only when asked to", () => {
    answer(200, { discarded: true });
    open({ ...kept(5), definition: MINE });
    expect(offerDrafts()).toBe(true);
    expect(asked).toEqual([]);
    throwAway((now().dialog as unknown as { drafts: Offered[] }).drafts);
    expect(asked).toEqual([{ method: "DELETE", body: { seen: 5 } }]);
    expect(now().text).toBe(TEXT);
  });

  it("isn't kept of what may only be looked at", async () => {
    answer(200, kept(5));
    begin(TEXT, { design: false, operate: true });
    stop = startKeeping();
    expect(offerDrafts()).toBe(false);
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked).toEqual([]);
  });
});
