/**
 * What part of a drawing the pane shows, and how large: the one place that knows, and those who must follow it.
 *
 * The drawing's layer is moved by hand, not by React: panning draws nothing anew. Those who ask for something that follows
 * from the place (`useViewport`) are drawn again only when that changes.
 */
import { createContext, useContext, useSyncExternalStore } from "react";
import type { Point } from "./layout";

/** Pixels of the pane at which the drawing's origin stands, and how many of them are one of the drawing's. */
export interface Transform {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export const ZOOM = { least: 0.1, most: 2, step: 1.25, readable: 0.5 };

export class Viewport {
  transform: Transform = { x: 0, y: 0, zoom: 1 };
  /** Of the pane, in pixels; 0 until it is measured. */
  width = 0;
  height = 0;
  private pane: HTMLElement | null = null;
  private layer: HTMLElement | null = null;
  private frame = 0;
  private readonly followers = new Set<() => void>();

  readonly follow = (follower: () => void): (() => void) => {
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  };

  /** `layer` holds the drawing and lies in `pane`; null when they go. */
  attach(pane: HTMLElement | null, layer: HTMLElement | null): void {
    cancelAnimationFrame(this.frame);
    [this.pane, this.layer] = [pane, layer];
    if (pane !== null) this.measure();
  }

  measure(): void {
    const { width, height } = this.pane?.getBoundingClientRect() ?? this;
    if (width === this.width && height === this.height) return;
    [this.width, this.height] = [width, height];
    this.tell();
  }

  /** At once, whatever was on its way. */
  set(to: Transform): void {
    cancelAnimationFrame(this.frame);
    this.put(to);
  }

  panBy(x: number, y: number): void {
    const { transform } = this;
    this.set({ ...transform, x: transform.x + x, y: transform.y + y });
  }

  /** `around` stays where it is: a point of the pane, its middle when none is named. */
  zoomTo(zoom: number, around: Point = { x: this.width / 2, y: this.height / 2 }, duration = 0): void {
    const { x, y, zoom: before } = this.transform;
    const next = Math.min(ZOOM.most, Math.max(ZOOM.least, zoom));
    const factor = next / before;
    this.glide({ x: around.x - (around.x - x) * factor, y: around.y - (around.y - y) * factor, zoom: next }, duration);
  }

  /** A point of the drawing comes to the pane's middle. */
  centre({ x, y }: Point, duration = 0): void {
    const { zoom } = this.transform;
    this.glide({ x: this.width / 2 - x * zoom, y: this.height / 2 - y * zoom, zoom }, duration);
  }

  /** From a point of the window to the drawing's. */
  toDrawing({ x, y }: Point): Point {
    const { left, top } = this.pane?.getBoundingClientRect() ?? { left: 0, top: 0 };
    const { transform } = this;
    return { x: (x - left - transform.x) / transform.zoom, y: (y - top - transform.y) / transform.zoom };
  }

  private glide(to: Transform, duration: number): void {
    if (duration === 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.set(to);
      return;
    }
    cancelAnimationFrame(this.frame);
    const from = this.transform;
    const start = performance.now();
    const step = (now: number): void => {
      const part = Math.min(1, Math.max(0, (now - start) / duration));
      const eased = 1 - (1 - part) ** 3;
      const between = (a: number, b: number): number => a + (b - a) * eased;
      this.put(part === 1 ? to : { x: between(from.x, to.x), y: between(from.y, to.y), zoom: between(from.zoom, to.zoom) });
      if (part < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  private put(to: Transform): void {
    this.transform = to;
    if (this.layer !== null) this.layer.style.transform = `translate(${String(to.x)}px, ${String(to.y)}px) scale(${String(to.zoom)})`;
    this.tell();
  }

  private tell(): void {
    for (const follower of this.followers) follower();
  }
}

export const ViewportContext = createContext(new Viewport());

/** `read` answers something that is compared by identity: a number, a text. */
export function useViewport<T>(read: (viewport: Viewport) => T): T {
  const viewport = useContext(ViewportContext);
  return useSyncExternalStore(viewport.follow, () => read(viewport));
}
