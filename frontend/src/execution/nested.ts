/** The execution that a Task started, as its recorded result names it. */
const EXECUTION = /^arn:aws[\w-]*:states:[\w-]*:\d*:execution:[^:]+:[^:]+$/;

/** Its ARN; null where the Task started none, or the history doesn't say. */
export function nestedExecution(resource: unknown, result: string | null): string | null {
  if (typeof resource !== "string" || !/:states:::(states:|aws-sdk:sfn:)start/i.test(resource) || result === null) return null;
  let said: unknown;
  try {
    said = JSON.parse(result);
  } catch {
    return null;
  }
  const arn = typeof said === "object" && said !== null && "ExecutionArn" in said ? said.ExecutionArn : null;
  return typeof arn === "string" && EXECUTION.test(arn) ? arn : null;
}
