/** YAML that isn't saved yet, kept in this browser: the draft keeps what it says, this keeps its comments. */

import { useDesigner } from "../../state/store";

interface Kept {
  base: number;
  yaml: string;
}

const place = (): string => `callboard.yaml.${String(useDesigner.getState().boot.machine.id)}`;

export function keepYaml(yaml: string): void {
  try {
    localStorage.setItem(place(), JSON.stringify({ base: useDesigner.getState().base.number, yaml } satisfies Kept));
  } catch {
    // A full or forbidden storage costs comments after a crash, not the work on the screen.
  }
}

/** What was typed on this revision and never saved. */
export function keptYaml(): string | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(place()) ?? "null") as Kept | null;
    return kept?.base === useDesigner.getState().base.number ? kept.yaml : undefined;
  } catch {
    return undefined;
  }
}
