import { describe, expect, test } from "vitest";
import { definitions } from "../definitions.fixture";
import { unescapePointer } from "../model";
import { project } from "../project";
import { layout, type Layout } from "./index";
import { measure, type Metrics } from "./metrics.fixture";
import { random, randomDefinition } from "./random.fixture";

const real = definitions();
const FAULTS = ["boxOverlaps", "linesThroughBoxes", "labelOverlaps", "labelsOnForeignLines", "linesOnOneAnother"] as const;

function faultsOf(found: Metrics): string[] {
  return FAULTS.flatMap((kind) => found[kind].map((text) => `${kind}: ${text}`));
}

/** Puts a state on up to two plain edges, one at a time; counts who then stands elsewhere than before beside Start. */
function movedByInsertions(definition: unknown, direction: "TB" | "LR"): [moved: number, all: number] {
  const graph = project(definition);
  const before = layout(graph, { direction });
  const [axis, side] = direction === "TB" ? (["x", "width"] as const) : (["y", "height"] as const);
  const plain = [...graph.edges.values()].filter(({ fields }) => fields.length === 1 && fields[0]?.kind === "next");
  let [moved, all] = [0, 0];
  for (const edge of plain.slice(0, 2)) {
    const after = layout(project(withInserted(definition, edge.fields[0]?.pointer ?? "", edge.scope)), { direction, previous: before.order });
    const centre = (drawing: Layout, id: string): number => (drawing.nodes.get(id)?.[axis] ?? NaN) + (drawing.nodes.get(id)?.[side] ?? NaN) / 2;
    const shift = centre(after, "#start") - centre(before, "#start");
    for (const id of graph.nodes.keys()) {
      all++;
      if (Math.abs(centre(after, id) - centre(before, id) - shift) > 1) moved++;
    }
  }
  return [moved, all];
}

function withInserted(definition: unknown, pointer: string, scope: string): unknown {
  const copy = structuredClone(definition) as Record<string, unknown>;
  const at = (path: string): Record<string, unknown> =>
    path.split("/").slice(1).map(unescapePointer).reduce((value, token) => value[token] as Record<string, unknown>, copy);
  const source = at(pointer.slice(0, pointer.lastIndexOf("/")));
  (at(scope)["States"] as Record<string, unknown>)["Freshly put in"] = { Type: "Pass", Next: source["Next"] };
  source["Next"] = "Freshly put in";
  return copy;
}

describe.skipIf(real.length === 0)("217 real definitions (skipped where ../shared/definitions isn't there)", () => {
  for (const direction of ["TB", "LR"] as const)
    test(`${direction}: nothing overlaps, no line runs through a box, every main path is straight`, () => {
      const all: string[] = [];
      let mainEdges = 0;
      let straight = 0;
      let crossings = 0;
      for (const { name, definition } of real) {
        const graph = project(definition);
        const found = measure(graph, layout(graph, { direction }));
        all.push(...faultsOf(found).map((fault) => `${name}: ${fault}`));
        mainEdges += found.mainEdges;
        straight += found.straightMainEdges;
        crossings += found.crossings;
      }
      expect(all).toEqual([]);
      expect(mainEdges).toBeGreaterThan(1000);
      expect(straight).toBe(mainEdges);
      expect(crossings).toBeLessThanOrEqual(10);
    });

  for (const direction of ["TB", "LR"] as const)
    test(`${direction}: a state put in on an edge moves at most 5% of the others sideways`, () => {
      const [moved, all] = real.reduce(([sum, count], { definition }) => {
        const [own, of] = movedByInsertions(definition, direction);
        return [sum + own, count + of];
      }, [0, 0]);
      expect(all).toBeGreaterThan(1000);
      expect(moved / all).toBeLessThanOrEqual(0.05);
    });

  test("with every container collapsed nothing overlaps either", () => {
    for (const { name, definition } of real) {
      const graph = project(definition);
      const collapsed = new Set([...graph.nodes.values()].filter(({ scopes }) => scopes.length > 0).map(({ id }) => id));
      if (collapsed.size > 0) expect(faultsOf(measure(graph, layout(graph, { collapsed }))), name).toEqual([]);
    }
  });

  test("every state is drawn, and every edge that isn't inside a collapsed container", () => {
    for (const { name, definition } of real) {
      const graph = project(definition);
      const drawing = layout(graph);
      expect([...graph.nodes.keys()].filter((id) => !drawing.nodes.has(id)), name).toEqual([]);
      expect([...graph.edges.keys()].filter((id) => !drawing.edges.has(id)), name).toEqual([]);
    }
  });
});

// `make proof` asks for all 1,500 of them, which are 3,000 drawings.
const FUZZ = Number(process.env.CALLBOARD_LAYOUT_FUZZ ?? 120);

