/** A socket for as long as the page is open: it comes back by itself, later each time. */

/** The server's own close codes, "you may not" and "it isn't there": asking again wouldn't help. */
const FINAL = new Set([4403, 4404]);
const PAUSE = { first: 500, longest: 15_000 };

/** Answers how to say something; what is said while there is no connection is lost. */
export function listen(path: string, onMessage: (message: unknown) => void, onReturn: () => void): (message: unknown) => void {
  let pause = PAUSE.first;
  let wasOpen = false;
  let current: WebSocket | undefined;
  const open = (): void => {
    const { protocol, host } = window.location;
    const socket = new WebSocket(`${protocol === "https:" ? "wss" : "ws"}://${host}${path}`);
    current = socket;
    socket.addEventListener("open", () => {
      pause = PAUSE.first;
      if (wasOpen) onReturn();
      wasOpen = true;
    });
    socket.addEventListener("message", ({ data }) => onMessage(JSON.parse(String(data))));
    socket.addEventListener("close", ({ code }) => {
      if (FINAL.has(code)) return;
      setTimeout(open, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, PAUSE.longest);
    });
  };
  open();
  return (message) => {
    if (current?.readyState === WebSocket.OPEN) current.send(JSON.stringify(message));
  };
}
