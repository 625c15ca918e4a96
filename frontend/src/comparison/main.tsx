/** Two definitions on one canvas: what changed is marked, the rest is dimmed; the list beside it is the template's. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { project } from "../graph";
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
      <Comparison before={project(parsed(boot.before))} after={project(parsed(boot.after))} marks={new Map(Object.entries(boot.marks))} />
    </StrictMode>,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
