/** A designer without a page, for tests. */

import type { Boot } from "./boot";
import { startDesigner } from "./state/store";

export function bootWith(definition: string, permissions = { design: true, operate: true }): Boot {
  return {
    machine: { id: 1, name: "Under test", type: "STANDARD", revision: { number: 3 }, definition, deployments: [] },
    environments: [
      { id: 1, name: "Embedded", kind: "embedded", region: "us-east-1", account: "", production: false, review_queue_url: "http://q/review", execution_role_arn: "" },
    ],
    urls: { revisions: "/r", deployments: "/d", diagnose: "/g", catalogue: "/c", execution_new: "/e", list: "/l" },
    optimized: { "sqs:sendMessage": ["", "waitForTaskToken"], "bedrock:invokeModel": [""], "states:startExecution": ["", "sync", "waitForTaskToken"], "batch:submitJob": ["", "sync"] },
    permissions,
  };
}

export function begin(definition: string, permissions?: { design: boolean; operate: boolean }): void {
  startDesigner(bootWith(definition, permissions));
}
