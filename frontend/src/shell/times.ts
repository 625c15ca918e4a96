/** Times in the reader's zone: relative under a day, else day and time. UTC stays in the title that the server gave. */

const DAY = 86_400_000;

export function keepTimes(): void {
  show();
  setInterval(show, 15_000);
  document.addEventListener("htmx:afterSwap", show);
  document.addEventListener("callboard:rows", show);
}

function show(): void {
  const now = Date.now();
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-relative]")) {
    const at = Date.parse(time.dateTime);
    if (Number.isNaN(at)) continue;
    const words = timeWords(at, now);
    if (time.textContent !== words) time.textContent = words;
  }
}

export function timeWords(at: number, now: number): string {
  const past = now - at;
  const ago = Math.abs(past);
  if (ago < DAY) {
    const words = ago < 45_000 ? "a moment" : ago < 3_570_000 ? `${Math.max(1, Math.round(ago / 60_000))} min` : `${Math.round(ago / 3_600_000)} h`;
    return past >= 0 ? (ago < 10_000 ? "just now" : `${words} ago`) : `in ${words}`;
  }
  const date = new Date(at);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short", ...(!sameYear && { year: "numeric" }) });
  return `${day}, ${date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`;
}
