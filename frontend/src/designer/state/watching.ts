/** What happens by itself: diagnostics after a change, the draft, the warning before the page is left. */

import { isSafe, keepHere, startKeeping } from "../drafts/keeping";
import { diagnoseNow, diagnoseSoon } from "./diagnosing";
import { useDesigner } from "./store";
import { warmEditing } from "./warming";

/** Start watching; answers how to stop. */
export function startWatching(): () => void {
  const stopKeeping = startKeeping();
  const stop = useDesigner.subscribe((state, before) => {
    if (state.text !== before.text) diagnoseSoon();
  });
  const warn = (event: BeforeUnloadEvent): void => {
    keepHere();
    if (!isSafe()) event.preventDefault();
  };
  window.addEventListener("beforeunload", warn);
  void diagnoseNow();
  warmEditing();
  return () => {
    stop();
    stopKeeping();
    window.removeEventListener("beforeunload", warn);
  };
}
