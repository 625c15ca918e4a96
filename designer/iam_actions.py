"""How IAM names what a Task's call takes, where that isn't the API operation's own name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Where a service's prefix in policies is neither its signing name nor its endpoint's.
PREFIXES = {"monitoring": "cloudwatch", "iotdata": "iot", "awsssoportal": "sso", "mturk-requester": "mechanicalturk"}
MODELS = {"states": "stepfunctions", "bedrock": "bedrock-runtime", "elasticmapreduce": "emr"}
# Operations that are allowed by actions of another name.
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "lambda:Invoke": ("lambda:InvokeFunction",),
    "s3:HeadObject": ("s3:GetObject",),
    "s3:HeadBucket": ("s3:ListBucket",),
    "s3:ListObjects": ("s3:ListBucket",),
    "s3:ListObjectsV2": ("s3:ListBucket",),
    "s3:ListBuckets": ("s3:ListAllMyBuckets",),
    "s3:CopyObject": ("s3:GetObject", "s3:PutObject"),
    "s3:DeleteObjects": ("s3:DeleteObject",),
    "s3:CreateMultipartUpload": ("s3:PutObject",),
    "s3:UploadPart": ("s3:PutObject",),
    "s3:CompleteMultipartUpload": ("s3:PutObject",),
    "bedrock:Converse": ("bedrock:InvokeModel",),
    "apigateway:Invoke": ("execute-api:Invoke",),
    "dynamodb:ExecuteStatement": (
        "dynamodb:PartiQLSelect",
        "dynamodb:PartiQLInsert",
        "dynamodb:PartiQLUpdate",
        "dynamodb:PartiQLDelete",
    ),
    "dynamodb:BatchExecuteStatement": (
        "dynamodb:PartiQLSelect",
        "dynamodb:PartiQLInsert",
        "dynamodb:PartiQLUpdate",
        "dynamodb:PartiQLDelete",
    ),
    "dynamodb:TransactGetItems": ("dynamodb:GetItem",),
    "dynamodb:TransactWriteItems": (
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:ConditionCheckItem",
    ),
}
# What waiting for a job takes besides starting it: further actions, and the rule that Step Functions keeps.
JOBS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "states": (
        ("states:DescribeExecution", "states:StopExecution"),
        "StepFunctionsGetEventsForStepFunctionsExecutionRule",
    ),
    "batch": (("batch:DescribeJobs", "batch:TerminateJob"), "StepFunctionsGetEventsForBatchJobsRule"),
    "ecs": (("ecs:DescribeTasks", "ecs:StopTask"), "StepFunctionsGetEventsForECSTaskRule"),
    "codebuild": (
        ("codebuild:StopBuild", "codebuild:BatchGetBuilds"),
        "StepFunctionsGetEventForCodeBuildStartBuildRule",
    ),
    "athena": (("athena:GetQueryExecution", "athena:StopQueryExecution"), ""),
    "glue": (("glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"), ""),
    "databrew": (("databrew:ListJobRuns", "databrew:StopJobRun"), ""),
    "bedrock": (("bedrock:GetModelCustomizationJob", "bedrock:StopModelCustomizationJob"), ""),
    "eks": (("eks:DescribeCluster", "eks:DescribeNodegroup", "eks:DescribeFargateProfile"), ""),
    "mediaconvert": (("mediaconvert:GetJob", "mediaconvert:CancelJob"), "StepFunctionsGetEventsForMediaConvertJobRule"),
    "elasticmapreduce": (
        (
            "elasticmapreduce:DescribeCluster",
            "elasticmapreduce:DescribeStep",
            "elasticmapreduce:CancelSteps",
            "elasticmapreduce:TerminateJobFlows",
        ),
        "",
    ),
    "emr-containers": (
        ("emr-containers:DescribeJobRun", "emr-containers:CancelJobRun", "emr-containers:DescribeVirtualCluster"),
        "",
    ),
    "emr-serverless": (
        ("emr-serverless:GetJobRun", "emr-serverless:CancelJobRun", "emr-serverless:GetApplication"),
        "StepFunctionsGetEventsForEMRServerlessJobRule",
    ),
    "sagemaker": (
        (
            "sagemaker:DescribeTrainingJob",
            "sagemaker:DescribeTransformJob",
            "sagemaker:DescribeProcessingJob",
            "sagemaker:DescribeHyperParameterTuningJob",
            "sagemaker:DescribeLabelingJob",
            "sagemaker:StopTrainingJob",
            "sagemaker:StopTransformJob",
            "sagemaker:StopProcessingJob",
            "sagemaker:StopHyperParameterTuningJob",
            "sagemaker:StopLabelingJob",
        ),
        "StepFunctionsGetEventsForSageMakerJobsRule",
    ),
}
RULE_ACTIONS = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
LOG_ACTIONS = (
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
)
TRACE_ACTIONS = (
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
)


# EMR's optimized actions by the operations behind them.
EMR_OPERATIONS: Mapping[str, str] = {
    "createCluster": "RunJobFlow",
    "terminateCluster": "TerminateJobFlows",
    "addStep": "AddJobFlowSteps",
    "cancelStep": "CancelSteps",
    "modifyInstanceFleetByName": "ModifyInstanceFleet",
    "modifyInstanceGroupByName": "ModifyInstanceGroups",
}
