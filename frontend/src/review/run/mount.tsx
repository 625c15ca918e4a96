/** Draws the run in a place of the task's page; taken away with the place. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createViewerStore } from "../../execution/store";
import type { Boot } from "../../execution/types";
import { projectText } from "../../graph";
import { RunOfTask } from "./RunOfTask";

/** `GET /review/{id}/run/`. */
export interface Asked {
  boot: Boot;
  state: string;
  /** The event that asked; null where it isn't known yet. */
  event: number | null;
  /** Who made what is hidden until the answer: then the data is, too. */
  blind: boolean;
}

export function mount(place: HTMLElement, answer: unknown): void {
  const asked = answer as Asked;
  const graph = projectText(asked.boot.execution.definition);
  const store = createViewerStore(asked.boot, { state: null, event: null });
  const root = createRoot(place);
  root.render(
    <StrictMode>
      <RunOfTask store={store} graph={graph} asked={asked} />
    </StrictMode>,
  );
  // The pane is replaced by others' HTML: a place that left the page for good is asked for nothing more.
  const watcher = new MutationObserver(() => {
    if (place.isConnected) return;
    watcher.disconnect();
    root.unmount();
  });
  watcher.observe(document.body, { childList: true, subtree: true });
}
