/** What a run costs: state transitions as Step Functions bills a STANDARD workflow, and tokens where the models say them. */
import { modelCall } from "./modelCall";
import type { Run } from "./status";

/** US dollars for one transition in us-east-1 (aws.amazon.com/step-functions/pricing); a month's first 4,000 are free. */
export const TRANSITION_PRICE = 0.000025;

/** The start counts as one; so does each retry (the same page, "state transitions"). */
export function transitionsOf(run: Run): number {
  if (run.startedAt === null) return 0;
  return run.visits.reduce((sum, { attempts }) => sum + 1 + Math.max(0, attempts.length - 1), 1);
}

export function dollars(amount: number): string {
  return `$${amount < 0.01 ? amount.toFixed(4) : amount.toFixed(2)}`;
}

export interface Tokens {
  readonly model: string;
  readonly calls: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
}

/** By model, those that said how many. */
export function tokensOf(run: Run): Tokens[] {
  const byModel = new Map<string, Tokens>();
  for (const { attempts } of run.visits) {
    for (const { parameters, result } of attempts) {
      if (result === null) continue;
      const call = modelCall(parameters, result);
      if (call === null || (call.tokensIn === null && call.tokensOut === null)) continue;
      const before = byModel.get(call.model) ?? { model: call.model, calls: 0, tokensIn: 0, tokensOut: 0 };
      byModel.set(call.model, { ...before, calls: before.calls + 1, tokensIn: before.tokensIn + (call.tokensIn ?? 0), tokensOut: before.tokensOut + (call.tokensOut ?? 0) });
    }
  }
  return [...byModel.values()];
}
