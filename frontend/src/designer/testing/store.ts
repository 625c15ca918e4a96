/** What the Test panel holds: the case being edited, the saved ones, and how the last run went. */

import { create } from "zustand";

import { replay } from "../../execution/replayer";
import { edgeDecorations, nodeDecorations } from "../../execution/decorate";
import type { HistoryEvent } from "../../execution/types";
import type { Graph, NodeDecoration } from "../../graph";
import { ApiError, call, send } from "../api";
import { arrivalOf } from "../boot";
import { graphOf } from "../state/derive";
import type { Visit } from "../inspector/preview/samples";
import { announce, useDesigner } from "../state/store";
import { documentOf, draftOf, EMPTY_DRAFT, mocksOf, problemOf, type Draft, type SavedCase } from "./cases";

export interface Simulation {
  status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED" | "STUCK" | "REACHED";
  output: string | null;
  error: string | null;
  cause: string | null;
  problem: string | null;
  stuck_at: string | null;
  seconds: number;
  path: string[];
  calls: { state: string; number: number; resource: string }[];
  events: HistoryEvent[];
  truncated: boolean;
  /** Of a run to a state: what that state was given. */
  reached: Visit | null;
}

export interface Report {
  outcomes: { name: string; wrong: string[]; status: Simulation["status"] }[];
  coverage: { states: Record<string, number>; transitions: Record<string, number> };
}

interface Testing {
  draft: Draft;
  cases: readonly SavedCase[];
  /** The state whose mocks are shown. */
  state: string | undefined;
  busy: boolean;
  simulation: Simulation | undefined;
  report: Report | undefined;
  refusal: string | undefined;
}

export const useTesting = create<Testing>(() => ({ draft: EMPTY_DRAFT, cases: [], state: undefined, busy: false, simulation: undefined, report: undefined, refusal: undefined }));

const set = useTesting.setState;
const get = useTesting.getState;

export function edit(change: Partial<Draft>): void {
  set(({ draft }) => ({ draft: { ...draft, ...change } }));
}

function casesUrl(): string {
  return `/api/v1/state-machines/${String(useDesigner.getState().boot.machine.id)}/test-cases`;
}

/** Runs `work` with the panel busy; what the server refused is said in the panel. */
async function during(work: () => Promise<unknown>): Promise<void> {
  set({ busy: true, refusal: undefined });
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    set({ refusal: error.message });
  } finally {
    set({ busy: false });
  }
}

export async function loadCases(): Promise<void> {
  await during(async () => {
    const { test_cases } = await call<{ test_cases: SavedCase[] }>(casesUrl());
    set({ cases: test_cases });
    const execution = arrivalOf(window.location.search).pin;
    if (execution !== null) {
      await pin(execution);
      // Once: a reload begins with what is saved.
      const address = new URL(window.location.href);
      address.searchParams.delete("pin");
      window.history.replaceState(window.history.state, "", address);
      return;
    }
    const [first] = test_cases;
    if (first !== undefined && get().draft === EMPTY_DRAFT) choose(first);
  });
}

/** A past run's input and answers as a new test case. */
async function pin(execution: string): Promise<void> {
  const found = await call<{ name: string; input: string; mocks: Record<string, Record<string, unknown>> }>(`/api/v1/executions/${encodeURIComponent(execution)}/mocks`);
  const { input, mocks } = draftOf({ id: 0, name: found.name, document: { name: found.name, mocks: found.mocks } });
  choose(undefined);
  edit({ input: found.input === "" ? input : found.input, mocks, name: `As in ${found.name}`.slice(0, 120) });
}

export function pinExecution(id: string): Promise<void> {
  return during(() => pin(id));
}

export function choose(saved: SavedCase | undefined): void {
  set({ draft: saved === undefined ? { ...EMPTY_DRAFT } : draftOf(saved), simulation: undefined, report: undefined, refusal: undefined });
  paint(undefined);
}

export async function simulate(): Promise<void> {
  const { draft } = get();
  const problem = problemOf(draft);
  if (problem !== undefined) {
    set({ refusal: problem });
    return;
  }
  await during(() => run(draft));
}

