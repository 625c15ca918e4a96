/** A test of one state as the person set it up, and what TestState takes of it. Data in, data out. */

import { child, stringOf } from "../../../asl/document";
import type { State } from "../../../asl/machine";
import type { SampleTexts } from "../preview/samples";

export type Level = "INFO" | "DEBUG" | "TRACE";
export type Doing = "perform" | "result" | "error";
export type Validation = "STRICT" | "PRESENT" | "NONE";

export interface TestForm {
  role: string;
  level: Level;
  reveal: boolean;
  /** Send the whole workflow with the state's name, not the state by itself. */
  whole: boolean;
  doing: Doing;
  error: string;
  cause: string;
  validation: Validation;
  /** As typed; "" for none. */
  retries: string;
  failures: string;
  causedBy: string;
}

export const NEW_FORM: TestForm = {
  role: "", level: "DEBUG", reveal: false, whole: false, doing: "perform", error: "States.TaskFailed", cause: "", validation: "STRICT", retries: "", failures: "", causedBy: "",
};

const MOCKABLE = ["Task", "Map", "Parallel"];

/** Why the state can't be performed by TestState, only mocked (developer guide, "Using TestState"); undefined where it can. */
export function refusalToPerform(state: State): string | undefined {
  if (state.type === "Map" || state.type === "Parallel") return `A ${state.type} can only be tested with a mock: what is inside it isn't run.`;
  const resource = stringOf(child(state.node, "Resource")) ?? "";
  if (resource.includes(":activity:")) return "An activity can only be tested with a mock.";
  if (/\.(sync|sync:2|waitForTaskToken)$/.test(resource)) return "A job or a callback can only be tested with a mock.";
  return undefined;
}

export function refusalToMock(state: State): string | undefined {
  return MOCKABLE.includes(state.type) ? undefined : `A ${state.type} calls nothing, so there is nothing to mock.`;
}

/** What the form means for this state: one that must be mocked is. */
export function doingOf(form: TestForm, state: State): Doing {
  if (refusalToMock(state) !== undefined) return "perform";
  return form.doing === "perform" && refusalToPerform(state) !== undefined ? "result" : form.doing;
}

export interface Order {
  definition: string;
  state: string;
  alone: boolean;
  role_arn: string;
  input: string;
  variables: string;
  context: string;
  inspection_level: Level;
  reveal_secrets: boolean;
  mock: Record<string, unknown> | null;
  configuration: Record<string, unknown>;
}

export function orderOf(form: TestForm, state: State, definition: string, sample: SampleTexts): Order {
  const doing = doingOf(form, state);
  const isMocked = doing !== "perform";
  return {
    definition,
    state: state.pointer,
    alone: !form.whole,
    role_arn: form.role.trim(),
    input: sample.input,
    variables: sample.variables,
    // TestState takes a context only with a mock, and secrets only without one.
    context: isMocked ? contextOf(state, sample.context) : "",
    inspection_level: form.level,
    reveal_secrets: form.reveal && !isMocked,
    mock: mockOf(form, doing, sample),
    configuration: isMocked ? configurationOf(form, state, doing, sample) : {},
  };
}

const isCallback = (state: State): boolean => /\.waitForTaskToken$/.test(stringOf(child(state.node, "Resource")) ?? "");

/** A past run's Context Object comes without its token, which is never kept; what asks for one gets a made-up one. */
function contextOf(state: State, text: string): string {
  if (!isCallback(state) || !isJson(text)) return text;
  const context = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify({ Task: { Token: "a-made-up-task-token" }, ...context });
}

/** What TestState won't take along, in words: a Context Object goes with a mock only ("TestState", `context`). */
export function leftOut(state: State, doing: Doing, source: string, sample: SampleTexts): string | undefined {
  const reads = /\$\$\.|\$states\.context/.test(source);
  if (doing !== "perform" || !reads || sample.context.trim() === "") return undefined;
  return `TestState takes a Context Object only with a mock, so ${state.name} is tested with one of its own. The previews under Data use the sample's.`;
}

function mockOf(form: TestForm, doing: Doing, sample: SampleTexts): Order["mock"] {
  if (doing === "perform") return null;
  if (doing === "error") return { errorOutput: { error: form.error.trim(), ...(form.cause === "" ? {} : { cause: form.cause }) } };
  return { result: sample.result, fieldValidationMode: form.validation };
}

