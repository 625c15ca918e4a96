"""The recordings that touch another service: which there are, which are replayed, and why each other one isn't."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

CASES = Path(__file__).parents[4] / "shared" / "conformance" / "cases"
SERVICES = {
    "activity", "apigateway", "cloudformation", "dynamodb", "events", "lambda", "logs", "s3", "secretsmanager", "sfn", "sns", "sqs",
    "sts-credentials",
}  # fmt: skip

# What a later feature of the product will answer, or no feature will: (what of a case shows it, why).
LATER = {
    "distributed map": "a Map that runs as child executions, with an item reader",
}

# Replayed and counted, but not as recorded.
DIFFERENT = {
    "callback/test_callback::test_start_execution_sync2": "recorded before executions had a RedriveCount",
    "error_handling/test_task_service_sqs::test_send_message_no_such_queue_no_catch": (
        "the recorded cause names another queue than its input"
    ),
    "services/test_dynamodb_task_service::test_base_integrations[DYNAMODB_PUT_GET_ITEM]": (
        "a header's name in small letters, in this recording alone"
    ),
    "timeouts/test_timeouts::test_service_lambda_map_timeout": "iterations that time out in the same moment, in another order",
}


def later(case: dict[str, Any]) -> str | None:
    """The key in LATER, for a case that isn't replayed."""
    text = json.dumps(case)
    if case["kind"] == "teststate":
        return None
    if "DISTRIBUTED" in text or "ItemReader" in text or "ResultWriter" in text:
        return "distributed map"
    return None


@cache
def recorded() -> list[dict[str, Any]]:
    """Every case that needs a service, or someone who does something meanwhile."""
    files = sorted(CASES.glob("*.json"))
    cases = [case for file in files for case in json.loads(file.read_text())]
    return [case for case in cases if SERVICES & set(case["needs"]) or case.get("interacts")]


def replayed() -> list[dict[str, Any]]:
    return [case for case in recorded() if later(case) is None]
