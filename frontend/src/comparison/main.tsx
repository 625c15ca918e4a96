/** Two definitions on one canvas: what changed is marked, the rest is dimmed; the list beside it is the template's. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { projectText } from "../graph";
import { Comparison, type Mark } from "./Comparison";

interface Boot {
  before: string;
  after: string;
  /** By JSON Pointer: a removed state's is of the older text. */
  marks: Record<string, Mark>;
}

const root = document.getElementById("comparison-root");
const data = document.getElementById("comparison-boot")?.textContent;
if (root && data) {
  const boot = JSON.parse(data) as Boot;
  createRoot(root).render(
    <StrictMode>
      <Comparison before={projectText(boot.before)} after={projectText(boot.after)} marks={new Map(Object.entries(boot.marks))} />
    </StrictMode>,
  );
}
