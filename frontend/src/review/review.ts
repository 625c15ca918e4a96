/**
 * The review pages: keys, choosing, editing, sending a decision without leaving the page, and live updates.
 *
 * The page works without this script (every action is a form's button); here is what makes it quick. The server renders
 * all HTML: the list and the pane are fetched as they are shown, so a reload and a live update can't differ.
 */
import { listen } from "../shell/socket";
import { keepClocks } from "./clocks";
import { Drafts, FIELDS, isBegun, isTick, type Field } from "./drafts";
import { keepLease } from "./handling";
import { preparePlayers, takePlayers, togglePlayer, type Kept } from "./player";
import { prepareRun, takeRun } from "./run";

interface TaskMessage {
  type: "task";
  task: { id: number; status: string; version: number };
}
interface CountsMessage {
  type: "counts";
  counts: { mine: number; open: number };
}
type Message = TaskMessage | CountsMessage;

const PARTIAL = { "X-Callboard-Partial": "1" };

const root = document.querySelector<HTMLElement>("[data-review]");
const drafts = new Drafts(root?.dataset.person ?? "");
if (root !== null) start(root);

function start(root: HTMLElement): void {
  const list = need(root, "#review-list");
  const pane = need(root, "#review-pane");
  keepClocks(document);
  preparePane(pane);
  restoreDraft(pane);
  window.addEventListener("pagehide", () => keepWhatIsBegun(pane));
  keepLease(pane, (form) => void loadPane(pane, form.dataset.paneUrl ?? ""));

  document.addEventListener("keydown", (event) => onKey(event, root, pane));
  document.addEventListener("click", onDialogButton);
  pane.addEventListener("click", (event) => onPaneClick(event, pane));
  pane.addEventListener("change", () => showChosen(pane));
  pane.addEventListener("submit", (event) => void onSubmit(event, root, list, pane));

  const refreshList = seldom(() => void loadList(root, list, pane).then(() => void fillPane(list, pane)));
  const onMessage = (message: Message): void => {
    if (message.type === "counts") {
      showCount(message.counts.mine);
      // A task that came after the page was made and before its socket was open shows in the count alone.
      const shown = list.querySelector<HTMLElement>("[data-count]")?.dataset.count;
      if (shown !== undefined && Number(shown) !== message.counts.mine) refreshList();
      return;
    }
    refreshList();
    const form = pane.querySelector<HTMLFormElement>("[data-pane]");
    if (form === null) {
      if (message.task.status === "open") void loadPane(pane, `/review/${message.task.id}/pane/`);
    } else if (form.dataset.task === String(message.task.id) && Number(form.dataset.version) < message.task.version) {
      void loadPane(pane, form.dataset.paneUrl ?? "");
    } else if (form.dataset.status !== "open" && message.task.status === "open") {
      void loadPane(pane, form.dataset.paneUrl ?? ""); // it may be asked again: the pane links to the new question
    }
  };
  listen("/ws/reviews/", (message) => onMessage(message as Message), refreshList);
}

/* Loading */

async function loadList(root: HTMLElement, list: HTMLElement, pane: HTMLElement): Promise<void> {
  const task = pane.querySelector<HTMLElement>("[data-pane]")?.dataset.task ?? "";
  const given = new URLSearchParams(window.location.search);
  const query = new URLSearchParams();
  for (const name of ["q", "sort", "priority", "workflow", "environment", "after"]) query.set(name, given.get(name) ?? "");
  const url = `${root.dataset.listUrl ?? ""}?folder=${root.dataset.folder ?? "mine"}&task=${task}&${query.toString()}`;
  const response = await fetch(url, { headers: PARTIAL });
  if (!response.ok) return;
  const scroller = list.querySelector(".overflow-y-auto");
  const top = scroller?.scrollTop ?? 0;
  const field = list.querySelector<HTMLInputElement>("[data-search] [name=q]");
  const typed = field !== null && document.activeElement === field ? field.value : null;
  list.innerHTML = await response.text();
  const search = list.querySelector<HTMLInputElement>("[data-search] [name=q]");
  if (typed !== null && search !== null) {
    search.value = typed;
    search.focus();
  }
  const after = list.querySelector(".overflow-y-auto");
  if (after !== null) after.scrollTop = top;
  keepClocks(list);
}

/** An empty pane shows the list's first task, as the page does when it is opened. */
async function fillPane(list: HTMLElement, pane: HTMLElement): Promise<void> {
  const first = list.querySelector<HTMLElement>("[data-task]")?.dataset.task;
  if (first !== undefined && pane.querySelector("[data-pane]") === null) await loadPane(pane, `/review/${first}/pane/`);
}

