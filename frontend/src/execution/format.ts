/** Times, durations and sizes as people read them. Local times; UTC is for the tooltip. */

/** Two units at most: "120 ms", "8.2 s", "1 m 04 s", "2 h 05 m", "3 d 04 h". */
export function duration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} m`;
  return `${Math.floor(seconds / 86_400)} d ${two(Math.floor((seconds % 86_400) / 3600))} h`;
}

/** While something runs tenths of a second would only flicker. */
export function runningDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  return ms < 59_950 ? `${Math.floor(ms / 1000)} s` : duration(ms);
}

export function clock(at: number, withTenths = false): string {
  const date = new Date(at);
  const text = date.toLocaleTimeString("en-GB", { hour12: false });
  return withTenths ? `${text}.${String(date.getMilliseconds()).padStart(3, "0")}` : text;
}

export function day(at: number, now: number): string {
  const date = new Date(at);
  const today = new Date(now);
  const days = Math.round((new Date(today.toDateString()).getTime() - new Date(date.toDateString()).getTime()) / 86_400_000);
  if (days === 0) return "today";
  if (days === 1) return "yesterday";
  if (days === -1) return "tomorrow";
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "short", ...(date.getFullYear() !== today.getFullYear() && { year: "numeric" }) });
}

export function utc(at: number): string {
  return new Date(at).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
}

export function size(text: string): string {
  const bytes = new TextEncoder().encode(text).length;
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KiB`;
}
