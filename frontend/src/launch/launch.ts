/**
 * The launch pages: a run's steps live, the question answered in place, an upload with its progress, the link copied.
 *
 * The server renders what is shown; this script fetches it again when the socket says that the run moved on.
 */
import { keepClocks } from "../review/clocks";
import { runningDuration } from "../shell/durations";
import { listen } from "../shell/socket";

const PARTIAL = { "X-Callboard-Partial": "1" };

const root = document.querySelector<HTMLElement>("[data-launch]");
if (root !== null) start(root);

function start(root: HTMLElement): void {
  keepClocks(document);
  showLength(root);
  for (const dialog of root.querySelectorAll<HTMLDialogElement>("dialog[data-open-now]")) dialog.showModal();
  document.addEventListener("click", onClick);
  root.addEventListener("submit", (event) => onSubmit(event, root));
  if (root.dataset.run !== undefined) follow(root);
}

/* Following a run */

function follow(root: HTMLElement): void {
  let running = false;
  let again = false;
  const refresh = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      const response = await fetch(root.dataset.progressUrl ?? "", { headers: PARTIAL });
      if (response.ok && !response.redirected) place(await response.text());
    } catch {
      // The socket says when there is a connection again; it refreshes then.
    } finally {
      running = false;
      if (again) {
        again = false;
        void refresh();
      }
    }
  };
  listen(`/ws/launches/${root.dataset.run ?? ""}/`, () => void refresh(), () => void refresh());
}

/** Puts the parts into their places, leaving what a person is filling in alone. */
function place(html: string, force = false): void {
  const parts = new DOMParser().parseFromString(html, "text/html").querySelectorAll<HTMLElement>("[data-part]");
  for (const part of parts) {
    const target = document.getElementById(part.dataset.part ?? "");
    if (target === null) continue;
    const shown = target.querySelector<HTMLElement>("[data-question]")?.dataset.question;
    const asked = part.querySelector<HTMLElement>("[data-question]")?.dataset.question;
    if (!force && shown !== undefined && shown === asked) continue;
    // A picture would load anew at every step: its link is signed each time.
    if (part.dataset.part === "launch-result" && target.querySelector("img") !== null && part.querySelector("img") !== null) continue;
    target.replaceChildren(...part.childNodes);
    keepClocks(target);
  }
}

/* Answering and sending */

function onSubmit(event: SubmitEvent, root: HTMLElement): void {
  const form = event.target as HTMLFormElement;
  if (form.dataset.question !== undefined) {
    event.preventDefault();
    void answer(form, event.submitter);
  } else if (form.dataset.upload !== undefined) {
    event.preventDefault();
    upload(form, root);
  } else if (form.dataset.once !== undefined) {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  }
}

async function answer(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  if (form.dataset.sending !== undefined) return;
  form.dataset.sending = "";
  try {
    const body = new FormData(form, submitter);
    const response = await fetch(form.action, { method: "POST", body, headers: PARTIAL });
    if ([200, 403, 409, 422].includes(response.status) && !response.redirected) place(await response.text(), true);
    else tell(form, `Your answer was not sent (the server said ${response.status}). Reload the page and try again.`);
  } catch {
    tell(form, "Your answer was not sent: Callboard can't be reached. Check the connection and try again.");
  } finally {
    delete form.dataset.sending;
  }
}

function tell(form: HTMLElement, text: string): void {
  const line = form.querySelector<HTMLElement>("[data-question-problem], [data-upload-problem]");
  if (line !== null) line.textContent = text;
}

/* Uploading: XMLHttpRequest, since fetch doesn't say how far it is */

function upload(form: HTMLFormElement, root: HTMLElement): void {
  const media = form.querySelector<HTMLInputElement>("[name=media]")?.files?.[0];
  const limit = Number(form.dataset.limit);
  if (media !== undefined && media.size > limit) {
    tell(form, `${media.name} is larger than ${Math.floor(limit / 1024 ** 2)} MiB. Choose a shorter or smaller one.`);
    return;
  }
  tell(form, "");
  const bar = form.querySelector<HTMLProgressElement>("[data-upload-progress]");
  const button = form.querySelector<HTMLButtonElement>("button:not([type=button])");
  if (bar) bar.hidden = false;
  if (button) button.disabled = true;
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => {
    if (bar && event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
  });
  const failed = (text: string): void => {
    tell(form, text);
    if (bar) bar.hidden = true;
    if (button) button.disabled = false;
  };
  request.addEventListener("error", () => failed("The video was not uploaded: Callboard can't be reached. Try again."));
  request.addEventListener("load", () => {
    if (request.status === 200) window.location.assign(request.responseURL);
    else failed(problemIn(request) ?? `The video was not uploaded (the server said ${request.status}). Try again.`);
  });
  request.open("POST", form.action);
  request.send(new FormData(form));
  root.querySelector<HTMLVideoElement>("[data-video]")?.pause();
}

function problemIn(request: XMLHttpRequest): string | undefined {
  if ((request.getResponseHeader("Content-Type") ?? "").startsWith("text/plain")) return request.responseText;
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  return page.querySelector("[data-upload-problem]")?.textContent?.trim() || undefined;
}

/* Small parts */

function onClick(event: MouseEvent): void {
  const target = event.target as HTMLElement;
  const opener = target.closest<HTMLElement>("[data-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.open ?? "");
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
  } else if (target.closest("[data-close]")) target.closest("dialog")?.close();
  else if (target.closest("[data-copy]")) void copyLink();
}

async function copyLink(): Promise<void> {
  const link = document.querySelector<HTMLInputElement>("[data-link]");
  const said = document.querySelector<HTMLElement>("[data-copied]");
  if (link === null || said === null) return;
  try {
    await navigator.clipboard.writeText(link.value);
    said.textContent = "Copied. The link works for 7 days.";
  } catch {
    link.focus();
    link.select();
    said.textContent = "The browser doesn't allow copying. The link is selected: press Ctrl-C.";
  }
}

function showLength(root: HTMLElement): void {
  const video = root.querySelector<HTMLVideoElement>("[data-video]");
  const place = root.querySelector<HTMLElement>("[data-video-length]");
  const show = (): void => {
    if (video && place && Number.isFinite(video.duration)) place.textContent = `${runningDuration(video.duration * 1000)}, `;
  };
  video?.addEventListener("loadedmetadata", show);
  show();
}
