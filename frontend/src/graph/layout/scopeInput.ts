/**
 * One scope as the layout sees it: boxes and links in canonical axes, numbered.
 *
 * Canonical means x across and y along the flow, whatever the direction of the drawing: left to right is the same code
 * with widths and heights exchanged before and after.
 */

export interface Box {
  readonly id: string;
  /** Size along the flow. */
  readonly length: number;
  /** Extents to both sides of the axis, where the main line enters and leaves. */
  readonly left: number;
  readonly right: number;
  readonly container: boolean;
  /** What it counts in the search for the main path. */
  readonly weight: number;
  /** How a path that stops here ends. */
  readonly ending: "success" | "failure" | "none";
}

export interface LabelSize {
  readonly text: string;
  /** Across and along the flow. */
  readonly across: number;
  readonly along: number;
}

export interface Link {
  readonly id: string;
  readonly source: number;
  readonly target: number;
  readonly caught: boolean;
  readonly back: boolean;
  readonly label: LabelSize | null;
}

export interface ScopeInput {
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
  /** Index of StartAt's box (or of the first box when StartAt is missing). */
  readonly first: number;
  /** Boxes of the pills, when this scope shows them. */
  readonly startPill: number | null;
  readonly endPill: number | null;
  /** Boxes that may end the scope with a dot, when the End pill isn't theirs. */
  readonly stubs: ReadonlySet<number>;
  /** Main size of a plain node: the pitch that tall containers are measured in. */
  readonly pitch: number;
  /** Places of blocks in the last drawing, by box id and wire key. */
  readonly previous: ReadonlyMap<string, number>;
  /** Nothing but sizes of containers differs from the last drawing: its order is as good as it was, and isn't searched for again. */
  readonly keepsOrder: boolean;
}
