/**
 * The data that previews are made of, for each state: typed, or as a past execution had it. Kept in this browser, by
 * workflow and state; of an execution only which one it is.
 */

import { create } from "zustand";

import { tokensOf } from "../../../asl/pointer";
import { call } from "../../api";
import { arrival } from "../../boot";

/** JSON texts; "" for what the sample hasn't. */
export interface SampleTexts {
  input: string;
  result: string;
  /** What an ItemReader would read. */
  items: string;
  error: string;
  variables: string;
  context: string;
}

export const EMPTY: SampleTexts = { input: "", result: "", items: "", error: "", variables: "", context: "" };

const NEW: SampleTexts = { ...EMPTY, input: "{}" };

/** Was anything given, or is it what a state without a sample has? */
export function isGiven(sample: SampleTexts): boolean {
  return sample !== NEW;
}

/** What a state was given in a run, and what came of it (docs/api.md). */
export interface Visit {
  input: string | null;
  result: string | null;
  output: string | null;
  error: { Error: string; Cause: string } | null;
  variables: Record<string, unknown>;
  index: number | null;
  /** The Context Object as it was; a test of a state by itself doesn't say. */
  context?: Record<string, unknown>;
}

export interface Source {
  id: number;
  name: string;
  status?: string | undefined;
  /** ISO 8601, as the server tells it. */
  started_at?: string | undefined;
}

interface Samples {
  machine: string;
  /** By state name: what was typed, in place of what the execution says. */
  typed: Readonly<Record<string, SampleTexts>>;
  /** The execution that states without typed samples take theirs from. */
  source: Source | undefined;
  visits: Readonly<Record<string, readonly Visit[]>>;
  /** Which visit of a state is shown, where it isn't the first. */
  chosen: Readonly<Record<string, number>>;
  /** Which part of the sample is being edited. */
  editing: keyof SampleTexts | undefined;
  problem: string | undefined;
}

const LARGEST = 1_000_000; // characters that are kept of one workflow

export const useSamples = create<Samples>(() => ({ machine: "", typed: {}, source: undefined, visits: {}, chosen: {}, editing: undefined, problem: undefined }));

const get = useSamples.getState;
const set = useSamples.setState;
const keyOf = (machine: string): string => `callboard.samples.${machine}`;

/** Begin with what is kept of the workflow; the execution that the page was opened with goes first. */
export function openSamples(machine: string): void {
  if (get().machine === machine) return;
  set({ machine, visits: {}, chosen: {}, problem: undefined, ...kept(machine) });
  if (arrival.pin !== null) {
    setSource({ id: Number(arrival.pin), name: "" });
    const name = arrival.state === null ? "" : (tokensOf(arrival.state.pointer).at(-1) ?? "");
    if (arrival.state !== null) choose(name, arrival.state.visit);
  } else if (get().source === undefined) void takeNewest(machine);
}

/** Where nothing was chosen, the workflow's newest execution is the sample. */
async function takeNewest(machine: string): Promise<void> {
  const [newest] = await newestOf(machine);
  if (newest !== undefined && get().machine === machine && get().source === undefined) set({ source: newest });
}

const lists = new Map<string, Promise<readonly Source[]>>();
const FRESH = 30_000; // milliseconds that a list is taken for new

/** The newest executions of a workflow; none where this person may not see them. */
export function newestOf(machine: string): Promise<readonly Source[]> {
  const known = lists.get(machine);
  if (known !== undefined) return known;
  const asking = call<{ executions: Source[] }>(`/api/v1/state-machines/${machine}/executions?limit=10`).then(
    ({ executions }) => executions.map(({ id, name, status, started_at }) => ({ id, name, status, started_at })),
    () => [],
  );
  lists.set(machine, asking);
  setTimeout(() => lists.delete(machine), FRESH);
  return asking;
}

function kept(machine: string): Pick<Samples, "typed" | "source"> {
  try {
    const found = JSON.parse(localStorage.getItem(keyOf(machine)) ?? "{}") as Partial<Samples>;
    return { typed: found.typed ?? {}, source: found.source };
  } catch {
    return { typed: {}, source: undefined };
  }
}

function keep(): void {
  const { machine, typed, source } = get();
  const text = JSON.stringify({ typed, source });
  if (machine === "" || text.length > LARGEST) return;
  try {
    localStorage.setItem(keyOf(machine), text);
  } catch {
    // A browser that keeps nothing: the sample lasts as long as the page.
  }
}

export function setSource(source: Source | undefined): void {
  set({ source, visits: {}, chosen: {}, problem: undefined });
  keep();
}

export function type(name: string, change: Partial<SampleTexts>): void {
  set(({ typed }) => ({ typed: { ...typed, [name]: { ...sampleOf(get(), name), ...change } } }));
  keep();
}

/** Back to what the execution says. */
export function forget(name: string): void {
  set(({ typed }) => ({ typed: Object.fromEntries(Object.entries(typed).filter(([key]) => key !== name)) }));
  keep();
}

export function choose(name: string, visit: number): void {
  set(({ chosen }) => ({ chosen: { ...chosen, [name]: visit } }));
  forget(name);
}

/** What an execution (or a test run) says of a state becomes its sample as if it had been typed. */
export function takeVisit(name: string, visit: Visit): void {
  type(name, textsOf(visit));
}

export function textsOf({ input, result, error, variables, context }: Visit): SampleTexts {
  return {
    ...EMPTY,
    input: pretty(input ?? ""),
    result: pretty(result ?? ""),
    error: error === null ? "" : JSON.stringify(error, null, 2),
    variables: Object.keys(variables).length === 0 ? "" : JSON.stringify(variables, null, 2),
    context: context === undefined ? "" : JSON.stringify(context, null, 2),
  };
}

function pretty(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const shown = JSON.stringify(value, null, 2);
    // Numbers that a browser can't hold stay as they are written.
    return JSON.stringify(value).length === text.replaceAll(/\s/g, "").length || text.length < 200_000 ? shown : text;
  } catch {
    return text;
  }
}

export function sampleOf({ typed, visits, chosen }: Pick<Samples, "typed" | "visits" | "chosen">, name: string): SampleTexts {
  const own = typed[name];
  if (own !== undefined) return own;
  const visit = visits[name]?.[chosen[name] ?? 0];
  return visit === undefined ? NEW : texts(visit);
}

const made = new WeakMap<Visit, SampleTexts>();

function texts(visit: Visit): SampleTexts {
  const known = made.get(visit) ?? textsOf(visit);
  made.set(visit, known);
  return known;
}

const asked = new Set<string>();

/** Fetch what the pinned execution says of a state, once. */
export async function loadVisits(name: string): Promise<void> {
  const { source, visits } = get();
  if (source === undefined || visits[name] !== undefined) return;
  const key = `${String(source.id)} ${name}`;
  if (asked.has(key)) return;
  asked.add(key);
  try {
    const answer = await call<{ name: string; context: Record<string, unknown>; visits: Visit[] }>(`/api/v1/executions/${String(source.id)}/visits?state=${encodeURIComponent(name)}`);
    if (get().source?.id !== source.id) return;
    const found = answer.visits.map((visit) => ({ ...visit, context: { ...answer.context, ...visit.context } }));
    set((state) => ({ visits: { ...state.visits, [name]: found }, source: { ...source, name: answer.name } }));
    keep();
  } catch {
    set({ source: undefined, problem: "The execution that the sample was taken from can't be read any more." });
  } finally {
    asked.delete(key);
  }
}
