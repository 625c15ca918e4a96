/**
 * Undo and redo as a stack of documents with names. Layout, selection and viewport aren't part of it.
 *
 * A step remembers the text before it and how it's called. Steps with the same `merge` key that follow one
 * another closely (typing in one field) become one.
 */

export interface Step {
  text: string;
  /** The YAML text that went with it (designer/code/yaml). */
  yaml?: string;
  label: string;
  selection: readonly string[];
  /** The state that got another name: from, to. */
  renamed?: readonly [string, string] | undefined;
  merge?: string | undefined;
  at: number;
}

export interface History {
  past: readonly Step[];
  future: readonly Step[];
}

export const NO_HISTORY: History = { past: [], future: [] };
export const MERGE_WITHIN = 1500;

export function record(history: History, step: Step): History {
  const last = history.past.at(-1);
  const merges = step.merge !== undefined && last?.merge === step.merge && step.at - last.at < MERGE_WITHIN;
  if (merges) return { past: [...history.past.slice(0, -1), { ...last, at: step.at }], future: [] };
  return { past: [...history.past, step], future: [] };
}

export interface Travel {
  history: History;
  text: string;
  yaml: string | undefined;
  selection: readonly string[];
  label: string;
  renamed: readonly [string, string] | undefined;
}

export function undo(history: History, now: Omit<Step, "label">): Travel | undefined {
  const step = history.past.at(-1);
  if (step === undefined) return undefined;
  const redoStep: Step = { ...now, label: step.label, renamed: step.renamed };
  return {
    history: { past: history.past.slice(0, -1), future: [...history.future, redoStep] },
    text: step.text,
    yaml: step.yaml,
    selection: step.selection,
    label: step.label,
    renamed: step.renamed && [step.renamed[1], step.renamed[0]],
  };
}

export function redo(history: History, now: Omit<Step, "label">): Travel | undefined {
  const step = history.future.at(-1);
  if (step === undefined) return undefined;
  const undoStep: Step = { ...now, label: step.label, renamed: step.renamed };
  return {
    history: { past: [...history.past, undoStep], future: history.future.slice(0, -1) },
    text: step.text,
    yaml: step.yaml,
    selection: step.selection,
    label: step.label,
    renamed: step.renamed,
  };
}