async function loadPane(pane: HTMLElement, url: string): Promise<void> {
  const response = await fetch(url, { headers: PARTIAL });
  if (!response.ok) return;
  const html = await response.text();
  const form = pane.querySelector<HTMLFormElement>("[data-pane]");
  if (form === null) {
    showPane(pane, html);
    return;
  }
  const hand = form.dataset.paneUrl === url ? keepHand(pane) : null;
  keepDraft(form);
  showPane(pane, html);
  if (hand) restoreHand(pane, hand);
}

function showPane(pane: HTMLElement, html: string): void {
  const [run, players] = [takeRun(pane), takePlayers(pane)];
  pane.innerHTML = html;
  preparePane(pane, run, players);
  restoreDraft(pane);
}

function preparePane(pane: HTMLElement, run: HTMLElement | null = null, players: ReadonlyMap<string, Kept> = new Map()): void {
  keepClocks(pane);
  prepareRun(pane, run);
  preparePlayers(pane, players);
  showChosen(pane);
  const cards = pane.querySelector<HTMLElement>("[data-cards]");
  cards?.addEventListener("scrollend", () => chooseWhatIsInView(cards, pane));
}

/* Deciding */

async function onSubmit(event: SubmitEvent, root: HTMLElement, list: HTMLElement, pane: HTMLElement): Promise<void> {
  const form = event.target as HTMLFormElement;
  event.preventDefault();
  if (form.dataset.sending !== undefined) return;
  form.dataset.sending = "";
  const body = new FormData(form, event.submitter);
  const target = event.submitter?.getAttribute("formaction");
  form.querySelector<HTMLDialogElement>("dialog[open]")?.close();
  try {
    const response = await fetch(target ?? form.action, { method: "POST", body, headers: PARTIAL });
    const type = response.headers.get("Content-Type") ?? "";
    if (type.startsWith("text/html") && [200, 403, 409, 422].includes(response.status) && !response.redirected) {
      const [html, hand] = [await response.text(), keepHand(pane)];
      keepDraft(form, response.ok ? SAID : []);
      showPane(pane, html);
      // A claim or a comment is said beside an answer that is still being written.
      if (response.status === 422 || target) restoreHand(pane, hand);
    } else {
      say(form, `Your answer was not sent (the server said ${response.status}). Reload the page and try again.`);
    }
  } catch {
    say(form, "Your answer was not sent: Callboard can't be reached. Check the connection and try again.");
  } finally {
    delete form.dataset.sending;
  }
  await loadList(root, list, pane);
  pane.querySelector<HTMLElement>("[data-scroll]")?.focus({ preventScroll: true });
}

function say(form: HTMLElement, text: string): void {
  const place = need(form, "[data-problem]");
  const line = document.createElement("p");
  line.className = "mt-4 rounded-lg border border-fail-line bg-fail-wash text-fail-ink px-3.5 py-2.5 text-s";
  line.textContent = text;
  place.replaceChildren(line);
}

const SAID = ["remark", "to"]; // a comment and a name: said once they are taken

function keepDraft(form: HTMLFormElement, said: string[] = []): void {
  const task = form.dataset.task ?? "";
  const before = drafts.get(task);
  const words = { ...before?.words };
  for (const field of form.querySelectorAll<Field>(FIELDS)) {
    if (said.includes(field.name)) words[field.name] = "";
    else words[field.name] = isTick(field) ? (field.checked ? "1" : "") : field.value;
  }
  const edited = form.querySelector<HTMLElement>("[data-edit]");
  if (edited === null) drafts.set(task, { words, card: before?.card, editing: before?.editing ?? false });
  else drafts.set(task, { words, card: chosenCard(form)?.dataset.card, editing: !edited.hidden });
}

/** J, K and every link leave the page: what was begun is there again on the way back. */
function keepWhatIsBegun(pane: HTMLElement): void {
  const form = pane.querySelector<HTMLFormElement>("[data-pane]");
  if (form !== null && (isBegun(form) || drafts.get(form.dataset.task ?? "") !== undefined)) keepDraft(form);
}

function restoreDraft(pane: HTMLElement): void {
  const draft = drafts.get(pane.querySelector<HTMLElement>("[data-pane]")?.dataset.task ?? "");
  if (draft === undefined) return;
  if (pane.querySelector("[data-edit]") !== null) {
    const at = cardsOf(pane).findIndex((card) => card.dataset.card === draft.card);
    if (at !== -1 && draft.card !== chosenCard(pane)?.dataset.card) choose(pane, at);
    if (draft.editing) openEdit(pane);
  }
  for (const [name, value] of Object.entries(draft.words)) {
    const field = pane.querySelector<Field>(`[name="${CSS.escape(name)}"]`);
    if (field === null) continue;
    if (isTick(field)) field.checked = value !== "";
    else field.value = value;
  }
}

