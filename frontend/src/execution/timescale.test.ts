import { expect, test } from "vitest";
import { following, foldsOf, panned, scaleOf, WHOLE, zoomed, type Stretch } from "./timescale";

const DAY = 86_400_000;
const busy = (from: number, to: number): Stretch => ({ from, to, waits: false });

test("a day of waiting is folded, what happened around it keeps its place and comes back as the same time", () => {
  const folds = foldsOf(0, DAY, [busy(1000, 2000), { from: 2000, to: DAY - 1000, waits: true }]);
  expect(folds).toEqual([{ from: 2000, to: DAY - 1000 }]);
  const scale = scaleOf(0, DAY, folds);
  expect(scale.place(2000)).toBeGreaterThan(0.5);
  for (const time of [0, 500, 2000, DAY / 2, DAY - 1000, DAY]) expect(scale.time(scale.place(time))).toBeCloseTo(time, 3);
  expect([scale.place(0), scale.place(DAY)]).toEqual([0, 1]);
});

test("a run without long waits is drawn at its length", () => {
  expect(foldsOf(0, 100, [busy(10, 30), busy(55, 80)])).toEqual([]);
  expect(scaleOf(0, 100, []).place(30)).toBeCloseTo(0.3);
});

test("one wait alone isn't folded: nothing else is on the axis", () => expect(foldsOf(0, DAY, [{ from: 5, to: null, waits: true }])).toEqual([]));

test("an hour of work is no gap", () => expect(foldsOf(0, 100, [busy(5, 95), busy(1, 2), busy(96, 98)])).toEqual([]));

test("zooming keeps the place under the pointer, panning stops at the ends, the head stays in view", () => {
  const near = zoomed(WHOLE, 4, 0.5);
  expect((0.5 - near.left) * near.zoom).toBeCloseTo(0.5);
  expect(panned(near, 9).left).toBeCloseTo(0.75);
  expect(zoomed(near, 0.001, 0.9)).toEqual(WHOLE);
  const followed = following(near, 0.95);
  expect(followed.left).toBeLessThanOrEqual(0.95);
  expect(followed.left + 0.25).toBeGreaterThanOrEqual(0.95);
  expect(following(near, 0.5)).toBe(near);
});
