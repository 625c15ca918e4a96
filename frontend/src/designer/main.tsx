/** Starts the designer on a page that has #designer-root and #designer-boot. */

import { createRoot } from "react-dom/client";

import { App } from "./App";
import { arrival, pinned, readBoot } from "./boot";
import { startDesigner, useDesigner } from "./state/store";

const root = document.getElementById("designer-root");
if (root !== null) {
  arrival.pin = pinned();
  startDesigner(readBoot(document));
  if (arrival.pin !== null && useDesigner.getState().boot.permissions.design) useDesigner.setState({ testing: true });
  createRoot(root).render(<App />);
}
