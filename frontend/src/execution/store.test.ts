import { describe, expect, test } from "vitest";
import { createViewerStore, type ViewerStore } from "./store";
import type { Execution } from "./types";

const running = {
  id: 1,
  name: "one",
  status: "RUNNING",
  stopped_at: null,
  last_event_id: 4,
} as unknown as Execution;

function opened(): ViewerStore {
  return createViewerStore({ execution: running, urls: {}, permissions: { operate: true } } as never, { state: null, event: null });
}

describe("what the page knows of its execution", () => {
  test("an answer that the socket has overtaken doesn't take it back", () => {
    const store = opened();
    store.getState().receive([], { status: "ABORTED", stopped_at: "2024-03-05T14:02:11.000Z", last_event_id: 5 });
    store.getState().replaceExecution(running);
    store.getState().receive([], { status: "RUNNING", last_event_id: 4 });
    expect(store.getState().execution.status).toBe("ABORTED");
  });
  test("a redriven execution runs again, whether or not its history has said so", () => {
    const store = opened();
    const ended = { status: "ABORTED", stopped_at: "2024-03-05T14:02:11.000Z", last_event_id: 5 } as const;
    store.getState().receive([], ended);
    store.getState().replaceExecution({ ...running, last_event_id: 5 });
    expect(store.getState().execution.status).toBe("RUNNING");
  });
});
