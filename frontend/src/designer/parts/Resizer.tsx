/** The edge of a panel that can be dragged, or moved with the arrow keys. */

import type { KeyboardEvent, PointerEvent } from "react";

interface ResizerProps {
  label: string;
  /** x: the panel's left edge changes its width; y: its top edge changes its height. */
  axis: "x" | "y";
  value: number;
  min: number;
  max: number;
  onChange: (value: number) => void;
}

const STEP = 24;

export function Resizer({ label, axis, value, min, max, onChange }: ResizerProps) {
  const set = (next: number): void => onChange(Math.round(Math.min(max, Math.max(min, next))));
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const panel = event.currentTarget.parentElement?.getBoundingClientRect();
    if (panel !== undefined) set(axis === "x" ? panel.right - event.clientX : panel.bottom - event.clientY);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const grow = axis === "x" ? "ArrowLeft" : "ArrowUp";
    const shrink = axis === "x" ? "ArrowRight" : "ArrowDown";
    if (event.key !== grow && event.key !== shrink) return;
    event.preventDefault();
    set(value + (event.key === grow ? STEP : -STEP));
  };
  return (
    <div
      role="separator"
      aria-label={label}
      aria-orientation={axis === "x" ? "vertical" : "horizontal"}
      aria-valuenow={value}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      className={`absolute z-20 hover:bg-line-2 focus-visible:bg-base-content ${axis === "x" ? "left-[-3px] top-0 w-[5px] h-full cursor-col-resize" : "left-0 top-[-3px] h-[5px] w-full cursor-row-resize"}`}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    />
  );
}