/** Where a person is while the pane is made anew. */
interface Hand {
  field: string | undefined;
  selection: [number | null, number | null];
  scrolled: number;
}

function keepHand(pane: HTMLElement): Hand {
  const at = document.activeElement;
  const inside = at instanceof HTMLElement && pane.contains(at) && at.matches(FIELDS) ? (at as HTMLInputElement) : null;
  return {
    field: inside?.name,
    selection: [inside?.selectionStart ?? null, inside?.selectionEnd ?? null],
    scrolled: pane.querySelector("[data-scroll]")?.scrollTop ?? 0,
  };
}

function restoreHand(pane: HTMLElement, hand: Hand): void {
  const field = hand.field === undefined ? null : pane.querySelector<HTMLInputElement>(`[name="${hand.field}"]:not(:disabled)`);
  field?.focus({ preventScroll: true });
  const [start, end] = hand.selection;
  if (field && start !== null) field.setSelectionRange(start, end);
  pane.querySelector("[data-scroll]")?.scrollTo({ top: hand.scrolled });
}

/* Choosing and editing */

function cardsOf(pane: HTMLElement): HTMLElement[] {
  return [...pane.querySelectorAll<HTMLElement>("[data-card]")];
}

function chosenCard(pane: HTMLElement): HTMLElement | undefined {
  return cardsOf(pane).find((card) => card.querySelector<HTMLInputElement>("input")?.checked);
}

function choose(pane: HTMLElement, index: number): void {
  const card = cardsOf(pane)[index];
  const radio = card?.querySelector<HTMLInputElement>("input");
  if (card === undefined || !radio || radio.matches(":disabled")) return;
  radio.checked = true;
  card.scrollIntoView({ block: "nearest", inline: "center" });
  showChosen(pane);
}

function showChosen(pane: HTMLElement): void {
  const card = chosenCard(pane);
  const key = card?.dataset.card ?? "";
  for (const place of pane.querySelectorAll("[data-chosen]")) place.textContent = card?.dataset.label ?? "";
  for (const dot of pane.querySelectorAll<HTMLElement>("[data-dot]")) {
    const on = dot.dataset.dot === key;
    dot.classList.toggle("w-4", on);
    dot.classList.toggle("bg-wait", on);
    dot.classList.toggle("w-1.5", !on);
    dot.classList.toggle("bg-line-2", !on);
  }
}

/** On a phone one card fills the screen: it is the one a person means. */
function chooseWhatIsInView(cards: HTMLElement, pane: HTMLElement): void {
  if (cards.scrollWidth <= cards.clientWidth) return;
  const middle = cards.getBoundingClientRect().left + cards.clientWidth / 2;
  const distances = cardsOf(pane).map((card) => {
    const box = card.getBoundingClientRect();
    return Math.abs(box.left + box.width / 2 - middle);
  });
  const radio = cardsOf(pane)[distances.indexOf(Math.min(...distances))]?.querySelector<HTMLInputElement>("input");
  if (radio && !radio.disabled) radio.checked = true;
  showChosen(pane);
}

function edit(pane: HTMLElement, open: boolean): void {
  if (!open) {
    showEdit(pane, false);
    return;
  }
  const fields = openEdit(pane);
  fields?.scrollIntoView({ block: "nearest" });
  if (fields) need(fields, "[data-edits]:not([hidden]) :is(input, textarea)").focus();
}

function openEdit(pane: HTMLElement): HTMLElement | null {
  const fields = pane.querySelector<HTMLFieldSetElement>("[data-edit]");
  if (fields === null) return null;
  const card = chosenCard(pane);
  if (card === undefined) {
    const form = pane.querySelector<HTMLElement>("[data-pane]");
    if (form) say(form, "Choose a candidate first; then edit it.");
    return null;
  }
  showEdit(pane, true);
  for (const part of fields.querySelectorAll<HTMLElement>("[data-edits]")) {
    const field = need(part, "input, textarea") as HTMLInputElement | HTMLTextAreaElement;
    part.hidden = field.disabled = !editable(card).includes(field.name);
    field.value = card.dataset[field.name] ?? "";
    field.classList.toggle("font-mono", card.dataset.isData !== undefined && field.name === "text");
  }
  return fields;
}

function showEdit(pane: HTMLElement, open: boolean): void {
  const fields = pane.querySelector<HTMLFieldSetElement>("[data-edit]");
  if (fields) fields.hidden = fields.disabled = !open;
  // One button approves: while the text is edited, the one below it.
  const approve = pane.querySelector<HTMLElement>("[data-approve]");
  if (approve) approve.hidden = open;
}

/** The members of a candidate that are rewritten: those that it has; a title and a description where it has none. */
function editable(card: HTMLElement): string[] {
  const has = ["title", "description", "text"].filter((name) => card.dataset[name] !== "");
  return card.dataset.isData === undefined && (has.length === 0 || has.join() === "title") ? ["title", "description"] : has;
}

