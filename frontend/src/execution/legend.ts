/** What the colours and glyphs of a run mean. */
import type { StatusTone } from "../graph";
import type { Run, StateStatus } from "./status";

const LEGEND: readonly (readonly [tone: StatusTone, word: string, only?: StateStatus])[] = [
  ["ok", "Succeeded"],
  ["run", "Running"],
  ["retry", "Retrying or caught"],
  ["wait", "Waiting for a person"],
  ["fail", "Failed", "fail"],
  ["time", "Timed out", "timeout"],
  ["stop", "Aborted", "stop"],
  ["idle", "Not reached"],
];

/** The usual ones, and those of which the run has some. */
export function legendOf(run: Run): (readonly [StatusTone, string])[] {
  const seen = new Set([...run.states.values()].map(({ status }) => status));
  return LEGEND.filter(([, , only]) => only === undefined || seen.has(only)).map(([tone, word]) => [tone, word]);
}
