/** What an action takes and answers, as the server knows it (designer/shapes.py), asked once for each action. */

import { useEffect, useState } from "react";

import { ApiError, call } from "../api";

export interface Member {
  name: string;
  shape: string;
  required?: boolean;
  doc?: string;
  /** JSON that may also be plain text. */
  text?: boolean;
}

export type ScalarType = "string" | "integer" | "number" | "boolean" | "timestamp" | "blob" | "json";

export type Shape =
  | { type: "structure"; members: Member[]; union?: boolean }
  | { type: "list"; member: string; min?: number; max?: number }
  | { type: "map"; key: string; value: string; min?: number; max?: number }
  | { type: ScalarType; enum?: string[]; min?: number; max?: number; pattern?: string };

export interface ActionShapes {
  resource: string;
  service: string;
  action: string;
  optimized: boolean;
  /** False where Step Functions isn't known to call it. */
  supported: boolean;
  patterns: string[];
  operation: string;
  /** What it does, as plain text. */
  doc: string;
  /** The service's own page about it, and the developer guide's page of the integration. */
  url: string;
  guide: string;
  note: string;
  input: string | null;
  output: string | null;
  errors: string[];
  shapes: Record<string, Shape>;
}

const asked = new Map<string, Promise<ActionShapes>>();
const known = new Map<string, ActionShapes>();

export function ask(url: string, resource: string): Promise<ActionShapes> {
  const waiting = asked.get(resource);
  if (waiting !== undefined) return waiting;
  const asking = call<ActionShapes>(`${url}/shapes?resource=${encodeURIComponent(resource)}`);
  asked.set(resource, asking);
  asking.then(
    (action) => known.set(resource, action),
    () => asked.delete(resource),
  );
  return asking;
}

export interface Asked {
  action: ActionShapes | undefined;
  /** Why there is none. */
  problem: string;
}

/** `url` is the catalogue's; an empty `resource` asks nothing. */
export function useActionShapes(url: string, resource: string): Asked {
  const [answer, setAnswer] = useState<Asked & { resource: string }>({ resource: "", action: undefined, problem: "" });
  useEffect(() => {
    if (resource === "") return;
    let wanted = true;
    ask(url, resource).then(
      (action) => wanted && setAnswer({ resource, action, problem: "" }),
      (error: unknown) => wanted && setAnswer({ resource, action: undefined, problem: error instanceof ApiError ? error.message : String(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [url, resource]);
  const here = known.get(resource);
  if (here !== undefined) return { action: here, problem: "" };
  return answer.resource === resource ? answer : { action: undefined, problem: "" };
}

/** The shape `name`, asked for where a large action came without it. */
export function useShape(url: string, action: ActionShapes, name: string): Shape | undefined {
  const [, setCount] = useState(0);
  const here = action.shapes[name];
  useEffect(() => {
    if (here !== undefined) return;
    let wanted = true;
    call<{ shapes: Record<string, Shape> }>(`${url}/shapes?resource=${encodeURIComponent(action.resource)}&shape=${encodeURIComponent(name)}`).then(
      ({ shapes }) => {
        // One table for all that show this action: what comes later is added to it.
        for (const [key, shape] of Object.entries(shapes)) action.shapes[key] ??= shape;
        if (wanted) setCount((count) => count + 1);
      },
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [url, action, name, here]);
  return here;
}

/** The members of a structure; none of any other shape. */
export function membersOf(shape: Shape | undefined): readonly Member[] {
  return shape?.type === "structure" ? shape.members : [];
}
