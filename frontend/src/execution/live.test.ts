import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { follow, lastWithoutGap, merge, type Connection } from "./live";
import type { HistoryEvent } from "./types";

const event = (id: number): HistoryEvent => ({ id, type: "TaskStarted", timestamp: "2024-03-05T14:02:11.000Z" });
const events = (...ids: number[]): HistoryEvent[] => ids.map(event);

describe("merging", () => {
  test("new events follow the known ones", () => expect(merge(events(1, 2), events(3)).map(({ id }) => id)).toEqual([1, 2, 3]));
  test("what comes twice is there once", () => expect(merge(events(1, 2, 3), events(2, 3, 4)).map(({ id }) => id)).toEqual([1, 2, 3, 4]));
  test("what comes late takes its place", () => expect(merge(events(1, 4), events(2, 3)).map(({ id }) => id)).toEqual([1, 2, 3, 4]));
  test("nothing new leaves the list as it is", () => {
    const known = events(1);
    expect(merge(known, [])).toBe(known);
  });
  test("a page that lacks an event asks from before the gap", () => {
    expect(lastWithoutGap(events(1, 2, 3))).toBe(3);
    expect(lastWithoutGap(events(1, 2, 4, 5))).toBe(2);
    expect(lastWithoutGap(events(3, 4))).toBe(0);
    expect(lastWithoutGap([])).toBe(0);
  });
});

class Socket extends EventTarget {
  static all: Socket[] = [];
  readonly sent: unknown[] = [];
  constructor(readonly url: URL) {
    super();
    Socket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.end(1000);
  }
  begin(): void {
    this.dispatchEvent(new Event("open"));
  }
  say(message: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
  }
  end(code: number): void {
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

describe("following an execution", () => {
  let known: readonly HistoryEvent[];
  let connections: Connection[];
  let notices: string[];
  let ages: (number | null)[];
  let isComplete: boolean;

  beforeEach(() => {
    vi.useFakeTimers();
    Socket.all = [];
    known = [];
    connections = [];
    notices = [];
    ages = [];
    isComplete = false;
    vi.stubGlobal("WebSocket", Socket);
    vi.stubGlobal("window", { location: new URL("http://127.0.0.1:8000/executions/7/") });
    vi.stubGlobal("document", { cookie: "" });
    vi.stubGlobal("fetch", (address: string) => {
      const after = Number(new URL(address).searchParams.get("after"));
      const all = Array.from({ length: 1203 }, (_, i) => event(i + 1));
      return Promise.resolve(Response.json({ events: all.filter(({ id }) => id > after).slice(0, 1000), last_event_id: 1203, status: "RUNNING" }));
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function start(): () => void {
    return follow({
      eventsUrl: "/api/v1/executions/7/events",
      socketUrl: "/ws/executions/7/",
      lastEventId: () => lastWithoutGap(known),
      isComplete: () => isComplete,
      onEvents: (more) => (known = merge(known, more)),
      onConnection: (connection) => connections.push(connection),
      onAge: (seconds) => ages.push(seconds),
      onNotice: (_, message) => notices.push(message),
    });
  }

  test("reads whole pages first, then asks the socket from the last event", async () => {
    start();
    await vi.runAllTimersAsync();
    expect(known).toHaveLength(1203);
    expect(String(Socket.all[0]?.url)).toBe("ws://127.0.0.1:8000/ws/executions/7/");
    Socket.all[0]?.begin();
    expect(Socket.all[0]?.sent).toEqual([{ type: "hello", after: 1203 }]);
    expect(connections).toEqual(["connecting", "live"]);
  });

  test("a dropped socket comes back and asks from what arrived meanwhile", async () => {
    start();
    await vi.runAllTimersAsync();
    Socket.all[0]?.begin();
    Socket.all[0]?.say({ type: "events", events: events(1204), execution: {} });
    Socket.all[0]?.end(1006);
    expect(connections.at(-1)).toBe("lost");
    await vi.advanceTimersByTimeAsync(700);
    Socket.all[1]?.begin();
    expect(Socket.all[1]?.sent).toEqual([{ type: "hello", after: 1204 }]);
  });

  test("a connection that says nothing has died while the machine slept: another one takes its place", async () => {
    start();
    await vi.runAllTimersAsync();
    const first = Socket.all[0];
    first?.begin();
    await vi.advanceTimersByTimeAsync(15_000);
    first?.say({ type: "age", seconds: 3.5 });
    expect(ages).toEqual([3.5]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(Socket.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(6000);
    expect(connections.at(-1)).toBe("connecting");
    Socket.all[1]?.begin();
    expect(Socket.all[1]?.sent).toEqual([{ type: "hello", after: 1203 }]);
    first?.say({ type: "events", events: events(1204), execution: {} });
    first?.end(1006);
    expect(Socket.all).toHaveLength(2);
  });

  test("each attempt waits longer", async () => {
    start();
    await vi.runAllTimersAsync();
    for (let i = 0; i < 3; i++) {
      Socket.all.at(-1)?.end(1006);
      await vi.advanceTimersByTimeAsync(500 * 2 ** i * 1.25);
      expect(Socket.all).toHaveLength(i + 2);
    }
  });

  test("a finished execution isn't asked again", async () => {
    start();
    await vi.runAllTimersAsync();
    isComplete = true;
    Socket.all[0]?.end(1000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Socket.all).toHaveLength(1);
    expect(connections.at(-1)).toBe("closed");
  });

  test("who may not see it is told so once", async () => {
    start();
    await vi.runAllTimersAsync();
    Socket.all[0]?.end(4403);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Socket.all).toHaveLength(1);
    expect(notices).toHaveLength(1);
  });

  test("the server's notices reach the page", async () => {
    start();
    await vi.runAllTimersAsync();
    Socket.all[0]?.say({ type: "notice", level: "warning", message: "AWS throttles." });
    expect(notices).toEqual(["AWS throttles."]);
  });

  test("leaving the page ends it", async () => {
    const stop = start();
    await vi.runAllTimersAsync();
    stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Socket.all).toHaveLength(1);
  });
});
