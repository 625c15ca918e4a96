import { describe, expect, it } from "vitest";

import { mustParse } from "../../asl/document";
import { graphOf } from "../state/derive";
import { withComments } from "./CommentMark";

const GRAPH = graphOf(mustParse(`{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}`));
const said = (id: number, state: string) => ({ id, state, revision: 1, author: null, text: "Why?", created_at: "2026-11-23T12:00:00Z" });

describe("comments of colleagues on the canvas", () => {
  it("are counted on their state, beside its problem, and not over a run", () => {
    const problem = { severity: "ERROR", text: "No" } as const;
    const marked = withComments(new Map([["/States/A", { problem }]]), GRAPH, [said(1, "A"), said(2, "A"), said(3, "Gone")]);
    expect([...marked.keys()]).toEqual(["/States/A"]);
    expect(marked.get("/States/A")).toMatchObject({ problem, spoken: "2 comments of colleagues" });
    const run = new Map([["/States/B", { tone: "ok" } as const]]);
    expect(withComments(run, GRAPH, [said(1, "B")]).get("/States/B")).toEqual({ tone: "ok" });
  });

  it("are the same object for the same number, so that the state isn't drawn again", () => {
    const first = withComments(new Map(), GRAPH, [said(1, "A")]);
    const again = withComments(new Map(), GRAPH, [said(2, "A")]);
    expect(again.get("/States/A")).toBe(first.get("/States/A"));
  });
});
