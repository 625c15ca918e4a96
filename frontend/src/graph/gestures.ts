/**
 * Pan and zoom by hand: the wheel pans, with Ctrl (or a pinch on a touch pad, which browsers report as that) it zooms; a drag
 * on the ground pans; two fingers pan and zoom. What is dragged itself (`.nopan`) isn't panned by.
 */
import type { Point } from "./layout";
import type { Viewport } from "./viewport";

export interface GestureOptions {
  /** A drag means something else at the moment: a frame to select by. */
  isPannedByDrag: () => boolean;
  /** A person has moved the drawing: it isn't fitted by itself any more. */
  onMove: () => void;
}

/** Pixels that a drag takes to be one. */
const ENOUGH = 3;
/** Of the drawing for one of the wheel's. */
const WHEEL = 0.5;
const LINE = 20;
/** Zoom is doubled by this many pixels of the wheel. */
const PER_DOUBLING = 1 / 0.002;
/** A pinch on a touch pad comes in steps a tenth of a wheel's. */
const PINCH = 10;

/** Answers how to stop. */
export function followGestures(pane: HTMLElement, viewport: Viewport, { isPannedByDrag, onMove }: GestureOptions): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void, options: AddEventListenerOptions = {}): void =>
    pane.addEventListener(type, listener, { ...options, signal });
  const within = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = pane.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };

  on(
    "wheel",
    (event) => {
      event.preventDefault();
      onMove();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
      if (event.ctrlKey) {
        const isFine = Math.abs(event.deltaY) < PINCH && event.deltaMode === WheelEvent.DOM_DELTA_PIXEL;
        const doublings = (-event.deltaY * unit * (isFine ? PINCH : 1)) / PER_DOUBLING;
        viewport.zoomTo(viewport.transform.zoom * 2 ** doublings, within(event));
      } else {
        const [x, y] = event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
        viewport.panBy(-x * unit * WHEEL, -y * unit * WHEEL);
      }
    },
    { passive: false },
  );

  /** Fingers, or the one pointer that drags, where they were last. */
  const held = new Map<number, Point>();
  let begun: Point | null = null;
  let isDragging = false;
  let swallowsClick = false;

  on("pointerdown", (event) => {
    swallowsClick = false;
    const isMeant = event.pointerType === "touch" || event.button === 0 || event.button === 1;
    if (!isMeant || !isPannedByDrag() || (event.target as Element).closest(".nopan, input, textarea, select") !== null) return;
    const at = within(event);
    held.set(event.pointerId, at);
    if (held.size === 1) [begun, isDragging] = [at, false];
  });
  const onPointerMove = (event: PointerEvent): void => {
    const before = held.get(event.pointerId);
    if (before === undefined || begun === null) return;
    const now = within(event);
    if (!isDragging) {
      if (Math.hypot(now.x - begun.x, now.y - begun.y) <= ENOUGH && held.size === 1) return;
      isDragging = true;
      pane.dataset["dragging"] = "";
      onMove();
    }
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    held.set(event.pointerId, now);
    if (other === undefined) viewport.panBy(now.x - before.x, now.y - before.y);
    else pinch(viewport, other, before, now);
  };
  const onPointerUp = (event: PointerEvent): void => {
    if (!held.delete(event.pointerId) || held.size > 0) return;
    swallowsClick = isDragging;
    isDragging = false;
    begun = null;
    delete pane.dataset["dragging"];
  };
  // On the window: a drag goes on when it leaves the pane, and ends wherever it is let go.
  window.addEventListener("pointermove", onPointerMove, { signal });
  window.addEventListener("pointerup", onPointerUp, { signal });
  window.addEventListener("pointercancel", onPointerUp, { signal });
  // The click that ends a drag isn't one on what lies there.
  on(
    "click",
    (event) => {
      if (!swallowsClick) return;
      swallowsClick = false;
      event.stopPropagation();
    },
    { capture: true },
  );
  // A browser scrolls to what gets the keyboard: that is panned to instead.
  on("scroll", () => {
    const { scrollLeft, scrollTop } = pane;
    if (scrollLeft === 0 && scrollTop === 0) return;
    pane.scrollTo({ left: 0, top: 0, behavior: "instant" });
    onMove();
    viewport.panBy(-scrollLeft, -scrollTop);
  });
  return () => stop.abort();
}

/** One finger rests at `other`, the second went from `before` to `now`. */
function pinch(viewport: Viewport, other: Point, before: Point, now: Point): void {
  const apart = (a: Point): number => Math.max(1, Math.hypot(a.x - other.x, a.y - other.y));
  const middle = { x: (other.x + now.x) / 2, y: (other.y + now.y) / 2 };
  viewport.panBy((now.x - before.x) / 2, (now.y - before.y) / 2);
  viewport.zoomTo((viewport.transform.zoom * apart(now)) / apart(before), middle);
}
