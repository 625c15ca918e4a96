/** What the chosen environment answers for the pickers: models and connections, asked once each. */

import { useEffect, useState } from "react";

import { connections, foundationModels, type Connection, type FoundationModel } from "../api";
import { useDesigner } from "../state/store";

export interface Models {
  models: readonly FoundationModel[];
  source: "live" | "bundled" | "asking";
  /** Why the environment's own list isn't there. */
  problem: string;
}

const NONE: Models = { models: [], source: "asking", problem: "" };
const asked = new Map<string, Promise<unknown>>();

/** The same question of the same environment is asked once; a failed one may be asked again. */
export function once<T>(key: string, ask: () => Promise<T>): Promise<T> {
  const known = asked.get(key) as Promise<T> | undefined;
  if (known !== undefined) return known;
  const asking = ask();
  asked.set(key, asking);
  asking.catch(() => asked.delete(key));
  return asking;
}

export function useModels(): Models {
  const environment = useDesigner((state) => state.environment);
  const [answer, setAnswer] = useState<Models>(NONE);
  useEffect(() => {
    let wanted = true;
    if (environment === undefined) return;
    once(`models ${String(environment)}`, () => foundationModels(environment)).then(
      ({ models, source, problem }) => {
        if (wanted) setAnswer({ models, source, problem });
      },
      (error: unknown) => {
        if (wanted) setAnswer({ models: [], source: "bundled", problem: error instanceof Error ? error.message : "" });
      },
    );
    return () => {
      wanted = false;
    };
  }, [environment]);
  return answer;
}

export function useConnections(): readonly Connection[] {
  const environment = useDesigner((state) => state.environment);
  const [answer, setAnswer] = useState<readonly Connection[]>([]);
  useEffect(() => {
    let wanted = true;
    if (environment === undefined) return;
    once(`connections ${String(environment)}`, () => connections(environment)).then(
      (body) => {
        if (wanted) setAnswer(body.connections);
      },
      () => {
        if (wanted) setAnswer([]);
      },
    );
    return () => {
      wanted = false;
    };
  }, [environment]);
  return answer;
}
