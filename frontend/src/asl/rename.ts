/** Give a state another name; every Next, Default, rule, Catcher and StartAt that meant it follows. */

import type { ParsedDocument } from "./document";
import { edited, EditRefused, mustFindState, type Edit } from "./edit";
import { machineOf, namesIn, referencesTo } from "./machine";
import { join, type Pointer } from "./pointer";
import { renameKey, replaceValue } from "./textEdits";

/** States Language: a state name is at most 80 Unicode characters. */
export const MAX_NAME_LENGTH = 80;

/** Why a state can't be called so, or undefined when it can. */
export function refusalOfName(document: ParsedDocument, pointer: Pointer, name: string): string | undefined {
  if (name.trim() === "") return "A state needs a name.";
  if ([...name].length > MAX_NAME_LENGTH) return `A state's name has at most ${String(MAX_NAME_LENGTH)} characters.`;
  const machine = machineOf(document);
  const own = machine.states.get(pointer)?.name;
  if (name !== own && namesIn(machine).has(name)) return `Another state is called ${name} already; names are unique in the whole workflow.`;
  return undefined;
}

export function renameState(document: ParsedDocument, pointer: Pointer, name: string): Edit {
  const state = mustFindState(document, pointer);
  const refused = refusalOfName(document, pointer, name);
  if (refused !== undefined) throw new EditRefused(refused);
  if (name === state.name) return { text: document.text, label: "rename" };
  const references = referencesTo(state.scope, state.name).map(({ node }) => replaceValue(document, node, name));
  const select = [join(state.scope.pointer, "States", name)];
  return { ...edited(document, `rename ${state.name} to ${name}`, [renameKey(state.node, name), ...references], select), renamed: [state.name, name] };
}
