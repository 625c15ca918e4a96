/**
 * Times that move: what is left (`data-due`), how long ago (`data-since`), a bar (`data-from`, `data-until`), and clock
 * times in the reader's own zone (`data-clock`, with "s" for seconds). One timer for the page.
 */

import { runningDuration } from "../shell/durations";

let timer: number | undefined;

export function keepClocks(within: ParentNode): void {
  setClocks(within);
  tick();
  timer ??= window.setInterval(tick, 1000);
}

function tick(): void {
  const now = Date.now();
  for (const place of document.querySelectorAll<HTMLElement>("[data-due]")) {
    const left = Date.parse(place.dataset.due ?? "") - now;
    set(place, left > 0 ? `${runningDuration(left)} left` : (place.dataset.over ?? "overdue"));
  }
  for (const place of document.querySelectorAll<HTMLElement>("[data-since]")) {
    const past = now - Date.parse(place.dataset.since ?? "");
    if (place.dataset.words === "elapsed") set(place, runningDuration(past));
    else set(place, past < 10_000 ? "just now" : `${runningDuration(past)} ago`);
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
