/**
 * The font file that a first visit takes: of Inter what an English page shows, at the weights that theme.css has.
 *
 * The whole latin file is 48 kB; this part is 20. Other letters come from the package's own files, when a page has them.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import subsetFont from "subset-font";
import type { Plugin } from "vite";

const SOURCE = "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";
const TARGET = ".fonts/inter-basic.woff2"; // named in theme.css, with the same characters as its unicode-range

/** ASCII, and what the pages' own words are punctuated with. */
const RANGES: readonly (readonly [number, number])[] = [[0x20, 0x7e], [0xa0, 0xa0], [0xb7, 0xb7], [0xd7, 0xd7], [0x2013, 0x2014], [0x2018, 0x2019], [0x201c, 0x201d], [0x2026, 0x2026]];
const WEIGHTS = { min: 400, max: 600 };

export function characters(): string {
  return RANGES.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at))).join("");
}

export function basicFont(): Plugin {
  return {
    name: "basic-font",
    async buildStart() {
      const source = await readFile(resolve(import.meta.dirname, SOURCE));
      const font = await subsetFont(source, characters(), { targetFormat: "woff2", variationAxes: { wght: WEIGHTS } });
      await mkdir(resolve(import.meta.dirname, ".fonts"), { recursive: true });
      await writeFile(resolve(import.meta.dirname, TARGET), font);
    },
  };
}
