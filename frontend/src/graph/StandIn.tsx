/** Says that a stand-in did a model's work: the embedded endpoint has no models of its own. */
import type { GraphNode } from "./model";

const SERVICES = /:(?:aws-sdk:)?(?:bedrock|transcribe)[a-z]*:/;

/** Whether this Task calls a model or speech recognition: by its service, or over HTTP at the endpoint's own models. */
export function callsModel(node: GraphNode, definition: unknown): boolean {
  if (node.resource === null) return false;
  if (SERVICES.test(node.resource)) return true;
  return node.resource.includes(":http:invoke") && JSON.stringify(definition ?? null).includes("/_models/");
}

export function StandIn() {
  return (
    <span className="chip chip-env ml-2 flex-none !h-[18px] !px-1.5 !text-2xs" title="On this machine a stand-in answers under the model’s name. On AWS the model itself does.">
      stand-in
    </span>
  );
}
