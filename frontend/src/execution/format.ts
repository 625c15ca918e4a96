/** Times and sizes as people read them. Local times; UTC is for the tooltip. */

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

/** Of a text, or of so many bytes. */
export function size(of: string | number): string {
  const bytes = typeof of === "number" ? of : new TextEncoder().encode(of).length;
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
