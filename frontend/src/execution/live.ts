/**
 * Keeps a page in step with its execution: what is missing comes over HTTP, what is new over a WebSocket.
 *
 * A dropped socket loses nothing: at each connection the page says the last event that it has without a gap, and the
 * server answers with everything since. Reconnects wait longer each time, with some chance in it, so that a restarted
 * server isn't met by everyone at once.
 */
import { getJson } from "./api";
import type { Execution, ExecutionChange, HistoryEvent, SocketMessage } from "./types";

export type Connection = "connecting" | "live" | "lost" | "closed";

export interface LiveOptions {
  readonly eventsUrl: string;
  readonly socketUrl: string;
  /** The id of the last event that the page has, with none missing before it. */
  readonly lastEventId: () => number;
  readonly isComplete: () => boolean;
  readonly onEvents: (events: HistoryEvent[], execution: ExecutionChange) => void;
  readonly onConnection: (connection: Connection) => void;
  readonly onAge: (seconds: number | null) => void;
  readonly onNotice: (level: "warning" | "error", message: string) => void;
}

const PAGE = 1000;
/** The server's own close codes: asking again wouldn't help. */
const REFUSALS: Readonly<Record<number, string>> = {
  4403: "You may not follow this execution. Ask a member of staff to add you to a group that may.",
  4404: "This execution isn’t here any more.",
};
const DELAY = { first: 500, most: 10_000 };
/** The server says something every five seconds. A connection that died while the machine slept says nothing, and never ends by itself. */
const SILENCE = 20_000;

export function follow(options: LiveOptions): () => void {
  const stopper = new AbortController();
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let delay = DELAY.first;

  const connect = (): void => {
    if (stopper.signal.aborted) return;
    options.onConnection("connecting");
    const address = new URL(options.socketUrl, window.location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : address.protocol === "http:" ? "ws:" : address.protocol;
    const current = (socket = new WebSocket(address));
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        // Its own close event would wait for an answer that doesn't come.
        if (socket !== current || stopper.signal.aborted) return;
        socket = null;
        current.close();
        onClose(current, 1006);
      }, SILENCE);
    };
    socket.addEventListener("open", () => {
      heard();
      delay = DELAY.first;
      options.onConnection("live");
      socket?.send(JSON.stringify({ type: "hello", after: options.lastEventId() }));
    });
    socket.addEventListener("message", ({ data }) => {
      heard();
      const message = readMessage(data);
      if (message?.type === "events") options.onEvents(message.events, message.execution);
      else if (message?.type === "age") options.onAge(message.seconds);
      else if (message) options.onNotice(message.level, message.message);
    });
    socket.addEventListener("close", ({ code }) => {
      if (socket === current) onClose(current, code);
    });
  };

  const onClose = (closed: WebSocket, code: number): void => {
    if (stopper.signal.aborted) return;
    clearTimeout(silence);
    if (socket === closed) socket = null;
    const refusal = REFUSALS[code];
    if (refusal !== undefined) {
      options.onNotice("error", refusal);
      options.onConnection("closed");
      return;
    }
    if (options.isComplete()) {
      options.onConnection("closed");
      return;
    }
    options.onConnection("lost");
    timer = setTimeout(connect, delay * (0.75 + Math.random() / 2));
    delay = Math.min(delay * 2, DELAY.most);
  };

  void fetchMissing(options, stopper.signal)
    .catch((error: unknown) => {
      if (!stopper.signal.aborted) options.onNotice("error", `The history couldn't be read: ${error instanceof Error ? error.message : String(error)}`);
    })
    .finally(connect);

  return () => {
    stopper.abort();
    clearTimeout(timer);
    clearTimeout(silence);
    socket?.close();
  };
}

/** Whole pages over HTTP: a long history is quicker that way, and shows from its beginning. */
async function fetchMissing(options: LiveOptions, signal: AbortSignal): Promise<void> {
  for (;;) {
    const after = options.lastEventId();
    const address = new URL(options.eventsUrl, window.location.href);
    address.searchParams.set("after", String(after));
    address.searchParams.set("limit", String(PAGE));
    const page = await getJson<{ events: HistoryEvent[]; last_event_id: number; status: Execution["status"] }>(address.href, signal);
    if (page.events.length > 0) options.onEvents(page.events, {});
    if (page.events.length < PAGE || options.lastEventId() <= after) return;
  }
}

function readMessage(data: unknown): SocketMessage | null {
  if (typeof data !== "string") return null;
  const message = JSON.parse(data) as Partial<SocketMessage> | null;
  if (message?.type === "events" && Array.isArray(message.events)) return { type: "events", events: message.events, execution: message.execution ?? {} };
  if (message?.type === "age") return { type: "age", seconds: message.seconds ?? null };
  if (message?.type === "notice") return { type: "notice", level: message.level ?? "warning", message: message.message ?? "" };
  return null;
}

/** Adds events by id: what comes twice replaces itself. Returns the same list when nothing is new. */
export function merge(known: readonly HistoryEvent[], more: readonly HistoryEvent[]): readonly HistoryEvent[] {
  if (more.length === 0) return known;
  const last = known.at(-1)?.id ?? 0;
  const isSimple = more.every((event, i) => event.id > (i === 0 ? last : (more[i - 1]?.id ?? 0)));
  if (isSimple) return [...known, ...more];
  const byId = new Map(known.map((event) => [event.id, event]));
  for (const event of more) byId.set(event.id, event);
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

/** The last id before the first gap: what a reconnecting page has for certain. */
export function lastWithoutGap(events: readonly HistoryEvent[]): number {
  if (events.length === 0) return 0;
  // Ids are consecutive from 1, so the usual case needs no search.
  const last = events.at(-1)?.id ?? 0;
  if (last === events.length) return last;
  let expected = 0;
  for (const { id } of events) {
    if (id !== expected + 1) break;
    expected = id;
  }
  return expected;
}
