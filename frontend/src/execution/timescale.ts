/**
 * Where a time stands on the timeline's axis, between 0 and 1. A long stretch in which only waits go on (a day for a
 * person) is folded to a narrow one, so that the rest stays readable. Pure.
 */
export interface Fold {
  readonly from: number;
  readonly to: number;
}

export interface Scale {
  readonly start: number;
  readonly end: number;
  readonly folds: readonly Fold[];
  place: (time: number) => number;
  time: (place: number) => number;
}

/** A stretch longer than this share of the axis is folded, to this share of what is left. */
const LONG = 0.3;
const FOLDED = 0.08;

export interface Stretch {
  readonly from: number;
  /** null: to the end. */
  readonly to: number | null;
  /** Only waits: for a person, for a time, for the next attempt. */
  readonly waits: boolean;
}

/** The long stretches in which only waits go on; all in milliseconds. */
export function foldsOf(start: number, end: number, stretches: readonly Stretch[]): Fold[] {
  const marks = stretches.flatMap(({ from, to }) => (to === null ? [from] : [from, to]));
  const isQuiet = (from: number, to: number): boolean => stretches.every((one) => one.waits || one.from >= to || (one.to ?? end) <= from);
  const ordered = [start, ...marks.filter((mark) => mark > start && mark < end).sort((a, b) => a - b), end];
  const folds: Fold[] = [];
  for (let i = 1; i < ordered.length; i++) {
    const from = ordered[i - 1] ?? start;
    const to = ordered[i] ?? end;
    if (to - from > LONG * (end - start) && isQuiet(from, to)) folds.push({ from, to });
  }
  // Where nothing else is on the axis a fold would only hide how long it took.
  return ordered.length > 3 ? folds : [];
}

export function scaleOf(start: number, end: number, folds: readonly Fold[]): Scale {
  const kept = end - start - folds.reduce((sum, { from, to }) => sum + to - from, 0);
  const narrow = kept <= 0 ? (end - start) / Math.max(1, folds.length) : kept * FOLDED;
  const total = Math.max(1, kept) + narrow * folds.length;
  const pieces = piecesOf(start, end, folds, narrow);
  return {
    start, end, folds,
    place: (time) => {
      const piece = pieces.findLast((one) => one.from <= time) ?? pieces[0];
      if (!piece) return 0;
      return (piece.at + ((time - piece.from) / Math.max(1, piece.to - piece.from)) * piece.width) / total;
    },
    time: (place) => {
      const wanted = Math.min(1, Math.max(0, place)) * total;
      const piece = pieces.findLast((one) => one.at <= wanted) ?? pieces[0];
      if (!piece) return start;
      return Math.min(end, piece.from + ((wanted - piece.at) / Math.max(1e-9, piece.width)) * (piece.to - piece.from));
    },
  };
}

interface Piece extends Fold {
  readonly at: number;
  readonly width: number;
}

function piecesOf(start: number, end: number, folds: readonly Fold[], narrow: number): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const add = (from: number, to: number, width: number): void => {
    if (to <= from && pieces.length > 0) return;
    pieces.push({ from, to, at, width });
    at += width;
  };
  let from = start;
  for (const fold of folds) {
    add(from, fold.from, fold.from - from);
    add(fold.from, fold.to, narrow);
    from = fold.to;
  }
  add(from, end, end - from);
  return pieces;
}

/** The part of the axis that is in view: `zoom` 1 is all of it, `left` the place at its left edge. */
export interface Window {
  readonly left: number;
  readonly zoom: number;
}

export const WHOLE: Window = { left: 0, zoom: 1 };
const CLOSEST = 200;

/** Zooms so that `place` stays where it is. */
export function zoomed(window: Window, factor: number, place: number): Window {
  const zoom = Math.min(CLOSEST, Math.max(1, window.zoom * factor));
  return panned({ zoom, left: place - ((place - window.left) * window.zoom) / zoom }, 0);
}

export function panned(window: Window, by: number): Window {
  return { zoom: window.zoom, left: Math.min(1 - 1 / window.zoom, Math.max(0, window.left + by)) };
}

/** Moved as little as puts `place` into view. */
export function following(window: Window, place: number): Window {
  const width = 1 / window.zoom;
  if (place >= window.left && place <= window.left + width) return window;
  return panned({ zoom: window.zoom, left: place - width / 4 }, 0);
}