function configurationOf(form: TestForm, state: State, doing: Doing, sample: SampleTexts): Order["configuration"] {
  const configuration: Record<string, unknown> = {};
  if (doing === "error" && form.retries.trim() !== "") configuration["retrierRetryCount"] = Number(form.retries);
  if (doing === "error" && state.type !== "Task" && form.causedBy !== "") configuration["errorCausedByState"] = form.causedBy;
  if (state.type === "Map") {
    if (form.failures.trim() !== "") configuration["mapIterationFailureCount"] = Number(form.failures);
    if (child(state.node, "ItemReader") !== undefined) configuration["mapItemReaderData"] = sample.items;
  }
  return configuration;
}

/** What keeps the order from being sent, in words. */
export function problemOf(order: Order): string | undefined {
  if (!isJson(order.input)) return "The sample's input isn't JSON yet.";
  if (order.variables.trim() !== "" && !isJson(order.variables)) return "The sample's variables aren't JSON yet.";
  if (order.context.trim() !== "" && !isJson(order.context)) return "The sample's context isn't JSON yet.";
  const { mock } = order;
  if (mock === null) return undefined;
  if (typeof mock["result"] === "string" && !isJson(mock["result"])) return mock["result"].trim() === "" ? "Give the result that the mock answers with." : "The mock's result isn't JSON yet.";
  const error = mock["errorOutput"] as { error?: string } | undefined;
  return error !== undefined && error.error === "" ? "Name the error that the mock fails with." : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

// -- what comes back --------------------------------------------------------------------------------

export interface HttpMessage {
  protocol?: string;
  method?: string;
  url?: string;
  statusCode?: string;
  statusMessage?: string;
  headers?: string;
  body?: string;
}

export interface InspectionData {
  [name: string]: unknown;
  request?: HttpMessage;
  response?: HttpMessage;
  errorDetails?: { catchIndex?: number; retryIndex?: number; retryBackoffIntervalSeconds?: number };
}

export interface Answer {
  status: "SUCCEEDED" | "FAILED" | "RETRIABLE" | "CAUGHT_ERROR";
  output?: string;
  error?: string;
  cause?: string;
  nextState?: string;
  inspectionData?: InspectionData;
}

/** The stops of TestState's inspection data, in the order in which data comes to them. */
const STOPS: readonly { name: string; title: string; aside?: true }[] = [
  { name: "input", title: "State input" },
  { name: "afterInputPath", title: "After InputPath" },
  { name: "afterArguments", title: "Arguments", aside: true },
  { name: "afterParameters", title: "After Parameters" },
  { name: "afterItemsPath", title: "After ItemsPath" },
  { name: "afterItemsPointer", title: "After ItemsPointer" },
  { name: "afterItemSelector", title: "After ItemSelector" },
  { name: "afterItemBatcher", title: "After ItemBatcher" },
  { name: "maxConcurrency", title: "MaxConcurrency", aside: true },
  { name: "toleratedFailureCount", title: "ToleratedFailureCount", aside: true },
  { name: "toleratedFailurePercentage", title: "ToleratedFailurePercentage", aside: true },
  { name: "result", title: "Result" },
  { name: "afterResultSelector", title: "After ResultSelector" },
  { name: "variables", title: "Variables afterwards", aside: true },
  { name: "afterResultPath", title: "After ResultPath" },
];

export interface Stop {
  title: string;
  aside: boolean;
  text: string;
  /** The text of the stop before it on the way. */
  before: string | undefined;
}

export function stopsOf({ inspectionData, output, nextState }: Answer): Stop[] {
  const stops: Stop[] = [];
  let before: string | undefined;
  const add = (title: string, text: unknown, aside = false): void => {
    if (typeof text !== "string" && typeof text !== "number") return;
    stops.push({ title, aside, text: String(text), before });
    if (!aside) before = String(text);
  };
  for (const { name, title, aside } of STOPS) add(title, inspectionData?.[name], aside);
  add(nextState === undefined ? "State output" : `State output, to ${nextState}`, output);
  return stops;
}

/** Which Retrier or Catcher takes the error, in words. */
export function handlingWords({ status, inspectionData }: Answer): string {
  const details = inspectionData?.errorDetails;
  if (status === "RETRIABLE") {
    const which = details?.retryIndex === undefined ? "A Retrier" : `Retrier ${String(details.retryIndex + 1)}`;
    return details?.retryBackoffIntervalSeconds === undefined ? `${which} tries again.` : `${which} tries again after ${String(details.retryBackoffIntervalSeconds)} s.`;
  }
  if (status === "CAUGHT_ERROR") return `${details?.catchIndex === undefined ? "A Catcher" : `Catcher ${String(details.catchIndex + 1)}`} takes the error.`;
  if (status === "FAILED" && details?.retryIndex !== undefined) return `Retrier ${String(details.retryIndex + 1)} would take it, but its attempts are spent.`;
  return "";
}
