/**
 * What the canvas draws: a definition as scopes, nodes and edges.
 *
 * The model is a projection and holds no truth of its own: `project()` makes it from a parsed document, `layout()` places
 * it, `<WorkflowGraph>` draws it. Ids are JSON Pointers into the definition, so that a diagnostic, a history event and an
 * edit all name the same thing:
 *
 *   scope   ""                               the machine itself
 *           "/States/Propose titles/Branches/0"
 *   node    "/States/Ask a person"           (`~` and `/` in names escaped as in RFC 6901)
 *   edge    "<source id>><target id>"        one edge for each pair of states, however many fields lead there
 *   Start   "<scope>#start", End "<scope>#end", what a scope without states shows "<scope>#empty"
 */

export type StateType = "Task" | "Pass" | "Choice" | "Wait" | "Succeed" | "Fail" | "Parallel" | "Map" | "Unknown";

/** Names of the glyphs in `icons.tsx`: by category, never by brand. */
export type IconKey =
  | "action" | "function" | "model" | "http" | "storage" | "table" | "queue" | "topic" | "bus" | "speech" | "person"
  | "workflow" | "container" | "database" | "data" | "search" | "image" | "secret" | "activity"
  | "pass" | "choice" | "wait" | "succeed" | "fail" | "parallel" | "map" | "unknown";

export interface GraphNode {
  /** JSON Pointer of the state. */
  readonly id: string;
  /** Id of the scope that holds it. */
  readonly scope: string;
  /** The key under States: the name that edges and history events use. */
  readonly name: string;
  readonly type: StateType;
  /** What it does, in words: "Bedrock: Claude 3 Haiku, 200 tokens". */
  readonly line: string;
  readonly icon: IconKey;
  /** The Resource of a Task, as written. */
  readonly resource: string | null;
  readonly retry: boolean;
  readonly catches: boolean;
  /** Ends its scope: `"End": true`, Succeed or Fail. */
  readonly end: boolean;
  /** Waits for a task token. */
  readonly callback: boolean;
  /** Scopes inside it, in order: a Parallel's branches, a Map's processor. */
  readonly scopes: readonly string[];
  /** Names that it leads to and that aren't in its scope. */
  readonly missing: readonly string[];
  /** No path leads from StartAt to here. */
  readonly unreachable: boolean;
  /** What its author noted; "" when nothing. */
  readonly comment: string;
}

export type FieldKind = "next" | "choice" | "default" | "catch";

/** One field of the definition that leads from a state to another. */
export interface EdgeField {
  readonly kind: FieldKind;
  /** JSON Pointer of the string that names the target: ".../Choices/0/Next". */
  readonly pointer: string;
  /** Place in Choices or Catch; 0 otherwise. */
  readonly index: number;
  /** The rule or the error in words. */
  readonly label: string;
}

export type EdgeKind = FieldKind | "start" | "end" | "empty";

export interface GraphEdge {
  readonly id: string;
  readonly scope: string;
  readonly source: string;
  readonly target: string;
  /** "catch" only if no other field leads there. */
  readonly kind: EdgeKind;
  /** At most 26 characters; "" for a plain Next. */
  readonly label: string;
  /** The whole text for the tooltip and for a screen reader. */
  readonly hint: string;
  /** Empty for edges from Start and to End. */
  readonly fields: readonly EdgeField[];
  /** Leads back to a state that comes before. */
  readonly back: boolean;
  /** A state may be put in here (not before Start, not after Succeed or Fail). */
  readonly insertable: boolean;
}

export interface GraphScope {
  readonly id: string;
  /** The Parallel or Map state that holds it; null for the machine. */
  readonly parent: string | null;
  /** "Branch 1", "Each item", or "" for the machine. */
  readonly title: string;
  readonly startAt: string | null;
  /** From StartAt in the order of the main path first; never the JSON's key order. */
  readonly nodes: readonly string[];
  /** Edges between states, in the order of the sources, Next and rules before Default before Catch. */
  readonly edges: readonly GraphEdge[];
  /** Edges of Start, of End, or the one of an empty scope. */
  readonly rims: readonly GraphEdge[];
}

export interface Graph {
  readonly scopes: ReadonlyMap<string, GraphScope>;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** Every edge, rims included. */
  readonly edges: ReadonlyMap<string, GraphEdge>;
}

export type Direction = "TB" | "LR";

export const START = "#start";
export const END = "#end";
export const EMPTY = "#empty";

/** One token of a JSON Pointer (RFC 6901, section 3). */
export function escapePointer(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}

export function unescapePointer(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** Every id that a node may have ends in its name: `/States/<name>`. */
export function nameOf(nodeId: string): string {
  return unescapePointer(nodeId.slice(nodeId.lastIndexOf("/") + 1));
}

/** The scope that a node's id says it is in: what comes before `/States/<name>`. */
export function scopeOf(nodeId: string): string {
  return nodeId.slice(0, nodeId.lastIndexOf("/States/"));
}
