"""Everything that the pages do, over the API with a token of one's own; and what its OpenAPI document says."""

import json

import pytest
from django.contrib.auth.models import Group

from callboard.apps import make_groups
from review import selectors
from review.api_tokens import make
from review.deciding import decide
from review.models import ApiToken, ReviewTask
from review.services import accept_message
from tests.review.conftest import CONTRACT, make_reviewer

pytestmark = pytest.mark.usefixtures("undelayed")


@pytest.fixture
def program(client, reviewer):
    """``program("get", "reviews", body)``: the status and what is answered to a program with the reviewer's token."""
    _, token = make(reviewer, "test", 30)

    def ask(method, path, body=None):
        answer = client.generic(
            method.upper(), f"/api/v1/{path}", json.dumps(body) if body is not None else "", "application/json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        if answer.streaming:
            return answer.status_code, [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
        return answer.status_code, json.loads(answer.content) if answer.content else None

    return ask


def test_pages_follow_each_other_and_are_narrowed(program, environment):
    for number in range(7):
        accept_message(environment, {"taskToken": f"token-{number}", "title": f"Title {number}"})
    status, first = program("get", "reviews?sort=title&limit=3")
    assert (status, [task["title"] for task in first["tasks"]]) == (200, ["Title 0", "Title 1", "Title 2"])
    rest = program("get", f"reviews?sort=title&limit=5&after={first['next']}")[1]
    assert [task["title"] for task in rest["tasks"]] == [f"Title {number}" for number in range(3, 7)]
    assert rest["next"] is None
    assert len(program("get", "reviews?offset=5")[1]["tasks"]) == 2
    assert program("get", f"reviews?environment={environment.pk + 1}")[1]["tasks"] == []
    assert program("get", "reviews?sort=fashion")[0] == 422


def test_a_task_says_all_that_its_page_shows_and_its_history(program, task):
    detail = program("get", f"reviews/{task.pk}")[1]
    assert detail["candidates"][0]["model"] == "anthropic.claude-v2"
    assert (detail["people"], detail["times_out_at"], detail["policy"]["demands"]) == ([], None, [])
    lines = program("get", f"reviews/{task.pk}/history")[1]["lines"]
    assert [line["kind"] for line in lines] == ["asked"]
    assert lines[0]["hash"] == task.events.get().hash


def test_several_are_decided_at_once_each_with_its_own_result(program, environment, reviewer):
    tasks = [accept_message(environment, {**CONTRACT, "taskToken": f"token-{number}"}) for number in range(3)]
    decide(tasks[1], by=make_reviewer("other"), outcome="approve", candidate="B")
    body = {"tasks": [task.pk for task in tasks], "outcome": "approve", "candidate": "A"}
    status, answer = program("post", "review-decisions", body)
    assert status == 200
    assert [(result["id"], result["taken"]) for result in answer["results"]] == [
        (tasks[0].pk, True), (tasks[1].pk, False), (tasks[2].pk, True),
    ]  # fmt: skip
    assert "other was first" in answer["results"][1]["message"]
    other_kind = accept_message(environment, {"taskToken": "token-9"})
    assert program("post", "review-decisions", {**body, "tasks": [tasks[0].pk, other_kind.pk]})[0] == 422
    assert program("post", "review-decisions", {**body, "tasks": []})[0] == 422


def test_a_decision_of_a_page_is_undone_and_a_run_stopped_by_those_alone_who_may(program, task, execution, reviewer):
    decide(task, by=reviewer, outcome="approve", candidate="A", undo_seconds=60)
    status, answer = program("post", f"reviews/{task.pk}/undo")
    assert (status, answer["task"]["status"]) == (200, "open")
    assert program("post", f"reviews/{task.pk}/undo")[0] == 409
    assert program("post", f"reviews/{task.pk}/abort", {"reason": "No"})[0] == 403
    make_groups()
    reviewer.groups.add(Group.objects.get(name="Operator"))
    assert program("post", f"reviews/{task.pk}/abort", {"reason": "No"}) == (
        422, {"message": "Which run asks isn't known yet. Try again in a moment."},
    )  # fmt: skip


def test_only_the_edited_members_of_a_candidate_change(program, task):
    body = {"outcome": "approve", "candidate": "A", "edited": {"title": "Mine"}}
    assert program("post", f"reviews/{task.pk}/decisions", body)[0] == 201
    task.refresh_from_db()
    final = task.decision.output["candidate"]
    assert (final["title"], final["description"], final["edited"]) == ("Mine", "One", True)


def test_ones_own_absence_and_views(program, task, reviewer):
    ReviewTask.objects.update(assigned_to=reviewer)
    assert program("get", "review-absence")[1] == {"until": None, "substitute": None}
    assert program("put", "review-absence", {"until": "someday"})[0] == 422
    status, said = program("put", "review-absence", {"until": "2099-12-31"})
    assert (status, said["until"][:10]) == (200, "2100-01-01")
    assert selectors.get_task(task.pk).assigned_to is None
    assert program("delete", "review-absence")[0] == 204
    status, view = program("post", "review-views", {"name": "Late", "query": "folder=overdue&after=3&x=1"})
    assert (status, view["query"]) == (201, "folder=overdue")
    assert program("get", "review-views")[1] == {"views": [view]}
    assert program("delete", f"review-views/{view['id']}")[0] == 204
    assert program("delete", f"review-views/{view['id']}")[0] == 404


def test_figures_for_all_and_exports_for_staff(program, task, reviewer):
    decide(task, by=reviewer, outcome="approve", candidate="A")
    found = program("get", "review-figures?period=week")[1]
    assert (found["asked"], found["people"][0]["person"], found["regenerated"]["interval"][0]) == (1, "reviewer", 0)
    assert [row["model"] for row in found["models"]] == ["anthropic.claude-v2", "mistralai/Mistral-7B-Instruct-v0.2"]
    assert (program("get", "review-preferences")[0], program("get", "review-audit")[0]) == (403, 403)
    reviewer.is_staff = True
    reviewer.save()
    assert program("get", "review-preferences")[1][0]["chosen"] == "First\nOne"
    assert [line["kind"] for line in program("get", "review-audit")[1]] == ["asked", "decided"]
    assert program("get", f"review-audit?after={task.pk}") == (200, [])


def test_a_token_opens_the_routes_of_reviews_and_no_others(program, task):
    assert program("get", "reviews")[0] == 200
    for path in ("executions/1", "environments", "state-machines/1", "launch/1", "catalogue/services"):
        assert program("get", path)[0] == 401
    ApiToken.objects.update(expires_at="2020-01-01T00:00Z")
    assert program("get", "reviews")[0] == 401


def test_the_openapi_document_has_the_shapes_and_both_ways_in(client, reviewer):
    client.force_login(reviewer)
    document = client.get("/api/v1/openapi.json").json()
    own = {path: item for path, item in document["paths"].items() if path.startswith("/api/v1/review")}
    assert len(own) == 16
    for path, item in own.items():
        for operation in item.values():
            ways = [name for way in operation["security"] for name in way]
            assert ways == (["Bearer"] if path.endswith("review-tokens") else ["SessionOrToken", "Bearer"]), path
    shown = document["components"]["schemas"]
    assert set(shown["TaskDetail"]["properties"]) >= {"candidates", "policy", "decision", "times_out_at"}
    assert own["/api/v1/reviews/{task_id}/decisions"]["post"]["responses"].keys() >= {"201", "409", "422"}
