/** Which of a state's visits a person picks from, worst first; and where a failure began. Pure. */
import type { Run, StateStatus, Visit } from "./status";

/** What is wrong comes first. */
export const RANK: Readonly<Record<StateStatus, number>> = { fail: 0, timeout: 1, stop: 2, waiting: 3, retrying: 4, running: 5, caught: 6, ok: 7, idle: 8 };

/** Failed and timed out first, then aborted, then what is still going on; each in the order in which they began. */
export function worstFirst(visits: readonly Visit[]): Visit[] {
  return visits.toSorted((a, b) => RANK[a.status] - RANK[b.status] || (a.iteration ?? 0) - (b.iteration ?? 0) || a.enteredId - b.enteredId);
}

/** Those with the item's number, or with the word in their data. */
export function searched(visits: readonly Visit[], text: string): readonly Visit[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return visits;
  const number = /^#?(\d+)$/.exec(wanted)?.[1];
  if (number !== undefined) return visits.filter(({ iteration }) => iteration === Number(number));
  return visits.filter(({ input, output, error }) => [input, output, error].some((one) => one?.toLowerCase().includes(wanted)));
}

/**
 * The visit in which a run's failure began: the innermost of those that failed, the first of several. What is around it
 * failed with it, what ran beside it was aborted because of it.
 */
export function rootFailure(run: Run): Visit | null {
  if (run.status !== "fail" && run.status !== "timeout") return null;
  const failed = run.visits.filter(({ status }) => status === "fail" || status === "timeout");
  const around = new Set(failed.map(({ parent }) => parent));
  const innermost = failed.filter((visit) => !around.has(visit));
  const endOf = (visit: Visit): number => visit.attempts.findLast(({ error }) => error !== null)?.endedAt ?? visit.exitedAt ?? visit.enteredAt;
  return innermost.toSorted((a, b) => endOf(a) - endOf(b) || a.enteredId - b.enteredId)[0] ?? null;
}

/** What a visit's end has to do with it, in words; null for nothing. */
export function consequenceOf(visit: Visit, root: Visit | null): "root" | "around" | "beside" | null {
  if (root === null) return null;
  if (visit === root || visit.enteredId === root.enteredId) return "root";
  for (let outer = root.parent; outer; outer = outer.parent) if (outer.enteredId === visit.enteredId) return "around";
  return visit.stopped ? "beside" : null;
}
