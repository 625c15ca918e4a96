/** Requests to Callboard's own JSON API: the session's cookie, Django's CSRF token, errors with their words. */

export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

function csrfToken(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
  const field = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value;
  const cookie = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  return meta ?? field ?? cookie ?? "";
}

export async function getJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  return request<T>(url, { method: "GET", ...(signal && { signal }) });
}

export async function postJson<T>(url: string, body: unknown): Promise<T> {
  return request<T>(url, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() } });
}

async function request<T>(url: string, init: RequestInit): Promise<T> {
  const response = await fetch(url, { credentials: "same-origin", ...init, headers: { Accept: "application/json", ...init.headers } });
  if (response.ok) return (await response.json()) as T;
  const said: unknown = await response.json().catch(() => null);
  const message = typeof said === "object" && said !== null && "message" in said && typeof said.message === "string" ? said.message : null;
  throw new ApiError(message ?? `The server answered ${response.status} ${response.statusText}.`, response.status);
}
