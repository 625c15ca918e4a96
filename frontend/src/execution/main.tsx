/** Starts the execution viewer in `#execution-root` from the JSON in `#execution-boot`. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { projectText } from "../graph";
import { readLink } from "./link";
import { createViewerStore } from "./store";
import type { Boot } from "./types";
import { Viewer } from "./Viewer";

const root = document.getElementById("execution-root");
const data = document.getElementById("execution-boot")?.textContent;
if (root && data) {
  const boot = JSON.parse(data) as Boot;
  const graph = projectText(boot.execution.definition);
  const store = createViewerStore(boot, readLink(window.location.search, graph));
  createRoot(root).render(
    <StrictMode>
      <Viewer store={store} graph={graph} />
    </StrictMode>,
  );
}
