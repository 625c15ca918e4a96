"""``elasticmapreduce``: its actions are EMR's operations under other names, about one cluster or step instead of many.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import jmespath

from asl.json_types import JSON
from localaws.integrations.parameters import ParametersDoNotFit

SERVICE: Final = "elasticmapreduce"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reshaped:
    """``parameters`` and ``result`` are JMESPath over the Task's Parameters and the operation's result.

    ``fields`` are those that the action takes, the first two (or one) required; none: the operation's own.
    ``named`` is where a name must be looked up first: (operation, list, the field that names one).
    """

    operation: str
    parameters: str = "@"
    result: str = "@"
    fields: tuple[str, ...] = ()
    named: tuple[str, str, str] | None = None


RESHAPED: Final[Mapping[str, Reshaped]] = MappingProxyType(
    {
        "createCluster": Reshaped(operation="RunJobFlow", result="{ClusterId: JobFlowId, ClusterArn: ClusterArn}"),
        "terminateCluster": Reshaped(
            operation="TerminateJobFlows", parameters="{JobFlowIds: [ClusterId]}", fields=("ClusterId",)
        ),
        "setClusterTerminationProtection": Reshaped(
            operation="SetTerminationProtection",
            parameters="{JobFlowIds: [ClusterId], TerminationProtected: TerminationProtected}",
            fields=("ClusterId", "TerminationProtected"),
        ),
        "addStep": Reshaped(
            operation="AddJobFlowSteps",
            parameters="{JobFlowId: ClusterId, Steps: [Step], ExecutionRoleArn: ExecutionRoleArn}",
            result="{StepId: StepIds[0]}",
            fields=("ClusterId", "Step", "ExecutionRoleArn"),
        ),
        "cancelStep": Reshaped(
            operation="CancelSteps",
            parameters="{ClusterId: ClusterId, StepIds: [StepId]}",
            result="{CancelStepsInfo: CancelStepsInfoList[0]}",
            fields=("ClusterId", "StepId"),
        ),
        "modifyInstanceFleetByName": Reshaped(
            operation="ModifyInstanceFleet",
            parameters="{ClusterId: ClusterId, InstanceFleet: merge(InstanceFleet, {InstanceFleetId: Found})}",
            fields=("ClusterId", "InstanceFleetName", "InstanceFleet"),
            named=("ListInstanceFleets", "InstanceFleets", "InstanceFleetName"),
        ),
        "modifyInstanceGroupByName": Reshaped(
            operation="ModifyInstanceGroups",
            parameters="{ClusterId: ClusterId, InstanceGroups: [merge(InstanceGroup, {InstanceGroupId: Found})]}",
            fields=("ClusterId", "InstanceGroupName", "InstanceGroup"),
            named=("ListInstanceGroups", "InstanceGroups", "InstanceGroupName"),
        ),
    }
)


def reshaped(action: str, parameters: JSON, *, found: str | None = None) -> JSON:
    """The operation's own parameters; ``found`` is what a name means. Raises `ParametersDoNotFit`."""
    shape = RESHAPED[action]
    if not shape.fields:
        return parameters
    if not isinstance(parameters, dict):
        raise ParametersDoNotFit(parameters, ["Parameters must be a JSON object"])
    problems = [
        f"The field '{name}' is not supported by Step Functions" for name in parameters if name not in shape.fields
    ]
    required = shape.fields if shape.named else shape.fields[:2]
    problems += [f"The field '{name}' is required but was missing" for name in required if parameters.get(name) is None]
    if problems:
        raise ParametersDoNotFit(parameters, problems)
    result: JSON = jmespath.search(shape.parameters, {**parameters, "Found": found or ""})
    return result
