/** Forms: sent once, asked about first, sent on change, JSON checked while it's typed. */
import { parse, printParseErrorCode, type ParseError } from "jsonc-parser";
import { confirmFirst } from "./confirm";

export function prepareForms(): void {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("click", onClick, { capture: true });
  document.addEventListener("change", onChange);
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field instanceof HTMLTextAreaElement && field.dataset.jsonEditor !== undefined) checkJson(field);
  });
  for (const field of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-json-editor]")) prepareJson(field);
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
  const field = form.querySelector<HTMLTextAreaElement>("textarea[data-json-editor]");
  if (field && !checkJson(field)) {
    event.preventDefault();
    field.focus();
    return;
  }
  // The launch page's forms go without leaving the page; it keeps their buttons itself.
  if (form.dataset.once === undefined || form.closest("[data-launch]")) return;
  // After this event, or the pressed button's own value wouldn't be sent.
  setTimeout(() => {
    for (const button of form.querySelectorAll<HTMLButtonElement>("button:not([type=button])")) button.disabled = true;
  });
}

const agreed = new WeakSet<HTMLElement>();

function onClick(event: MouseEvent): void {
  const button = (event.target as Element).closest<HTMLElement>("[data-confirm]");
  if (!button || agreed.has(button)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const words = button.textContent?.trim() ?? "";
  void confirmFirst(button.dataset.confirm ?? "", words === "" ? "Go on" : words).then((yes) => {
    if (!yes) return;
    agreed.add(button);
    button.click();
    agreed.delete(button);
  });
}

/** One box ticks all of a name (`data-tick-all`), and shows whether all of them are ticked. */
function tickAlike(field: HTMLInputElement): void {
  const name = field.dataset.tickAll ?? field.name;
  const all = field.form?.querySelector<HTMLInputElement>(`[data-tick-all="${CSS.escape(name)}"]`);
  if (!all) return;
  const boxes = [...(field.form?.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(name)}"]`) ?? [])];
  if (field === all) for (const box of boxes) box.checked = all.checked;
  const ticked = boxes.filter((box) => box.checked).length;
  all.checked = ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
}

function onChange(event: Event): void {
  const field = event.target;
  if (!(field instanceof HTMLSelectElement || field instanceof HTMLInputElement)) return;
  if (field.dataset.submitOnChange !== undefined) field.form?.requestSubmit();
  if (field instanceof HTMLInputElement && field.type === "checkbox") tickAlike(field);
  const to = field.dataset.navigateOnChange;
  if (to !== undefined) {
    const address = new URL(to, window.location.href);
    address.searchParams.set(field.name, field.value);
    window.location.assign(address);
  }
}

/** Tab leaves the field, as everywhere; Enter keeps the line's indentation. */
function prepareJson(field: HTMLTextAreaElement): void {
  checkJson(field);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const { selectionStart, selectionEnd, value } = field;
    const line = value.slice(value.lastIndexOf("\n", selectionStart - 1) + 1, selectionStart);
    const indent = (/^\s*/.exec(line)?.[0] ?? "") + (/[{[]\s*$/.test(line) ? "  " : "");
    if (indent === "") return;
    event.preventDefault();
    field.setRangeText(`\n${indent}`, selectionStart, selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function checkJson(field: HTMLTextAreaElement): boolean {
  const problem = jsonProblem(field.value);
  const place = field.form?.querySelector<HTMLElement>("[data-json-problem]");
  if (place) place.textContent = problem ?? "";
  if (problem === null) field.removeAttribute("aria-invalid");
  else field.setAttribute("aria-invalid", "true");
  return problem === null;
}

/** Where and how a text breaks as JSON; null if it doesn't. Browsers don't say where, so the parser of the code pane does. */
export function jsonProblem(text: string): string | null {
  if (text.trim() === "") return "An input is JSON; {} is the least.";
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  const first = errors[0];
  if (!first) return null;
  const before = text.slice(0, first.offset).split("\n");
  const words = printParseErrorCode(first.error).replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return `Not JSON in line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${words}.`;
}
