/**
 * Sounds and films among the candidates: the transcript follows what is played, a line leads to its moment, words are searched.
 *
 * The pane is rendered anew whenever something happens to the task. A player that stood in it is put back as it was, so
 * that nobody's comment stops what somebody listens to.
 */
interface Line {
  text: string;
  /** Seconds; null where the transcript has no times. */
  start: number | null;
  end: number | null;
  speaker: string;
}

export interface Kept {
  element: HTMLElement;
  wasPlaying: boolean;
}

const STEP = 5;

export function takePlayers(pane: HTMLElement): Map<string, Kept> {
  return new Map([...pane.querySelectorAll<HTMLElement>("[data-player]")].map((element) => [element.dataset.player ?? "", { element, wasPlaying: mediaOf(element)?.paused === false }]));
}

export function preparePlayers(pane: HTMLElement, kept: ReadonlyMap<string, Kept>): void {
  for (const place of pane.querySelectorAll<HTMLElement>("[data-player]")) {
    const before = kept.get(place.dataset.player ?? "");
    if (before === undefined) prepare(place, pane);
    else {
      place.replaceWith(before.element);
      if (before.wasPlaying) void mediaOf(before.element)?.play();
    }
  }
}

/** The key P. */
export function togglePlayer(card: HTMLElement | undefined): void {
  const media = card === undefined ? null : mediaOf(card);
  if (media?.paused === true) void media.play().catch(() => undefined);
  else media?.pause();
}

function mediaOf(within: HTMLElement): HTMLMediaElement | null {
  return within.querySelector<HTMLMediaElement>("[data-player] audio, [data-player] video, audio, video");
}

function prepare(place: HTMLElement, pane: HTMLElement): void {
  const media = mediaOf(place);
  media?.addEventListener("play", () => {
    for (const other of pane.querySelectorAll<HTMLMediaElement>("[data-player] audio, [data-player] video")) if (other !== media) other.pause();
  });
  media?.addEventListener("error", () => {
    const problem = place.querySelector("[data-player-problem]");
    if (problem !== null) problem.textContent = "It can’t be played: the link may have expired, or the browser doesn’t know its form. Reload the page to try again.";
  });
  const url = place.dataset.transcript;
  if (url !== undefined) void showTranscript(place, url, media);
}

async function showTranscript(place: HTMLElement, url: string, media: HTMLMediaElement | null): Promise<void> {
  const list = place.querySelector<HTMLElement>("[data-lines]");
  if (list === null) return;
  let said: { lines: Line[]; why: string };
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    said = (await answer.json()) as { lines: Line[]; why: string };
  } catch {
    said = { lines: [], why: "It couldn’t be read: Callboard can’t be reached. Reload the page to try again." };
  }
  if (said.why !== "") {
    const why = document.createElement("li");
    why.className = "px-2 py-1.5 text-xs text-ink-2";
    why.textContent = `No transcript. ${said.why}`;
    list.replaceChildren(why);
    return;
  }
  const items = said.lines.map((line) => lineItem(line, media !== null));
  list.replaceChildren(...items);
  const buttons = items.flatMap((item) => [...item.querySelectorAll("button")]);
  buttons[0]?.setAttribute("tabindex", "0");
  if (buttons.length === 0) list.tabIndex = 0; // so that the keyboard scrolls it
  if (media !== null) followPlayback(list, said.lines, items, media);
  list.addEventListener("keydown", (event) => onLineKey(event, list, media));
  search(place, items, said.lines);
}

function lineItem({ text, start, speaker }: Line, canSeek: boolean): HTMLLIElement {
  const item = document.createElement("li");
  const isButton = canSeek && start !== null;
  const row = document.createElement(isButton ? "button" : "p");
  row.className = "flex w-full gap-2.5 rounded-field px-2 py-1 text-left text-s text-ink-2 hover:bg-hover aria-[current=true]:bg-secondary aria-[current=true]:text-base-content";
  if (row instanceof HTMLButtonElement) {
    row.type = "button";
    row.tabIndex = -1;
    row.dataset.at = String(start);
  }
  if (start !== null) row.append(span("num w-9 flex-none text-2xs leading-[1.125rem] text-ink-3", clock(start)));
  const words = span("min-w-0 break-words", "");
  if (speaker !== "") words.append(span("font-medium", `${speaker}: `));
  const spoken = span("", text);
  spoken.dataset.text = "";
  words.append(spoken);
  row.append(words);
  item.append(row);
  return item;
}

