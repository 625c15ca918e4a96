/**
 * Times that move: what is left (`data-due`), how long ago (`data-since`), a bar (`data-from`, `data-until`), and clock
 * times in the reader's own zone (`data-clock`, with "s" for seconds). One timer for the page.
 */

/** At most two units: `1 m 04 s`, `23 h 57 m`, `2 d 4 h`; the same words as the server's `duration`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, "0")} s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} m`;
  return `${Math.floor(whole / 86400)} d ${Math.floor((whole % 86400) / 3600)} h`;
}

let timer: number | undefined;

export function keepClocks(within: ParentNode): void {
  setClocks(within);
  tick();
  timer ??= window.setInterval(tick, 1000);
}

function tick(): void {
  const now = Date.now();
  for (const place of document.querySelectorAll<HTMLElement>("[data-due]")) {
    const left = (Date.parse(place.dataset.due ?? "") - now) / 1000;
    set(place, left > 0 ? `${duration(left)} left` : "overdue");
  }
  for (const place of document.querySelectorAll<HTMLElement>("[data-since]")) {
    const seconds = (now - Date.parse(place.dataset.since ?? "")) / 1000;
    if (place.dataset.words === "elapsed") set(place, duration(seconds));
    else set(place, seconds < 10 ? "just now" : `${duration(seconds)} ago`);
  }
  for (const bar of document.querySelectorAll<HTMLElement>("[data-until]")) {
    const from = Date.parse(bar.dataset.from ?? "");
    const until = Date.parse(bar.dataset.until ?? "");
    bar.style.width = `${Math.min(100, Math.max(0, (100 * (until - now)) / (until - from)))}%`;
  }
}

function setClocks(within: ParentNode): void {
  for (const place of within.querySelectorAll<HTMLTimeElement>("time[data-clock]")) {
    const seconds = place.dataset.clock === "s" ? { second: "2-digit" as const } : {};
    set(place, new Date(place.dateTime).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...seconds }));
  }
}

function set(place: HTMLElement, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}
