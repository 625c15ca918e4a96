import { expect, it } from "vitest";

import { membersOf } from "../../catalogue/shapes";
import { CANDIDATES, MESSAGE, REVIEW_ACTION, SHOWN_APART } from "./reviewShapes";

it("the form of a question has every member of the review contract", () => {
  const { shapes } = REVIEW_ACTION;
  const names = membersOf(MESSAGE).map(({ name }) => name);
  for (const name of SHOWN_APART) expect(names).toContain(name);
  expect(names).toContain("policy");
  const policy = membersOf(shapes["policy"]);
  expect(policy.map(({ name }) => name)).toContain("fourEyes");
  expect(shapes[policy.find(({ name }) => name === "required")?.shape ?? ""]).toMatchObject({ type: "integer", min: 1 });
  const list = shapes[CANDIDATES.shape];
  expect(list).toMatchObject({ type: "list", member: "candidate", max: 26 });
  expect(membersOf(shapes["candidate"]).map(({ name }) => name)).toEqual([
    "title",
    "description",
    "text",
    "json",
    "model",
    "prompt",
    "parameters",
    "media",
    "kind",
    "transcript",
  ]);
});

it("an object's shared bounds are its members'", () => {
  const { shapes } = REVIEW_ACTION;
  const approve = membersOf(shapes["policy"]).find(({ name }) => name === "autoApprove");
  const members = membersOf(shapes[approve?.shape ?? ""]);
  expect(shapes[members.find(({ name }) => name === "atLeast")?.shape ?? ""]?.type).toBe("number");
});
