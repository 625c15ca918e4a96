"""The recorded answers through the endpoint itself, as boto3 sees them, with the collection's own runner."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

RUNNER = Path(__file__).parents[3] / "shared" / "conformance" / "run_cases.py"
# Recordings that lack the events with which their Parallel ends: the ids of what follows jump over them.
INCOMPLETE_RECORDINGS = 2
# One machine waits until a date that was more than 2**31 seconds away, which AWS refuses, and since this moment is not.
WAIT_IS_SHORT_ENOUGH = datetime(2094, 12, 11, 19, 14, 3, tzinfo=UTC) - timedelta(seconds=2**31 - 1)

# What can't match, and why. The runner tells botocore to check nothing, so that the endpoint's own words are compared.
NEWER_LIMIT = "AWS has raised the largest MemorySize of a function since; botocore's model has the new one"
NEWER_FIELD = "recorded before DescribeStateMachine had an encryptionConfiguration (July 2024)"
REDRIVES = "recorded before executions had a redriveCount (November 2023)"
CLIENT = "the recorded words are botocore's own: the request never reached AWS"
ONE_ROLE = "two roles in the recording, one in the runner: nothing changes, so there is no revision"
UNMATCHABLE = {
    "test_state/test_field_validation_mode::test_strict_mode_aws_sdk_lambda_get_function_task"
    "[integer_more_than_maximum_allowed]#validation-exception": NEWER_LIMIT,
    "test_state/test_field_validation_mode_present::test_present_mode_aws_sdk_lambda_get_function_task"
    "[integer_more_than_maximum_allowed]#validation-exception": NEWER_LIMIT,
    "test_sfn_api::test_create_duplicate_definition_format_sm!script": NEWER_FIELD,
    "test_sfn_api::test_create_exact_duplicate_sm!script": NEWER_FIELD,
    "test_sfn_api::test_create_update_state_machine_base_definition!script": NEWER_FIELD,
    "test_sfn_api::test_create_update_state_machine_base_definition_and_role!script": NEWER_FIELD,
    "test_sfn_api::test_create_update_state_machine_base_update_none!script": NEWER_FIELD,
    "test_sfn_api::test_create_update_state_machine_same_parameters!script": ONE_ROLE,
    "test_sfn_api::test_list_executions_pagination!script": CLIENT,
    "test_sfn_api::test_list_sms_pagination!script": CLIENT,
    "test_sfn_api_aliasing::test_error_create_alias_invalid_name!script": CLIENT,
    "test_sfn_api_aliasing::test_error_create_alias_invalid_router_configs!script": CLIENT,
    "test_sfn_api_express::test_create_describe_delete!script": NEWER_FIELD,
    "test_sfn_api_versioning::test_create_publish_describe_with_version_description!script": NEWER_FIELD,
    "test_sfn_api_versioning::test_list_delete_version!script": NEWER_FIELD,
    "test_sfn_api_versioning::test_start_version_execution!script": REDRIVES,
}


def ran(url: str, *arguments: str) -> str:
    if not RUNNER.exists():
        pytest.skip("the recorded answers aren't beside this checkout (../shared/conformance)")
    done = subprocess.run(
        [sys.executable, str(RUNNER), "--endpoint", url, "--failures", "10", *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return done.stdout


def judged(localaws, tmp_path: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    """How many cases there are, and those that aren't right with what differs."""
    out = tmp_path / "results.json"
    ran(localaws.url, "--out", str(out), *arguments)
    results = json.loads(out.read_text())
    return len(results), {one["id"]: one["why"] for one in results if not one["ok"]}


def test_every_recorded_jsonpath_execution_is_right(localaws):
    shown = ran(localaws.url, "--features", "jsonpath")
    right, cases = map(int, re.search(r"execution: (\d+)/(\d+) right", shown).groups())
    types, histories = map(int, re.search(r"event types (\d+)/(\d+)", shown).groups())
    fields = int(re.search(r"every field (\d+)/", shown).group(1))
    outdated = 1 if datetime.now(UTC) >= WAIT_IS_SHORT_ENOUGH else 0
    assert (right, cases) == (440 - outdated, 440), shown
    assert types == fields == histories - INCOMPLETE_RECORDINGS - outdated, shown


def test_every_recorded_test_of_a_state_is_right(localaws, tmp_path):
    cases, wrong = judged(localaws, tmp_path, "--kinds", "teststate")
    assert cases == 114
    assert {case: why for case, why in wrong.items() if case not in UNMATCHABLE} == {}


def test_every_recorded_script_of_the_api_is_right(localaws, tmp_path):
    cases, wrong = judged(localaws, tmp_path, "--kinds", "script")
    assert cases == 155
    assert {case: why for case, why in wrong.items() if case not in UNMATCHABLE} == {}


def test_every_recorded_map_run_is_right(localaws, tmp_path):
    """Machines with a distributed Map, other than those that read from S3 (`tests/conformance/services`)."""
    pattern = "distributed|map_state_l|tolerated_failure|TOLERATED"
    cases, wrong = judged(localaws, tmp_path, "--kinds", "execution", "--only", pattern)
    assert cases >= 20
    assert wrong == {}
