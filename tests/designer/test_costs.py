"""What a design costs: counted by hand here, under the same assumptions."""

import json
from pathlib import Path

import pytest
from django.utils import timezone

from designer import costs, visits
from designer.models import Environment
from designer.services import Refused, create_state_machine
from executions.models import Execution

DEFINITIONS = Path(__file__).parents[3] / "shared" / "definitions"
HAIKU = {
    "Type": "Task",
    "Resource": "arn:aws:states:::bedrock:invokeModel",
    "Parameters": {
        "ModelId": "us.anthropic.claude-3-haiku-20240307-v1:0",
        "Body": {"max_tokens": 200, "messages": [{"role": "user", "content": "x" * 396}]},
    },
}
LOOP = {
    "StartAt": "Ask",
    "States": {
        "Ask": {**HAIKU, "Retry": [{"ErrorEquals": ["States.ALL"]}], "Next": "Good"},
        "Good": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.good", "BooleanEquals": True, "Next": "Each"}],
            "Default": "Ask",
        },
        "Each": {
            "Type": "Map",
            "ItemProcessor": {"StartAt": "Do", "States": {"Do": {"Type": "Pass", "End": True}}},
            "End": True,
        },
    },
}


def estimate(document, kind="STANDARD", **given):
    return costs.estimate(json.dumps(document), kind, costs.Given(**given))


def test_a_loop_goes_round_as_often_as_the_shares_say():
    found = estimate(LOOP)
    counts = {line["name"]: round(line["visits"], 4) for line in found["lines"]}
    assert counts == {"Ask": 2, "Good": 2, "Each": 1, "Do": 10}
    assert found["transitions"] == pytest.approx(16, abs=1e-4)  # the start is one
    shares = {"/States/Good": {"0": 4, "default": 1}}
    often = estimate(LOOP, visits=visits.Assumptions(shares=shares, iterations={"/States/Each": 3}))
    assert {line["name"]: round(line["visits"], 4) for line in often["lines"]} == {
        "Ask": 1.25, "Good": 1.25, "Each": 1, "Do": 3,
    }  # fmt: skip


def test_tokens_are_read_from_the_sample_body_and_priced_by_the_table():
    (ask, *_) = estimate(LOOP)["lines"]
    assert (ask["tokens_in"], ask["tokens_out"]) == (100, 200)  # 400 letters of text, "user" with them
    assert ask["cost"] == pytest.approx(2 * (100 * 0.25 + 200 * 1.25) / 1e6, rel=1e-4)
    (ask, *_) = estimate(LOOP, tokens={"/States/Ask": (1000, 0)}, attempts={"/States/Ask": 1.5})["lines"]
    assert ask["cost"] == pytest.approx(2 * 1.5 * 1000 * 0.25 / 1e6, rel=1e-4)
    assert ask["transitions"] == pytest.approx(3, rel=1e-4)


def test_a_month_leaves_the_free_transitions_out_and_express_is_time_and_memory():
    one = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    assert estimate(one, runs=1000)["per_month"] == 0
    assert estimate(one, runs=100_000)["per_month"] == pytest.approx((200_000 - 4000) * 0.000025)
    found = estimate(one, "EXPRESS", seconds=1.01, megabytes=65, runs=1e6)
    assert found["per_run"] == pytest.approx(0.000001 + 0.125 * 1.1 * 0.00001667)
    assert found["per_month"] == pytest.approx(found["per_run"] * 1e6)


def test_what_isnt_known_is_said():
    endless = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}}}
    assert any("for ever" in note for note in estimate(endless)["notes"])
    other = {"StartAt": "A", "States": {"A": {**HAIKU, "Parameters": {"ModelId": "x.unheard-of"}, "End": True}}}
    assert any("no price for x.unheard-of" in note for note in estimate(other)["notes"])
    late = {"StartAt": "A", "States": {"A": {**HAIKU, "Parameters": {"ModelId.$": "$.model"}, "End": True}}}
    assert any("only the run knows" in note for note in estimate(late)["notes"])
    with pytest.raises(Refused, match="isn't JSON"):
        costs.estimate("{", "STANDARD", costs.Given())


def test_other_prices_come_from_a_file(settings, tmp_path):
    table = {**costs.prices(), "transition": 1.0, "as_of": "today"}
    (tmp_path / "prices.json").write_text(json.dumps(table))
    settings.CALLBOARD_PRICES = str(tmp_path / "prices.json")
    found = estimate({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    assert (found["per_run"], found["prices"]["as_of"]) == (2.0, "today")
    settings.CALLBOARD_PRICES = str(tmp_path / "none.json")
    with pytest.raises(Refused, match="CALLBOARD_PRICES"):
        costs.prices()


def test_every_real_definition_has_a_cost():
    if not DEFINITIONS.exists():
        pytest.skip("the collection of real definitions isn't beside this checkout (../shared/definitions)")
    for path in sorted(DEFINITIONS.glob("*.json")):
        document = json.loads(path.read_text())
        if isinstance(document, dict) and isinstance(document.get("States"), dict):
            assert estimate(document)["per_run"] > 0, path.name


def test_past_runs_say_how_often_a_state_is_entered(client, person, db):
    environment = Environment.objects.create(name="Here", kind="embedded")
    machine = create_state_machine(name="runs", definition=json.dumps(LOOP), by=None)
    for number, asks in enumerate((1, 4)):
        run = Execution.objects.create(
            environment=environment,
            arn=f"arn:e:{number}",
            name="e",
            state_machine_arn="arn:m",
            state_machine=machine,
            status="SUCCEEDED",
            started_at=timezone.now(),
        )
        for event in range(asks):
            details = {"stateEnteredEventDetails": {"name": "Ask"}}
            run.events.create(event_id=event + 1, type="TaskStateEntered", timestamp=timezone.now(), details=details)
    client.force_login(person("Reviewer"))
    body = json.dumps({"definition": json.dumps(LOOP), "from_runs": True})
    answer = client.post(f"/api/v1/state-machines/{machine.pk}/cost", body, "application/json").json()
    assert (answer["past_runs"], answer["from_runs"], answer["transitions"]) == (2, True, 3.5)
    assert answer["lines"][0]["visits"] == 2.5


def test_without_past_runs_the_assumptions_count(client, person, db):
    machine = create_state_machine(name="order", definition=json.dumps(LOOP), by=None)
    client.force_login(person("Reviewer"))
    body = json.dumps({"definition": json.dumps(LOOP), "from_runs": True})
    answer = client.post(f"/api/v1/state-machines/{machine.pk}/cost", body, "application/json").json()
    assert (answer["past_runs"], answer["from_runs"]) == (0, False)
    assert answer["choices"][0]["ways"][0]["words"] == "good is yes"
    refused = client.post(f"/api/v1/state-machines/{machine.pk}/cost", '{"definition": "[]"}', "application/json")
    assert refused.status_code == 422
