"""What a Task's Resource ARN says: which action of which service, by which pattern, or which function or activity."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PATTERNS: Final = (".sync:2", ".sync", ".waitForTaskToken")

_integration = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:(?P<type>(?:aws-sdk:)?[^:]+):(?P<action>.+)")
_lambda = re.compile(r"arn:[^:]*:lambda:[^:]*:[^:]*:function:.+")
_activity = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:activity:.+")


@dataclass(frozen=True, slots=True)
class Resource:
    style: str  # "task", "lambda" or "activity"
    resource_type: str  # "sqs", "aws-sdk:dynamodb"; "" for functions and activities
    action: str  # with its pattern: "sendMessage.waitForTaskToken"
    pattern: str  # "", "sync", "sync:2", "waitForTaskToken"

    def is_recognized(self) -> bool:
        """Is it a function, an activity, an SDK action by a pattern that those have, or an optimized integration?"""
        if self.style != "task":
            return True
        name = self.action.removesuffix(f".{self.pattern}") if self.pattern else self.action
        if self.resource_type.startswith("aws-sdk:"):
            return self.pattern in ("", "waitForTaskToken") and name.isalnum()
        return self.pattern in OPTIMIZED.get(self.resource_type, {}).get(name, ())


def parse_resource(arn: str) -> Resource | None:
    """None where the text is no ARN that a Task can name."""
    if _activity.fullmatch(arn):
        return Resource("activity", "", "", "")
    if _lambda.fullmatch(arn):
        return Resource("lambda", "", "", "")
    found = _integration.fullmatch(arn)
    if found is None:
        return None
    pattern = next((suffix[1:] for suffix in PATTERNS if found["action"].endswith(suffix)), "")
    return Resource("task", found["type"], found["action"], pattern)


_PLAIN = ("",)
_JOB = ("", "sync")
_CALLBACK = ("", "waitForTaskToken")

# Optimized integrations: service -> action -> patterns (developer guide, "Integrating optimized services").
OPTIMIZED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "apigateway": {"invoke": _CALLBACK},
    "athena": {
        "startQueryExecution": _JOB,
        "stopQueryExecution": _PLAIN,
        "getQueryExecution": _PLAIN,
        "getQueryResults": _PLAIN,
    },
    "batch": {"submitJob": _JOB},
    "bedrock": {"invokeModel": _PLAIN, "createModelCustomizationJob": _JOB},
    "codebuild": {
        "startBuild": _JOB,
        "stopBuild": _PLAIN,
        "batchDeleteBuilds": _PLAIN,
        "batchGetReports": _PLAIN,
        "startBuildBatch": _JOB,
        "stopBuildBatch": _PLAIN,
        "retryBuildBatch": _JOB,
        "deleteBuildBatch": _PLAIN,
    },
    "databrew": {"startJobRun": _JOB},
    "dynamodb": dict.fromkeys(("getItem", "putItem", "deleteItem", "updateItem"), _PLAIN),
    "ecs": {"runTask": ("", "sync", "waitForTaskToken")},
    "eks": {
        **dict.fromkeys(
            (
                "createCluster",
                "deleteCluster",
                "createFargateProfile",
                "deleteFargateProfile",
                "createNodegroup",
                "deleteNodegroup",
                "runJob",
            ),
            _JOB,
        ),
        "call": _PLAIN,
    },
    "elasticmapreduce": {
        **dict.fromkeys(("addStep", "createCluster", "terminateCluster"), _JOB),
        **dict.fromkeys(
            (
                "cancelStep",
                "modifyInstanceFleetByName",
                "modifyInstanceGroupByName",
                "setClusterTerminationProtection",
            ),
            _PLAIN,
        ),
    },
    "emr-containers": {"createVirtualCluster": _PLAIN, "deleteVirtualCluster": _JOB, "startJobRun": _JOB},
    "emr-serverless": dict.fromkeys(
        (
            "createApplication",
            "startApplication",
            "stopApplication",
            "deleteApplication",
            "startJobRun",
            "cancelJobRun",
        ),
        _JOB,
    ),
    "events": {"putEvents": _CALLBACK},
    "glue": {"startJobRun": _JOB},
    "http": {"invoke": _PLAIN},
    "lambda": {"invoke": _CALLBACK},
    "mediaconvert": {"createJob": _JOB},
    "sagemaker": {
        **dict.fromkeys(
            (
                "createHyperParameterTuningJob",
                "createLabelingJob",
                "createProcessingJob",
                "createTrainingJob",
                "createTransformJob",
            ),
            _JOB,
        ),
        **dict.fromkeys(("createEndpoint", "createEndpointConfig", "createModel", "updateEndpoint"), _PLAIN),
    },
    "sns": {"publish": _CALLBACK},
    "sqs": {"sendMessage": _CALLBACK},
    "states": {"startExecution": ("", "sync", "sync:2", "waitForTaskToken")},
}
