/**
 * Everything a person can do, once: toolbar, menus, command palette, shortcuts and the shortcut sheet are
 * made from this list.
 */

import {
  ArrowDown, ArrowDownUp, ArrowLeft, ArrowRight, ArrowUp, ChevronsDown, ChevronsUp, Code, Download, FlaskConical, Keyboard, Maximize, PanelBottom,
  PanelRight, Pencil, Play, Plus, Redo2, Rocket, Save, Search, Shrink, Expand, Trash2, TriangleAlert, Undo2, ZoomIn, ZoomOut,
  type LucideIcon,
} from "lucide-react";

import { deleteEdge, deleteStates } from "../asl/remove";
import { LOOKING_ACTIONS } from "./actionsLooking";
import { STATE_ACTIONS } from "./actionsStates";
import { TEXT_ACTIONS } from "./actionsText";
import { canvas, focusOn } from "./state/canvas";
import { graphOf, problemsOf, selectedEdge, selectedState, selectedStates } from "./state/derive";
import { jumpTo } from "./state/jumping";
import { WORKFLOW_ACTIONS } from "./actionsWorkflow";
import { download } from "./state/saving";
import { edit, openDialog, redoStep, undoStep, unsavedCount, useDesigner, type DesignerState } from "./state/store";

export interface Action {
  id: string;
  label: string | ((state: DesignerState) => string);
  icon: LucideIcon;
  group: "Edit" | "Move" | "Add" | "View" | "Workflow" | "Help";
  /** "Mod+Shift+Z": Mod is Ctrl, or Command on a Mac. */
  shortcuts?: readonly string[];
  /** Works while typing in a field as well. */
  always?: boolean;
  /** The browser, the page around (copy, paste, Ctrl-K) or the graph (arrows) hears the keys; they're only shown. */
  byBrowser?: boolean;
  /** It is about the selected states: a key pressed on a state of the canvas means that state. */
  onStates?: boolean;
  enabled: (state: DesignerState) => boolean;
  perform: (state: DesignerState) => void;
}

const always = (): boolean => true;
const canDesign = (state: DesignerState): boolean => state.boot.permissions.design;
const whole = (state: DesignerState): boolean => canDesign(state) && state.problems.length === 0;

function deleteSelected(state: DesignerState): void {
  const states = selectedStates(state);
  const edge = selectedEdge(state);
  if (states.length > 0) edit((document) => deleteStates(document, states.map(({ pointer }) => pointer)));
  else if (edge !== undefined) edit((document) => deleteEdge(document, edge.fields.map(({ pointer }) => pointer)));
}

function nextProblem(state: DesignerState): void {
  const problems = problemsOf(state);
  const at = problems.findIndex(({ path }) => path !== undefined && path === state.selection[0]);
  const next = problems[(at + 1) % problems.length];
  if (next !== undefined) jumpTo(next);
}

