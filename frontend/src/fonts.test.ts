import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

import { characters } from "../fonts";

it("the stylesheet asks for the basic font's own characters", () => {
  const face = /inter-basic[^}]+unicode-range: ([^;]+);/.exec(readFileSync("src/theme.css", "utf8"))?.[1] ?? "";
  const asked = face.split(", ").flatMap((range) => {
    const [first = 0, last = first] = range.replace("U+", "").split("-").map((end) => Number.parseInt(end, 16));
    return Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at));
  });
  expect(asked.join("")).toBe(characters());
});
