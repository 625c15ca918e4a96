/** Short messages at the page's corner, and the words for requests that failed. */

export type ToastTone = "info" | "warning" | "error";

const STAYS = 8000;
const TONES: Readonly<Record<ToastTone, string>> = {
  info: "bg-base-100",
  warning: "bg-retry-wash text-retry-ink",
  error: "bg-fail-wash text-fail-ink",
};

export function toast(text: string, tone: ToastTone = "info"): void {
  const place = document.querySelector<HTMLElement>("[data-toasts]");
  if (!place) return;
  const message = document.createElement("div");
  message.className = `alert shadow-float text-s ${TONES[tone]}`;
  message.dataset.toast = "";
  message.setAttribute("role", tone === "error" ? "alert" : "status");
  message.append(text);
  place.append(message);
  arm(message);
}

export function prepareToasts(): void {
  for (const message of document.querySelectorAll<HTMLElement>("[data-toast]")) arm(message);
  document.addEventListener("callboard:toast", (event) => {
    const { text, tone } = (event as CustomEvent<{ text: string; tone?: ToastTone }>).detail;
    toast(text, tone);
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
    toast(wordsOf(xhr), "error");
  });
  document.addEventListener("htmx:sendError", () => toast("The server couldn’t be reached. Nothing was changed; try again.", "error"));
}

function wordsOf({ status, statusText, responseText }: XMLHttpRequest): string {
  try {
    const said: unknown = JSON.parse(responseText);
    if (typeof said === "object" && said !== null && "message" in said && typeof said.message === "string") return said.message;
  } catch {
    // A page, not JSON.
  }
  if (status === 403) return "That isn’t allowed for you. Ask a member of staff to add you to a group that may.";
  if (status === 404) return "It isn’t there any more. Reload the page to see what is.";
  return `The server answered ${status} ${statusText}. Nothing was changed.`;
}

/** Gives it a button to close it, and lets it leave; not while the pointer or the keyboard is on it. */
function arm(message: HTMLElement): void {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-ghost btn-xs ml-auto";
  button.textContent = "Dismiss";
  button.addEventListener("click", () => message.remove());
  message.append(button);
  let timer = setTimeout(() => message.remove(), STAYS);
  const hold = (): void => clearTimeout(timer);
  const release = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => message.remove(), STAYS);
  };
  message.addEventListener("pointerenter", hold);
  message.addEventListener("pointerleave", release);
  message.addEventListener("focusin", hold);
  message.addEventListener("focusout", release);
}