const MAIN_ACTIONS: readonly Action[] = [
  {
    id: "undo",
    label: ({ history }) => (history.past.length > 0 ? `Undo: ${history.past.at(-1)?.label ?? ""}` : "Undo"),
    icon: Undo2, group: "Edit", shortcuts: ["Mod+Z"],
    enabled: (state) => canDesign(state) && state.history.past.length > 0,
    perform: undoStep,
  },
  {
    id: "redo",
    label: ({ history }) => (history.future.length > 0 ? `Redo: ${history.future.at(-1)?.label ?? ""}` : "Redo"),
    icon: Redo2, group: "Edit", shortcuts: ["Mod+Shift+Z", "Mod+Y"],
    enabled: (state) => canDesign(state) && state.history.future.length > 0,
    perform: redoStep,
  },
  {
    id: "add", label: "Add a state", icon: Plus, group: "Add", shortcuts: ["A", "/"],
    enabled: canDesign,
    perform: () => {
      useDesigner.setState({ sheet: "palette" });
      focusOn("palette-search");
    },
  },
  {
    id: "rename", label: "Rename the state", icon: Pencil, group: "Edit", shortcuts: ["F2"], onStates: true,
    enabled: (state) => whole(state) && selectedState(state) !== undefined,
    perform: () => {
      useDesigner.setState({ sheet: "inspector" });
      focusOn("state-name");
    },
  },
  {
    id: "delete",
    label: (state) => (selectedEdge(state) === undefined ? "Delete the selection" : "Delete the connection"),
    icon: Trash2, group: "Edit", shortcuts: ["Delete", "Backspace"], onStates: true,
    enabled: (state) => whole(state) && (selectedStates(state).length > 0 || (selectedEdge(state)?.fields.length ?? 0) > 0),
    perform: deleteSelected,
  },
  {
    id: "direction",
    label: ({ direction }) => (direction === "TB" ? "Lay out left to right" : "Lay out top to bottom"),
    icon: ArrowDownUp, group: "View", shortcuts: ["Shift+D"],
    enabled: always,
    perform: ({ direction }) => {
      useDesigner.setState({ direction: direction === "TB" ? "LR" : "TB" });
      requestAnimationFrame(() => canvas()?.fit());
    },
  },
  { id: "zoom-in", label: "Zoom in", icon: ZoomIn, group: "View", shortcuts: ["Mod+=", "+"], enabled: always, perform: () => canvas()?.zoomIn() },
  { id: "zoom-out", label: "Zoom out", icon: ZoomOut, group: "View", shortcuts: ["Mod+-", "-"], enabled: always, perform: () => canvas()?.zoomOut() },
  { id: "fit", label: "Fit the workflow", icon: Maximize, group: "View", shortcuts: ["Shift+1", "0"], enabled: always, perform: () => canvas()?.fit() },
  {
    id: "collapse-all", label: "Collapse all containers", icon: Shrink, group: "View",
    enabled: (state) => [...graphOf(state.good).nodes.values()].some(({ scopes }) => scopes.length > 0),
    perform: (state) => {
      const boxes = [...graphOf(state.good).nodes.values()].filter(({ scopes }) => scopes.length > 0);
      useDesigner.setState({ collapsed: new Set(boxes.map(({ id }) => id)) });
    },
  },
  {
    id: "expand-all", label: "Expand all containers", icon: Expand, group: "View",
    enabled: ({ collapsed }) => collapsed.size > 0,
    perform: () => useDesigner.setState({ collapsed: new Set() }),
  },
  {
    id: "code",
    label: ({ codeDock }) => (codeDock === "closed" ? "Show the definition" : "Hide the definition"),
    icon: Code, group: "View", shortcuts: ["Mod+J"], always: true, enabled: always,
    perform: ({ codeDock }) => {
      useDesigner.setState({ codeDock: codeDock === "closed" ? "bottom" : "closed" });
      if (codeDock === "closed") setTimeout(() => document.querySelector<HTMLElement>("[data-code] .cm-content")?.focus(), 200);
    },
  },
  {
    id: "code-right", label: "Dock the definition at the right", icon: PanelRight, group: "View",
    enabled: ({ codeDock }) => codeDock !== "right",
    perform: () => useDesigner.setState({ codeDock: "right" }),
  },
  {
    id: "code-bottom", label: "Dock the definition at the bottom", icon: PanelBottom, group: "View",
    enabled: ({ codeDock }) => codeDock !== "bottom",
    perform: () => useDesigner.setState({ codeDock: "bottom" }),
  },
  {
    id: "problem", label: "Go to the next problem", icon: TriangleAlert, group: "View", shortcuts: ["F8"], always: true,
    enabled: (state) => problemsOf(state).length > 0,
    perform: nextProblem,
  },
  {
    id: "test",
    label: ({ testing }) => (testing ? "Close the tests" : "Test the workflow"),
    icon: FlaskConical, group: "Workflow", shortcuts: ["Mod+Shift+K"], always: true, enabled: canDesign,
    perform: ({ testing }) => useDesigner.setState({ testing: !testing, painted: undefined }),
  },
  {
    id: "save", label: "Save", icon: Save, group: "Workflow", shortcuts: ["Mod+S"], always: true,
    enabled: (state) => canDesign(state) && !state.saving && unsavedCount(state) > 0,
    perform: () => openDialog({ kind: "save" }),
  },
  {
    id: "deploy", label: "Deploy", icon: Rocket, group: "Workflow", shortcuts: ["Mod+Shift+Enter"], always: true,
    enabled: canDesign,
    perform: () => openDialog({ kind: "deploy" }),
  },
  {
    id: "start", label: "Start an execution", icon: Play, group: "Workflow",
    enabled: ({ boot }) => boot.permissions.operate,
    perform: ({ boot }) => window.location.assign(boot.urls.execution_new),
  },
  { id: "export", label: "Download the definition", icon: Download, group: "Workflow", enabled: always, perform: download },
  {
    id: "commands", label: "Search and commands", icon: Search, group: "Help", shortcuts: ["Mod+K"], byBrowser: true, enabled: always,
    perform: () => document.querySelector<HTMLElement>("[data-command-palette]")?.click(),
  },
  {
    id: "shortcuts", label: "Keyboard shortcuts", icon: Keyboard, group: "Help", shortcuts: ["?"], enabled: always,
    perform: () => openDialog({ kind: "shortcuts" }),
  },
];

/** The graph hears these keys itself, on the state that has the keyboard. */
const WALKING_ACTIONS: readonly Action[] = (
  [
    ["walk-down", "Walk on along the flow", ArrowDown, "ArrowDown"],
    ["walk-up", "Walk back to where the flow came from", ArrowUp, "ArrowUp"],
    ["walk-left", "Walk to the rule, branch or state on the left", ArrowLeft, "ArrowLeft"],
    ["walk-right", "Walk to the rule, branch or error handler on the right", ArrowRight, "ArrowRight"],
    ["walk-first", "Go to the first state", ChevronsUp, "Home"],
    ["walk-last", "Go to the last state", ChevronsDown, "End"],
  ] as const
).map(([id, label, icon, key]) => ({
  id, label, icon, group: "View", shortcuts: [key], byBrowser: true,
  enabled: ({ good }) => graphOf(good).nodes.size > 0,
  perform: () => canvas()?.walk(key),
}));

export const ACTIONS: readonly Action[] = [...MAIN_ACTIONS, ...WORKFLOW_ACTIONS, ...STATE_ACTIONS, ...TEXT_ACTIONS, ...LOOKING_ACTIONS, ...WALKING_ACTIONS];
export const GROUPS: readonly Action["group"][] = ["Edit", "Move", "Add", "View", "Workflow", "Help"];

const byId = new Map(ACTIONS.map((action) => [action.id, action]));

export function action(id: string): Action {
  const found = byId.get(id);
  if (found === undefined) throw new Error(`No action called ${id}`);
  return found;
}

export function labelOf(found: Action, state: DesignerState): string {
  return typeof found.label === "string" ? found.label : found.label(state);
}

export function run(found: Action): void {
  const state = useDesigner.getState();
  if (found.enabled(state)) found.perform(state);
}

