/** Starts the designer on a page that has #designer-root and #designer-boot. */

import { createRoot } from "react-dom/client";

import { App } from "./App";
import { readBoot } from "./boot";
import { startDesigner } from "./state/store";

const root = document.getElementById("designer-root");
if (root !== null) {
  startDesigner(readBoot(document));
  createRoot(root).render(<App />);
}
