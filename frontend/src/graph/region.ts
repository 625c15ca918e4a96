/**
 * The part of a large drawing that is put into the page: the pane and at least a quarter of it around it.
 *
 * It changes only when the pane comes near its edge, so panning moves one layer and draws nothing. A small drawing is
 * there as a whole.
 */
import type { Layout, Rect } from "./layout";
import { useViewport } from "./viewport";

/** Drawings of more boxes than this are cut to what can be seen. */
export const LARGE = 120;
/** The region lies on a grid of this part of the pane, and reaches as far beyond it. */
const STEP = 0.25;
/** The pane itself, one before it, one after it, and one for where between two lines of the grid it begins. */
const STEPS = 1 / STEP + 3;

/** `null` means everything. */
export function useRegion(drawing: Layout): Rect | null {
  const isLarge = drawing.nodes.size > LARGE;
  return parse(
    useViewport(({ transform: { x, y, zoom }, width, height }) => {
      if (!isLarge) return "";
      if (width === 0) return "0,0,0,0"; // not measured yet: nothing of it is seen
      // The grid knows zooms by powers of two, so that a slow zoom doesn't change it at every step.
      const coarse = 2 ** Math.floor(Math.log2(zoom));
      const step = { x: (width * STEP) / coarse, y: (height * STEP) / coarse };
      const left = Math.floor(-x / zoom / step.x) - 1;
      const top = Math.floor(-y / zoom / step.y) - 1;
      return [left * step.x, top * step.y, STEPS * step.x, STEPS * step.y].map(Math.round).join(",");
    }),
  );
}

let last: { text: string; rect: Rect | null } = { text: "", rect: null };

/** The same text is the same rectangle: those who draw compare by identity. */
function parse(text: string): Rect | null {
  if (text === last.text) return last.rect;
  const [x = 0, y = 0, width = 0, height = 0] = text.split(",").map(Number);
  last = { text, rect: text === "" ? null : { x, y, width, height } };
  return last.rect;
}

export function isIn(region: Rect | null, rect: Rect): boolean {
  if (region === null) return true;
  return rect.x < region.x + region.width && rect.x + rect.width > region.x && rect.y < region.y + region.height && rect.y + rect.height > region.y;
}
