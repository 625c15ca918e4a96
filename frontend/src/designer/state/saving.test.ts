import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { renameState } from "../../asl/rename";
import { begin } from "../designer.fixture";
import { takeTheirs } from "../drafts/merging";
import { deployRevision, save, saveAndClose } from "./saving";
import { edit, openDialog, typeText, undoStep, unsavedCount, useDesigner } from "./store";

const TEXT = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}';
const MINE = TEXT.replace("Pass", "Succeed");
const THEIRS = TEXT.replace('"A"', '"B"');
const now = () => useDesigner.getState();

let asked: { url: string; body: unknown }[] = [];
function answer(status: number, body: unknown): void {
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    asked.push({ url, body: JSON.parse(init.body as string) as unknown });
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
}

beforeEach(() => {
  asked = [];
  vi.stubGlobal("document", { cookie: "csrftoken=abc" });
  begin(TEXT);
  typeText(MINE);
});
afterEach(() => vi.unstubAllGlobals());

describe("saving", () => {
  it("sends the text as it is, with the revision it's based on", async () => {
    answer(201, { number: 4, created_at: "2026-01-01T00:00:00Z" });
    openDialog({ kind: "save" });
    await saveAndClose("why");
    expect(asked).toEqual([{ url: "/r", body: { definition: MINE, comment: "why", base_revision: 3 } }]);
    expect(now().base).toEqual({ number: 4, text: MINE });
    expect(now().dialog).toBeUndefined();
    expect(unsavedCount(now())).toBe(0);
  });

  it("says which states have another name by now, where something is said of them", async () => {
    answer(201, { number: 4, created_at: "2026-01-01T00:00:00Z" });
    const comment = { id: 1, state: "A", revision: 1, author: "ada", text: "Why?", created_at: "2026-01-01T00:00:00Z" };
    useDesigner.setState({ comments: [comment] });
    edit((document) => renameState(document, "/States/A", "Begin"));
    await save("");
    expect(asked[0]?.body).toMatchObject({ renamed: { A: "Begin" } });
    edit((document) => renameState(document, "/States/Begin", "A"));
    undoStep();
    await save("");
    expect(asked[1]?.body).not.toHaveProperty("renamed");
  });

  it("asks when somebody saved in between, and loses neither text", async () => {
    answer(409, { message: "newer", latest: 5, definition: THEIRS });
    await saveAndClose("why");
    expect(now().dialog).toMatchObject({ kind: "conflict", conflict: { latest: 5 } });
    expect(now().text).toBe(MINE);
    takeTheirs({ message: "newer", latest: 5, definition: THEIRS });
    expect(now().text).toBe(THEIRS);
    expect(now().base.number).toBe(5);
    undoStep();
    expect(now().text).toBe(MINE);
  });

  it("that fails says so and keeps everything", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    expect(await save("")).toBe(false);
    expect(now().notice?.text).toMatch(/^Not saved: Callboard can't be reached/);
    expect(unsavedCount(now())).toBe(1);
    expect(now().saving).toBe(false);
  });
});

describe("deploying", () => {
  it("puts what was refused where it belongs, until the text changes", async () => {
    answer(422, { message: "Refused", stage: "validate", errors: [{ path: "/States/A", code: "X", message: "No", severity: "ERROR" }] });
    expect(await deployRevision(1, "", {})).toMatchObject({ stage: "validate", message: "Refused" });
    expect(asked[0]?.body).toEqual({ revision: 3, environment: 1, options: {} });
    expect(now().deployProblems).toHaveLength(1);
    typeText(TEXT);
    expect(now().deployProblems).toEqual([]);
  });
});
