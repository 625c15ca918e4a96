/** Actions on the selected states: copied, wrapped, moved along their path and in and out of containers, connected. */

import {
  ArrowDownToLine, ArrowUpToLine, BoxSelect, ClipboardPaste, Copy, CopyPlus, CornerDownRight, LogIn, LogOut, MessageSquareText, Repeat, Scissors, ShieldAlert, Split, SquareDashed, Ungroup,
} from "lucide-react";

import type { ParsedDocument } from "../asl/document";
import { EditRefused, type Edit } from "../asl/edit";
import { containerBeside, moveAlong, moveIn, moveOut } from "../asl/group";
import { addBranch } from "../asl/parts";
import type { State } from "../asl/machine";
import { refusalToWrap, unwrapState, wrapStates } from "../asl/wrap";
import { addAs } from "./state/adding";
import { canvas } from "./state/canvas";
import { copyByMenu, cutByMenu, duplicateSelected, pasteByMenu } from "./state/clipboard";
import { graphOf, selectedEdge, selectedState, selectedStates } from "./state/derive";
import { uncover } from "./state/look";
import { edit, openDialog, select, toggleCollapsed, type DesignerState } from "./state/store";
import type { Action } from "./actions";

const whole = (state: DesignerState): boolean => state.boot.permissions.design && state.problems.length === 0;
const some = (state: DesignerState): boolean => whole(state) && selectedStates(state).length > 0;
const pointers = (state: DesignerState): string[] => selectedStates(state).map(({ pointer }) => pointer);
const only = (state: DesignerState, types: readonly string[]): State | undefined => {
  const found = selectedState(state);
  return found !== undefined && types.includes(found.type) ? found : undefined;
};

/** Types that can catch errors (States Language, "Catchers"). */
const FALLIBLE = ["Task", "Parallel", "Map"];

/** Edits the selected states and keeps the keyboard on what they became. */
function editSelected(state: DesignerState, compute: (document: ParsedDocument, pointers: string[]) => Edit): void {
  let after: string | undefined;
  const done = edit((document) => {
    const made = compute(document, pointers(state));
    after = made.select?.[0];
    return made;
  });
  if (!done || after === undefined) return;
  const id = after;
  uncover(id);
  requestAnimationFrame(() => canvas()?.reveal(id, { focus: true }));
}

/** Whether `ask` has an answer; what an edit would refuse can't be chosen. */
function would(ask: () => unknown): boolean {
  try {
    return ask() !== undefined;
  } catch (error) {
    if (error instanceof EditRefused) return false;
    throw error;
  }
}

/** Ways out of the selected state, or out of the source of the selected connection. */
function connectionsOf(state: DesignerState): string[] {
  const graph = graphOf(state.good);
  const from = selectedState(state)?.pointer ?? selectedEdge(state)?.source;
  const scope = graph.scopes.get(graph.nodes.get(from ?? "")?.scope ?? "");
  return [...(scope?.edges ?? []), ...(scope?.rims ?? [])].filter(({ source }) => source === from).map(({ id }) => id);
}

function nextConnection(state: DesignerState): void {
  const all = connectionsOf(state);
  const at = all.indexOf(selectedEdge(state)?.id ?? "");
  const next = all[at + 1];
  const source = selectedEdge(state)?.source;
  if (next !== undefined) select([next]);
  else if (source !== undefined) select([source]);
}

const place = (state: DesignerState): string => selectedState(state)?.scope.owner?.name ?? selectedStates(state)[0]?.scope.owner?.name ?? "the container";

