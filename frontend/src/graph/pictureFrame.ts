/** What stands around a drawing in a picture: its title above, the meaning of its colours and glyphs below. Pure. */
import { textWidth } from "./layout/measure";
import { fitting, icon, words, type PictureLook, type PictureOf } from "./picture";
import type { StatusTone } from "./types";

export type Meaning = readonly [tone: StatusTone, word: string];

interface Inside extends Pick<PictureOf, "title" | "line" | "legend"> {
  width: number;
  height: number;
  left: number;
  top: number;
}

export interface Framed {
  parts: string[];
  width: number;
  height: number;
  /** Where the picture begins. */
  top: number;
}

const HEAD = 48;
const ROW = 22;
const GLYPH = 12;
const PAD = 24;
/** A narrow drawing has room for its title all the same. */
const NARROWEST = 360;

/** The picture's size with what stands around the drawing; without `line` and `legend` it is the drawing's own. */
export function frame({ title, line, legend = [], width, height, left, top }: Inside, look: PictureLook): Framed {
  const { palette } = look;
  const isFramed = line !== undefined || legend.length > 0;
  const wide = isFramed ? Math.max(width, NARROWEST) : width;
  const parts: string[] = [];
  const head = line === undefined ? 0 : HEAD;
  if (line !== undefined) {
    parts.push(words(fitting(title, wide - 2 * PAD, 15), left + PAD, top - HEAD + 34, 15, palette.ink, 'font-weight="600"'));
    parts.push(words(fitting(line, wide - 2 * PAD, 11), left + PAD, top - HEAD + 52, 11, palette.ink2));
  }
  const rows = rowsOf(legend, wide - 2 * PAD);
  rows.forEach((row, number) => {
    let x = left + PAD;
    const y = top + height + number * ROW + 4;
    for (const [tone, word] of row) {
      parts.push(icon(look.statusGlyph(tone), x, y - GLYPH + 2, GLYPH, palette.tones[tone]?.line ?? palette.ink2), words(word, x + GLYPH + 5, y, 11, palette.ink2));
      x += widthOf(word);
    }
  });
  const foot = rows.length === 0 ? 0 : rows.length * ROW + 6;
  return { parts, width: wide, height: height + head + foot, top: top - head };
}

function widthOf(word: string): number {
  return GLYPH + 5 + textWidth(word) + 18;
}

/** As many in a row as there is room for. */
function rowsOf(legend: readonly Meaning[], room: number): Meaning[][] {
  const rows: Meaning[][] = [];
  let used = room;
  for (const meaning of legend) {
    const needed = widthOf(meaning[1]);
    if (used + needed > room) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(meaning);
    used += needed;
  }
  return rows;
}
