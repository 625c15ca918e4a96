/** What the server hands over: docs/api.md, "Executions". */

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED" | "PENDING_REDRIVE";

export interface Environment {
  id: number | string;
  name: string;
  kind: "embedded" | "aws";
  region: string;
  account: string;
  production: boolean;
}

export interface Execution {
  id: number | string;
  arn: string;
  name: string;
  status: ExecutionStatus;
  /** Without id and url when the machine isn't one of Callboard's. */
  state_machine: { id: number | string | null; name: string; url: string | null };
  environment: Environment;
  revision: number | null;
  /** The text that this execution runs. */
  definition: string;
  input: string | null;
  output: string | null;
  error: string | null;
  cause: string | null;
  started_at: string;
  stopped_at: string | null;
  started_by: string | null;
  last_event_id: number;
  url: string;
  /** Of an EXPRESS execution: what its log can tell, and what it was billed. */
  express?: Express | null;
  /** Why the copy of its history may be old: the environment can't be reached, or throttles. */
  notice?: string | null;
}

export interface Express {
  /** OFF, ERROR, FATAL or ALL. */
  level: string;
  includes_data: boolean;
  /** "" where nothing is logged. */
  log_group: string;
  billed_milliseconds: number | null;
  billed_megabytes: number | null;
}

/** Another execution that started this one: by a Task, or as an item of a distributed Map. */
export interface OriginOf {
  kind: "item" | "task";
  name: string;
  state: string;
  url: string;
  map_run: string | null;
}

/** AWS's own shape: the details lie under a key that depends on the type. */
export interface HistoryEvent {
  id: number;
  previousEventId?: number;
  type: string;
  timestamp: string;
  [details: string]: unknown;
}

export interface Review {
  id: number | string;
  url: string;
  state_name: string;
  task_scheduled_event_id: number | null;
  status: string;
}

/** The table of prices that costs are reckoned with: US dollars. */
export interface Prices {
  as_of: string;
  region: string;
  source: string;
  transition: number;
  express_request: number;
  express_gb_second: number;
  /** Of a million tokens in and out, by the beginning of a model's name. */
  models: Readonly<Record<string, readonly [number, number]>>;
}

export interface Boot {
  execution: Execution;
  urls: { events: string; reviews: string; stop: string; redrive: string; map_runs: string; nested: string; object: string; task_log: string; flow: string; log: string; share: string; compare: string; socket: string; new: string; list: string };
  permissions: { operate: boolean };
  /** null where the table can't be read. */
  prices?: Prices | null;
  origin?: OriginOf | null;
  /** Whether AWS's own console shows what this environment runs. */
  console?: boolean;
}

/** What the socket says about the execution with each batch of events. */
export type ExecutionChange = Partial<Pick<Execution, "status" | "stopped_at" | "output" | "error" | "cause" | "last_event_id">>;

export type SocketMessage =
  | { type: "events"; events: HistoryEvent[]; execution: ExecutionChange }
  /** Seconds since the history was read; null where it's whole. It comes every few seconds, whatever else does. */
  | { type: "age"; seconds: number | null }
  | { type: "notice"; level: "warning" | "error"; message: string };

export function isOver(status: ExecutionStatus): boolean {
  return status !== "RUNNING" && status !== "PENDING_REDRIVE";
}
