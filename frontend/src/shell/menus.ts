/** Menus made of <details>, and buttons that copy. */
import { toast } from "./toasts";

export function prepareMenus(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]"))
      if (!menu.contains(target) || target.closest("a, [data-theme-toggle]")) menu.open = false;
    if (target.closest("[data-print]") !== null) window.print();
    const copier = target.closest<HTMLElement>("[data-copy]");
    // The launch page says more about its link than that it was copied.
    if (copier && !copier.closest("[data-launch]")) void copy(copier);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector<HTMLElement>("summary")?.focus();
    }
  });
}

async function copy(button: HTMLElement): Promise<void> {
  const from = button.dataset.copyFrom === undefined ? null : document.querySelector<HTMLElement>(button.dataset.copyFrom);
  const text = from instanceof HTMLInputElement || from instanceof HTMLTextAreaElement ? from.value : (from?.textContent ?? button.dataset.copy ?? "");
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    toast("The browser doesn’t allow copying. Select the text and press Ctrl-C.", "warning");
  }
}
