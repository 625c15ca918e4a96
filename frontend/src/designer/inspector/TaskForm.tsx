/** A Task in the inspector: its heading at once, its form when it's there, so that the first page needn't carry it. */

import { lazy, Suspense } from "react";

import { child } from "../../asl/document";
import type { State } from "../../asl/machine";
import { actionWords, parseResource, serviceTitle } from "../../graph";

const Form = lazy(() => import("./task/TaskForm"));

export function TaskForm({ state }: { state: State }) {
  return (
    <Suspense fallback={<div className="h-40 rounded-field bg-secondary animate-pulse" aria-busy="true" />}>
      <Form state={state} />
    </Suspense>
  );
}

/** "Bedrock: invoke model", for the inspector's heading. */
export function taskWords(state: State): string {
  const resource = String(child(state.node, "Resource")?.value ?? "");
  const { service, action } = parseResource(resource);
  if (service === "") return resource === "" ? "Task without a resource" : resource;
  return action === "" ? serviceTitle(service) : `${serviceTitle(service)}: ${actionWords(action)}`;
}
