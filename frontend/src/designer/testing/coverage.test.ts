import { expect, test } from "vitest";

import { mustParse } from "../../asl/document";
import { graphOf } from "../state/derive";
import { edgesCovered } from "./store";

test("ways from Start and to End count as taken with the state at their other side", () => {
  const states = { A: { Type: "Choice", Choices: [{ Variable: "$.x", IsPresent: true, Next: "B" }], Default: "C" }, B: { Type: "Succeed" }, C: { Type: "Pass", End: true } };
  const graph = graphOf(mustParse(JSON.stringify({ StartAt: "A", States: states })));
  const transitions = Object.fromEntries([...graph.edges.values()].filter(({ target }) => target === "/States/B").map(({ id }) => [id, 1]));
  const taken = edgesCovered(graph, { states: { "/States/A": 1, "/States/B": 1, "/States/C": 0 }, transitions });
  const shown = [...graph.edges.values()].map(({ id, source, target }) => `${source.split("/").at(-1) ?? ""} ${target.split("/").at(-1) ?? ""} ${String(taken.get(id)?.taken)}`);
  expect(shown.filter((line) => line.endsWith("true"))).toHaveLength(3);
  expect(shown).toContain("A C false");
  expect(shown.find((line) => line.startsWith("C "))).toMatch(/false$/);
});