/** What differs between the candidates, in their texts. */
function showDifferences(pane: HTMLElement): void {
  const button = pane.querySelector("[data-differences][aria-pressed]");
  const shown = pane.querySelector("[data-cards]")?.toggleAttribute("data-differences") ?? false;
  button?.setAttribute("aria-pressed", String(shown));
}

function onPaneClick(event: MouseEvent, pane: HTMLElement): void {
  const target = event.target as HTMLElement;
  if (target.closest("[data-edit-open]")) edit(pane, true);
  else if (target.closest("[data-cancel-edit]")) edit(pane, false);
  else if (target.closest("[data-again]")) pane.querySelector<HTMLElement>("#review-comment")?.focus();
  else if (target.closest("[data-differences]")) showDifferences(pane);
  else if (target.closest("[data-prompt]")) target.closest("[data-prompt]")?.classList.toggle("line-clamp-2");
  const step = target.closest<HTMLElement>("[data-step]");
  if (step) {
    const cards = cardsOf(pane);
    const at = cards.findIndex((card) => card === chosenCard(pane));
    choose(pane, Math.min(Math.max(at + Number(step.dataset.step), 0), cards.length - 1));
  }
}

/* Keys */

function onKey(event: KeyboardEvent, root: HTMLElement, pane: HTMLElement): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  const target = event.target as HTMLElement;
  const writing = target.matches("input:not([type=radio]), textarea, select, [contenteditable=true]");
  if (writing) {
    onKeyInField(event, target, pane);
    return;
  }
  if (event.key === "Enter" && target.closest("a, button, summary, audio, video, [data-node]") !== null) return;
  const digit = /^[1-9]$/.exec(event.key);
  if (digit) choose(pane, Number(event.key) - 1);
  else if (event.key === "j" || event.key === "k") move(root, event.key === "j" ? 1 : -1);
  else if (event.key === "?") openDialog("review-keys");
  else if (event.key === "r") pane.querySelector<HTMLElement>("#review-comment")?.focus();
  else if (event.key === "e") edit(pane, true);
  else if (event.key === "c") pane.querySelector<HTMLButtonElement>("[data-claim]")?.click();
  else if (event.key === "/") root.querySelector<HTMLInputElement>("[data-search] [name=q]")?.focus();
  else if (event.key === "x") openDialog("review-reject");
  else if (event.key === "d") showDifferences(pane);
  else if (event.key === "p") togglePlayer(chosenCard(pane) ?? cardsOf(pane)[0]);
  else if (event.key === "n") pane.querySelector<HTMLAnchorElement>("[data-next-task]")?.click();
  else if (event.key === "Enter" || event.key === "a") pane.querySelector<HTMLButtonElement>("[data-approve]")?.click();
  else return;
  event.preventDefault();
}

function onKeyInField(event: KeyboardEvent, field: HTMLElement, pane: HTMLElement): void {
  if (event.key === "Escape") {
    edit(pane, false);
    field.blur();
  } else if (event.key === "Enter" && field.id === "review-comment") {
    // A form's Enter would press its first button, which approves.
    event.preventDefault();
    pane.querySelector<HTMLButtonElement>("[data-key=r]")?.click();
  } else if (event.key === "Enter" && field.id === "edit-title") {
    event.preventDefault();
    pane.querySelector<HTMLTextAreaElement>("#edit-description")?.focus();
  }
}

function move(root: HTMLElement, by: number): void {
  const links = [...root.querySelectorAll<HTMLAnchorElement>("#review-list a[data-task]")];
  const at = links.findIndex((link) => link.getAttribute("aria-current") === "true");
  const next = links[at === -1 ? 0 : at + by];
  if (next) window.location.assign(next.href);
}

/* Dialogs */

function onDialogButton(event: MouseEvent): void {
  const button = (event.target as HTMLElement).closest<HTMLElement>("[data-open], [data-close]");
  if (button?.dataset.open) openDialog(button.dataset.open);
  else button?.closest("dialog")?.close();
}

function openDialog(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/* Small parts */

function showCount(mine: number): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-review-count]")) {
    place.textContent = String(mine);
    place.hidden = mine === 0;
  }
}

/** Soon after it was asked for, and once a second where it is asked for all the time. */
function seldom(action: () => void): () => void {
  let timer: number | undefined;
  let last = -Infinity;
  return () => {
    timer ??= window.setTimeout(
      () => {
        timer = undefined;
        last = performance.now();
        action();
      },
      Math.max(60, last + 1000 - performance.now()),
    );
  };
}

function need(within: ParentNode, selector: string): HTMLElement {
  const found = within.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`The page lacks ${selector}.`);
  return found;
}
