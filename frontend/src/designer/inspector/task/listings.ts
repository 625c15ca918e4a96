/** Names that the environment has for a parameter: functions, queues, tables. Asked once an environment. */

import { useEffect, useState } from "react";

import { call } from "../../api";
import { useDesigner } from "../../state/store";
import { once } from "../remote";
import { useForm } from "./context";

export interface Listing {
  items: readonly { value: string; label: string }[];
  problem: string;
}

const NOTHING: Listing = { items: [], problem: "" };

/** Which list of the environment a parameter is chosen from; by service, then by the parameter's name. */
const KINDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  lambda: { FunctionName: "functions" },
  sqs: { QueueUrl: "queues" },
  sns: { TopicArn: "topics" },
  dynamodb: { TableName: "tables" },
  s3: { Bucket: "buckets" },
  states: { StateMachineArn: "state-machines" },
  sfn: { StateMachineArn: "state-machines" },
  events: { EventBusName: "event-buses" },
  eventbridge: { EventBusName: "event-buses" },
  ecs: { Cluster: "clusters" },
  batch: { JobQueue: "job-queues" },
  glue: { JobName: "jobs" },
};

export const kindOf = (service: string, parameter: string): string | undefined => KINDS[service]?.[parameter];

export function useListing(kind: string | undefined): Listing {
  const environment = useDesigner((state) => state.environment);
  const mayEdit = useDesigner((state) => state.boot.permissions.design);
  const [answer, setAnswer] = useState<{ key: string; listing: Listing }>({ key: "", listing: NOTHING });
  const key = kind === undefined || environment === undefined || !mayEdit ? "" : `${kind} ${String(environment)}`;
  useEffect(() => {
    if (key === "" || kind === undefined || environment === undefined) return;
    let wanted = true;
    once(key, () => call<Listing>(`/api/v1/environments/${String(environment)}/resources/${kind}`)).then(
      (listing) => wanted && setAnswer({ key, listing }),
      (error: unknown) => wanted && setAnswer({ key, listing: { items: [], problem: error instanceof Error ? error.message : "" } }),
    );
    return () => {
      wanted = false;
    };
  }, [key, kind, environment]);
  return answer.key === key ? answer.listing : NOTHING;
}

/** Suggestions for a parameter of the form's action. */
export function useSuggestions(parameter: string): readonly string[] | undefined {
  const { action } = useForm();
  const { items } = useListing(kindOf(action.service, parameter));
  return items.length === 0 ? undefined : items.map(({ value }) => value);
}
