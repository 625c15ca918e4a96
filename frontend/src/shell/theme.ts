/** Light, dark, or as the system has it. The choice is kept in this browser. */

export type Choice = "system" | "paper" | "ink";

const KEY = "callboard.theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const WORDS: Readonly<Record<Choice, string>> = { system: "as the system", paper: "light", ink: "dark" };
const NEXT: Readonly<Record<Choice, Choice>> = { system: "paper", paper: "ink", ink: "system" };

export function choice(): Choice {
  const chosen = document.documentElement.dataset.themeChoice;
  return chosen === "paper" || chosen === "ink" ? chosen : "system";
}

export function setTheme(chosen: Choice): void {
  try {
    if (chosen === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, chosen);
  } catch {
    // Storage is switched off: the choice holds for this page.
  }
  document.documentElement.dataset.themeChoice = chosen;
  show();
}

export function prepareTheme(): void {
  show();
  dark.addEventListener("change", show);
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const set = target.closest<HTMLElement>("[data-theme-set]")?.dataset.themeSet;
    if (set !== undefined) setTheme(set as Choice);
    else if (target.closest("[data-theme-toggle]")) setTheme(NEXT[choice()]);
  });
}

function show(): void {
  const chosen = choice();
  document.documentElement.dataset.theme = chosen === "system" ? (dark.matches ? "ink" : "paper") : chosen;
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-set]"))
    button.setAttribute("aria-checked", String(button.dataset.themeSet === chosen));
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-toggle]")) {
    button.setAttribute("aria-label", `Theme: ${WORDS[chosen]}. Change to ${WORDS[NEXT[chosen]]}`);
    button.title = `Theme: ${WORDS[chosen]}`;
  }
}