test(`${FUZZ} random graphs with targets anywhere, both directions: nothing overlaps, and fewer than 0.5% have any fault`, () => {
  const faulty: string[] = [];
  for (let seed = 1; seed <= FUZZ; seed++) {
    const graph = project(randomDefinition(random(seed)));
    for (const direction of ["TB", "LR"] as const) {
      const found = measure(graph, layout(graph, { direction }));
      expect(found.boxOverlaps, `seed ${seed} ${direction}`).toEqual([]);
      if (faultsOf(found).length > 0) faulty.push(`seed ${seed} ${direction}: ${faultsOf(found).join("; ")}`);
    }
  }
  expect(faulty.length, faulty.join("\n")).toBeLessThan(0.005 * 2 * FUZZ);
}, 30_000 + FUZZ * 1_000);

test("the same text gives the same drawing, whatever the order of its keys", () => {
  const task = (Next: string) => ({ Type: "Pass", Next });
  const States = { a: task("b"), b: { Type: "Choice", Choices: [{ Variable: "$.x", IsPresent: true, Next: "c" }], Default: "d" }, c: task("e"), d: task("e"), e: { Type: "Succeed" } };
  const shuffled = Object.fromEntries(Object.entries(States).reverse());
  const rects = (drawing: Layout) => [...drawing.nodes].sort(([x], [y]) => x.localeCompare(y));
  expect(rects(layout(project({ StartAt: "a", States: shuffled })))).toEqual(rects(layout(project({ StartAt: "a", States }))));
});

test("coordinates are whole pixels and begin at the top left corner", () => {
  const drawing = layout(project(randomDefinition(random(7))));
  const numbers = [...drawing.nodes.values()].flatMap(({ x, y, width, height }) => [x, y, width, height]);
  expect(numbers.every(Number.isInteger)).toBe(true);
  expect(Math.min(...[...drawing.nodes.values()].map(({ x }) => x))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...[...drawing.nodes.values()].map(({ x, width }) => x + width))).toBeLessThanOrEqual(drawing.width);
});

test("what is taken over from the last drawing makes a whole one: everything drawn, nothing on anything", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const definition = randomDefinition(random(seed));
    const graph = project(definition);
    const before = layout(graph);
    const edge = [...graph.edges.values()].find(({ fields }) => fields[0]?.kind === "next");
    if (!edge) continue;
    const edited = project(withInserted(definition, edge.fields[0]?.pointer ?? "", edge.scope), graph);
    const drawing = layout(edited, { previous: before.order, reuse: before });
    const anew = layout(edited, { previous: before.order });
    expect([...drawing.nodes.keys()].sort(), `seed ${seed}`).toEqual([...anew.nodes.keys()].sort());
    expect([...drawing.edges.keys()].sort(), `seed ${seed}`).toEqual([...anew.edges.keys()].sort());
    expect(faultsOf(measure(edited, drawing)), `seed ${seed}`).toEqual([]);
    expect(layout(edited, { previous: drawing.order, reuse: drawing })).toEqual(drawing);
  }
});

describe("the founding workflow's shape", () => {
  const definition = {
    StartAt: "Start job",
    States: {
      "Start job": { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Catch: [{ ErrorEquals: ["States.ALL"], Next: "Failed" }], Next: "Look" },
      Look: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Next: "Ready?" },
      "Ready?": { Type: "Choice", Choices: [{ Variable: "$.s", StringEquals: "DONE", Next: "Both" }, { Variable: "$.s", StringEquals: "FAILED", Next: "Failed" }], Default: "Pause" },
      Pause: { Type: "Wait", Seconds: 30, Next: "Look" },
      Both: { Type: "Parallel", Branches: ["x", "y"].map((name) => ({ StartAt: name, States: { [name]: { Type: "Pass", End: true } } })), Next: "Done" },
      Done: { Type: "Succeed" },
      Failed: { Type: "Fail" },
    },
  };
  const graph = project(definition);
  const drawing = layout(graph);
  const centre = (name: string): number => {
    const rect = drawing.nodes.get(`/States/${name}`);
    return rect ? rect.x + rect.width / 2 : NaN;
  };

  test("the main path goes to the good end, the loop's Wait and the failure stand beside it", () => {
    expect(drawing.mainPaths.get("")).toEqual(["#start", "/States/Start job", "/States/Look", "/States/Ready?", "/States/Both", "/States/Done", "#end"]);
    expect(centre("Pause")).toBeLessThan(centre("Look"));
    expect(centre("Failed")).toBeGreaterThan(centre("Look"));
  });

  test("branches stand side by side inside their container, in order", () => {
    const box = drawing.nodes.get("/States/Both");
    const [x, y] = ["x", "y"].map((name, i) => drawing.nodes.get(`/States/Both/Branches/${i}/States/${name}`));
    expect(x && y && box && x.x > box.x && x.x + x.width < y.x && y.x + y.width < box.x + box.width).toBe(true);
  });

  test("an inserted state moves nothing that stands beside it to the other side", () => {
    const { Look, ...others } = definition.States;
    const edited = project({ ...definition, States: { ...others, Look: { ...Look, Next: "New" }, New: { Type: "Pass", Next: "Ready?" } } });
    const after = layout(edited, { previous: drawing.order });
    const at = (name: string): number => (after.nodes.get(`/States/${name}`)?.x ?? NaN) - (after.nodes.get("/States/Look")?.x ?? NaN);
    expect(at("Pause")).toBeLessThan(0);
    expect(at("Failed")).toBeGreaterThan(0);
  });
});

