"""What a Task's Resource ARN says: which action of which service, by which pattern, or which function or activity.

Whether there is such an action is judged for the optimized integrations, by AWS's table of them. Which of a service's
operations an SDK action means is left to who has the services' models; how AWS spells them is `asl.service_names`'s.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

REQUEST_RESPONSE: Final = ""
SYNC: Final = "sync"
SYNC_2: Final = "sync:2"
WAIT_FOR_TASK_TOKEN: Final = "waitForTaskToken"  # noqa: S105 - a pattern's name, no secret

_integration = re.compile(
    r"arn:[^:]*:states:[^:]*:[^:]*:(?P<sdk>aws-sdk:)?(?P<service>[^:]+):(?P<action>.+?)"
    r"(?:\.(?P<pattern>sync:2|sync|waitForTaskToken))?"
)
_lambda = re.compile(r"arn:[^:]*:lambda:[^:]*:[^:]*:function:.+")
_activity = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:activity:.+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A Task's Resource taken apart; functions and activities have no service and no action."""

    kind: str  # "optimized", "sdk", "lambda" or "activity"
    service: str = ""  # "sqs", "dynamodb"
    action: str = ""  # without its pattern: "sendMessage"
    pattern: str = REQUEST_RESPONSE

    @property
    def style(self) -> str:
        """Which family of history events tells of it: "task", "lambda" or "activity"."""
        return "task" if self.service else self.kind

    @property
    def resource_type(self) -> str:
        """``resourceType`` in the history: "sqs", "aws-sdk:dynamodb"; "" for functions and activities."""
        return f"aws-sdk:{self.service}" if self.kind == "sdk" else self.service

    @property
    def resource(self) -> str:
        """``resource`` in the history, the action with its pattern: "sendMessage.waitForTaskToken"."""
        return f"{self.action}.{self.pattern}" if self.pattern else self.action

    def is_recognized(self) -> bool:
        """Is it a function, an activity, an SDK action by a pattern that those have, or an optimized integration?"""
        if self.kind == "sdk":
            return self.pattern in _CALLBACK and self.action.isalnum()
        return self.kind != "optimized" or self.pattern in OPTIMIZED_ACTIONS.get(self.service, {}).get(self.action, ())


def parse_resource(arn: str) -> Resource | None:
    """None where the text is no ARN that a Task can name."""
    if _activity.fullmatch(arn):
        return Resource(kind="activity")
    if _lambda.fullmatch(arn):
        return Resource(kind="lambda")
    found = _integration.fullmatch(arn)
    if found is None:
        return None
    return Resource(
        kind="sdk" if found["sdk"] else "optimized",
        service=found["service"],
        action=found["action"],
        pattern=found["pattern"] or REQUEST_RESPONSE,
    )


_RR = (REQUEST_RESPONSE,)
_JOB = (REQUEST_RESPONSE, SYNC)
_CALLBACK = (REQUEST_RESPONSE, WAIT_FOR_TASK_TOKEN)

# Optimized integrations: service -> action -> patterns (developer guide, "Integrating optimized services").
OPTIMIZED_ACTIONS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "apigateway": {"invoke": _CALLBACK},
        "athena": {
            "startQueryExecution": _JOB,
            "stopQueryExecution": _RR,
            "getQueryExecution": _RR,
            "getQueryResults": _RR,
        },
        "batch": {"submitJob": _JOB},
        "bedrock": {"invokeModel": _RR, "createModelCustomizationJob": _JOB},
        "codebuild": {
            "startBuild": _JOB,
            "stopBuild": _RR,
            "batchDeleteBuilds": _RR,
            "batchGetReports": _RR,
            "startBuildBatch": _JOB,
            "stopBuildBatch": _RR,
            "retryBuildBatch": _JOB,
            "deleteBuildBatch": _RR,
        },
        "databrew": {"startJobRun": _JOB},
        "dynamodb": {"getItem": _RR, "putItem": _RR, "updateItem": _RR, "deleteItem": _RR},
        "ecs": {"runTask": (REQUEST_RESPONSE, SYNC, WAIT_FOR_TASK_TOKEN)},
        "eks": {
            "call": _RR,
            "runJob": (REQUEST_RESPONSE, SYNC, WAIT_FOR_TASK_TOKEN),
            "createCluster": _JOB,
            "deleteCluster": _JOB,
            "createNodegroup": _JOB,
            "deleteNodegroup": _JOB,
            "createFargateProfile": _JOB,
            "deleteFargateProfile": _JOB,
        },
        "elasticmapreduce": {
            "createCluster": _JOB,
            "setClusterTerminationProtection": _RR,
            "terminateCluster": _JOB,
            "addStep": _JOB,
            "cancelStep": _RR,
            "modifyInstanceFleetByName": _RR,
            "modifyInstanceGroupByName": _RR,
        },
        "emr-containers": {"createVirtualCluster": _RR, "deleteVirtualCluster": _JOB, "startJobRun": _JOB},
        "emr-serverless": {
            "createApplication": _JOB,
            "startApplication": _JOB,
            "stopApplication": _JOB,
            "deleteApplication": _JOB,
            "startJobRun": _JOB,
            "cancelJobRun": _JOB,
        },
        "events": {"putEvents": _CALLBACK},
        "glue": {"startJobRun": _JOB},
        "http": {"invoke": _RR},
        "lambda": {"invoke": _CALLBACK},
        "mediaconvert": {"createJob": _JOB},
        "sagemaker": {
            "createEndpoint": _RR,
            "createEndpointConfig": _RR,
            "createHyperParameterTuningJob": _JOB,
            "createLabelingJob": _JOB,
            "createModel": _RR,
            "createProcessingJob": _JOB,
            "createTrainingJob": _JOB,
            "createTransformJob": _JOB,
            "updateEndpoint": _RR,
        },
        "sns": {"publish": _CALLBACK},
        "sqs": {"sendMessage": _CALLBACK},
        "states": {"startExecution": (REQUEST_RESPONSE, SYNC, SYNC_2, WAIT_FOR_TASK_TOKEN)},
    }
)


def near_resources(arn: str) -> list[str]:
    """ARNs of optimized integrations that ``arn`` may have meant: the patterns of its action, or actions like it."""
    found = _integration.fullmatch(arn)
    if found is None or found["service"] not in OPTIMIZED_ACTIONS:
        return [f"arn:aws:states:::{service}:{action}" for service, action in _near_actions(arn)]
    actions = OPTIMIZED_ACTIONS[found["service"]]
    start = arn[: found.start("action")]
    if found["action"] in actions:
        return [f"{start}{found['action']}{pattern and f'.{pattern}'}" for pattern in actions[found["action"]]]
    wanted = {action.lower(): action for action in actions}
    return [f"{start}{wanted[one]}" for one in get_close_matches(found["action"].lower(), wanted, 3)]


def _near_actions(arn: str) -> list[tuple[str, str]]:
    known = {
        f"{service}:{action}": (service, action)
        for service in OPTIMIZED_ACTIONS
        for action in OPTIMIZED_ACTIONS[service]
    }
    tail = ":".join(arn.split(":")[-2:])
    return [known[one] for one in get_close_matches(tail, known, 3)]
