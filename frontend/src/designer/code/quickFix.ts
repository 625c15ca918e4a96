/**
 * Repairs where the cursor stands (Ctrl-.), as a list like that of completion, and as buttons under a message.
 *
 * What can be done is asl/repair.ts's business; each is an ordinary edit of the store.
 */

import { startCompletion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";

import { pointerAt } from "../../asl/document";
import { offersAt, repairAll, repairsFor, type Finding, type Repair } from "../../asl/repair";
import { problemsOf, type Problem } from "../state/derive";
import { announce, edit, useDesigner } from "../state/store";
import { normalised, offsetOf, positionOf } from "./lineEnds";

export interface Offer {
  label: string;
  run: () => void;
}

export function findingOf({ path, code, fix }: Problem): Finding | undefined {
  return path === undefined || fix === undefined ? undefined : { path, code, fix };
}

const perform = (repair: Repair): void => {
  edit((document) => repair.edit(document));
};

const kindOf = ({ code, fix }: Pick<Problem, "code" | "fix">): string => `${code} ${fix?.kind ?? ""}`;

/** Worked out once for all problems, not for each of them. */
const safe = new WeakMap<readonly Problem[], Map<string, Finding[]>>();

/** Those of the same kind that can be put right without a choice. */
function alike(problem: Problem, problems: readonly Problem[]): Finding[] {
  const known = safe.get(problems) ?? new Map<string, Finding[]>();
  if (!safe.has(problems)) {
    const { good } = useDesigner.getState();
    for (const each of problems) {
      const finding = findingOf(each);
      if (finding === undefined || !repairsFor(good, finding).some(({ isSafe }) => isSafe)) continue;
      known.set(kindOf(each), [...(known.get(kindOf(each)) ?? []), finding]);
    }
    safe.set(problems, known);
  }
  return known.get(kindOf(problem)) ?? [];
}

/** What can be done about a problem; last, all of its kind at once. */
export function offersFor(problem: Problem, problems: readonly Problem[]): Offer[] {
  const finding = findingOf(problem);
  const { good, boot } = useDesigner.getState();
  if (finding === undefined || !boot.permissions.design || useDesigner.getState().problems.length > 0) return [];
  const repairs = repairsFor(good, finding);
  const offers = repairs.map((repair) => ({ label: repair.label, run: () => perform(repair) }));
  const all = repairs.some(({ isSafe }) => isSafe) ? alike(problem, problems) : [];
  if (all.length < 2) return offers;
  const label = `Put all ${String(all.length)} of this kind right`;
  const run = (): void => {
    if (edit((document) => repairAll(document, all, `put ${String(all.length)} problems right`))) announce(`${String(all.length)} put right`);
  };
  return [...offers, { label, run }];
}

let asked = false;

/** The problems on the cursor's line, those under the cursor first. */
function problemsAt(position: number, line: { from: number; to: number }): Problem[] {
  const state = useDesigner.getState();
  const here = problemsOf(state).filter(({ from, to }) => positionOf(state.text, from) <= line.to && positionOf(state.text, to) >= line.from);
  const covers = ({ from, to }: Problem): number => Number(!(positionOf(state.text, from) <= position && position <= positionOf(state.text, to)));
  const length = ({ from, to }: Problem): number => to - from;
  return here.sort((a, b) => covers(a) - covers(b) || length(a) - length(b));
}

export function offersAtCursor(position: number, line: { from: number; to: number }): Offer[] {
  const state = useDesigner.getState();
  const all = problemsOf(state);
  const offers = problemsAt(position, line).flatMap((problem) => offersFor(problem, all));
  const more = state.problems.length > 0 ? [] : offersAt(state.good, pointerAt(state.good, offsetOf(state.text, position)));
  const labels = new Set<string>();
  return [...offers, ...more.map((repair) => ({ label: repair.label, run: () => perform(repair) }))].filter(({ label }) => !labels.has(label) && labels.add(label));
}

export function askForFixes(view: EditorView): boolean {
  const { head } = view.state.selection.main;
  if (offersAtCursor(head, view.state.doc.lineAt(head)).length === 0) {
    announce("Nothing to put right on this line");
    return true;
  }
  asked = true;
  startCompletion(view);
  return true;
}

/** Answers only when it was asked; completion has the next say. */
export function fixes(context: CompletionContext): CompletionResult | null {
  if (!asked) return null;
  asked = false;
  if (normalised(useDesigner.getState().text) !== context.state.doc.toString()) return null;
  const offers = offersAtCursor(context.pos, context.state.doc.lineAt(context.pos));
  return { from: context.pos, filter: false, options: offers.map(({ label, run }, index) => ({ label, type: "text", boost: -index, apply: () => run() })) };
}

export const isAsking = (): boolean => asked;
