/** Starts the designer on a page that has #designer-root and #designer-boot. */

import { createRoot } from "react-dom/client";

import { App } from "./App";
import { arrival, arrivalOf, readBoot } from "./boot";
import { openStateTest } from "./inspector/testing/arriving";
import { startDesigner, useDesigner } from "./state/store";

const root = document.getElementById("designer-root");
if (root !== null) {
  Object.assign(arrival, arrivalOf(window.location.search));
  startDesigner(readBoot(document));
  if (arrival.state !== null) openStateTest(arrival.state);
  else if (arrival.pin !== null && useDesigner.getState().boot.permissions.design) useDesigner.setState({ testing: true });
  createRoot(root).render(<App />);
}
