"""AWS-shaped errors in the caller's own protocol, so that botocore raises a ClientError with a code and a sentence."""

from __future__ import annotations

import json
import uuid
from xml.sax.saxutils import escape

from localaws.services.request import Request, Response


class ServiceError(Exception):
    """An error that the caller is meant to see. ``code`` as AWS names it, ``status`` of HTTP."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def not_available(service: str, operation: str | None) -> ServiceError:
    """For what moto lacks. 501 isn't retried by botocore, and the code says that waiting won't help."""
    what = f"{service}:{operation}" if operation else f"This operation of {service}"
    message = f"{what} is not available on the embedded endpoint."
    return ServiceError("NotImplemented", f"{message} LOCALAWS_AWS_SERVICES={service} has Tasks call it at AWS.", 501)


def _cbor_text(text: str) -> bytes:
    data = text.encode()
    size = len(data)
    if size < 24:
        return bytes([0x60 | size]) + data
    if size < 256:
        return bytes([0x78, size]) + data
    return b"\x79" + min(size, 65535).to_bytes(2, "big") + data[:65535]


def _cbor(error: ServiceError) -> Response:
    body = b"\xa2" + _cbor_text("__type") + _cbor_text(error.code) + _cbor_text("message") + _cbor_text(error.message)
    return Response(error.status, [("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")], body)


def _json(error: ServiceError) -> Response:
    body = json.dumps({"__type": error.code, "message": error.message}).encode()
    return Response(
        error.status, [("content-type", "application/x-amz-json-1.1"), ("x-amzn-errortype", error.code)], body
    )


def _xml(error: ServiceError, service: str) -> Response:
    code, message, request_id = escape(error.code), escape(error.message), uuid.uuid4()
    detail = f"<Code>{code}</Code><Message>{message}</Message>"
    if service == "s3":
        text = f"<Error>{detail}<RequestId>{request_id}</RequestId></Error>"
    elif service == "ec2":
        text = f"<Response><Errors><Error>{detail}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    else:
        text = (
            f"<ErrorResponse><Error><Type>Sender</Type>{detail}</Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    return Response(error.status, [("content-type", "application/xml")], body)


_XML_REST = frozenset({"s3", "s3-control", "route53", "cloudfront"})


def error_response(request: Request, error: ServiceError) -> Response:
    """``error`` in the protocol that the request was made in."""
    content_type = request.headers.get("content-type", "")
    if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
        return _cbor(error)
    if "x-amz-target" in request.headers:
        return _json(error)
    if request.service in _XML_REST or content_type.startswith("application/x-www-form-urlencoded"):
        return _xml(error, request.service)
    return _json(error)
