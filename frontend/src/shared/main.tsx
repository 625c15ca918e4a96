/** A drawing alone: for people who don't sign in, or with figures. Resources come without the ARN around them; `nodes`, by state, says what is marked. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { project, WorkflowGraph, type NodeDecoration } from "../graph";

const PREFIX = "arn:aws:states:::";

function withPrefix(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPrefix);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, name === "Resource" && typeof each === "string" ? `${PREFIX}${each}` : withPrefix(each)]));
}

const root = document.getElementById("shared-root");
const data = document.getElementById("shared-boot")?.textContent;
if (root && data) {
  const { definition, nodes = {} } = JSON.parse(data) as { definition: unknown; nodes?: Record<string, NodeDecoration> };
  const graph = project(withPrefix(definition));
  const given = new Map(Object.entries(nodes));
  const marks = new Map<string, NodeDecoration>();
  for (const node of graph.nodes.values()) {
    const mark = given.get(node.name);
    if (mark) marks.set(node.id, mark);
  }
  createRoot(root).render(
    <StrictMode>
      <WorkflowGraph graph={graph} nodeDecorations={marks} label="The workflow" refit="always" readOnly />
    </StrictMode>,
  );
}
