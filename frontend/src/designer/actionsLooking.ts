/** Actions that change how the canvas is looked at, never the definition. */

import { List, Map as MapIcon, Menu, MessageSquareText, ScanSearch, Undo } from "lucide-react";

import type { Action } from "./actions";
import { canvas, focusOn } from "./state/canvas";
import { graphOf } from "./state/derive";
import { toggle, useLook } from "./state/look";
import { useDesigner } from "./state/store";

const always = (): boolean => true;
const hasStates: Action["enabled"] = (state) => graphOf(state.good).nodes.size > 0;

/** To where the keyboard was: what is selected, or the first state. */
export function backToCanvas(): void {
  const { selection, good } = useDesigner.getState();
  const graph = graphOf(good);
  const id = selection.find((each) => graph.nodes.has(each)) ?? graph.edges.get(selection[0] ?? "")?.source ?? graph.scopes.get("")?.nodes[0];
  if (id !== undefined && graph.nodes.has(id)) canvas()?.reveal(id, { focus: true });
}

export const LOOKING_ACTIONS: readonly Action[] = [
  {
    id: "find", label: "Find a state", icon: ScanSearch, group: "View", shortcuts: ["Mod+F"], enabled: hasStates,
    perform: () => {
      useLook.setState(({ query }) => ({ query: query ?? "" }));
      focusOn("find-state");
    },
  },
  {
    id: "outline", label: () => (useLook.getState().outline ? "Close the outline" : "Show the outline"), icon: List, group: "View", shortcuts: ["O"], enabled: always,
    perform: () => {
      toggle("outline");
      if (useLook.getState().outline) focusOn("outline");
      else backToCanvas();
    },
  },
  { id: "minimap", label: () => (useLook.getState().minimap ? "Hide the map" : "Show the map"), icon: MapIcon, group: "View", shortcuts: ["Shift+M"], enabled: hasStates, perform: () => toggle("minimap") },
  {
    id: "comments", label: () => (useLook.getState().comments ? "Show what states do" : "Show comments on the states"), icon: MessageSquareText, group: "View",
    enabled: (state) => [...graphOf(state.good).nodes.values()].some(({ comment }) => comment !== ""),
    perform: () => toggle("comments"),
  },
  { id: "canvas", label: "Go to the canvas", icon: Undo, group: "View", shortcuts: ["Shift+Escape"], always: true, enabled: hasStates, perform: backToCanvas },
  { id: "menu", label: "All actions", icon: Menu, group: "Help", shortcuts: ["."], enabled: always, perform: () => document.querySelector<HTMLElement>('[data-focus="all-actions"]')?.click() },
];
