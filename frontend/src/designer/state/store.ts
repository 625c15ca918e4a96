/**
 * The designer's one store. The definition's text is the truth; graph and forms are read from its last good
 * parse. Everything a person can do ends in one of the transitions below.
 */

import { create } from "zustand";

import { parseDocument, type ParsedDocument, type SyntaxProblem } from "../../asl/document";
import { EditRefused, type Edit } from "../../asl/edit";
import type { NewState } from "../../asl/insert";
import type { Direction, EdgeDecoration, NodeDecoration } from "../../graph";
import type { Conflict, Deployment, Diagnostic } from "../api";
import type { Boot, StateComment } from "../boot";
import type { Offered } from "../drafts/keeping";
import { graphOf } from "./derive";
import { NO_HISTORY, record, redo, undo, type History } from "./history";

export interface Notice {
  level: "info" | "error";
  text: string;
  /** Distinguishes two notices with the same words. */
  id: number;
}

export type Dialog =
  | { kind: "save" }
  | { kind: "conflict"; conflict: Conflict; comment: string }
  | { kind: "deploy" }
  | { kind: "shortcuts" }
  | { kind: "convert" }
  | { kind: "comment"; pointer: string }
  /** `from` is a state's pointer, or the id of a connection to be led elsewhere. */
  | { kind: "connect"; from: string; errors?: true }
  | { kind: "draft"; drafts: readonly Offered[] }
  | { kind: "import"; name?: string; text?: string }
  | { kind: "cost" };

/** What is being dragged onto the canvas. */
export type Dragged = { kind: "new"; state: NewState; title: string; type: string } | { kind: "states"; pointers: readonly string[] };

export type Panel = "palette" | "inspector";
export type PaletteTab = "actions" | "flow" | "patterns";

export interface DesignerState {
  boot: Boot;
  text: string;
  /** The last text that parsed; the graph and the forms show this one. */
  good: ParsedDocument;
  problems: readonly SyntaxProblem[];
  history: History;
  /** The revision that the text is an edit of. */
  base: { number: number; text: string };
  /** The definition as YAML with its comments, once somebody wrote it so; "" otherwise. It may lag behind `text`, which counts. */
  yaml: string;
  savedYaml: string;
  /** Length of the undo stack when last saved, to count what isn't saved. */
  savedDepth: number;
  /** Ids of nodes and edges (JSON Pointers and pairs of them). */
  selection: readonly string[];
  /** Who chose the selection, so that the code pane doesn't scroll under the typing hand. */
  selectedBy: "canvas" | "code";
  diagnostics: readonly Diagnostic[];
  /** What AWS said at the last deployment, until the text changes. */
  deployProblems: readonly Diagnostic[];
  /** What colleagues say of states. */
  comments: readonly StateComment[];
  environment: number | string | undefined;
  direction: Direction;
  collapsed: ReadonlySet<string>;
  codeDock: "closed" | "bottom" | "right";
  codeForm: "json" | "yaml";
  /** The panel open as a sheet on a narrow screen. */
  sheet: Panel | undefined;
  paletteTab: PaletteTab;
  dialog: Dialog | undefined;
  notice: Notice | undefined;
  dragging: Dragged | undefined;
  /** An empty scope that the next state added goes into. */
  addInto: string | undefined;
  saving: boolean;
  deployment: Deployment | undefined;
  /** The panel for running the workflow with mocks is open. */
  testing: boolean;
  /** How a test run or its coverage shows on the canvas. */
  painted: { nodes: ReadonlyMap<string, NodeDecoration>; edges: ReadonlyMap<string, EdgeDecoration> } | undefined;
}

function emptyDocument(): ParsedDocument {
  const result = parseDocument("{}");
  if (!result.ok) throw new Error("unreachable: {} is a definition");
  return result.document;
}

export function initialState(boot: Boot): DesignerState {
  const { definition, revision } = boot.machine;
  const result = parseDocument(definition);
  return {
    boot,
    text: definition,
    good: result.ok ? result.document : emptyDocument(),
    problems: result.ok ? [] : result.problems,
    history: NO_HISTORY,
    base: { number: revision.number, text: definition },
    yaml: boot.machine.yaml ?? "",
    savedYaml: boot.machine.yaml ?? "",
    savedDepth: 0,
    selection: [],
    selectedBy: "canvas",
    diagnostics: [],
    deployProblems: [],
    comments: boot.comments ?? [],
    environment: boot.environments[0]?.id,
    direction: "TB",
    collapsed: new Set(),
    codeDock: result.ok ? "closed" : "bottom",
    codeForm: "json",
    sheet: undefined,
    paletteTab: "actions",
    dialog: undefined,
    notice: undefined,
    dragging: undefined,
    addInto: undefined,
    saving: false,
    deployment: undefined,
    testing: false,
    painted: undefined,
  };
}

export const useDesigner = create<DesignerState>(() => ({}) as DesignerState);

const set = useDesigner.setState;
const get = useDesigner.getState;

export function startDesigner(boot: Boot): void {
  set(initialState(boot), true);
}

