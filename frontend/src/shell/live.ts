/** What moves on every page: the count of review tasks, and lists whose rows change. */
import { Idiomorph } from "idiomorph";
import { listen } from "./socket";

export function followCounts(): void {
  if (!document.querySelector("[data-review-count]")) return;
  listen(
    "/ws/reviews/",
    (message) => {
      const { type, counts } = message as { type: string; counts?: { mine?: number; open?: number } };
      if (type === "counts" && counts) showCount(counts.mine ?? counts.open ?? 0);
    },
    () => undefined,
  );
}

function showCount(count: number): void {
  for (const badge of document.querySelectorAll<HTMLElement>("[data-review-count]")) {
    badge.textContent = count < 1000 ? String(count) : "999+"; // the server counts no further
    badge.hidden = count === 0;
  }
}

/** The figure beside a list's title follows its rows, filtered or fetched anew. */
function showListCount(): void {
  const count = document.querySelector<HTMLDataElement>("data[data-count]")?.value;
  const place = document.querySelector("[data-list-count]");
  if (place && count !== undefined && place.textContent !== count) place.textContent = count;
}

/** Rows are rendered by the server alone: a change fetches them again and keeps focus, selection and scroll. */
export function followLists(): void {
  const list = document.querySelector<HTMLElement>('[data-live-list="executions"]');
  if (!list) return;
  document.addEventListener("htmx:afterSwap", showListCount);
  document.addEventListener("callboard:rows", showListCount);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isBusy = false;
  const refresh = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      if (isBusy || document.hidden) {
        refresh();
        return;
      }
      isBusy = true;
      void load(list).finally(() => {
        isBusy = false;
      });
    }, 700);
  };
  listen("/ws/executions/", refresh, refresh);
}

async function load(list: HTMLElement): Promise<void> {
  const response = await fetch(window.location.pathname + window.location.search, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
  // Signed out meanwhile: the next click says so.
  if (!response?.ok || response.redirected) return;
  const ticked = new Set([...list.querySelectorAll<HTMLInputElement>("input[type=checkbox]:checked")].map(({ value }) => value));
  const named = list.querySelector<HTMLInputElement>("input[name=name]")?.value ?? "";
  void Idiomorph.morph(list, await response.text(), {
    morphStyle: "innerHTML",
    ignoreActiveValue: true,
    callbacks: { beforeAttributeUpdated: (name: string) => name !== "open" }, // a menu that somebody opened
  });
  for (const box of list.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) box.checked = ticked.has(box.value);
  const name = list.querySelector<HTMLInputElement>("input[name=name]");
  if (name && named) name.value = named;
  document.dispatchEvent(new CustomEvent("callboard:rows"));
}
