/**
 * What somebody has begun to say to a task: it outlives a refusal, a comment, another's claim, a decision that may be
 * undone, and a walk to another task. Kept in the tab, for one person, until it is closed.
 */

export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
export const FIELDS = "input.input, textarea, select.select, input.checkbox";

export interface Draft {
  words: Record<string, string>;
  card: string | undefined;
  editing: boolean;
}

/** Tasks that are remembered: the latest. Older drafts than these belong to what was decided long ago. */
const MOST = 50;
const PLACE = "callboard.review.drafts.";

export class Drafts {
  private readonly byTask: Map<string, Draft>;
  private readonly place: string;

  constructor(
    person: string,
    private readonly storage: Storage = sessionStorage,
  ) {
    this.place = PLACE + person;
    this.byTask = this.read();
  }

  get(task: string): Draft | undefined {
    return this.byTask.get(task);
  }

  set(task: string, draft: Draft): void {
    this.byTask.delete(task); // so that it stands last
    this.byTask.set(task, draft);
    for (const oldest of [...this.byTask.keys()].slice(0, -MOST)) this.byTask.delete(oldest);
    this.write();
  }

  private read(): Map<string, Draft> {
    try {
      return new Map(JSON.parse(this.storage.getItem(this.place) ?? "[]") as [string, Draft][]);
    } catch {
      return new Map();
    }
  }

  private write(): void {
    try {
      this.storage.setItem(this.place, JSON.stringify([...this.byTask]));
    } catch {
      // Full or forbidden: the page itself still remembers.
    }
  }
}

/** Whether anything in the form isn't as the server gave it. */
export function isBegun(form: HTMLFormElement): boolean {
  const edited = form.querySelector<HTMLElement>("[data-edit]");
  return (edited !== null && !edited.hidden) || [...form.querySelectorAll<Field>(FIELDS)].some(isChanged);
}

export function isTick(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && field.type === "checkbox";
}

function isChanged(field: Field): boolean {
  if (field.disabled) return false;
  if (isTick(field)) return field.checked !== field.defaultChecked;
  if (field instanceof HTMLSelectElement) {
    const given = [...field.options].find((option) => option.defaultSelected) ?? field.options[0];
    return field.value !== given?.value;
  }
  return field.value !== field.defaultValue;
}
