/** The rail, open or shut. Canvas pages have it shut unless it was opened there, in this tab. */

const KEY = "callboard.rail";
const CANVAS_KEY = "callboard.rail.canvas";
const root = document.documentElement;

export function prepareRail(): void {
  const rail = document.querySelector<HTMLElement>("[data-rail]");
  if (!rail) return;
  const isCanvas = rail.classList.contains("rail-canvas");
  const storage = (): Storage => (isCanvas ? sessionStorage : localStorage);
  if (isCanvas && read(storage(), CANVAS_KEY) === "open") root.dataset.railCanvas = "open";
  const isShut = (): boolean => (isCanvas ? root.dataset.railCanvas !== "open" : root.dataset.rail === "shut");
  const show = (): void => {
    for (const button of document.querySelectorAll("[data-rail-toggle]")) {
      button.setAttribute("aria-expanded", String(!isShut()));
      button.setAttribute("aria-label", isShut() ? "Widen the rail" : "Collapse the rail");
    }
  };
  show();
  document.addEventListener("click", (event) => {
    if (!(event.target as Element).closest("[data-rail-toggle]")) return;
    const to = isShut() ? "open" : "shut";
    if (isCanvas) root.dataset.railCanvas = to;
    else root.dataset.rail = to;
    write(storage(), isCanvas ? CANVAS_KEY : KEY, to);
    show();
  });
}

function read(storage: Storage, key: string): string | null {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

function write(storage: Storage, key: string, value: string): void {
  try {
    storage.setItem(key, value);
  } catch {
    // Storage is switched off: it holds for this page.
  }
}
