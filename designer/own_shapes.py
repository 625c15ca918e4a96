"""The parameters of optimized integrations that are no operation of a service, or take other fields than it has.

The same form as `designer.shapes` gives: shapes by name. Source: the developer guide's page of each integration, and
what the embedded endpoint checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Shapes = dict[str, dict[str, Any]]
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]


def _structure(**members: tuple[str, bool, str]) -> dict[str, Any]:
    """Members as name=(shape, required, documentation)."""
    return {
        "type": "structure",
        "members": [
            {"name": name, "shape": shape, **({"required": True} if required else {}), "doc": doc}
            for name, (shape, required, doc) in members.items()
        ],
    }


_BASIC: Shapes = {
    "Text": {"type": "string"},
    "Flag": {"type": "boolean"},
    "Json": {"type": "json"},
    "Method": {"type": "string", "enum": METHODS},
    "Texts": {"type": "list", "member": "Text"},
    "TextLists": {"type": "map", "key": "Text", "value": "Texts"},
    "TextMap": {"type": "map", "key": "Text", "value": "Text"},
    "S3Place": _structure(S3Uri=("Text", True, "s3://bucket/key")),
}

_HTTP: Shapes = {
    "HttpInput": _structure(
        ApiEndpoint=("Text", True, "The endpoint's URL, with https. Its host must be that of the connection's policy."),
        Method=("Method", True, "The HTTP method."),
        Authentication=("HttpAuthentication", True, "The EventBridge connection that holds the credentials."),
        Headers=("TextMap", False, "Header names and values. The connection's own headers win over these."),
        QueryParameters=("Json", False, "Names and values that are appended to the URL."),
        RequestBody=("Json", False, "The body, sent as JSON or as a form."),
        Transform=("HttpTransform", False, "How the body is encoded."),
    ),
    "HttpAuthentication": _structure(ConnectionArn=("Text", True, "ARN of an EventBridge connection.")),
    "HttpTransform": _structure(
        RequestBodyEncoding=("HttpEncoding", False, "URL_ENCODED sends the body as a form; NONE, as JSON."),
        RequestEncodingOptions=("HttpEncodingOptions", False, "How arrays are written in a form."),
    ),
    "HttpEncoding": {"type": "string", "enum": ["NONE", "URL_ENCODED"]},
    "HttpEncodingOptions": _structure(ArrayFormat=("HttpArrayFormat", False, "INDICES unless you say otherwise.")),
    "HttpArrayFormat": {"type": "string", "enum": ["INDICES", "REPEAT", "COMMAS", "BRACKETS"]},
    "HttpOutput": _structure(
        ResponseBody=("Json", False, "The body; as JSON where it is JSON."),
        StatusCode=("Number", False, "The HTTP status, 200 to 299."),
        StatusText=("Text", False, "The status in words."),
        Headers=("TextLists", False, "The response's headers."),
    ),
    "Number": {"type": "integer"},
}

_API_GATEWAY: Shapes = {
    "ApiInput": _structure(
        ApiEndpoint=("Text", True, "The API's host name: {id}.execute-api.{region}.amazonaws.com."),
        Method=("Method", True, "The HTTP method."),
        Stage=("Text", False, "The stage the API is deployed to."),
        Path=("Text", False, "What follows the stage."),
        Headers=("TextLists", False, "Header names, each with an array of values."),
        QueryParameters=("TextLists", False, "Names, each with an array of values."),
        RequestBody=("Json", False, "The body: a JSON object or text."),
        AllowNullValues=("Flag", False, "Send fields of the body that are null."),
        AuthType=("ApiAuthorization", False, "NO_AUTH unless you say otherwise."),
    ),
    "ApiAuthorization": {"type": "string", "enum": ["NO_AUTH", "IAM_ROLE", "RESOURCE_POLICY"]},
    "ApiOutput": _structure(
        ResponseBody=("Json", False, "The body."),
        StatusCode=("Number", False, "The HTTP status."),
        StatusText=("Text", False, "The status in words."),
        Headers=("TextLists", False, "The response's headers."),
    ),
    "Number": {"type": "integer"},
}

_MODEL: Shapes = {
    "InvokeModelInput": _structure(
        ModelId=("Text", True, "A model's id or ARN, or that of an inference profile or a provisioned model."),
        Body=("Json", False, "What the model takes, as its provider defines it. Either Body or Input."),
        Input=("S3Place", False, "Where the body lies in S3, when it is larger than 256 KiB."),
        Output=("S3Place", False, "Where the answer is put in S3, when it may be larger than 256 KiB."),
        ContentType=("Text", False, "MIME type of the body; application/json unless you say otherwise."),
        Accept=("Text", False, "MIME type of the answer; application/json unless you say otherwise."),
        Trace=("ModelTrace", False, "Whether a guardrail's trace is in the answer."),
        GuardrailIdentifier=("Text", False, "A guardrail's id or ARN."),
        GuardrailVersion=("Text", False, "The guardrail's version, or DRAFT."),
    ),
    "ModelTrace": {"type": "string", "enum": ["ENABLED", "DISABLED", "ENABLED_FULL"]},
    "InvokeModelOutput": _structure(
        Body=("Json", False, "What the model answered; its address in S3 where Output.S3Uri is given."),
        ContentType=("Text", False, "The answer's MIME type."),
    ),
}

_EKS: Shapes = {
    "EksCallInput": _structure(
        ClusterName=("Text", True, "The cluster."),
        CertificateAuthority=("Text", True, "The cluster's certificate, in base64."),
        Endpoint=("Text", True, "The Kubernetes API server's endpoint."),
        Method=("Method", True, "The HTTP method."),
        Path=("Text", True, "The path in the Kubernetes API."),
        QueryParameters=("TextLists", False, "Names, each with an array of values."),
        RequestBody=("Json", False, "The Kubernetes object."),
    ),
    "EksJobInput": _structure(
        ClusterName=("Text", True, "The cluster."),
        CertificateAuthority=("Text", True, "The cluster's certificate, in base64."),
        Endpoint=("Text", True, "The Kubernetes API server's endpoint."),
        Namespace=("Text", False, "The job's namespace."),
        Job=("Json", True, "The Kubernetes job."),
        LogOptions=("EksLogOptions", False, "Whether the job's logs are in the result."),
    ),
    "EksLogOptions": _structure(
        RetrieveLogs=("Flag", False, "Put the logs into the result."),
        RawLogs=("Flag", False, "Leave them as text."),
        LogParameters=("TextLists", False, "Parameters of the Kubernetes log call."),
    ),
}

# Inputs and outputs by "service:action".
OWN: Mapping[str, tuple[Shapes, str, str | None]] = {
    "http:invoke": ({**_BASIC, **_HTTP}, "HttpInput", "HttpOutput"),
    "apigateway:invoke": ({**_BASIC, **_API_GATEWAY}, "ApiInput", "ApiOutput"),
    "bedrock:invokeModel": ({**_BASIC, **_MODEL}, "InvokeModelInput", "InvokeModelOutput"),
    "eks:call": ({**_BASIC, **_EKS}, "EksCallInput", None),
    "eks:runJob": ({**_BASIC, **_EKS}, "EksJobInput", None),
}

# EMR's actions are about one cluster or step; some are operations about many. Members as (name, the operation's shape).
EMR_FIELDS: Mapping[str, tuple[tuple[str, str, bool], ...]] = {
    "terminateCluster": (("ClusterId", "ClusterId", True),),
    "setClusterTerminationProtection": (("ClusterId", "ClusterId", True), ("TerminationProtected", "Boolean", True)),
    "addStep": (
        ("ClusterId", "ClusterId", True),
        ("Step", "StepConfig", True),
        ("ExecutionRoleArn", "ArnType", False),
    ),
    "cancelStep": (("ClusterId", "ClusterId", True), ("StepId", "StepId", True)),
    "modifyInstanceFleetByName": (
        ("ClusterId", "ClusterId", True),
        ("InstanceFleetName", "XmlString", True),
        ("InstanceFleet", "InstanceFleetModifyConfig", True),
    ),
    "modifyInstanceGroupByName": (
        ("ClusterId", "ClusterId", True),
        ("InstanceGroupName", "XmlString", True),
        ("InstanceGroup", "InstanceGroupModifyConfig", True),
    ),
}

# Members that take JSON besides text: the integration writes objects as JSON text.
JSON_MEMBERS: Mapping[str, frozenset[str]] = {
    "lambda:invoke": frozenset({"Payload"}),
    "sqs:sendMessage": frozenset({"MessageBody"}),
    "sns:publish": frozenset({"Message"}),
    "events:putEvents": frozenset({"Detail"}),
    "states:startExecution": frozenset({"input"}),
}
# Of an answer that the integration reads as JSON.
JSON_RESULTS: Mapping[str, frozenset[str]] = {"lambda:invoke": frozenset({"Payload"})}
