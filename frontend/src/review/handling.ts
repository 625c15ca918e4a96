/** While the page that holds a task is open, its lease is renewed: at a third of the server's 90 seconds. */

const EACH = 30_000;

export function keepLease(pane: HTMLElement, lost: (form: HTMLFormElement) => void): void {
  window.setInterval(() => {
    const form = pane.querySelector<HTMLFormElement>("form[data-holds]");
    if (form !== null) void renew(form, lost);
  }, EACH);
}

async function renew(form: HTMLFormElement, lost: (form: HTMLFormElement) => void): Promise<void> {
  const body = new FormData();
  body.set("verb", "renew");
  const token = form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]");
  body.set("csrfmiddlewaretoken", token?.value ?? "");
  try {
    const response = await fetch(form.dataset.handleUrl ?? "", { method: "POST", body });
    if (response.status === 409) lost(form);
  } catch {
    // Not reached just now: the next round tries again, and the lease lasts three of them.
  }
}
