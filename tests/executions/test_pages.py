"""The pages and the JSON API about executions, with a real endpoint behind them."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from designer import services
from executions import polling, selectors
from executions.models import Execution
from executions.services import start_execution, stop_execution
from review.services import accept_message

pytestmark = pytest.mark.django_db(transaction=True)

PASS = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}
WAIT = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 300, "End": True}}}


@pytest.fixture
def operator(client, person):
    user = person("Operator")
    client.force_login(user)
    return user


def boot_of(response, name):
    text = response.content.decode().split(f'<script id="{name}" type="application/json">')[1].split("</script>")[0]
    return json.loads(text)


def run_of(environment, machine, **fields):
    number = Execution.objects.count()
    return Execution.objects.create(
        environment=environment,
        arn=f"arn:aws:states:us-east-1:000000000000:execution:{machine}:{number}",
        name=f"run-{number}",
        state_machine_arn=f"arn:aws:states:us-east-1:000000000000:stateMachine:{machine}",
        state_machine=machine,
        **{"started_at": timezone.now(), **fields},
    )


def test_starting_on_the_page_leads_to_the_execution(client, operator, deployed, embedded):
    machine = deployed(PASS)
    page = client.get(reverse("execution-new"), {"workflow": machine.pk})
    assert machine.name in page.content.decode()
    answer = client.post(reverse("execution-new"), {"workflow": machine.pk, "input": '{"a": 1}', "name": "first"})
    execution = Execution.objects.get()
    assert answer["Location"] == reverse("execution", args=[execution.pk])
    assert (execution.name, execution.started_by) == ("first", operator)
    boot = boot_of(client.get(answer["Location"]), "execution-boot")
    assert boot["execution"]["definition"] == json.dumps(PASS)
    assert boot["urls"]["socket"] == f"/ws/executions/{execution.pk}/"
    assert boot["permissions"] == {"operate": True}


def test_an_input_that_is_not_json_says_where_and_is_kept(client, operator, deployed):
    machine = deployed(PASS)
    page = client.post(reverse("execution-new"), {"workflow": machine.pk, "input": '{"a": 1,\n "b" 2}'})
    assert page.status_code == 422
    assert "line 2 column 6" in page.content.decode()
    assert "&quot;b&quot; 2}" in page.content.decode()
    assert not Execution.objects.exists()


def test_the_last_input_is_offered_then_the_samples_own(client, operator, deployed, embedded):
    machine = deployed(PASS)
    start_execution(state_machine=machine, environment=embedded, input='{"last": "one"}')
    assert (
        "&quot;last&quot;: &quot;one&quot;"
        in client.get(reverse("execution-new"), {"workflow": machine.pk}).content.decode()
    )
    sample = deployed(PASS)
    services.StateMachine.objects.filter(pk=sample.pk).update(name="llama-summary")
    assert (
        "&quot;text&quot;: &quot;AWS Step Functions"
        in client.get(reverse("execution-new"), {"workflow": sample.pk}).content.decode()
    )


def test_what_the_endpoint_refuses_is_said_in_words(client, operator, deployed):
    machine = deployed(WAIT)
    for text in ('{"a": 1}', '{"a": 2}'):
        page = client.post(reverse("execution-new"), {"workflow": machine.pk, "input": text, "name": "twice"})
    assert page.status_code == 422
    assert "ExecutionAlreadyExists" in page.content.decode()
    stop_execution(Execution.objects.get())


def test_an_environment_that_is_away_is_said_in_words(client, operator, deployed, embedded):
    machine = deployed(PASS)
    embedded.endpoint_url = "http://127.0.0.1:9"  # "discard": nothing listens
    embedded.save()
    page = client.post(reverse("execution-new"), {"workflow": machine.pk, "input": "{}"})
    assert page.status_code == 422
    assert "be reached" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["run-2", "run-1", "run-0"]),
        ("?status=FAILED", ["run-1"]),
        ("?q=Video.No", ["run-1"]),
        ("?q=run-2", ["run-2"]),
        ("?workflow=second", ["run-2"]),
        ("?workflow=²", []),
        ("?environment=99999999999999999999999", []),
        ("?environment=Embedded&status=succeeded", ["run-0"]),
    ],
)
def test_the_lists_filters_are_its_address(client, operator, embedded, query, names):
    first, second = (services.create_state_machine(name=name, by=None) for name in ("first", "second"))
    now = timezone.now()
    run_of(embedded, first, status="SUCCEEDED", started_at=now - timedelta(minutes=3))
    run_of(embedded, first, status="FAILED", error="Video.NoTranscript", started_at=now - timedelta(minutes=2))
    run_of(embedded, second, started_at=now)
    response = client.get(reverse("executions") + query)
    assert [row.name for row in response.context["page"].object_list] == names
    rows_only = client.get(reverse("executions") + query, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in rows_only
    assert rows_only.count("<tr data-execution") == len(names)


def test_a_list_of_many_has_pages_that_keep_the_filters(client, operator, embedded):
    machine = services.create_state_machine(name="many", by=None)
    for _ in range(53):
        run_of(embedded, machine, status="FAILED")
    page = client.get(reverse("executions") + "?status=FAILED&q=run").context["page"]
    assert (len(page.object_list), page.total, page.newer) == (50, "53", "")
    older = client.get(reverse("executions") + f"?status=FAILED&q=run&before={page.older}")
    assert "?q=run&amp;status=FAILED&amp;after=" in older.content.decode()
    rest = older.context["page"]
    assert (len(rest.object_list), rest.older) == (3, "")
    assert not {row.pk for row in rest.object_list} & {row.pk for row in page.object_list}
    run_of(embedded, machine, status="FAILED")  # what comes meanwhile moves nothing
    newer = client.get(reverse("executions") + f"?status=FAILED&q=run&after={rest.newer}").context["page"]
    assert [row.pk for row in newer.object_list] == [row.pk for row in page.object_list]
    for nonsense in ("?before=x", "?after=9-", "?before=1-" + "9" * 30):
        assert len(client.get(reverse("executions") + nonsense).context["page"].object_list) == 50


@pytest.mark.parametrize(
    "query", ["", "?period=day", "?period=never&environment=x", "?environment=99999999999999999999999"]
)
def test_the_dashboard_counts_what_ran(client, operator, embedded, query):
    machine = services.create_state_machine(name="counted", by=None)
    now = timezone.now()
    for seconds, status in ((1, "SUCCEEDED"), (2, "SUCCEEDED"), (9, "SUCCEEDED"), (4, "FAILED"), (0, "RUNNING")):
        began = now - timedelta(seconds=60)
        run_of(
            embedded,
            machine,
            status=status,
            started_at=began,
            stopped_at=began + timedelta(seconds=seconds) if seconds else None,
        )
    response = client.get(reverse("dashboard") + query)
    figure = response.context["figures"][0]
    assert (figure.total, figure.running, figure.succeeded, figure.failed) == (5, 1, 3, 1)
    assert (figure.success_rate, figure.median, figure.p95, figure.p99) == (75, 2, 9, 9)


def test_the_dashboard_says_what_waits_and_what_is_throttled_per_environment(client, operator, embedded):
    machine = services.create_state_machine(name="asking", by=None)
    asking, slowed = (run_of(embedded, machine, next_poll_at=timezone.now()) for _ in range(2))
    task = accept_message(
        embedded, {"taskToken": "a-token-of-a-test", "title": "Which?", "candidates": [{"title": "A"}]}
    )
    type(task).objects.filter(pk=task.pk).update(execution=asking)
    Execution.objects.filter(pk=slowed.pk).update(poll_notice=f"{embedded} {polling.FEWER_CALLS}; looking less often.")
    response = client.get(reverse("dashboard"))
    by_title = dict(response.context["tables"])
    assert [(row.subject, row.total, row.waiting) for row, _ in by_title["Environment"]] == [(embedded, 2, 1)]
    assert [(row.subject, row.total, row.waiting) for row, _ in by_title["Workflow"]] == [(machine, 2, 1)]
    assert response.context["throttled"] == 1
    assert "AWS asks for fewer calls" in response.content.decode()


def test_a_workflows_last_run_counts_however_old_it_is(embedded):
    machine = services.create_state_machine(name="seldom", by=None)
    old = run_of(embedded, machine, status="SUCCEEDED", started_at=timezone.now() - timedelta(days=40))
    runs = selectors.recent_runs([machine.pk])[machine.pk]
    assert (runs.last, runs.total, runs.success_rate, len(runs.bars)) == (old, 0, None, 1)


def test_the_api_starts_answers_and_stops(client, operator, deployed, embedded):
    machine = deployed(WAIT)
    body = {"state_machine": machine.pk, "environment": embedded.pk, "input": '{"a": 1}', "name": "by-api"}
    started = client.post("/api/v1/executions", body, content_type="application/json")
    assert started.status_code == 201
    execution = started.json()
    assert execution["status"] == "RUNNING"
    assert execution["state_machine"]["name"] == machine.name
    polling.poll(execution["id"])
    page = client.get(f"/api/v1/executions/{execution['id']}/events?after=1").json()
    assert page["status"] == "RUNNING"
    assert [event["type"] for event in page["events"]] == ["WaitStateEntered"]
    assert page["events"][0]["stateEnteredEventDetails"]["name"] == "Wait"
    assert page["events"][0]["timestamp"].endswith("Z")
    assert client.get(f"/api/v1/executions/{execution['id']}/reviews").json() == {"reviews": []}
    stopped = client.post(
        f"/api/v1/executions/{execution['id']}/stop", {"cause": "Enough"}, content_type="application/json"
    )
    assert stopped.status_code == 200
    assert (stopped.json()["status"], stopped.json()["cause"]) == ("ABORTED", "Enough")


def test_the_api_says_whether_an_execution_can_be_redriven_and_redrives_it(
    client, operator, person, deployed, embedded
):
    machine = deployed(WAIT)
    execution = start_execution(state_machine=machine, environment=embedded, input="{}")
    address = f"/api/v1/executions/{execution.pk}/redrive"
    reason = "Execution is RUNNING and cannot be redriven"
    assert client.get(address).json() == {"redrivable": False, "reason": reason}
    refused = client.post(address)
    assert refused.status_code == 422
    assert reason in refused.json()["message"]
    stop_execution(execution)
    assert client.get(address).json() == {"redrivable": True, "reason": ""}
    redriven = client.post(address)
    assert redriven.status_code == 200
    assert (redriven.json()["status"], redriven.json()["stopped_at"]) == ("RUNNING", None)
    page = client.get(reverse("execution", args=[execution.pk]))
    assert page.context["boot"]["urls"]["redrive"] == address
    client.force_login(person("Reviewer"))
    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403
    stop_execution(execution)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"input": "{"}, "isn't JSON"),
        ({"input": '"' + "x" * 262_144 + '"'}, "256 KiB"),
        ({"name": "not a name!"}, "InvalidName"),
    ],
)
@pytest.mark.usefixtures("operator")
def test_the_api_says_why_nothing_was_started(client, deployed, embedded, body, words):
    machine = deployed(PASS)
    answer = client.post(
        "/api/v1/executions",
        {"state_machine": machine.pk, "environment": embedded.pk, **body},
        content_type="application/json",
    )
    assert answer.status_code == 422
    assert words in answer.json()["message"]


def test_a_missing_execution_is_a_404_in_the_apis_shape(client, operator):
    answer = client.get("/api/v1/executions/7")
    assert (answer.status_code, list(answer.json())) == (404, ["message"])
    assert client.get("/executions/7/").status_code == 404


def test_a_run_that_asks_a_person_shows_so_in_the_lists(client, operator, embedded):
    from review.services import accept_message

    machine = services.create_state_machine(name="asks", by=None)
    execution = run_of(embedded, machine)
    assert "Waiting for a person" not in client.get(reverse("executions")).content.decode()
    task = accept_message(embedded, {"taskToken": "dG9rZW4" * 10, "title": "Which?", "candidates": [{"title": "A"}]})
    type(task).objects.filter(pk=task.pk).update(execution=execution)
    for page in ("executions", "workflows"):
        assert "Waiting for a person" in client.get(reverse(page)).content.decode()
    Execution.objects.update(status="SUCCEEDED")
    assert "Waiting for a person" not in client.get(reverse("executions")).content.decode()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 ms"),
        (0.0006, "1 ms"),
        (0.042, "42 ms"),
        (0.9, "900 ms"),
        (0.9996, "1.0 s"),
        (38, "38.0 s"),
        (59.96, "1 m 00 s"),
        (64, "1 m 04 s"),
        (18_600, "5 h 10 m"),
        (187_200, "2 d 04 h"),
    ],
)
def test_durations_have_two_units_at_the_most(seconds, words):
    from callboard.templatetags.words import duration

    assert duration(timedelta(seconds=seconds)) == words


def test_an_input_is_kept_under_a_name_offered_and_deleted(client, operator, deployed):
    machine = deployed(PASS)
    deployment = machine.revisions.get().deployments.get()
    form = {"deployment": deployment.pk, "input": '{"kept": 1}', "input_name": "Small"}
    page = client.post(reverse("input-save"), form, follow=True).content.decode()
    assert "&quot;kept&quot;: 1" in page
    assert "Delete the input Small" in page
    client.post(reverse("input-save"), {**form, "input": '{"kept": 2}'})
    saved = machine.saved_inputs.get()
    assert (saved.text, saved.saved_by) == ('{"kept": 2}', operator)
    for wrong, words in (({"input": "{"}, "The input isn&#x27;t JSON"), ({"input_name": " "}, "give the input a name")):
        assert words in client.post(reverse("input-save"), {**form, **wrong}, follow=True).content.decode()
    assert client.post(reverse("input-delete", args=[saved.pk])).status_code == 302
    assert not machine.saved_inputs.exists()
