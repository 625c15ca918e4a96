/**
 * The command palette: Ctrl-K everywhere. A combobox over a list, in a dialog.
 *
 * Pages come from the rail (so a person sees what they may open), commands from here and from pages that add some
 * (`callboard:commands`), workflows from the server.
 */
import { choice, setTheme, type Choice } from "./theme";

export interface Command {
  readonly label: string;
  readonly kind: string;
  readonly run: () => void;
}

const SEARCH = "/api/v1/search";
const extra: Command[] = [];

export function preparePalette(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    openPalette();
  });
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-command-palette]")) openPalette();
  });
  // An island adds its own commands: detail is the list.
  document.addEventListener("callboard:commands", (event) => extra.splice(0, extra.length, ...(event as CustomEvent<Command[]>).detail));
}

function openPalette(): void {
  if (document.querySelector("dialog.palette[open]")) return;
  new Palette().open();
}

function pages(): Command[] {
  const links = document.querySelectorAll<HTMLAnchorElement>("[data-rail] a:not([aria-label])");
  return [...links].map((link) => ({
    label: link.querySelector("[data-rail-label]")?.textContent?.trim() ?? link.textContent?.trim() ?? "",
    kind: "Page",
    run: () => window.location.assign(link.href),
  }));
}

function themes(): Command[] {
  const all: readonly (readonly [Choice, string])[] = [["paper", "Light theme"], ["ink", "Dark theme"], ["system", "Theme as the system"]];
  return all.filter(([theme]) => theme !== choice()).map(([theme, label]) => ({ label, kind: "Theme", run: () => setTheme(theme) }));
}

/** Every word of the query somewhere in the label; a label that begins with it first. */
export function matching(commands: readonly Command[], query: string): Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = commands.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  const first = words[0];
  if (first === undefined) return fits;
  return fits.sort((a, b) => Number(b.label.toLowerCase().startsWith(first)) - Number(a.label.toLowerCase().startsWith(first)));
}

class Palette {
  private readonly dialog = document.createElement("dialog");
  private readonly field = document.createElement("input");
  private readonly list = document.createElement("ul");
  private readonly own = [...pages(), ...extra, ...themes()];
  private found: Command[] = [];
  private shown: Command[] = [];
  private chosen = 0;
  private asked = 0;

  open(): void {
    const { dialog, field, list } = this;
    dialog.className = "palette";
    dialog.setAttribute("aria-label", "Search and commands");
    list.id = "palette-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Results");
    for (const [name, value] of Object.entries({ type: "search", role: "combobox", placeholder: "Search workflows and commands", "aria-label": "Search workflows and commands", "aria-expanded": "true", "aria-controls": list.id, autocomplete: "off", spellcheck: "false" }))
      field.setAttribute(name, value);
    dialog.append(field, list);
    document.body.append(dialog);
    field.addEventListener("input", () => {
      this.show();
      this.ask();
    });
    field.addEventListener("keydown", (event) => this.onKey(event));
    dialog.addEventListener("click", (event) => this.onClick(event));
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
    this.show();
    this.ask();
  }

  private onKey(event: KeyboardEvent): void {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && this.shown.length > 0) {
      event.preventDefault();
      this.choose((this.chosen + step + this.shown.length) % this.shown.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.run(this.shown[this.chosen]);
    }
  }

  private onClick(event: MouseEvent): void {
    if (event.target === this.dialog) this.dialog.close();
    const at = (event.target as Element).closest<HTMLElement>("[data-at]")?.dataset.at;
    if (at !== undefined) this.run(this.shown[Number(at)]);
  }

  private run(command: Command | undefined): void {
    if (!command) return;
    this.dialog.close();
    command.run();
  }

  /** Only the last question's answer counts. */
  private ask(): void {
    const number = ++this.asked;
    setTimeout(() => {
      if (number !== this.asked) return;
      void fetch(`${SEARCH}?q=${encodeURIComponent(this.field.value.trim())}`, { headers: { Accept: "application/json" }, credentials: "same-origin" })
        .then((response) => (response.ok ? (response.json() as Promise<{ results: { label: string; kind: string; url: string }[] }>) : { results: [] }))
        .then(({ results }) => {
          if (number !== this.asked) return;
          this.found = results.map(({ label, kind, url }) => ({ label, kind, run: () => window.location.assign(url) }));
          this.show();
        })
        .catch(() => undefined);
    }, 120);
  }

  private show(): void {
    const query = this.field.value.trim();
    this.shown = [...matching(this.own, query), ...this.found.filter(({ label }) => label.toLowerCase().includes(query.toLowerCase()))].slice(0, 40);
    this.list.replaceChildren(
      ...this.shown.map(({ label, kind }, at) => {
        const row = document.createElement("li");
        row.id = `palette-${at}`;
        row.setAttribute("role", "option");
        row.dataset.at = String(at);
        const name = document.createElement("span");
        name.textContent = label;
        const what = document.createElement("span");
        what.className = "ml-auto text-xs text-ink-3";
        what.textContent = kind;
        row.append(name, what);
        return row;
      }),
    );
    if (this.shown.length === 0) {
      const nothing = document.createElement("li");
      nothing.className = "text-ink-2";
      nothing.textContent = `Nothing is called “${query}”.`;
      this.list.replaceChildren(nothing);
    }
    this.choose(0);
  }

  private choose(at: number): void {
    this.chosen = at;
    this.list.querySelectorAll("[role=option]").forEach((row, index) => {
      row.setAttribute("aria-selected", String(index === at));
      if (index === at) row.scrollIntoView({ block: "nearest" });
    });
    if (this.shown.length > 0) this.field.setAttribute("aria-activedescendant", `palette-${at}`);
    else this.field.removeAttribute("aria-activedescendant");
  }
}
