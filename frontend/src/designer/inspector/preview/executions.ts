/** The workflow's newest executions, to take data from: told apart by how they ended and when, for names are often random. */

import { useEffect, useState } from "react";

import { timeWords } from "../../../shell/times";
import { useDesigner } from "../../state/store";
import { newestOf, type Source } from "./samples";

/** With the moment at which they were asked for (milliseconds since the epoch). */
export function useExecutions(): { executions: readonly Source[]; now: number } {
  const machine = useDesigner((state) => state.boot.machine.id);
  const [found, setFound] = useState<{ executions: readonly Source[]; now: number }>({ executions: [], now: 0 });
  useEffect(() => {
    let wanted = true;
    void newestOf(String(machine)).then((executions) => {
      if (wanted) setFound({ executions, now: Date.now() });
    });
    return () => {
      wanted = false;
    };
  }, [machine]);
  return found;
}

/** "Failed 5 min ago, order-17"; what isn't known is left out. */
export function executionWords({ name, status, started_at: started }: Source, now: number): string {
  if (status === undefined || started === undefined) return name === "" ? "The execution" : name;
  const ending = status.charAt(0) + status.slice(1).toLowerCase().replaceAll("_", " ");
  return `${ending} ${timeWords(Date.parse(started), now)}, ${name}`;
}
