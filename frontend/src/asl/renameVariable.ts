/** Give a variable another name: where it is assigned, and wherever a path or an expression of the same scope reads it. */

import { child, nodeAt, stringOf, type Node, type ParsedDocument } from "./document";
import { edited, EditRefused, type Edit } from "./edit";
import { machineOf, stateAround, type Scope } from "./machine";
import { parentOf, tokensOf, type Pointer } from "./pointer";
import { renameKey, replaceValue, type TextEdit } from "./textEdits";

const NAME = /^[\p{L}_][\p{L}\p{N}_]{0,79}$/u;

/** Why a variable can't be called so, or undefined when it can. */
export function refusalOfVariable(name: string): string | undefined {
  if (name === "states") return "The name states is the language's own.";
  return NAME.test(name) ? undefined : "A variable's name has letters, digits and _ only, and no digit first.";
}

/** The outermost scope around `path` in which the variable is assigned: what reads it lies there, too. */
function homeOf(document: ParsedDocument, path: Pointer, name: string): Scope {
  const machine = machineOf(document);
  let scope = stateAround(machine, path)?.scope ?? machine.root;
  let home = scope;
  for (;;) {
    if (assigns(scope.node, name, false)) home = scope;
    const isDistributed = stringOf(child(child(scope.node, "ProcessorConfig"), "Mode")) === "DISTRIBUTED";
    if (scope.owner === undefined || isDistributed) return home;
    scope = scope.owner.scope;
  }
}

const isOwn = (key: string, name: string): boolean => key === name || key === `${name}.$`;

/** Is it assigned by a state of this very scope? */
function assigns(scope: Node, name: string, found: boolean): boolean {
  for (const member of child(scope, "States")?.children ?? []) {
    const state = member.children?.[1];
    const holders = [state, ...(child(state, "Choices")?.children ?? []), ...(child(state, "Catch")?.children ?? [])];
    if (holders.some((holder) => child(holder, "Assign")?.children?.some(({ children }) => isOwn(String(children?.[0]?.value), name)))) return true;
  }
  return found;
}

/** `$name` as a word of its own; not `$$.name`, and not a longer name. */
const readOf = (name: string): RegExp => new RegExp(`(?<![\\w$])\\$${name}(?![\\p{L}\\p{N}_])`, "gu");

/** An expression that makes a variable of this name itself, by `:=` or as a function's argument, means its own. */
function isBoundIn(text: string, name: string): boolean {
  return new RegExp(`\\$${name}\\s*:=|function\\s*\\([^)]*\\$${name}\\b`, "u").test(text);
}

export function renameVariable(document: ParsedDocument, path: Pointer, name: string, to: string): Edit {
  const refused = refusalOfVariable(to);
  if (refused !== undefined) throw new EditRefused(refused);
  if (to === name) return { text: document.text, label: "rename" };
  const edits: TextEdit[] = [];
  visit(document, homeOf(document, path, name).node, edits, name, to);
  if (edits.length === 0) throw new EditRefused(`Nothing here is called $${name}.`);
  return edited(document, `rename $${name} to $${to}`, edits);
}

function visit(document: ParsedDocument, node: Node, edits: TextEdit[], name: string, to: string): void {
  if (node.type === "string") {
    const text = String(node.value);
    const isRead = text.startsWith("{%") || text.startsWith("$") || text.startsWith("States.");
    if (!isRead || isBoundIn(text, name)) return;
    const replaced = text.replace(readOf(name), `$$${to}`);
    if (replaced !== text) edits.push(replaceValue(document, node, replaced));
    return;
  }
  const isAssign = node.parent?.type === "property" && node.parent.children?.[0]?.value === "Assign";
  for (const item of node.children ?? []) {
    const [key, value] = item.type === "property" ? (item.children ?? []) : [undefined, item];
    if (value === undefined) continue;
    if (isAssign && key !== undefined && isOwn(String(key.value), name)) edits.push(renameKey(value, String(key.value) === name ? to : `${to}.$`));
    visit(document, value, edits, name, to);
  }
}

/** The variable whose name stands in an Assign at `path`. */
export function assignedAt(document: ParsedDocument, path: Pointer): string | undefined {
  const tokens = tokensOf(path);
  if (tokens.at(-2) !== "Assign" || nodeAt(document, parentOf(path)) === undefined) return undefined;
  return tokens.at(-1)?.replace(/\.\$$/, "");
}
