/** What the graph's parts ask of the graph they are in. */
import { createContext } from "react";
import type { Direction } from "./model";

export interface GraphActions {
  direction: Direction;
  /** States have a dot to draw a line from. */
  canConnect: boolean;
  select: (id: string, additive: boolean) => void;
  open: (nodeId: string) => void;
  setCurrent: (nodeId: string) => void;
  contextMenu: ((nodeId: string, at: { x: number; y: number }) => void) | undefined;
  edgeContextMenu: ((edgeId: string, at: { x: number; y: number }) => void) | undefined;
  toggleCollapse: ((nodeId: string) => void) | undefined;
  drag: ((nodeId: string | null) => void) | undefined;
}

export const GraphContext = createContext<GraphActions>({
  direction: "TB",
  canConnect: false,
  select: () => undefined,
  open: () => undefined,
  setCurrent: () => undefined,
  contextMenu: undefined,
  edgeContextMenu: undefined,
  toggleCollapse: undefined,
  drag: undefined,
});
