/** Asks before something that can't be undone, in a dialog of the page's own style. */

export function confirmFirst(question: string, action: string): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "confirm";
  dialog.setAttribute("aria-label", question);
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "flex flex-col gap-4 p-5";
  const text = document.createElement("p");
  text.className = "text-base text-pretty";
  text.textContent = question;
  const row = document.createElement("div");
  row.className = "flex justify-end gap-2";
  row.append(button("Cancel", "btn btn-line", "no"), button(action, "btn btn-primary", "yes"));
  form.append(text, row);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

function button(text: string, className: string, value: string): HTMLButtonElement {
  const element = document.createElement("button");
  element.className = className;
  element.value = value;
  element.textContent = text;
  return element;
}