/** The parts of the state that follow from `text`. */
function withText(state: DesignerState, text: string): Pick<DesignerState, "text" | "good" | "problems" | "deployProblems"> {
  const result = parseDocument(text);
  if (!result.ok) return { text, good: state.good, problems: result.problems, deployProblems: [] };
  return { text, good: result.document, problems: [], deployProblems: [] };
}

/** Selected ids that still mean something in `document`. */
function surviving(selection: readonly string[], document: ParsedDocument): readonly string[] {
  const { nodes, edges } = graphOf(document);
  const kept = selection.filter((id) => nodes.has(id) || edges.has(id));
  return kept.length === selection.length ? selection : kept;
}

function travelTo(travel: ReturnType<typeof undo>, verb: string): void {
  if (travel === undefined) return;
  set((state) => {
    const next = withText(state, travel.text);
    return {
      ...next,
      yaml: travel.yaml ?? state.yaml,
      history: travel.history,
      selection: surviving(travel.selection, next.good),
      comments: followed(state.comments, travel.renamed),
    };
  });
  announce(`${verb}: ${travel.label}`);
}

/** What is said of a state goes with it when it gets another name. */
function followed(comments: readonly StateComment[], renamed: readonly [string, string] | undefined): readonly StateComment[] {
  if (renamed === undefined) return comments;
  const [from, to] = renamed;
  return comments.map((comment) => (comment.state === from ? { ...comment, state: to, saved: comment.saved ?? from } : comment));
}

let noticeId = 0;

export function announce(text: string, level: Notice["level"] = "info"): void {
  noticeId += 1;
  set({ notice: { text, level, id: noticeId } });
}

export function dismissNotice(): void {
  set({ notice: undefined });
}

/** Put an edit into effect as one step of the undo list. */
export function applyEdit(edit: Edit & { yaml?: string }, merge?: string): void {
  const state = get();
  const { yaml = state.yaml } = edit;
  if (!state.boot.permissions.design || (edit.text === state.text && yaml === state.yaml)) return;
  const step = { text: state.text, yaml: state.yaml, label: edit.label, selection: state.selection, renamed: edit.renamed, merge, at: Date.now() };
  const next = withText(state, edit.text);
  const selection = surviving(edit.select ?? state.selection, next.good);
  set({ ...next, yaml, history: record(state.history, step), selection, comments: followed(state.comments, edit.renamed), selectedBy: "canvas", addInto: undefined });
}

const BROKEN = "The definition's text doesn't parse at the moment, so the canvas can't change it. Correct it in the code pane, or undo.";

/**
 * Compute an edit on the document and apply it; a refusal becomes a notice. While the text is broken nothing
 * but the code pane may change it, or what was typed there would be lost.
 */
export function edit(compute: (document: ParsedDocument) => Edit, merge?: string): boolean {
  const state = get();
  if (state.problems.length > 0) {
    announce(BROKEN, "error");
    return false;
  }
  try {
    applyEdit(compute(state.good), merge);
    return true;
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
    announce(error.message, "error");
    return false;
  }
}

/** Text typed into the code pane. */
export function typeText(text: string): void {
  applyEdit({ text, label: "type in the definition" }, "typing");
}

/** YAML typed into the code pane, and the JSON that it means: the last that could be read, where `problems` say why this can't. */
export function typeYaml(yaml: string, text: string, problems: readonly SyntaxProblem[]): void {
  applyEdit({ text, yaml, label: "type in the definition as YAML" }, "typing");
  if (problems.length > 0) set({ problems });
}

export function replaceText(text: string, label: string): void {
  applyEdit({ text, label, select: [] });
}

const now = (state: DesignerState) => ({ text: state.text, yaml: state.yaml, selection: state.selection, at: Date.now() });

export const undoStep = (): void => {
  const state = get();
  travelTo(undo(state.history, now(state)), "Undone");
};

export const redoStep = (): void => {
  const state = get();
  travelTo(redo(state.history, now(state)), "Done again");
};

export function select(ids: readonly string[], by: DesignerState["selectedBy"] = "canvas"): void {
  const { selection } = get();
  if (ids.length === selection.length && ids.every((id, index) => id === selection[index])) return;
  set({ selection: ids, selectedBy: by, addInto: undefined });
}

export function openDialog(dialog: Dialog | undefined): void {
  set({ dialog });
}

export function toggleCollapsed(id: string): void {
  set(({ collapsed }) => {
    const next = new Set(collapsed);
    if (!next.delete(id)) next.add(id);
    return { collapsed: next };
  });
}

/** The text on the screen is revision `number` now. */
export function markSaved(number: number, text: string): void {
  set((state) => ({
    base: { number, text },
    savedYaml: state.yaml,
    savedDepth: state.history.past.length,
    comments: state.comments.map((comment) => ({ ...comment, saved: undefined })),
  }));
}

/** Steps that aren't saved; 0 when the text is the revision's. */
export function unsavedCount({ text, base, yaml, savedYaml, history, savedDepth }: DesignerState): number {
  return text === base.text && yaml === savedYaml ? 0 : Math.max(1, Math.abs(history.past.length - savedDepth));
}