/** `to` is the state where the run ends. */
async function run(draft: Draft, to?: string): Promise<Simulation> {
  const definition = useDesigner.getState().text;
  const order = { definition, input: draft.input, mocks: mocksOf(draft), ...(to === undefined ? {} : { to }) };
  const simulation = await send<Simulation>("POST", "/api/v1/simulations", order);
  set({ simulation, report: undefined, ...(simulation.stuck_at === null ? {} : { state: simulation.stuck_at }) });
  const graph = graphOf(useDesigner.getState().good);
  const told = replay(graph, simulation.events);
  const last = simulation.events.at(-1);
  paint({ nodes: nodeDecorations(graph, told, last === undefined ? 0 : Date.parse(last.timestamp)), edges: edgeDecorations(graph, told) });
  return simulation;
}

/**
 * The test case that is open, run as far as the state of this name: what that state was given. Undefined, and said why,
 * where the run doesn't come to it.
 */
export async function simulateTo(name: string): Promise<Visit | undefined> {
  if (get().draft === EMPTY_DRAFT) await loadCases();
  const { draft } = get();
  let reached: Visit | undefined;
  await during(async () => {
    const problem = problemOf(draft);
    const simulation = problem === undefined ? await run(draft, name) : undefined;
    reached = simulation?.reached ?? undefined;
    if (reached === undefined) announce(problem ?? simulation?.problem ?? `The run didn't come to ${name}. ${simulation?.error ?? "It ended before"}${simulation?.cause ? `: ${simulation.cause}` : "."}`, "error");
  });
  const { refusal } = get();
  if (refusal !== undefined) announce(refusal, "error");
  return reached;
}

export async function runAll(): Promise<void> {
  await during(async () => {
    const report = await send<Report>("POST", `${casesUrl()}/run`, { definition: useDesigner.getState().text });
    set({ report, simulation: undefined });
    const graph = graphOf(useDesigner.getState().good);
    paint({
      nodes: covered(graph, report.coverage.states),
      edges: edgesCovered(graph, report.coverage),
    });
  });
}

/** Which states the cases entered, and which they never did. */
export function covered(graph: Graph, states: Readonly<Record<string, number>>): Map<string, NodeDecoration> {
  return new Map(
    [...graph.nodes.values()].map((node) => {
      const count = states[node.id] ?? 0;
      return [node.id, count > 0 ? { tone: "ok", aside: `×${String(count)}`, spoken: "covered" } : { tone: "idle", line: "Not covered", spoken: "not covered" }];
    }),
  );
}

/** No transition leads from Start or to End: those are taken when the state at their other side was entered. */
export function edgesCovered(graph: Graph, { states, transitions }: Report["coverage"]): Map<string, { taken: boolean }> {
  return new Map([...graph.edges].map(([id, { source, target, fields }]) => [id, { taken: (fields.length > 0 ? (transitions[id] ?? 0) : (states[source] ?? states[target] ?? 0)) > 0 }]));
}

function paint(painted: ReturnType<typeof useDesigner.getState>["painted"]): void {
  useDesigner.setState({ painted });
}

export function closePanel(): void {
  useDesigner.setState({ testing: false, painted: undefined });
}

export async function saveCase(): Promise<void> {
  const { draft } = get();
  const problem = problemOf(draft) ?? (draft.name.trim() === "" ? "Give the test case a name first." : undefined);
  if (problem !== undefined) {
    set({ refusal: problem });
    return;
  }
  await during(async () => {
    const body = { document: documentOf(draft) };
    const saved =
      draft.id === undefined
        ? await send<SavedCase>("POST", casesUrl(), body)
        : await send<SavedCase>("PUT", `/api/v1/test-cases/${String(draft.id)}`, body);
    set(({ cases }) => ({
      cases: [...cases.filter(({ id }) => id !== saved.id), saved].sort((a, b) => a.name.localeCompare(b.name)),
      draft: { ...draft, id: saved.id },
    }));
    announce(`Saved the test case ${saved.name}`);
  });
}

export async function deleteCase(): Promise<void> {
  const { draft, cases } = get();
  if (draft.id === undefined) return;
  await during(async () => {
    await send("DELETE", `/api/v1/test-cases/${String(draft.id)}`, {});
    const left = cases.filter(({ id }) => id !== draft.id);
    set({ cases: left });
    choose(left[0]);
  });
}

/** What came out becomes what is expected from now on. */
export function expectThis({ status, output, error, path }: Simulation): void {
  const expected = { status, ...(output === null ? {} : { output: JSON.parse(output) as unknown }), ...(error === null ? {} : { error }), path };
  edit({ expected: JSON.stringify(expected, null, 2) });
}
