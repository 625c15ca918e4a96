/** Distances of the drawing, in CSS pixels at 100%. */
export const NODE = { width: 220, height: 48 } as const;
export const PILL = { width: 72, height: 26 } as const;

/** Between one rank and the next; labels and tracks make it taller. */
export const GAP = 21;
export const LABEL_HEIGHT = 20;
/** Free space between a label and the state it leads to, and between the state above and the label. */
export const LABEL_BELOW = 13;
export const LABEL_ABOVE = 7;

export const NODE_TO_NODE = 28;
export const WIRE_TO_NODE = 20;
export const WIRE_TO_WIRE = 14;
export const LABEL_CLEAR = 8;

/** Tracks are the horizontal lanes in a gap: those that leave a state from below, then those that enter the next. */
export const TRACK = 10;
export const LAST_TRACK = 12;
export const FIRST_TRACK = 9;
export const TRACK_TO_LABEL = 7;

/** Between the places at a state's side where lines leave or enter. */
export const PORT = 12;
/** Of a container, from its top: its header is 28 high. */
export const CONTAINER_PORT = 14;
/** A line that enters beside the middle stays this far from the corner. */
export const CORNER_CLEAR = 14;

export const HEADER = 28;
export const PADDING = 12;
export const BRANCH_GAP = 20;
/** The short line with a dot that ends a scope away from the End pill. */
export const STUB = 6;
/** A Catch goes to the rank beside a container's header if the container is at most this wide, else below it. */
export const NARROW = 330;
export const SNAP = 110;
export const CORNER_RADIUS = 9;
