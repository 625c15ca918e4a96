import { expect, test } from "vitest";
import { project } from "../graph";
import { decorations, type Mark } from "./marks";

const before = project({ StartAt: "A", States: { A: { Type: "Pass", Next: "Gone" }, Gone: { Type: "Pass", Next: "Same" }, Same: { Type: "Succeed" } } });
const after = project({ StartAt: "A", States: { A: { Type: "Pass", Next: "New" }, New: { Type: "Pass", Next: "Same" }, Same: { Type: "Succeed" } } });
const marks = new Map<string, Mark>([
  ["/States/A", { kind: "changed", words: "changed" }],
  ["/States/New", { kind: "added", words: "added" }],
  ["/States/Gone", { kind: "removed", words: "removed" }],
]);

test("each graph marks what changed on its side and dims the rest", () => {
  const newer = decorations(after, marks, false);
  expect(newer.get("/States/A")?.chip?.text).toBe("changed");
  expect(newer.get("/States/New")?.chip).toEqual({ tone: "ok", text: "added", label: "added", glyph: false });
  expect(newer.get("/States/Same")).toEqual({ dimmed: true });
  const older = decorations(before, marks, true);
  expect(older.get("/States/Gone")?.chip?.tone).toBe("fail");
  expect(older.get("/States/A")?.chip?.text).toBe("changed");
});

test("what was moved is found in the older graph by its name", () => {
  const moved = new Map<string, Mark>([["/States/P/Branches/0/States/A", { kind: "moved", words: "moved" }]]);
  expect(decorations(before, moved, true).get("/States/A")?.chip?.text).toBe("moved");
});
