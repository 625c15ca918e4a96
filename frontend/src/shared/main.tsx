/** The drawing on a page for people who don't sign in. Resources come without the ARN around them. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { project, WorkflowGraph } from "../graph";

const PREFIX = "arn:aws:states:::";

function withPrefix(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPrefix);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, name === "Resource" && typeof each === "string" ? `${PREFIX}${each}` : withPrefix(each)]));
}

const root = document.getElementById("shared-root");
const data = document.getElementById("shared-boot")?.textContent;
if (root && data) {
  const { definition } = JSON.parse(data) as { definition: unknown };
  createRoot(root).render(
    <StrictMode>
      <WorkflowGraph graph={project(withPrefix(definition))} label="The workflow" refit="always" readOnly />
    </StrictMode>,
  );
}
