/** Time-outs, Retriers with their attempts drawn, Catchers. */

import { child } from "../../../asl/document";
import { machineOf, queryLanguageOf, type State } from "../../../asl/machine";
import { useDocument } from "../../state/later";
import { NumberOrExpression } from "../NumberOrExpression";
import { Catchers } from "./Catchers";
import { Retriers } from "./Retriers";

export function hasErrorHandling(type: string): boolean {
  return type === "Task" || type === "Parallel" || type === "Map";
}

export function ErrorsTab({ state }: { state: State }) {
  const document = useDocument();
  const language = queryLanguageOf(machineOf(document), state);
  return (
    <>
      {state.type === "Task" ? (
        <>
          <NumberOrExpression holder={state.pointer} name="TimeoutSeconds" label="Time out after" language={language} unit="s" min={1} max={99999999} integer start={60} placeholder="never" />
          <NumberOrExpression holder={state.pointer} name="HeartbeatSeconds" label="Heartbeat within" language={language} unit="s" min={1} max={99999999} integer start={30} placeholder="not watched" />
        </>
      ) : null}
      <Retriers state={state} />
      <Catchers state={state} language={language} />
    </>
  );
}

/** How many Retriers and Catchers there are, for the tab. */
export function errorCount(state: State): number {
  return (child(state.node, "Retry")?.children?.length ?? 0) + (child(state.node, "Catch")?.children?.length ?? 0);
}
