/** Error Names to choose from: the States Language's own, and what the Task's service may refuse it with. */

import { child, stringOf } from "../../../asl/document";
import type { State } from "../../../asl/machine";
import { useActionShapes } from "../../catalogue/shapes";
import { useDesigner } from "../../state/store";

/** Names that any state with Retry and Catch may meet (States Language, "Errors"; developer guide, "Error names"). */
const ANY = ["States.ALL", "States.TaskFailed", "States.Timeout", "States.QueryEvaluationError", "States.IntrinsicFailure", "States.ParameterPathFailure", "States.ResultPathMatchFailure", "States.DataLimitExceeded"];
const OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  Task: ["States.HeartbeatTimeout", "States.Permissions"],
  Parallel: ["States.BranchFailed"],
  Map: ["States.BranchFailed", "States.ExceedToleratedFailureThreshold", "States.ItemReaderFailed", "States.ResultWriterFailed"],
};
const LAMBDA = ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException", "Lambda.Unknown"];
const HTTP = ["States.Http.StatusCode.429", "States.Http.StatusCode.500", "States.Http.StatusCode.502", "States.Http.StatusCode.503", "States.Http.StatusCode.404", "States.Http.Socket"];

export function ownNames(type: string, resource: string): string[] {
  const service = /^arn:[^:]+:lambda:/.test(resource) || resource.includes(":lambda:invoke") ? LAMBDA : resource.includes(":http:") ? HTTP : [];
  return [...new Set([...ANY, ...(OF_TYPE[type] ?? []), ...service])];
}

/** What a Task with this Resource may fail with. */
export function useTaskErrors(resource: string): readonly string[] {
  return useNames("Task", resource);
}

export function useErrorNames(state: State): readonly string[] {
  return useNames(state.type, stringOf(child(state.node, "Resource")) ?? "");
}

function useNames(type: string, resource: string): readonly string[] {
  const url = useDesigner(({ boot }) => boot.urls.catalogue);
  const { action } = useActionShapes(url, resource.startsWith("arn:aws:states:::") && !resource.includes(":http:") ? resource : "");
  return [...new Set([...ownNames(type, resource), ...(action?.errors ?? [])])];
}
