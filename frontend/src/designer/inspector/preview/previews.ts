/**
 * What the server says a state's fields make of its sample: asked a moment after the last change, and only ever the
 * newest question is waited for. Typing is never held up by it.
 */

import { create } from "zustand";

import type { JsonValue } from "../../../asl/document";
import { valueOf, type Found, type Shown } from "../../../dataflow/found";
import { ApiError, send } from "../../api";
import type { SampleTexts } from "./samples";

export interface Step {
  /** JSON Pointer from the state: "/Parameters". */
  path: string;
  value: Shown | null;
  /** The Error Name; null with a cause for what the validator says. */
  error: string | null;
  cause: string | null;
  /** Which part of the field failed. */
  at: string | null;
}

export interface Preview {
  steps: readonly Step[];
  output: Shown | null;
  next: string | null;
}

export interface Question {
  name: string;
  state: string;
  query_language: "JSONPath" | "JSONata";
  sample: SampleTexts;
}

interface Previews {
  /** Of which question `found` is the answer. */
  asked: string;
  found: Preview | undefined;
  steps: ReadonlyMap<string, Step>;
  /** What the server refused, in its words. */
  refusal: string | undefined;
}

const NOTHING: Previews = { asked: "", found: undefined, steps: new Map(), refusal: undefined };

export const usePreviews = create<Previews>(() => NOTHING);

const AFTER = 180;
let timer: ReturnType<typeof setTimeout> | undefined;
let running: AbortController | undefined;

/** Ask soon; a question asked again is answered already. Another state's answers go at once. */
export function askSoon(question: Question): void {
  const asked = JSON.stringify(question);
  const known = usePreviews.getState();
  clearTimeout(timer);
  if (known.asked === asked) return;
  const isAnother = known.asked !== "" && nameIn(known.asked) !== question.name;
  if (isAnother) usePreviews.setState(NOTHING);
  timer = setTimeout(() => void ask(asked), isAnother || known.asked === "" ? 0 : AFTER);
}

function nameIn(asked: string): string {
  return (JSON.parse(asked) as Question).name;
}

async function ask(asked: string): Promise<void> {
  running?.abort();
  const { signal } = (running = new AbortController());
  try {
    const found = await send<Preview>("POST", "/api/v1/previews", JSON.parse(asked) as Question, signal);
    if (!signal.aborted) usePreviews.setState({ asked, found, steps: new Map(found.steps.map((step) => [step.path, step])), refusal: undefined });
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    usePreviews.setState({ asked, refusal: error.message });
  }
}

export function stopAsking(): void {
  clearTimeout(timer);
  running?.abort();
  usePreviews.setState(NOTHING);
}

/**
 * What is known of the field at `path` (from the state): its own step, or its part of one around it. A template's
 * member "x.$" becomes "x". Undefined where there is nothing to say.
 */
export function findAt(steps: ReadonlyMap<string, Step>, path: string): Found | undefined {
  const own = steps.get(path);
  if (own !== undefined) return foundIn(own);
  for (let around = path; around.includes("/", 1); ) {
    const cut = around.lastIndexOf("/");
    around = around.slice(0, cut);
    const step = steps.get(around);
    if (step === undefined) continue;
    if (step.value === null) return step.at === path || step.at?.startsWith(`${path}/`) === true ? foundIn(step) : undefined;
    const whole = valueOf(step.value);
    const tokens = path.slice(cut + 1).split("/").map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~").replace(/\.\$$/, ""));
    const value = tokens.reduce<JsonValue | undefined>(memberOf, whole);
    return value === undefined ? undefined : { value };
  }
  return undefined;
}

function memberOf(value: JsonValue | undefined, token: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return Array.isArray(value) ? value[Number(token)] : value[token];
}

function foundIn({ value, error, cause, at }: Step): Found | undefined {
  if (value !== null) return { shown: value, value: valueOf(value) };
  return cause === null ? undefined : { error: error ?? undefined, cause, at: at ?? undefined };
}
