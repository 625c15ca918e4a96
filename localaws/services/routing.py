"""Which of moto's hosts a request would have gone to on AWS.

moto picks a service by host name; on one port only the signing name is there. For most services the host is
``<signing name>.<Region>.amazonaws.com``; the exceptions are moto's server's own.
"""

from __future__ import annotations

from localaws.services.request import Request, bedrock_service

_ALIASES = {
    "eventbridge": "events",
    "execute-api": "iot",
    "iotdata": "data.iot",
    "mobiletargeting": "pinpoint",
    "payment-cryptography": "controlplane.payment-cryptography",
}
_GLOBAL = frozenset({"budgets", "cloudfront", "iam", "route53", "organizations"})
_API_AWS = {
    "aidevops": "aidevops.{region}.api.aws",
    "dsql": "dsql.{region}.api.aws",
    "s3vectors": "s3vectors.{region}.api.aws",
}


def host(request: Request) -> str:
    service, region = _ALIASES.get(request.service, request.service), request.region
    if service in _GLOBAL:
        return f"{service}.amazonaws.com"
    if service in _API_AWS:
        return _API_AWS[service].format(region=region)
    prefix = _prefix(service, request)
    return f"{prefix}.{region}.amazonaws.com"


def _prefix(service: str, request: Request) -> str:
    target, path = request.headers.get("x-amz-target", ""), request.path
    match service:
        case "dynamodb" if target.startswith("DynamoDBStreams"):
            return "streams.dynamodb"
        case "mediastore" if not target:
            return "data.mediastore"
        case "sagemaker" if path.endswith("invocations"):
            return "runtime.sagemaker"
        case "sagemaker" if path.endswith("BatchPutMetrics"):
            return "metrics.sagemaker"
        case "sagemaker":
            return "api.sagemaker"
        case "timestream":
            return "ingest.timestream"
        case "s3" if path.startswith("/v20180820/"):
            return f"{request.headers.get('x-amz-account-id', '000000000000')}.s3-control"
        case "memorydb":
            return "memory-db"
        case "bedrock":
            return bedrock_service(request.parts)
        case _:
            return service
