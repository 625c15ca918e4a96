/** Add to what a state already has: choice rules, Retriers, Catchers, branches; copy and paste states. */

import { valueAt, type JsonObject, type ParsedDocument } from "./document";
import { andThen, edited, EditRefused, mustFindState, type Edit } from "./edit";
import { appendItem } from "./fields";
import { addLoose, insertAfter, type NewState } from "./insert";
import { endsPath, machineOf, queryLanguageOf, successorOf } from "./machine";
import { join, lastToken, type Pointer } from "./pointer";
import { Raw } from "./style";
import { removeMembers } from "./textEdits";

export const EMPTY_BRANCH: JsonObject = { StartAt: "", States: {} };

export function addChoiceRule(document: ParsedDocument, pointer: Pointer, rule: JsonObject): Edit {
  const choice = mustFindState(document, pointer);
  const target = successorOf(choice);
  const item = target === undefined || "Next" in rule ? rule : { ...rule, Next: target };
  return appendItem(document, pointer, "Choices", item, `add a rule to ${choice.name}`);
}

/** Defaults are the States Language's own (IntervalSeconds 1, MaxAttempts 3, BackoffRate 2), written out. */
export function addRetrier(document: ParsedDocument, pointer: Pointer): Edit {
  const { name } = mustFindState(document, pointer);
  const retrier = { ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 };
  return appendItem(document, pointer, "Retry", retrier, `add a retry to ${name}`);
}

/** The error goes beside the state's input, as the `error` of it. */
export function addCatcher(document: ParsedDocument, pointer: Pointer, target: string): Edit {
  const state = mustFindState(document, pointer);
  const along = queryLanguageOf(machineOf(document), state) === "JSONata" ? { Output: "{% $merge([$states.input, {'error': $states.errorOutput}]) %}" } : { ResultPath: "$.error" };
  const catcher = { ErrorEquals: ["States.ALL"], ...along, Next: target };
  return appendItem(document, pointer, "Catch", catcher, `catch errors of ${state.name}`);
}

/** A new state that the errors of the state at `pointer` lead to. */
export function insertAsCatch(document: ParsedDocument, pointer: Pointer, state: NewState): Edit {
  const { name, scope } = mustFindState(document, pointer);
  const loose = addLoose(document, scope, state);
  const handler = lastToken(loose.select?.[0] ?? "");
  return { ...andThen(loose, `catch errors of ${name}`, (both) => addCatcher(both, pointer, handler)), select: loose.select ?? [] };
}

export function addBranch(document: ParsedDocument, pointer: Pointer): Edit {
  const { name } = mustFindState(document, pointer);
  return appendItem(document, pointer, "Branches", EMPTY_BRANCH, `add a branch to ${name}`);
}

/** Remove item `index` of a list such as Retry; a list left empty goes away with its field unless `keepEmpty`. */
export function removeItem(document: ParsedDocument, pointer: Pointer, field: string, index: number, label: string, keepEmpty = false): Edit {
  const state = mustFindState(document, pointer);
  const property = state.node.children?.find((member) => member.children?.[0]?.value === field);
  const list = property?.children?.[1];
  if (property === undefined || list?.type !== "array") throw new EditRefused(`There is no ${field} here.`);
  const last = (list.children?.length ?? 0) <= 1;
  const edits = last && !keepEmpty ? removeMembers(state.node, [state.node.children?.indexOf(property) ?? -1]) : removeMembers(list, [index]);
  return edited(document, label, edits);
}

/** What the clipboard holds: readable JSON, so that it can be pasted into an editor as well. */
export function copyState(document: ParsedDocument, pointer: Pointer): string {
  const state = mustFindState(document, pointer);
  return `{${JSON.stringify(state.name)}: ${document.text.slice(state.node.offset, state.node.offset + state.node.length)}}`;
}

export function duplicateState(document: ParsedDocument, pointer: Pointer): Edit {
  const state = mustFindState(document, pointer);
  const body = new Raw(document.text.slice(state.node.offset, state.node.offset + state.node.length));
  const copy = { name: state.name, body };
  const edit = endsPath(state.type) ? addLoose(document, state.scope, copy) : insertAfter(document, pointer, copy);
  return { ...edit, label: `duplicate ${state.name}` };
}

/** A state from clipboard text (`{"Name": {"Type": ...}}`), or undefined when it's something else. */
export function pastedState(document: ParsedDocument): NewState | undefined {
  const [property, ...more] = document.root.children ?? [];
  const [key, body] = property?.children ?? [];
  if (key === undefined || body?.type !== "object" || more.length > 0) return undefined;
  if (typeof valueAt(document, join("", String(key.value), "Type")) !== "string") return undefined;
  return { name: String(key.value), body: new Raw(document.text.slice(body.offset, body.offset + body.length)) };
}
