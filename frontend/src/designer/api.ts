/** The designer's calls to the JSON API (docs/api.md), with Django's CSRF token. */

import type { Pointer } from "../asl/pointer";
import type { Fix } from "../asl/repair";
import type { MachineType, StateComment } from "./boot";

export interface Diagnostic {
  path: Pointer;
  code: string;
  message: string;
  severity: "ERROR" | "WARNING";
  /** How it could be put right. */
  fix?: Fix;
}

export interface CatalogueAction {
  resource: string;
  service: string;
  service_title: string;
  action: string;
  title: string;
  /** What it does, in a sentence. */
  summary: string;
  optimized: boolean;
  /** As far as is known; false is marked. */
  supported: boolean;
  patterns: ("" | "sync" | "waitForTaskToken")[];
  parameters: Record<string, unknown>;
}

export interface FoundationModel {
  modelId: string;
  modelName: string;
  providerName: string;
  stand_in: boolean;
}

export interface Connection {
  arn: string;
  name: string;
  authorization_type: string;
}

/** docs/api.md: what is left out stays as it is. */
export interface DeploymentOptions {
  log_level?: "OFF" | "ERROR" | "FATAL" | "ALL";
  log_group_arn?: string;
  include_execution_data?: boolean;
  tracing?: boolean;
  /** "AWS" is a key that AWS owns. */
  kms_key?: string;
  kms_reuse_seconds?: number;
  tags?: Record<string, string>;
  publish?: boolean;
  alias?: string;
  share?: number;
}

export interface DeploymentOrder {
  revision: number;
  environment: number | string;
  role_arn?: string;
  /** Put it over what somebody changed there since. */
  overwrite?: boolean;
  options: DeploymentOptions;
}

export interface Deployment {
  arn: string;
  version_arn: string;
  /** What was done after the definition was there, in words. */
  done: string[];
  revision: number;
  environment: number | string;
  created: boolean;
  warnings: Diagnostic[];
}

export interface Conflict {
  message: string;
  latest: number;
  definition: string;
}

/** An answer that isn't the wanted one; `body` is what the server said, if it was JSON. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly body: unknown,
  ) {
    super(message);
  }
}

function csrfToken(): string {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function messageOf(status: number, body: unknown): string {
  const said = (body as { message?: unknown; detail?: unknown } | undefined) ?? {};
  if (typeof said.message === "string") return said.message;
  if (typeof said.detail === "string") return said.detail;
  if (status === 403) return "You may not do this. Sign in again, or ask for the Designer role.";
  return `The server answered ${String(status)} without saying why.`;
}

export async function call<T>(url: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...init });
  } catch {
    throw new ApiError(0, "Callboard can't be reached. Your changes are kept in this browser; try again.", undefined);
  }
  const body = await bodyOf(response);
  if (!response.ok) throw new ApiError(response.status, messageOf(response.status, body), body);
  return body as T;
}

export function send<T>(method: "POST" | "PUT" | "DELETE", url: string, payload: unknown, signal?: AbortSignal): Promise<T> {
  return call<T>(url, {
    method,
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(payload),
    keepalive: method === "DELETE", // small, and the person is told that it is gone: it outlives the page
    ...(signal === undefined ? {} : { signal }),
  });
}

const post = <T>(url: string, payload: unknown, signal?: AbortSignal): Promise<T> => send<T>("POST", url, payload, signal);

export const diagnose = (url: string, definition: string, type: MachineType, signal: AbortSignal) =>
  post<{ diagnostics: Diagnostic[] }>(url, { definition, type }, signal);

export const saveRevision = (url: string, revision: { definition: string; yaml?: string; comment: string; base_revision: number; renamed?: Record<string, string> }) =>
  post<{ number: number; created_at: string }>(url, revision);

export const sayOfState = (url: string, number: number, comment: { state: string; text: string }) =>
  post<StateComment>(`${url}/${String(number)}/comments`, comment);

export const deploy = (url: string, order: DeploymentOrder) => post<Deployment>(url, order);

export const planDeployment = (url: string, order: DeploymentOrder, signal: AbortSignal) => post<{ steps: string[] }>(`${url}/plan`, order, signal);

export const searchCatalogue = (url: string, query: string, limit: number, signal: AbortSignal) =>
  call<{ actions: CatalogueAction[] }>(`${url}?q=${encodeURIComponent(query)}&limit=${String(limit)}`, { signal });

export interface CatalogueService {
  service: string;
  title: string;
  actions: number;
  optimized: number;
}

export const catalogueServices = (url: string) => call<{ services: CatalogueService[] }>(`${url}/services`);

export const serviceActions = (url: string, title: string) => call<{ actions: CatalogueAction[] }>(`${url}?service=${encodeURIComponent(title)}`);

const environmentUrl = (id: number | string, what: string): string => `/api/v1/environments/${String(id)}/${what}`;

export const foundationModels = (environment: number | string) =>
  call<{ models: FoundationModel[]; source: "live" | "bundled"; problem: string }>(environmentUrl(environment, "foundation-models"));

export const connections = (environment: number | string) =>
  call<{ connections: Connection[] }>(environmentUrl(environment, "connections"));