function followPlayback(list: HTMLElement, lines: readonly Line[], items: readonly HTMLElement[], media: HTMLMediaElement): void {
  let current = -1;
  const show = (): void => {
    const at = media.currentTime + 0.05;
    const place = lines.findLastIndex(({ start }) => start !== null && start <= at);
    if (place === current) return;
    items[current]?.firstElementChild?.removeAttribute("aria-current");
    current = place;
    const item = items[place];
    item?.firstElementChild?.setAttribute("aria-current", "true");
    // Whoever reads elsewhere in it isn't pulled back.
    if (item && !list.matches(":hover, :focus-within")) list.scrollTo({ top: item.offsetTop - list.offsetTop - list.clientHeight / 3 });
  };
  for (const kind of ["timeupdate", "seeked"]) media.addEventListener(kind, show);
  list.addEventListener("click", (event) => {
    const at = (event.target as HTMLElement).closest<HTMLElement>("[data-at]")?.dataset.at;
    if (at === undefined) return;
    media.currentTime = Number(at);
    void media.play().catch(() => undefined);
  });
}

/** One stop of the Tab key for all lines: arrows go up and down, left and right wind. */
function onLineKey(event: KeyboardEvent, list: HTMLElement, media: HTMLMediaElement | null): void {
  const buttons = [...list.querySelectorAll<HTMLButtonElement>("li:not([hidden]) button")];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  const goal = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (at === -1) return;
  if (goal !== undefined) {
    const next = buttons[Math.min(Math.max(goal, 0), buttons.length - 1)];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next?.focus();
  } else if (media !== null && (event.key === "ArrowLeft" || event.key === "ArrowRight")) media.currentTime = Math.max(0, media.currentTime + (event.key === "ArrowLeft" ? -STEP : STEP));
  else return;
  event.preventDefault();
}

function search(place: HTMLElement, items: readonly HTMLElement[], lines: readonly Line[]): void {
  const bar = place.querySelector<HTMLElement>("[data-transcript-search]");
  const field = bar?.querySelector("input");
  const count = bar?.querySelector("[data-found]");
  if (!bar || !field || !count) return;
  bar.hidden = false;
  const show = (): void => {
    const wanted = field.value.trim().toLowerCase();
    let found = 0;
    items.forEach((item, place) => {
      const { text = "", speaker = "" } = lines[place] ?? {};
      const isFound = `${speaker}: ${text}`.toLowerCase().includes(wanted);
      item.hidden = !isFound;
      if (isFound) found += 1;
      mark(item.querySelector("[data-text]"), text, wanted);
    });
    const buttons = items.filter((item) => !item.hidden).flatMap((item) => [...item.querySelectorAll("button")]);
    buttons.forEach((button, index) => (button.tabIndex = index === 0 ? 0 : -1));
    count.textContent = wanted === "" ? "" : `${String(found)} of ${String(items.length)}`;
  };
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      // It stands in the answer's form, whose Enter would press its first button.
      event.preventDefault();
      items.find((item) => !item.hidden)?.querySelector("button")?.click();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      items.find((item) => !item.hidden)?.querySelector("button")?.focus();
    } else if (event.key === "Escape" && field.value !== "") {
      event.preventDefault();
      field.value = "";
      show();
    }
  });
}

function mark(place: Element | null, text: string, wanted: string): void {
  if (place === null) return;
  const parts: (string | HTMLElement)[] = [];
  let from = 0;
  for (let at = wanted === "" ? -1 : text.toLowerCase().indexOf(wanted); at !== -1; at = text.toLowerCase().indexOf(wanted, from)) {
    const found = document.createElement("mark");
    found.className = "rounded-xs bg-secondary font-medium text-base-content underline";
    found.textContent = text.slice(at, at + wanted.length);
    parts.push(text.slice(from, at), found);
    from = at + wanted.length;
  }
  place.replaceChildren(...parts, text.slice(from));
}

function span(className: string, text: string): HTMLSpanElement {
  const made = document.createElement("span");
  made.className = className;
  made.textContent = text;
  return made;
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${String(hours)}:${two(minutes)}:${two(whole % 60)}` : `${String(minutes)}:${two(whole % 60)}`;
}
