import { expect, it } from "vitest";
import { duration, runningDuration } from "./durations";

it.each([
  [0, "0 ms"],
  [120, "120 ms"],
  [999.6, "1.0 s"],
  [8200, "8.2 s"],
  [59_940, "59.9 s"],
  [59_960, "1 m 00 s"],
  [64_000, "1 m 04 s"],
  [3_900_000, "1 h 05 m"],
  [100_000_000, "1 d 03 h"],
])("says %d milliseconds in at most two units", (milliseconds, words) => {
  expect(duration(milliseconds)).toBe(words);
});

it.each([
  [-5000, "0 s"],
  [59_900, "59 s"],
  [64_900, "1 m 04 s"],
  [86_220_000, "23 h 57 m"],
  [187_200_000, "2 d 04 h"],
])("says %d milliseconds without tenths while it runs", (milliseconds, words) => {
  expect(runningDuration(milliseconds)).toBe(words);
});
