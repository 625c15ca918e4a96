"""Every URL, API route and socket, as nobody, as a person in no group, and as each group: the table decides, nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import URLPattern, clear_url_caches, get_resolver, path
from django.utils import timezone

from callboard.api import api
from callboard.management.commands.write_permissions import PATH, document
from callboard.roles import ANYONE, GROUPS, SEE, SIGNED_IN, STAFF, STAFF_TOO, WORDS, allowed
from callboard.routes import UnguardedError, all_routes
from designer.models import Environment
from designer.services import create_state_machine
from designer.test_cases import save_case
from executions.models import Execution
from launch.models import Launch
from review.services import accept_message

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "dG9rZW4tb2YtYS10ZXN0LXRoYXQtbm9ib2R5LW1heS1zZWU="

# What each address needs. A new address without a line here fails the test below.
PAGES = {
    "home": SIGNED_IN,
    "sign-in": ANYONE,
    "sign-in-link": ANYONE,
    "sign-out": ANYONE,
    "settings": SIGNED_IN,
    "settings-messages": SIGNED_IN,
    "notification-link": SIGNED_IN,
    "workflows": "designer.view_statemachine",
    "workflow-new": "designer.add_statemachine",
    "workflow-templates": "designer.add_statemachine",
    "workflow-import": "designer.add_statemachine",
    "designer": "designer.view_statemachine",
    "revisions": "designer.view_statemachine",
    "revision": "designer.view_statemachine",
    "revision-ask": "designer.add_revision",
    "revision-judge": "designer.add_revision",
    "revision-comment": "designer.add_revision",
    "revision-name": "designer.add_revision",
    "workflow-plain": "designer.view_statemachine",
    "share-links": "designer.add_revision",
    "share-revoke": "designer.add_revision",
    "shared": ANYONE,
    "account": "designer.add_statemachine",
    "account-take": "designer.add_statemachine",
    "deployments": "designer.view_statemachine",
    "roll-back": "designer.add_deployment",
    "deployment-go-on": "designer.add_deployment",
    "workflow-approval": "designer.change_statemachine",
    "revision-download": "designer.view_statemachine",
    "revision-export": "designer.view_statemachine",
    "revision-restore": "designer.add_revision",
    "compare": "designer.view_statemachine",
    "workflow-permissions": "designer.view_statemachine",
    "take-in": "designer.add_revision",
    "workflow-rename": "designer.change_statemachine",
    "workflow-delete": "designer.delete_statemachine",
    "environments": "designer.view_environment",
    "environment-new": STAFF,
    "environment-edit": STAFF,
    "environment-test": STAFF,
    "environment-delete": STAFF,
    "environment-sources": STAFF,
    "environment-review-queue": STAFF,
    "environment-status-queue": STAFF,
    "environment-activity-add": STAFF,
    "environment-activity-remove": STAFF,
    "executions": "executions.view_execution",
    "executions-csv": "executions.view_execution",
    "executions-json": "executions.view_execution",
    "executions-stop": "executions.stop_execution",
    "executions-redrive": "executions.stop_execution",
    "input-save": "executions.start_execution",
    "input-delete": "executions.start_execution",
    "map-runs": "executions.view_execution",
    "map-run": "executions.view_execution",
    "map-run-change": "executions.stop_execution",
    "map-run-redrive": "executions.stop_execution",
    "map-run-child": "executions.view_execution",
    "nested": "executions.view_execution",
    "object": "executions.view_execution",
    "object-save": "executions.view_execution",
    "express": "executions.view_execution",
    "express-open": "executions.view_execution",
    "runs-compare": "executions.view_execution",
    "run-links": "executions.stop_execution",
    "run-link-revoke": "executions.stop_execution",
    "shared-run": ANYONE,
    "shared-run-news": ANYONE,
    "heat": "executions.view_execution",
    "view-save": "executions.view_execution",
    "view-delete": "executions.view_execution",
    "alerts": "executions.view_execution",
    "alert-add": "executions.add_alertrule",
    "alert-delete": "executions.add_alertrule",
    "execution-new": "executions.start_execution",
    "execution": "executions.view_execution",
    "dashboard": "executions.view_execution",
    "review": "review.view_reviewtask",
    "review-list": "review.view_reviewtask",
    "review-task": "review.view_reviewtask",
    "review-pane": "review.view_reviewtask",
    "review-run": "review.view_reviewtask",
    "review-transcript": "review.view_reviewtask",
    "review-captions": "review.view_reviewtask",
    "review-decide": "review.decide_reviewtask",
    "review-undo": "review.decide_reviewtask",
    "review-abort": "executions.stop_execution",
    "review-handle": "review.decide_reviewtask",
    "review-comment": "review.view_reviewtask",
    "review-several": "review.decide_reviewtask",
    "review-view-save": "review.view_reviewtask",
    "review-view-delete": "review.view_reviewtask",
    "review-settings": "review.view_reviewtask",
    "review-away": "review.view_reviewtask",
    "review-token-make": "review.view_reviewtask",
    "review-token-revoke": "review.view_reviewtask",
    "review-figures": "review.view_reviewtask",
    "review-preferences": STAFF,
    "review-audit-csv": STAFF,
    "review-audit-json": STAFF,
    "launch": "launch.view_launch",
    "launch-workflow": "launch.view_launch",
    "launch-start": "launch.add_launch",
    "launch-upload": "launch.add_launch",
    "launch-run": "launch.view_launch",
    "launch-progress": "launch.view_launch",
    "launch-decide": "review.decide_reviewtask",
}
POSTED = {
    "sign-out", "revision-ask", "revision-judge", "revision-comment", "revision-name", "workflow-approval", "roll-back", "deployment-go-on", "account-take", "share-revoke", "run-link-revoke", "revision-restore", "take-in", "workflow-rename", "workflow-delete", "environment-test", "environment-delete", "environment-activity-add", "environment-activity-remove",
    "alert-add", "alert-delete", "executions-stop", "executions-redrive", "map-run-change", "map-run-redrive", "express-open", "input-save", "input-delete", "view-save", "view-delete", "review-decide", "review-undo", "review-abort", "review-handle", "review-comment", "settings-messages", "review-view-save", "review-view-delete", "review-away", "review-token-make", "review-token-revoke", "launch-start", "launch-upload", "launch-decide",
}  # fmt: skip
BEARER = "bearer token"
ROUTES = {
    "GET state-machines/{machine_id}": "designer.view_statemachine",
    "POST state-machines/{machine_id}/revisions": "designer.add_revision",
    "POST state-machines/{machine_id}/revisions/{number}/comments": "designer.add_revision",
    "GET state-machines/{machine_id}/draft": "designer.add_revision",
    "PUT state-machines/{machine_id}/draft": "designer.add_revision",
    "DELETE state-machines/{machine_id}/draft": "designer.add_revision",
    "POST state-machines/{machine_id}/merge": "designer.add_revision",
    "POST state-machines/{machine_id}/cost": "designer.view_statemachine",
    "POST imports": "designer.add_revision",
    "POST conversions": "designer.view_statemachine",
    "POST diagnose": "designer.view_statemachine",
    "POST state-machines/{machine_id}/deployments": "designer.add_deployment",
    "POST state-machines/{machine_id}/deployments/plan": "designer.add_deployment",
    "POST simulations": "designer.add_revision",
    "GET state-machines/{machine_id}/test-cases": "designer.view_statemachine",
    "POST state-machines/{machine_id}/test-cases": "designer.add_revision",
    "POST state-machines/{machine_id}/test-cases/run": "designer.add_revision",
    "PUT test-cases/{case_id}": "designer.add_revision",
    "DELETE test-cases/{case_id}": "designer.add_revision",
    "GET catalogue": "designer.view_statemachine",
    "GET catalogue/services": "designer.view_statemachine",
    "GET catalogue/shapes": "designer.view_statemachine",
    "GET environments/{environment_id}/resources/{kind}": "designer.add_revision",
    "GET environments/{environment_id}/execution-roles": "designer.add_deployment",
    "POST state-machines/{machine_id}/execution-role/plan": "designer.add_deployment",
    "POST state-machines/{machine_id}/execution-role": "designer.add_deployment",
    "GET environments": "designer.view_environment",
    "GET environments/{environment_id}/foundation-models": "designer.view_statemachine",
    "GET environments/{environment_id}/connections": "designer.view_statemachine",
    "POST environments/{environment_id}/test": STAFF,
    "GET search": SIGNED_IN,
    "POST previews": "designer.view_statemachine",
    "POST environments/{environment_id}/state-tests": "executions.start_execution",
    "GET state-machines/{machine_id}/executions": "executions.view_execution",
    "GET executions/{execution_id}/visits": "executions.view_execution",
    "POST executions": "executions.start_execution",
    "GET executions/{execution_id}": "executions.view_execution",
    "GET executions/{execution_id}/events": "executions.view_execution",
    "GET executions/{execution_id}/mocks": "executions.view_execution",
    "GET executions/{execution_id}/flow": "executions.view_execution",
    "GET executions/{execution_id}/object": "executions.view_execution",
    "GET executions/{execution_id}/task-log": "executions.view_execution",
    "POST executions/{execution_id}/log": "executions.view_execution",
    "GET executions/{execution_id}/reviews": "executions.view_execution",
    "POST executions/{execution_id}/stop": "executions.stop_execution",
    "GET executions/{execution_id}/redrive": "executions.stop_execution",
    "POST executions/{execution_id}/redrive": "executions.stop_execution",
    "GET reviews": "review.view_reviewtask",
    "GET reviews/{task_id}": "review.view_reviewtask",
    "POST reviews/{task_id}/decisions": "review.decide_reviewtask",
    "GET reviews/{task_id}/comments": "review.view_reviewtask",
    "POST reviews/{task_id}/comments": "review.view_reviewtask",
    "POST reviews/{task_id}/handling": "review.decide_reviewtask",
    "POST reviews/{task_id}/undo": "review.decide_reviewtask",
    "POST reviews/{task_id}/abort": "executions.stop_execution",
    "GET reviews/{task_id}/history": "review.view_reviewtask",
    "POST review-decisions": "review.decide_reviewtask",
    "GET review-absence": "review.view_reviewtask",
    "PUT review-absence": "review.view_reviewtask",
    "DELETE review-absence": "review.view_reviewtask",
    "GET review-views": "review.view_reviewtask",
    "POST review-views": "review.view_reviewtask",
    "DELETE review-views/{view_id}": "review.view_reviewtask",
    "GET review-figures": "review.view_reviewtask",
    "GET review-preferences": STAFF,
    "GET review-audit": STAFF,
    "POST review-tokens": BEARER,
    "POST launch": "launch.add_launch",
    "GET launch/{launch_id}": "launch.view_launch",
}
SOCKETS = {
    "ws/workflows/<int:pk>/": "designer.view_statemachine",
    "ws/executions/": "executions.view_execution",
    "ws/executions/<int:pk>/": "executions.view_execution",
    "ws/reviews/": "review.view_reviewtask",
    "ws/launches/<int:launch_id>/": "launch.view_launch",
}


@pytest.fixture
def people():
    from callboard.apps import make_groups

    make_groups()
    found = {"in no group": User.objects.create_user("nobody", password="x")}
    for name in GROUPS:
        found[name] = User.objects.create_user(name.lower(), password="x")
        found[name].groups.add(Group.objects.get(name=name))
    found["staff"] = User.objects.create_user("staff", password="x", is_staff=True)
    return found


@pytest.fixture
def rows():
    # Port 9 is "discard": nothing listens, so calls to this environment end at once.
    environment = Environment.objects.create(name="Nowhere", kind="embedded", endpoint_url="http://127.0.0.1:9")
    machine = create_state_machine(name="video-title-and-avatar", by=None)
    execution = Execution.objects.create(
        environment=environment,
        arn="arn:aws:states:us-east-1:000000000000:execution:m:e",
        name="e",
        state_machine_arn="arn:aws:states:us-east-1:000000000000:stateMachine:m",
        state_machine=machine,
        started_at=timezone.now(),
    )
    task = accept_message(environment, {"taskToken": TOKEN, "title": "Which one?", "candidates": [{"title": "This"}]})
    launch = Launch.objects.create(
        state_machine=machine, environment=environment, input={}, deduplication_id="d", execution_name="e"
    )
    return {
        "pk": machine.pk, "number": 1, "form": "sam", "slug": "video", "task_id": task.pk, "launch_id": launch.pk,
        "machine_id": machine.pk, "environment_id": environment.pk, "execution_id": execution.pk,
        "token": "no-link-of-anybody", "kind": "functions", "key": "A",
        "deployment_id": 999, "link_id": 999, "view_id": 999, "activity_id": 999, "event_id": 999, "name": "one", "workflow": machine.pk, "case_id": save_case(machine, {"name": "one"}, by=None).pk,
    }  # fmt: skip


def pages():
    def walk(patterns, prefix):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield pattern.name, "/" + route
            elif not route.startswith(("api/", "admin/")):
                yield from walk(pattern.url_patterns, route)

    yield from walk(get_resolver().url_patterns, "")


def routes():
    for address, operations in api.get_openapi_schema()["paths"].items():
        for method in operations:
            yield f"{method.upper()} {address.removeprefix('/api/v1/')}"


def filled(route, rows):
    return re.sub(r"<(?:\w+:)?(\w+)>|\{(\w+)\}", lambda found: str(rows[found[1] or found[2]]), route)


def test_every_page_route_and_socket_stands_in_the_table():
    from callboard.sockets import websocket_urlpatterns

    assert {name for name, _ in pages()} == set(PAGES)
    assert set(routes()) == set(ROUTES)
    assert {str(pattern.pattern) for pattern in websocket_urlpatterns} == set(SOCKETS)


@pytest.mark.parametrize(("name", "route"), list(pages()), ids=[name for name, _ in pages()])
def test_a_page_opens_for_the_right_people_alone(name, route, people, rows):
    permission = PAGES[name]
    # A page whose pk is an execution's or an environment's gets one of those.
    own = {"execution": "execution_id"}.get(name, "environment_id" if name.startswith("environment-") else "pk")
    address = filled(route, {**rows, "pk": rows[own]})
    for who, user in [("anonymous", None), *people.items()]:
        client = Client()
        if user is not None:
            client.force_login(user)
        response = client.post(address) if name in POSTED else client.get(address)
        may = allowed(user, permission)
        turned_away = response.status_code in (401, 403) or (
            response.status_code == 302 and response["Location"].startswith("/sign-in/?next=")
        )
        # Deciding asks for the task's group besides the permission; everything else follows the table.
        assert may != turned_away, f"{who}: {response.status_code}"
        if who == "in no group" and permission not in (ANYONE, SIGNED_IN):
            assert response.status_code == 403


@pytest.mark.parametrize("route", list(routes()))
def test_a_route_answers_the_right_people_alone(route, people, rows):
    method, path = route.split(" ")
    permission = ROUTES[route]
    for who, user in [("anonymous", None), *people.items()]:
        client = Client()
        if user is not None:
            client.force_login(user)
        response = client.generic(
            method, "/api/v1/" + filled(path, rows), json.dumps(BODIES.get(route, {})), "application/json"
        )
        if permission == BEARER:
            assert response.status_code == 401, who
        elif user is None:
            assert response.status_code == 401
        else:
            assert (response.status_code != 403) == allowed(user, permission), f"{who}: {response.status_code}"
            assert response.status_code != 500


BODIES = {
    "POST state-machines/{machine_id}/revisions": {"definition": "{}", "base_revision": 1},
    "POST state-machines/{machine_id}/revisions/{number}/comments": {"text": "A word"},
    "POST diagnose": {"definition": "{}"},
    "POST imports": {"text": "{}"},
    "POST conversions": {"definition": "{}"},
    "POST state-machines/{machine_id}/cost": {"definition": "{}"},
    "POST state-machines/{machine_id}/execution-role/plan": {"revision": 1, "environment": 999},
    "POST state-machines/{machine_id}/execution-role": {"revision": 1, "environment": 999},
    "PUT state-machines/{machine_id}/draft": {"definition": "{}", "base_revision": 1},
    "DELETE state-machines/{machine_id}/draft": {"seen": 1},
    "POST state-machines/{machine_id}/merge": {"definition": "{}", "base_revision": 1},
    "POST simulations": {"definition": "{}"},
    "POST previews": {"name": "A", "state": "{}"},
    "POST environments/{environment_id}/state-tests": {"definition": "{}", "state": "/States/A"},
    "POST state-machines/{machine_id}/test-cases": {"document": {}},
    "POST state-machines/{machine_id}/test-cases/run": {"definition": "{}"},
    "PUT test-cases/{case_id}": {"document": {}},
    "POST state-machines/{machine_id}/deployments": {"revision": 1, "environment": 999},
    "POST state-machines/{machine_id}/deployments/plan": {"revision": 1, "environment": 999},
    "POST executions": {"state_machine": 999, "environment": 999},
    "POST reviews/{task_id}/decisions": {"outcome": "approve", "candidate": "A"},
    "POST reviews/{task_id}/handling": {"verb": "release"},
    "POST reviews/{task_id}/abort": {"reason": "No"},
    "POST review-decisions": {"tasks": [999], "outcome": "approve"},
    "PUT review-absence": {"until": "someday"},
    "POST review-views": {"name": "One"},
    "POST launch": {"workflow": "video", "input": {}},
}


@pytest.mark.parametrize("route", [route for route in routes() if route.startswith("POST") and ROUTES[route] != BEARER])
def test_a_post_of_another_site_is_refused(route, people, rows):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("root"))
    path = "/api/v1/" + filled(route.split(" ")[1], rows)
    assert client.post(path, json.dumps(BODIES.get(route, {})), "application/json").status_code == 403


@pytest.mark.parametrize("route", list(SOCKETS))
def test_a_socket_opens_for_the_right_people_alone(route, people, rows):
    own = "pk" if "workflows" in route else "execution_id"
    address = "/" + filled(route, {**rows, "pk": rows[own]})
    for who, user in [("anonymous", None), *people.items()]:
        closed = async_to_sync(closes_at_once)(address, user)
        assert closed != allowed(user, SOCKETS[route]), who


async def closes_at_once(address, user):
    from channels.routing import URLRouter

    from callboard.sockets import websocket_urlpatterns

    scope = {"type": "websocket", "path": address, "headers": [], "query_string": b"", "user": user}
    communicator = ApplicationCommunicator(URLRouter(websocket_urlpatterns), scope)
    await communicator.send_input({"type": "websocket.connect"})
    try:
        output = await communicator.receive_output(timeout=2)
        if output["type"] == "websocket.accept" and not await communicator.receive_nothing(timeout=0.4):
            output = await communicator.receive_output(timeout=0.5)
        return output["type"] == "websocket.close"
    finally:
        await communicator.send_input({"type": "websocket.disconnect", "code": 1000})
        await communicator.wait(timeout=2)


def test_the_documentation_shows_the_table():
    document = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text()
    for permission, words in WORDS.items():
        holders = [name for name, permissions in GROUPS.items() if permission in permissions]
        cells = " | ".join("yes" if name in holders else "" for name in GROUPS)
        staff = permission == STAFF or permission in SEE + STAFF_TOO
        assert f"| {words} | {cells} | {'yes' if staff else ''} |" in document


def test_the_documentation_lists_every_address_with_what_it_needs():
    assert (Path(__file__).parents[2] / PATH).read_text() == document(), "run `manage.py write_permissions`"


def test_a_view_that_names_no_permission_is_an_error(monkeypatch):
    from callboard import urls

    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, path("unguarded/", lambda request: None)])
    clear_url_caches()
    try:
        with pytest.raises(UnguardedError, match="/unguarded/"):
            all_routes()
    finally:
        monkeypatch.undo()
        clear_url_caches()


def test_the_administration_is_for_staff(people):
    for who, user in people.items():
        client = Client()
        client.force_login(user)
        assert (client.get("/admin/").status_code == 200) == (who == "staff")
