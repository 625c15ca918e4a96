/** A drawing alone: for people who don't sign in, or with figures. Resources come without the ARN around them; `nodes`, by state, says what is marked, `live` where to ask for news. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { project } from "../graph";
import { Drawing, MarkStore, type Marks } from "./Drawing";
import { followRun } from "./following";

const PREFIX = "arn:aws:states:::";

function withPrefix(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPrefix);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, name === "Resource" && typeof each === "string" ? `${PREFIX}${each}` : withPrefix(each)]));
}

const root = document.getElementById("shared-root");
const data = document.getElementById("shared-boot")?.textContent;
if (root && data) {
  const { definition, nodes = {}, live } = JSON.parse(data) as { definition: unknown; nodes?: Marks; live?: string };
  const store = new MarkStore(nodes);
  if (live !== undefined) followRun(live, (changed) => store.set(changed));
  createRoot(root).render(
    <StrictMode>
      <Drawing graph={project(withPrefix(definition))} store={store} />
    </StrictMode>,
  );
}
