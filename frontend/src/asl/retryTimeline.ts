/** When a Retrier's attempts happen, in seconds after the first failure, for the picture in the inspector. */

export interface RetryPlan {
  IntervalSeconds: number;
  MaxAttempts: number;
  BackoffRate: number;
  MaxDelaySeconds?: number | undefined;
  JitterStrategy?: string | undefined;
}

export interface RetryAttempt {
  /** 1 is the first retry; the failed call before it is attempt 0. */
  number: number;
  /** Seconds since the first failure, the calls themselves taken as instant. */
  at: number;
  /** With FULL jitter the wait is anything from 0 to this. */
  delay: number;
}

/** Delay n = min(IntervalSeconds * BackoffRate^(n-1), MaxDelaySeconds); at most `limit` attempts are listed. */
export function retryTimeline(plan: RetryPlan, limit = 12): RetryAttempt[] {
  const attempts: RetryAttempt[] = [];
  let at = 0;
  for (let number = 1; number <= Math.min(plan.MaxAttempts, limit); number += 1) {
    const grown = plan.IntervalSeconds * plan.BackoffRate ** (number - 1);
    const delay = Math.min(grown, plan.MaxDelaySeconds ?? Infinity);
    at += delay;
    attempts.push({ number, at, delay });
  }
  return attempts;
}
