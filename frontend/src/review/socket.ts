/** A WebSocket that comes back by itself. What was missed meanwhile is fetched again by the page (`onReconnect`). */

interface Handlers<M> {
  onMessage: (message: M) => void;
  onReconnect: () => void;
}

const FIRST_PAUSE = 500; // milliseconds
const LONGEST_PAUSE = 15_000;
const NOT_ALLOWED = 4403; // callboard's own close code: asking again would change nothing

export function connect<M>(path: string, { onMessage, onReconnect }: Handlers<M>): void {
  let pause = FIRST_PAUSE;
  let before = false;
  const open = (): void => {
    const scheme = window.location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${window.location.host}${path}`);
    socket.addEventListener("open", () => {
      pause = FIRST_PAUSE;
      if (before) onReconnect();
      before = true;
    });
    socket.addEventListener("message", (event) => onMessage(JSON.parse(String(event.data)) as M));
    socket.addEventListener("close", (event) => {
      if (event.code === NOT_ALLOWED) return;
      window.setTimeout(open, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    });
  };
  open();
}
