"""The recordings that touch another service: which there are, and why some can't be matched."""

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

# Since November 2024 the exit of a distributed Map follows MapRunStarted; in most recordings it follows MapRunSucceeded.
NEWER_ORDER = "recorded after the event before a distributed Map's exit had changed"

# Replayed and counted, but not as recorded.
DIFFERENT = {
    **{
        f"scenarios/test_base_scenarios::{name}": NEWER_ORDER
        for name in (
            "test_map_item_reader_base_json_with_items_path[INVALID_ITEMS_PATH]",
            "test_map_item_reader_base_json_with_items_path[VALID_ITEMS_PATH_FROM_ITEM_READER]",
            "test_map_state_nested_config_distributed_no_max_max_concurrency",
        )
    },
    "callback/test_callback::test_start_execution_sync2": "recorded before executions had a RedriveCount",
    "error_handling/test_task_service_sqs::test_send_message_no_such_queue_no_catch": (
        "the recorded cause names another queue than its input"
    ),
    "services/test_dynamodb_task_service::test_base_integrations[DYNAMODB_PUT_GET_ITEM]": (
        "a header's name in small letters, in this recording alone"
    ),
    "timeouts/test_timeouts::test_service_lambda_map_timeout": "iterations that time out in the same moment, in another order",
}


@cache
def recorded() -> list[dict[str, Any]]:
    """Every case that needs a service, or someone who does something meanwhile."""
    files = sorted(CASES.glob("*.json"))
    cases = [case for file in files for case in json.loads(file.read_text())]
    return [case for case in cases if SERVICES & set(case["needs"]) or case.get("interacts")]
