/** What the page hands over: the workflow, its environments, addresses and what this person may do. */

import type { DeploymentOptions } from "./api";
import type { ServerDraft } from "./drafts/api";

export type MachineType = "STANDARD" | "EXPRESS";

export interface Environment {
  id: number | string;
  name: string;
  kind: "embedded" | "aws";
  region: string;
  account: string;
  production: boolean;
  /** Where review messages go; "" when the environment has no such queue. */
  review_queue_url: string;
  /** The role that deployments use when none is named; "" for none. */
  execution_role_arn: string;
}

export interface StateComment {
  id: number;
  /** The state's name by now. */
  state: string;
  /** Its name in the saved revision, where it has another one by now. */
  saved?: string | undefined;
  revision: number;
  author: string | null;
  text: string;
  created_at: string;
}

export interface Boot {
  person?: { id: number; name: string };
  /** What this person typed and never saved. */
  draft?: ServerDraft | null;
  machine: {
    id: number | string;
    name: string;
    type: MachineType;
    revision: { number: number };
    definition: string;
    /** The revision as it was written in YAML, comments and all; "" where it never was. */
    yaml?: string;
    /** The newest in each environment. */
    deployments: { environment: number | string; revision: number; arn: string; role_arn: string; options: DeploymentOptions }[];
  };
  /** What colleagues say of states, since the revision that was last approved; the oldest first. */
  comments?: StateComment[];
  environments: Environment[];
  urls: {
    revisions: string;
    deployments: string;
    draft?: string;
    merge?: string;
    presence?: string;
    diagnose: string;
    catalogue: string;
    execution_new: string;
    list: string;
  };
  /** The patterns of each optimized integration, by "service:action". */
  optimized: Record<string, string[]>;
  permissions: { design: boolean; operate: boolean };
}

export function readBoot(document: Document): Boot {
  const element = document.getElementById("designer-boot");
  if (element === null) throw new Error("The page has no #designer-boot");
  return JSON.parse(element.textContent) as Boot;
}

/** The embedded endpoint's own queue, for a workflow that has no environment yet. */
export const REVIEW_QUEUE = "http://127.0.0.1:4566/000000000000/callboard-review";

/** The queue that review messages of this environment go to. */
export function reviewQueueOf(environment: Environment | undefined): string {
  return environment?.review_queue_url || REVIEW_QUEUE;
}

export interface Arrival {
  /** The execution whose data the page was opened to test with. */
  pin: string | null;
  /** The one state to test with it, by its pointer, as it was visited that time, where. */
  state: { pointer: string; visit: number; environment: string | null } | null;
}

/** What the address asks for: `?pin=`, and `&test=&visit=&environment=`. */
export function arrivalOf(search: string): Arrival {
  const given = new URLSearchParams(search);
  const pointer = given.get("test");
  return { pin: given.get("pin"), state: pointer === null ? null : { pointer, visit: Number(given.get("visit") ?? 0) || 0, environment: given.get("environment") } };
}

/** The same as it was when the page came (main.tsx): the test panel takes it out of the address. */
export const arrival: Arrival = { pin: null, state: null };
