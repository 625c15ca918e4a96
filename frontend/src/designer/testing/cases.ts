/** A test case while it is edited, and as it is saved (docs/testing.md). Data in, data out. */

export interface CaseDocument {
  name: string;
  input?: unknown;
  mocks?: Record<string, Record<string, unknown>>;
  expected?: Record<string, unknown>;
}

export interface SavedCase {
  id: number;
  name: string;
  document: CaseDocument;
}

export type Kind = "Return" | "Throw" | "Never";

/** What one call, or a range of calls, is answered. */
export interface MockRow {
  /** "0", "1-3" or "*". */
  calls: string;
  kind: Kind;
  /** JSON text of what is returned; the error's name of what is thrown. */
  value: string;
  cause: string;
  /** Seconds, as typed. */
  after: string;
}

export interface Draft {
  id: number | undefined;
  name: string;
  input: string;
  mocks: Readonly<Record<string, readonly MockRow[]>>;
  /** JSON text; "" for nothing but that it succeeds. */
  expected: string;
}

export const NEW_ROW: MockRow = { calls: "*", kind: "Return", value: "{}", cause: "", after: "" };
export const EMPTY_DRAFT: Draft = { id: undefined, name: "", input: "{}", mocks: {}, expected: "" };

export function draftOf({ id, document }: SavedCase): Draft {
  const mocks = Object.fromEntries(Object.entries(document.mocks ?? {}).map(([state, calls]) => [state, Object.entries(calls).map(([key, mock]) => rowOf(key, mock))]));
  return {
    id,
    name: document.name,
    input: text(document.input ?? {}),
    mocks,
    expected: document.expected === undefined ? "" : text(document.expected),
  };
}

function rowOf(calls: string, mock: unknown): MockRow {
  const { Return, Throw, Never, AfterSeconds } = mock as { Return?: unknown; Throw?: { Error?: string; Cause?: string }; Never?: true; AfterSeconds?: number };
  const after = AfterSeconds === undefined ? "" : String(AfterSeconds);
  if (Throw !== undefined) return { calls, kind: "Throw", value: Throw.Error ?? "", cause: Throw.Cause ?? "", after };
  if (Never === true) return { calls, kind: "Never", value: "", cause: "", after: "" };
  return { calls, kind: "Return", value: text(Return), cause: "", after };
}

/** Why a draft can't be sent, by where; nothing when it can. */
export function problemOf(draft: Draft): string | undefined {
  if (!isJson(draft.input)) return "The input isn't JSON yet.";
  if (draft.expected.trim() !== "" && !isJson(draft.expected)) return "What is expected isn't JSON yet.";
  for (const [state, rows] of Object.entries(draft.mocks)) {
    const calls = rows.map((row) => row.calls.trim());
    if (new Set(calls).size < calls.length) return `${state} has two mocks for the same call.`;
    for (const row of rows) {
      if (row.kind === "Return" && !isJson(row.value)) return `What ${state} returns isn't JSON yet.`;
      if (row.kind === "Throw" && row.value.trim() === "") return `${state} throws an error without a name.`;
      if (row.after.trim() !== "" && !(Number(row.after) >= 0)) return `${state} answers after a number of seconds.`;
    }
  }
  return undefined;
}

export function mocksOf(draft: Draft): NonNullable<CaseDocument["mocks"]> {
  return Object.fromEntries(
    Object.entries(draft.mocks)
      .filter(([, rows]) => rows.length > 0)
      .map(([state, rows]) => [state, Object.fromEntries(rows.map((row) => [row.calls.trim(), mockOf(row)]))]),
  );
}

function mockOf({ kind, value, cause, after }: MockRow): unknown {
  if (kind === "Never") return { Never: true };
  const late = after.trim() === "" ? {} : { AfterSeconds: Number(after) };
  if (kind === "Throw") return { Throw: { Error: value.trim(), ...(cause === "" ? {} : { Cause: cause }) }, ...late };
  return { Return: JSON.parse(value) as unknown, ...late };
}

export function documentOf(draft: Draft): CaseDocument {
  return {
    name: draft.name.trim(),
    input: JSON.parse(draft.input) as unknown,
    mocks: mocksOf(draft),
    ...(draft.expected.trim() === "" ? {} : { expected: JSON.parse(draft.expected) as Record<string, unknown> }),
  };
}

export function withRows(draft: Draft, state: string, rows: readonly MockRow[]): Draft {
  return { ...draft, mocks: { ...draft.mocks, [state]: rows } };
}

function text(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
