import { describe, expect, it } from "vitest";
import type { Arrow } from "./keyboard";
import { layout } from "./layout";
import { project } from "./project";
import { walk } from "./walking";

const pass = (Next: string) => ({ Type: "Pass", Next });
const graph = project({
  StartAt: "Ask",
  States: {
    Ask: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Catch: [{ ErrorEquals: ["States.ALL"], Next: "Failed" }], Next: "Good?" },
    "Good?": {
      Type: "Choice",
      Choices: [{ Variable: "$.a", IsNull: true, Next: "Left" }, { Variable: "$.b", IsNull: true, Next: "Ask" }],
      Default: "Both",
    },
    Left: pass("Done"),
    Both: { Type: "Parallel", Branches: ["x", "y"].map((name) => ({ StartAt: name, States: { [name]: { Type: "Pass", End: true } } })), Next: "Done" },
    Done: { Type: "Succeed" },
    Failed: { Type: "Fail" },
  },
});
const x = "/States/Both/Branches/0/States/x";
const y = "/States/Both/Branches/1/States/y";

describe.each([
  ["TB", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight"],
  ["LR", "ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"],
] as const)("walking by arrow keys, %s", (direction, forward, back, left, right) => {
  const drawing = layout(graph, { direction });
  const go = (from: string, arrow: Arrow, trail: string[] = []) => walk(graph, drawing, from, arrow, trail);

  it("forward goes along Next, through a container's first branch, and on after it", () => {
    expect(go("/States/Ask", forward)).toBe("/States/Good?");
    expect(go("/States/Both", forward)).toBe(x);
    expect(go(x, forward)).toBe("/States/Done");
    expect(go(y, forward)).toBe("/States/Done");
  });

  it("back goes where one came from", () => {
    expect(go("/States/Done", back, ["/States/Both"])).toBe("/States/Both");
    expect(go("/States/Done", back, ["/States/Left"])).toBe("/States/Left");
    expect(go(x, back)).toBe("/States/Both");
    expect(go("/States/Ask", forward)).not.toBe("/States/Ask");
  });

  it("across goes to the other branch, and from a state to what catches its errors and back", () => {
    expect(go(x, right)).toBe(y);
    expect(go(y, left)).toBe(x);
    expect(go("/States/Ask", right)).toBe("/States/Failed");
    expect(go("/States/Failed", left)).toBe("/States/Ask");
  });

  it("every state is reached from StartAt by arrows alone", () => {
    const seen = new Set(["/States/Ask"]);
    const waiting = ["/States/Ask"];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
      for (const arrow of [forward, back, left, right] as const) {
        const next = go(at, arrow);
        if (next === null || seen.has(next)) continue;
        seen.add(next);
        waiting.push(next);
      }
    expect([...graph.nodes.keys()].filter((id) => !seen.has(id))).toEqual([]);
  });
});
