import { expect, it } from "vitest";
import { duration } from "./clocks";

it.each([
  [-5, "0 s"],
  [59.9, "59 s"],
  [64, "1 m 04 s"],
  [3600, "1 h 00 m"],
  [86_220, "23 h 57 m"],
  [187_200, "2 d 4 h"],
])("says %d seconds in at most two units", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});