export const STATE_ACTIONS: readonly Action[] = [
  {
    id: "select-all", label: "Select all states", icon: BoxSelect, group: "Edit", shortcuts: ["Mod+A"],
    enabled: (state) => graphOf(state.good).nodes.size > 0,
    perform: (state) => select(graphOf(state.good).scopes.get("")?.nodes ?? []),
  },
  { id: "copy", label: "Copy as JSON", icon: Copy, group: "Edit", shortcuts: ["Mod+C"], byBrowser: true, onStates: true, enabled: (state) => selectedStates(state).length > 0, perform: () => void copyByMenu() },
  { id: "cut", label: "Cut", icon: Scissors, group: "Edit", shortcuts: ["Mod+X"], byBrowser: true, onStates: true, enabled: some, perform: () => void cutByMenu() },
  { id: "paste", label: "Paste states", icon: ClipboardPaste, group: "Edit", shortcuts: ["Mod+V"], byBrowser: true, enabled: whole, perform: () => void pasteByMenu() },
  { id: "duplicate", label: "Duplicate", icon: CopyPlus, group: "Edit", shortcuts: ["Mod+D"], onStates: true, enabled: some, perform: duplicateSelected },
  {
    id: "comment", label: "Comment on the state", icon: MessageSquareText, group: "Edit", shortcuts: ["Shift+C"], onStates: true,
    enabled: (state) => whole(state) && selectedState(state) !== undefined,
    perform: (state) => openDialog({ kind: "comment", pointer: selectedState(state)?.pointer ?? "" }),
  },
  {
    id: "connect", label: "Lead to another state", icon: CornerDownRight, group: "Edit", shortcuts: ["L"], onStates: true,
    enabled: (state) => whole(state) && (selectedState(state) !== undefined || (selectedEdge(state)?.fields.length ?? 0) > 0),
    perform: (state) => openDialog({ kind: "connect", from: selectedState(state)?.pointer ?? selectedEdge(state)?.id ?? "" }),
  },
  {
    id: "catch-to", label: "Lead its errors to another state", icon: ShieldAlert, group: "Edit", shortcuts: ["Shift+L"], onStates: true,
    enabled: (state) => whole(state) && only(state, FALLIBLE) !== undefined,
    perform: (state) => openDialog({ kind: "connect", from: selectedState(state)?.pointer ?? "", errors: true }),
  },
  {
    id: "next-connection", label: "Select the next connection", icon: Split, group: "Edit", shortcuts: ["]"], onStates: true,
    enabled: (state) => connectionsOf(state).length > 0,
    perform: nextConnection,
  },
  {
    id: "earlier", label: "Move earlier", icon: ArrowUpToLine, group: "Move", shortcuts: ["Alt+ArrowUp"], onStates: true, enabled: some,
    perform: (state) => editSelected(state, (document, ids) => moveAlong(document, ids, "earlier")),
  },
  {
    id: "later", label: "Move later", icon: ArrowDownToLine, group: "Move", shortcuts: ["Alt+ArrowDown"], onStates: true, enabled: some,
    perform: (state) => editSelected(state, (document, ids) => moveAlong(document, ids, "later")),
  },
  {
    id: "move-in",
    label: (state) => (would(() => containerBeside(state.good, pointers(state))) ? `Move into ${containerBeside(state.good, pointers(state))?.name ?? ""}` : "Move into the container beside it"),
    icon: LogIn, group: "Move", shortcuts: ["Alt+ArrowRight"], onStates: true,
    enabled: (state) => some(state) && would(() => containerBeside(state.good, pointers(state))),
    perform: (state) => editSelected(state, moveIn),
  },
  {
    id: "move-out", label: (state) => `Move out of ${place(state)}`, icon: LogOut, group: "Move", shortcuts: ["Alt+ArrowLeft"], onStates: true,
    enabled: (state) => some(state) && selectedStates(state).every(({ scope }) => scope.owner !== undefined),
    perform: (state) => editSelected(state, moveOut),
  },
  {
    id: "wrap-parallel", label: "Wrap in a Parallel", icon: SquareDashed, group: "Move", shortcuts: ["P"], onStates: true,
    enabled: (state) => some(state) && refusalToWrap(state.good, pointers(state)) === undefined,
    perform: (state) => editSelected(state, (document, ids) => wrapStates(document, ids, "Parallel")),
  },
  {
    id: "wrap-map", label: "Wrap in a Map", icon: Repeat, group: "Move", shortcuts: ["M"], onStates: true,
    enabled: (state) => some(state) && refusalToWrap(state.good, pointers(state)) === undefined,
    perform: (state) => editSelected(state, (document, ids) => wrapStates(document, ids, "Map")),
  },
  {
    id: "unwrap", label: "Take the container away", icon: Ungroup, group: "Move", shortcuts: ["U"], onStates: true,
    enabled: (state) => whole(state) && only(state, ["Parallel", "Map"]) !== undefined,
    perform: (state) => editSelected(state, (document, [id = ""]) => unwrapState(document, id)),
  },
  {
    id: "add-rule", label: "Add a rule with a state", icon: Split, group: "Add", shortcuts: ["R"], onStates: true,
    enabled: (state) => whole(state) && only(state, ["Choice"]) !== undefined,
    perform: (state) => addAs("rule", selectedState(state)?.pointer ?? ""),
  },
  {
    id: "add-catch", label: "Add a state for its errors", icon: ShieldAlert, group: "Add", shortcuts: ["E"], onStates: true,
    enabled: (state) => whole(state) && only(state, FALLIBLE) !== undefined,
    perform: (state) => addAs("catch", selectedState(state)?.pointer ?? ""),
  },
  {
    id: "add-branch", label: "Add a branch", icon: Split, group: "Add", shortcuts: ["B"], onStates: true,
    enabled: (state) => whole(state) && only(state, ["Parallel"]) !== undefined,
    perform: (state) => edit((document) => addBranch(document, only(state, ["Parallel"])?.pointer ?? "")),
  },
  {
    id: "collapse",
    label: (state) => (state.collapsed.has(selectedState(state)?.pointer ?? "") ? "Expand the container" : "Collapse the container"),
    icon: SquareDashed, group: "View", shortcuts: ["C"], onStates: true,
    enabled: (state) => only(state, ["Parallel", "Map"]) !== undefined,
    perform: (state) => toggleCollapsed(selectedState(state)?.pointer ?? ""),
  },
];
