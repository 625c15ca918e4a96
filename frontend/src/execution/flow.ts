/** What the server says of the data's way through a visit, as far as the page's time goes. */
import { useEffect, useState } from "react";
import type { Shown } from "../dataflow/found";
import { ApiError, getJson } from "./api";
import type { Visit } from "./status";
import type { ViewerStore } from "./store";

export interface FlowStop {
  title: string;
  kind: "variables" | "input" | "field" | "request" | "result" | "error" | "output";
  source: "recorded" | "computed";
  /** Of a field: its JSON text in the definition. */
  written: string | null;
  /** It doesn't lie on the way to the output. */
  aside: boolean;
  value: Shown | null;
  error: string | null;
  cause: string | null;
  /** Why there is no value, or not all of it; "" for nothing to say. */
  missing: string;
}

export interface Flow {
  name: string;
  stops: readonly FlowStop[];
  notes: readonly string[];
  /** Where a Choice leads. */
  next: string | null;
}

interface Answer {
  readonly of: string;
  readonly flow: Flow | null;
  readonly refusal: string | null;
}

/** While the slider moves, nothing is asked. */
const AFTER = 200;

/** Asked again when the visit comes further, or the slider goes elsewhere; until then the last answer stays. */
export function useFlow(store: ViewerStore, visit: Visit): Pick<Answer, "flow" | "refusal"> {
  const url = store((state) => state.boot.urls.flow);
  const until = store((state) => (state.replay === null ? null : (state.events[state.replay.count - 1]?.id ?? 0)));
  const { enteredId, exitedId, attempts } = visit;
  const query = `?event=${String(enteredId)}${until === null ? "" : `&until=${String(until)}`}`;
  const key = `${query} ${String(exitedId)} ${attempts.map(({ outcome }) => outcome).join(" ")}`;
  const [answer, setAnswer] = useState<Answer>({ of: "", flow: null, refusal: null });
  useEffect(() => {
    const stopper = new AbortController();
    const ask = (): void => {
      getJson<Flow>(`${url}${query}`, stopper.signal).then(
        (flow) => setAnswer({ of: String(enteredId), flow, refusal: null }),
        (error: unknown) => {
          if (stopper.signal.aborted) return;
          setAnswer({ of: String(enteredId), flow: null, refusal: error instanceof ApiError ? error.message : "The server couldn’t be reached. Choose the state again to ask once more." });
        },
      );
    };
    const timer = setTimeout(ask, until === null ? 0 : AFTER);
    return () => {
      clearTimeout(timer);
      stopper.abort();
    };
  }, [url, query, key, enteredId, until]);
  return answer.of === String(enteredId) ? answer : { flow: null, refusal: null };
}
