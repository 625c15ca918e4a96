/** Connections drawn by hand: from one state to another, or an edge's end dragged elsewhere. */

import { child, type ParsedDocument } from "../../asl/document";
import { EditRefused, mustFindState, type Edit } from "../../asl/edit";
import { setValue } from "../../asl/fields";
import { endsPath } from "../../asl/machine";
import { addCatcher, addChoiceRule } from "../../asl/parts";
import { join, lastToken } from "../../asl/pointer";
import { reconnect } from "../../asl/remove";
import type { GraphEdge } from "../../graph";
import { pointersOf } from "./derive";
import { edit } from "./store";

/** A line drawn from `source`: its Next; of a Choice a new rule, or its Default when it has none. */
function connected(document: ParsedDocument, source: string, target: string): Edit {
  const from = mustFindState(document, source);
  const to = mustFindState(document, target);
  if (from.scope !== to.scope) throw new EditRefused("A path can't cross the border of a Parallel or a Map.");
  if (endsPath(from.type)) throw new EditRefused(`${from.type} ends the path; nothing can follow it.`);
  if (from.type !== "Choice") {
    const field = child(from.node, "Next") === undefined ? "End" : "Next";
    if (child(from.node, field) !== undefined) return reconnect(document, [join(source, field)], target);
    return setValue(document, join(source, "Next"), to.name, `lead to ${to.name}`);
  }
  if (child(from.node, "Default") === undefined) return setValue(document, join(source, "Default"), to.name, `lead to ${to.name}`);
  return addChoiceRule(document, source, { Variable: "$.value", IsPresent: true, Next: to.name });
}

export function connect(source: string, target: string): void {
  edit((document) => connected(document, source, target));
}

/** Its errors lead there. */
export function connectErrors(source: string, target: string): void {
  edit((document) => addCatcher(document, source, mustFindState(document, target).name));
}

/** The state's path ends with it. */
export function end(source: string): void {
  edit((document) => (child(mustFindState(document, source).node, "Next") === undefined ? setValue(document, join(source, "End"), true, "end the path") : reconnect(document, [join(source, "Next")], undefined)));
}

/** `target` is a state's pointer, or undefined for the end. */
export function reconnectEdge(edge: GraphEdge, target: string | undefined): void {
  // Back onto its own source is a drag that was given up.
  if (edge.target === target || edge.source === target) return;
  edit((document) => reconnect(document, pointersOf(edge), target));
}

export function canReconnect(edge: GraphEdge): boolean {
  return edge.kind !== "empty" && (edge.kind !== "end" || edge.insertable) && pointersOf(edge).every((pointer) => lastToken(pointer) !== "");
}
