/** What happens by itself: diagnostics after a change, the draft, the warning before the page is left. */

import { ApiError, diagnose } from "../api";
import { isSafe, keepHere, startKeeping } from "../drafts/keeping";
import { useDesigner } from "./store";

const DIAGNOSE_AFTER = 40;

function debounce(run: () => void, delay: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, delay);
  };
}

let running: AbortController | undefined;

async function diagnoseNow(): Promise<void> {
  const { text, problems, boot } = useDesigner.getState();
  running?.abort();
  if (problems.length > 0) return;
  const { signal } = (running = new AbortController());
  try {
    const { diagnostics } = await diagnose(boot.urls.diagnose, text, boot.machine.type, signal);
    if (useDesigner.getState().text === text) useDesigner.setState({ diagnostics });
  } catch (error) {
    // The validator being away must not disturb editing; the next change asks again.
    if (!signal.aborted && !(error instanceof ApiError)) throw error;
  }
}

/** Start watching; answers how to stop. */
export function startWatching(): () => void {
  const diagnoseSoon = debounce(() => void diagnoseNow(), DIAGNOSE_AFTER);
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
  return () => {
    stop();
    stopKeeping();
    window.removeEventListener("beforeunload", warn);
  };
}
