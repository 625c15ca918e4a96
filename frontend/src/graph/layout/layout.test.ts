import { describe, expect, test } from "vitest";
import { definitions } from "../definitions.fixture";
import { project } from "../project";
import { layout } from "./index";
import { measure } from "./metrics.fixture";

const real = definitions();
const none = { boxOverlaps: [], linesThroughBoxes: [], labelOverlaps: [], labelsOnForeignLines: [], linesOnOneAnother: [] };

describe.skipIf(real.length === 0)("real definitions (skipped: ../shared/definitions isn't there)", () => {
  for (const direction of ["TB", "LR"] as const)
    test(`${direction}: no overlap, no line through a box, every main path straight`, () => {
      const total = { ...structuredClone(none), mainEdges: 0, straightMainEdges: 0, crossings: 0, bends: 0 };
      const start = performance.now();
      const drawings = real.map(({ name, definition }) => {
        const graph = project(definition);
        return { name, graph, drawing: layout(graph, { direction }) };
      });
      const took = performance.now() - start;
      for (const { name, graph, drawing } of drawings) {
        const found = measure(graph, drawing);
        for (const key of Object.keys(none) as (keyof typeof none)[]) (total[key] as string[]).push(...found[key].map((fault) => `${name}: ${fault}`));
        for (const key of ["mainEdges", "straightMainEdges", "crossings", "bends"] as const) total[key] += found[key];
      }
      process.stdout.write(`${direction} ${took.toFixed(0)}ms ${JSON.stringify({ ...total, ...Object.fromEntries(Object.keys(none).map((k) => [k, (total[k as keyof typeof none] as string[]).length])) })}\n`);
      for (const key of Object.keys(none) as (keyof typeof none)[]) if (total[key].length) process.stdout.write(`${key}: ${total[key].slice(0, 12).join("\n   ")}\n`);
      expect(total).toMatchObject(none);
      expect(total.straightMainEdges).toBe(total.mainEdges);
    });
});