test("an empty workflow is Start, a place for the first state, End", () => {
  const drawing = layout(project({}));
  expect([...drawing.nodes.keys()].sort()).toEqual(["#empty", "#end", "#start"]);
  expect(drawing.edges.get("#start>#end")?.insertAt).toBeDefined();
});

test("three hundred states in one scope, a third of them with a jump anywhere: well under a second", () => {
  const state = (i: number): unknown =>
    i === 299 ? { Type: "Succeed" }
    : i % 3 === 0 ? { Type: "Choice", Choices: [{ Variable: "$.x", IsNull: true, Next: `s${i + 1}` }], Default: `s${(i * 7) % 300}` }
    : { Type: "Pass", Next: `s${i + 1}` };
  const graph = project({ StartAt: "s0", States: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`s${i}`, state(i)])) });
  const start = performance.now();
  layout(graph);
  expect(performance.now() - start).toBeLessThan(1500);
});

test("a thousand states in one scope are laid out in seconds", () => {
  const chain = Array.from({ length: 1001 }, (_, i): [string, unknown] => [`s${i}`, i % 3 === 0 && i < 1000 ? { Type: "Choice", Choices: [{ Variable: "$.x", IsNull: true, Next: `s${i + 1}` }], Default: `s${(i * 7) % 1001}` } : i < 1000 ? { Type: "Pass", Next: `s${i + 1}` } : { Type: "Succeed" }]);
  const start = performance.now();
  expect(layout(project({ StartAt: "s0", States: Object.fromEntries(chain) })).nodes.size).toBe(1003);
  expect(performance.now() - start).toBeLessThan(10_000);
}, 30_000);

describe("broken input, which is normal in an editor, is drawn", () => {
  const broken: Record<string, unknown> = {
    "nothing at all": null,
    "a list": [],
    "no States": { StartAt: "a" },
    "States is a list": { StartAt: "a", States: [] },
    "no StartAt": { States: { a: { Type: "Pass", Next: "b" }, b: { Type: "Pass", End: true } } },
    "StartAt that isn't there": { StartAt: "z", States: { a: { Type: "Pass", End: true } } },
    "a state that is a number": { StartAt: "a", States: { a: 5 } },
    "a state that leads to itself": { StartAt: "a", States: { a: { Type: "Choice", Choices: [{ Variable: "$.x", IsNull: true, Next: "a" }], Default: "a" } } },
    "a dangling Next": { StartAt: "a", States: { a: { Type: "Pass", Next: "nowhere" } } },
    "Choices is an object": { StartAt: "a", States: { a: { Type: "Choice", Choices: {} } } },
    "a Parallel without branches": { StartAt: "a", States: { a: { Type: "Parallel", End: true } } },
    "an empty branch": { StartAt: "a", States: { a: { Type: "Parallel", Branches: [{}, null], End: true } } },
    "a Map without a processor": { StartAt: "a", States: { a: { Type: "Map", End: true } } },
    "two states that only lead to each other, unreachable": { StartAt: "a", States: { a: { Type: "Pass", End: true }, b: { Type: "Pass", Next: "c" }, c: { Type: "Pass", Next: "b" } } },
    "names with slashes and tildes": { StartAt: "a/b~c", States: { "a/b~c": { Type: "Pass", Next: "~1" }, "~1": { Type: "Succeed" } } },
  };
  for (const [what, definition] of Object.entries(broken))
    test(what, () => {
      const graph = project(definition);
      for (const direction of ["TB", "LR"] as const) {
        const drawing = layout(graph, { direction });
        expect(faultsOf(measure(graph, drawing))).toEqual([]);
        for (const id of graph.nodes.keys()) expect(drawing.nodes.has(id)).toBe(true);
      }
    });
});

describe("the measure itself", () => {
  test("sees boxes and labels on one another and lines through boxes", () => {
    const graph = project({ StartAt: "a", States: { a: { Type: "Choice", Choices: [{ Variable: "$.x", IsNull: true, Next: "b" }], Default: "c" }, b: { Type: "Succeed" }, c: { Type: "Succeed" } } });
    const drawing = layout(graph);
    const a = drawing.nodes.get("/States/a");
    if (!a) throw new Error("a is drawn");
    const spoiled = { ...drawing, nodes: new Map(drawing.nodes).set("/States/c", { ...a, y: a.y + 30, height: 90 }) };
    const found = measure(graph, spoiled);
    expect(found.boxOverlaps).not.toEqual([]);
    expect(found.linesThroughBoxes).not.toEqual([]);
    expect(found.labelOverlaps).not.toEqual([]);
  });
});
