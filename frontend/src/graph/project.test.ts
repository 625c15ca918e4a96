import { describe, expect, test } from "vitest";
import { definitions } from "./definitions.fixture";
import type { Graph } from "./model";
import { insideWords, project } from "./project";

const pass = (Next: string) => ({ Type: "Pass", Next });

function edge(graph: Graph, from: string, to: string) {
  return graph.edges.get(`/States/${from}>/States/${to}`);
}

describe("order", () => {
  test("comes from StartAt, not from the order of the keys", () => {
    const graph = project({ States: { c: { Type: "Succeed" }, b: pass("c"), a: pass("b") }, StartAt: "a" });
    expect(graph.scopes.get("")?.nodes).toEqual(["/States/a", "/States/b", "/States/c"]);
  });

  test("puts a Choice's first rule before its default, and joins after both", () => {
    const graph = project({
      StartAt: "x",
      States: { end: { Type: "Succeed" }, other: pass("end"), first: pass("end"), x: { Type: "Choice", Choices: [{ Variable: "$.a", IsNull: true, Next: "first" }], Default: "other" } },
    });
    expect(graph.scopes.get("")?.nodes.map((id) => id.slice(8))).toEqual(["x", "first", "other", "end"]);
  });

  test("marks the edge that leads back, and only that", () => {
    const graph = project({ StartAt: "a", States: { a: pass("b"), b: { Type: "Choice", Choices: [{ Variable: "$.x", IsNull: true, Next: "a" }], Default: "c" }, c: { Type: "Succeed" } } });
    expect([...graph.edges.values()].filter(({ back }) => back).map(({ id }) => id)).toEqual(["/States/b>/States/a"]);
  });

  test("knows what can't be reached, and still shows it", () => {
    const graph = project({ StartAt: "a", States: { a: { Type: "Succeed" }, lost: pass("a") } });
    expect(graph.nodes.get("/States/lost")?.unreachable).toBe(true);
    expect(graph.nodes.get("/States/a")?.unreachable).toBe(false);
  });

  test("a chain of 20,000 states needs no recursion", () => {
    const States = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`s${i}`, i < 19_999 ? pass(`s${i + 1}`) : { Type: "Succeed" }]));
    expect(project({ StartAt: "s0", States }).scopes.get("")?.nodes.length).toBe(20_000);
  });
});

describe("edges", () => {
  test("two rules to one state are one edge with both fields", () => {
    const graph = project({
      StartAt: "x",
      States: { x: { Type: "Choice", Choices: [{ Variable: "$.a", StringEquals: "1", Next: "y" }, { Variable: "$.a", StringEquals: "2", Next: "y" }] }, y: { Type: "Succeed" } },
    });
    expect(edge(graph, "x", "y")?.fields.map(({ pointer }) => pointer)).toEqual(["/States/x/Choices/0/Next", "/States/x/Choices/1/Next"]);
    expect(edge(graph, "x", "y")?.label).toBe("a is 1 or a is 2");
  });

  test("a Catch to where Next leads is words in the hint, not a second line", () => {
    const graph = project({ StartAt: "x", States: { x: { Type: "Task", Resource: "", Next: "y", Catch: [{ ErrorEquals: ["States.ALL"], Next: "y" }] }, y: { Type: "Succeed" } } });
    expect(edge(graph, "x", "y")).toMatchObject({ kind: "next", label: "", hint: "also on error: any error" });
  });

  test("a name that isn't in the scope is missing, not an edge", () => {
    const graph = project({ StartAt: "x", States: { x: pass("nowhere") } });
    expect(graph.nodes.get("/States/x")?.missing).toEqual(["nowhere"]);
    expect([...graph.edges.values()].filter(({ kind }) => kind === "next")).toEqual([]);
  });

  test("Start, End and an empty scope have edges to insert at; after Fail there is none", () => {
    const graph = project({ StartAt: "x", States: { x: { Type: "Pass", End: true }, f: { Type: "Fail" } } });
    const rims = graph.scopes.get("")?.rims.map(({ id, insertable }) => [id, insertable]);
    expect(rims).toEqual([["#start>/States/x", true], ["/States/x>#end", true], ["/States/f>#end", false]]);
    expect(project({}).scopes.get("")?.rims[0]).toMatchObject({ kind: "empty", insertable: true });
  });

  test("labels are cut at 26 characters, the hint isn't", () => {
    const graph = project({ StartAt: "x", States: { x: { Type: "Choice", Choices: [{ Variable: "$.status", StringEquals: "A_VERY_LONG_STATUS_INDEED", Next: "y" }] }, y: { Type: "Succeed" } } });
    expect(edge(graph, "x", "y")?.label).toHaveLength(26);
    expect(edge(graph, "x", "y")?.hint).toBe("status is A_VERY_LONG_STATUS_INDEED");
  });
});

describe("scopes", () => {
  test("a legacy Iterator is a Map's scope", () => {
    const graph = project({ StartAt: "m", States: { m: { Type: "Map", Iterator: { StartAt: "i", States: { i: { Type: "Pass", End: true } } }, End: true } } });
    expect(graph.nodes.get("/States/m")?.scopes).toEqual(["/States/m/Iterator"]);
    expect(graph.nodes.has("/States/m/Iterator/States/i")).toBe(true);
  });

  test("a collapsed Parallel says what is inside it", () => {
    const branch = { StartAt: "p", States: { p: pass("q"), q: { Type: "Succeed" } } };
    const graph = project({ StartAt: "x", States: { x: { Type: "Parallel", Branches: [branch, branch], End: true } } });
    expect(insideWords(graph, "/States/x")).toBe("2 branches, 4 states");
  });
});

test.skipIf(definitions().length === 0)("every state of the real definitions has a line in words", () => {
  for (const { name, definition } of definitions())
    for (const node of project(definition).nodes.values()) {
      expect(node.line, `${name} ${node.id}`).not.toBe("");
      expect(node.line, `${name} ${node.id}`).not.toMatch(/undefined|null|\[object/);
    }
});

describe("projecting again", () => {
  const pass = (next: string): object => ({ Type: "Pass", Next: next });
  const branch = { StartAt: "X", States: { X: { Type: "Pass", End: true } } };
  const both = { Type: "Parallel", Branches: [branch], Next: "Z" };
  const before = project({ StartAt: "A", States: { A: pass("Both"), Both: both, Z: { Type: "Succeed" } } });

  test("keeps what was left alone and what comes out the same", () => {
    const after = project({ StartAt: "A", States: { A: pass("B"), B: pass("Both"), Both: both, Z: { Type: "Succeed" } } }, before);
    expect([...after.nodes.keys()]).toEqual(["/States/A", "/States/B", "/States/Both", "/States/Both/Branches/0/States/X", "/States/Z"]);
    for (const id of ["/States/Both", "/States/Both/Branches/0/States/X", "/States/Z"]) expect(after.nodes.get(id)).toBe(before.nodes.get(id));
    expect(after.scopes.get("/States/Both/Branches/0")).toBe(before.scopes.get("/States/Both/Branches/0"));
    expect(after.scopes.get("")).not.toBe(before.scopes.get(""));
  });

  test("knows the same object in another place for another state", () => {
    const after = project({ StartAt: "A", States: { A: pass("Twin"), Twin: both, Z: { Type: "Succeed" } } }, before);
    expect(after.nodes.has("/States/Twin/Branches/0/States/X")).toBe(true);
    expect(after.edges.get("/States/Twin>/States/Z")?.fields[0]?.pointer).toBe("/States/Twin/Next");
  });
});
