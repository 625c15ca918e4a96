/**
 * The run that asks, on its task's page: fetched and drawn when its section is opened, on a desk at once.
 *
 * The pane is rendered anew whenever something happens to the task; what was drawn is carried over, so that it neither
 * flickers nor asks again. It follows the run by a socket of its own (execution/live.ts).
 */
const DESK = "(min-width: 48rem)";
const KEPT = "callboard.review.run";

export function prepareRun(pane: HTMLElement, before: HTMLElement | null): void {
  const section = pane.querySelector<HTMLDetailsElement>("details[data-run]");
  if (section === null) return;
  const place = section.querySelector<HTMLElement>("[data-run-root]");
  if (before !== null && place !== null && before.dataset.url === section.dataset.run) {
    place.replaceWith(before);
    section.open = true;
  } else section.open = window.matchMedia(DESK).matches && localStorage.getItem(KEPT) !== "closed";
  if (section.open) void draw(section);
  section.querySelector("summary")?.addEventListener("click", () => localStorage.setItem(KEPT, section.open ? "closed" : "open"));
  section.addEventListener("toggle", () => {
    if (section.open) void draw(section);
  });
}

/** What a pane that goes has drawn; null for nothing, or where it was closed again. */
export function takeRun(pane: HTMLElement): HTMLElement | null {
  return pane.querySelector<HTMLElement>("details[data-run][open] [data-run-root][data-url]");
}

async function draw(section: HTMLDetailsElement): Promise<void> {
  const place = section.querySelector<HTMLElement>("[data-run-root]");
  const url = section.dataset.run ?? "";
  if (place === null || place.dataset.url !== undefined) return;
  place.dataset.url = url;
  try {
    const [{ mount }, answer] = await Promise.all([import("./run/mount"), fetch(url, { headers: { Accept: "application/json" } })]);
    if (!answer.ok) throw new Error(`the server answered ${String(answer.status)}`);
    mount(place, await answer.json());
  } catch (error) {
    delete place.dataset.url;
    place.textContent = `The run isn’t shown: ${error instanceof Error ? error.message : String(error)}. Close this section and open it to ask again.`;
  }
}
